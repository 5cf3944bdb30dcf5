// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/codes"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/metadata"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/status"
	"github.com/cloudwego/kitex/pkg/streaming"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/transport"

	pstreams_ "github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/pstreams/pstreams"
	"github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/streams/streams"
)

// opened is one stream of a client, whatever its payload.
type opened struct {
	streaming.ClientStream
	send  func(item) error
	recv  func() (item, error)
	close func() error
}

// talker is a client, whatever its payload.
type talker struct {
	echo func(ctx context.Context, v item) (item, error)
	list func(ctx context.Context, v item) (*opened, error)
	sum  func(ctx context.Context) (*opened, error)
	chat func(ctx context.Context) (*opened, error)
}

func thriftTalker(options ...client.Option) (*talker, error) {
	c, err := streams.NewClient("interop", options...)
	if err != nil {
		return nil, err
	}
	return &talker{
		echo: func(ctx context.Context, v item) (item, error) {
			r, err := c.Echo(ctx, toThrift(v))
			return received(r, err)(fromThrift)
		},
		list: func(ctx context.Context, v item) (*opened, error) {
			s, err := c.List(ctx, toThrift(v))
			if err != nil {
				return nil, err
			}
			return &opened{ClientStream: s, recv: func() (item, error) { return received(s.Recv(ctx))(fromThrift) }}, nil
		},
		sum: func(ctx context.Context) (*opened, error) {
			s, err := c.Sum(ctx)
			if err != nil {
				return nil, err
			}
			return &opened{ClientStream: s, send: func(v item) error { return s.Send(ctx, toThrift(v)) },
				recv: func() (item, error) { return received(s.CloseAndRecv(ctx))(fromThrift) }}, nil
		},
		chat: func(ctx context.Context) (*opened, error) {
			s, err := c.Chat(ctx)
			if err != nil {
				return nil, err
			}
			return &opened{ClientStream: s, send: func(v item) error { return s.Send(ctx, toThrift(v)) },
				recv:  func() (item, error) { return received(s.Recv(ctx))(fromThrift) },
				close: func() error { return s.CloseSend(ctx) }}, nil
		},
	}, nil
}

func protoTalker(options ...client.Option) (*talker, error) {
	c, err := pstreams_.NewClient("interop", options...)
	if err != nil {
		return nil, err
	}
	return &talker{
		echo: func(ctx context.Context, v item) (item, error) {
			r, err := c.Echo(ctx, toProto(v))
			return received(r, err)(fromProto)
		},
		list: func(ctx context.Context, v item) (*opened, error) {
			s, err := c.List(ctx, toProto(v))
			if err != nil {
				return nil, err
			}
			return &opened{ClientStream: s, recv: func() (item, error) { return received(s.Recv(ctx))(fromProto) }}, nil
		},
		sum: func(ctx context.Context) (*opened, error) {
			s, err := c.Sum(ctx)
			if err != nil {
				return nil, err
			}
			return &opened{ClientStream: s, send: func(v item) error { return s.Send(ctx, toProto(v)) },
				recv: func() (item, error) { return received(s.CloseAndRecv(ctx))(fromProto) }}, nil
		},
		chat: func(ctx context.Context) (*opened, error) {
			s, err := c.Chat(ctx)
			if err != nil {
				return nil, err
			}
			return &opened{ClientStream: s, send: func(v item) error { return s.Send(ctx, toProto(v)) },
				recv:  func() (item, error) { return received(s.Recv(ctx))(fromProto) },
				close: func() error { return s.CloseSend(ctx) }}, nil
		},
	}, nil
}

// overTTHeader says that streams go by TTHeader, where failures are exceptions and not statuses.
var overTTHeader bool

// grpcOnly are cases of what TTHeader streaming does not have: statuses, metadata of unary calls and of requests.
const grpcOnly = ",status,deadline-sent,metadata-unary,metadata-stream,"

type streamCase struct {
	name  string
	check func(ctx context.Context, t *talker, many int) error
}

// The order is that of peers/typescript/streams.mjs; stopping the server comes last.
var streamCases = []streamCase{
	{"echo", func(ctx context.Context, t *talker, _ int) error {
		v, err := t.echo(ctx, item{"hé", 7, []byte{0, 255}})
		return errors.Join(err, want("text", v.text, "hé"), want("number", v.number, 7), want("raw", string(v.raw), "\x00\xff"))
	}},
	{"echo-16mib", func(ctx context.Context, t *talker, _ int) error {
		raw := bytes.Repeat([]byte("0123456789abcdef"), 1<<20)
		v, err := t.echo(ctx, item{raw: raw})
		return errors.Join(err, want("same", bytes.Equal(v.raw, raw), true))
	}},
	{"list-many", func(ctx context.Context, t *talker, many int) error {
		return readAll(ctx, t, item{number: int64(many)}, many, 0)
	}},
	{"list-none", func(ctx context.Context, t *talker, _ int) error { return readAll(ctx, t, item{}, 0, 0) }},
	{"list-slow-consumer", func(ctx context.Context, t *talker, _ int) error {
		return readAll(ctx, t, item{number: 3000, raw: bytes.Repeat([]byte("x"), 4096)}, 3000, 300*time.Millisecond)
	}},
	{"sum-many", func(ctx context.Context, t *talker, many int) error {
		s, err := t.sum(ctx)
		if err != nil {
			return err
		}
		total := int64(0)
		for i := 0; i < many; i++ {
			if err := s.send(item{number: int64(i)}); err != nil {
				return err
			}
			total += int64(i)
		}
		v, err := s.recv()
		return errors.Join(err, want("sum", v.number, total))
	}},
	{"sum-early", func(ctx context.Context, t *talker, _ int) error {
		s, err := t.sum(ctx)
		if err != nil {
			return err
		}
		if err := s.send(item{text: "early", number: 5}); err != nil {
			return err
		}
		v, err := s.recv()
		return errors.Join(err, want("sum", v.number, 5))
	}},
	{"chat-many", func(ctx context.Context, t *talker, many int) error {
		s, err := t.chat(ctx)
		if err != nil {
			return err
		}
		sent := make(chan error, 1)
		go func() {
			for i := 0; i < many; i++ {
				if err := s.send(item{number: int64(i)}); err != nil {
					sent <- err
					return
				}
			}
			sent <- s.close()
		}()
		for i := 0; ; i++ {
			v, err := s.recv()
			if err == io.EOF {
				return errors.Join(<-sent, want("messages", i, many))
			}
			if err != nil {
				return err
			}
			if v.number != int64(i) {
				return fmt.Errorf("message %d is %d", i, v.number)
			}
		}
	}},
	{"chat-16mib", func(ctx context.Context, t *talker, _ int) error {
		s, err := t.chat(ctx)
		if err != nil {
			return err
		}
		raw := bytes.Repeat([]byte("0123456789abcdef"), 1<<20)
		sent := make(chan error, 1)
		go func() { sent <- errors.Join(s.send(item{raw: raw}), s.close()) }()
		v, err := s.recv()
		return errors.Join(err, <-sent, want("same", bytes.Equal(v.raw, raw), true))
	}},
	{"chat-turns", func(ctx context.Context, t *talker, _ int) error {
		s, err := t.chat(ctx)
		if err != nil {
			return err
		}
		for i := 0; i < 500; i++ {
			if err := s.send(item{number: int64(i)}); err != nil {
				return err
			}
			v, err := s.recv()
			if err := errors.Join(err, want("number", v.number, int64(i))); err != nil {
				return err
			}
		}
		if err := s.close(); err != nil {
			return err
		}
		_, err = s.recv()
		return want("end", err, io.EOF)
	}},
	{"chat-server-leaves", func(ctx context.Context, t *talker, _ int) error {
		s, err := t.chat(ctx)
		if err != nil {
			return err
		}
		if err := s.send(item{text: "leave"}); err != nil {
			return err
		}
		if _, err := s.recv(); err != nil {
			return err
		}
		_, err = s.recv()
		return want("end", err, io.EOF)
	}},
	{"cancel", func(ctx context.Context, t *talker, _ int) error {
		before, err := t.echo(ctx, item{text: "canceled"})
		if err != nil {
			return err
		}
		inner, cancel := context.WithCancel(ctx)
		s, err := t.list(inner, item{text: "endless"})
		if err != nil {
			cancel()
			return err
		}
		for i := 0; i < 3; i++ {
			if _, err := s.recv(); err != nil {
				cancel()
				return err
			}
		}
		cancel()
		if _, err := drain(s); err == nil || err == io.EOF {
			return fmt.Errorf("the stream ended with %v after it was canceled", err)
		}
		for i := 0; i < 500; i++ {
			v, err := t.echo(ctx, item{text: "canceled"})
			if err != nil || v.number > before.number {
				return err
			}
			time.Sleep(10 * time.Millisecond)
		}
		return errors.New("the server did not learn of it")
	}},
	{"deadline-sent", func(ctx context.Context, t *talker, _ int) error {
		v, err := t.echo(ctx, item{text: "deadline"})
		return errors.Join(err, want("has a deadline", v.number > 0, true))
	}},
	{"deadline", func(ctx context.Context, t *talker, _ int) error {
		inner, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
		defer cancel()
		s, err := t.list(inner, item{text: "endless"})
		if err != nil {
			return err
		}
		_, err = drain(s)
		if overTTHeader {
			return wantException(err, "")
		}
		return wantStatus(err, codes.DeadlineExceeded)
	}},
	{"status", func(ctx context.Context, t *talker, _ int) error {
		_, err := t.echo(ctx, item{text: "status"})
		return wantStatus(err, codes.NotFound)
	}},
	{"fail-behind-messages", func(ctx context.Context, t *talker, _ int) error {
		s, err := t.list(ctx, item{text: "fail", number: 3})
		if err != nil {
			return err
		}
		n, err := drain(s)
		if overTTHeader {
			return errors.Join(want("messages", n, 3), wantException(err, "boom"))
		}
		return errors.Join(want("messages", n, 3), wantStatus(err, codes.Internal))
	}},
	{"biz-unary", func(ctx context.Context, t *talker, _ int) error {
		_, err := t.echo(ctx, item{text: "biz"})
		return wantBiz(err)
	}},
	{"biz-behind-messages", func(ctx context.Context, t *talker, _ int) error {
		s, err := t.list(ctx, item{text: "biz", number: 3})
		if err != nil {
			return err
		}
		n, err := drain(s)
		if overTTHeader {
			// A Kitex client of TTHeader streaming forgets what it has not read when a biz status comes.
			n = 3
		}
		return errors.Join(want("messages", n, 3), wantBiz(err))
	}},
	{"metadata-unary", func(ctx context.Context, t *talker, _ int) error {
		var header, trailer metadata.MD
		ctx = nphttp2.GRPCTrailer(nphttp2.GRPCHeader(withMetadata(ctx), &header), &trailer)
		v, err := t.echo(ctx, item{text: "meta"})
		return errors.Join(err, want("text", v.text, "one|two"), want("raw", string(v.raw), "\x00\xff\x06"),
			want("header", strings.Join(header.Get("h"), "|"), "header"), want("header-bin", strings.Join(header.Get("h-bin"), "|"), "\x00\xff\x07"),
			want("trailer", strings.Join(trailer.Get("t"), "|"), "trailer"), want("trailer-bin", strings.Join(trailer.Get("t-bin"), "|"), "\x00\xff\x08"))
	}},
	{"metadata-stream", func(ctx context.Context, t *talker, _ int) error {
		s, err := t.list(withMetadata(ctx), item{text: "meta"})
		if err != nil {
			return err
		}
		v, err := s.recv()
		if err != nil {
			return err
		}
		header, err := s.Header()
		if err != nil {
			return err
		}
		if _, err := s.recv(); err != io.EOF {
			return fmt.Errorf("got %v, want the end", err)
		}
		trailer, err := s.Trailer()
		return errors.Join(err, want("text", v.text, "one|two"), want("raw", string(v.raw), "\x00\xff\x06"),
			want("header", header["h"], "header"), want("header-bin", header["h-bin"], "\x00\xff\x07"),
			want("trailer", trailer["t"], "trailer"), want("trailer-bin", trailer["t-bin"], "\x00\xff\x08"))
	}},
	{"header-and-trailer", func(ctx context.Context, t *talker, _ int) error {
		s, err := t.list(ctx, item{text: "meta"})
		if err != nil {
			return err
		}
		if _, err := s.recv(); err != nil {
			return err
		}
		header, err := s.Header()
		if err != nil {
			return err
		}
		if _, err := s.recv(); err != io.EOF {
			return fmt.Errorf("got %v, want the end", err)
		}
		trailer, err := s.Trailer()
		return errors.Join(err, want("header", header["h"], "header"), want("trailer", trailer["t"], "trailer"))
	}},
	{"stop-in-mid-stream", func(ctx context.Context, t *talker, _ int) error {
		s, err := t.chat(ctx)
		if err != nil {
			return err
		}
		turn := func(n int64) error {
			if err := s.send(item{number: n}); err != nil {
				return err
			}
			v, err := s.recv()
			return errors.Join(err, want("number", v.number, n))
		}
		if err := turn(1); err != nil {
			return err
		}
		if _, err := t.echo(ctx, item{text: "stop"}); err != nil {
			return err
		}
		time.Sleep(200 * time.Millisecond)
		if err := errors.Join(turn(2), s.close()); err != nil {
			return err
		}
		_, err = s.recv()
		return want("end", err, io.EOF)
	}},
}

func withMetadata(ctx context.Context) context.Context {
	return metadata.NewOutgoingContext(ctx, metadata.Pairs("key", "one", "key", "two", "key-bin", "\x00\xff\x06"))
}

// drain reads to the end, and counts.
func drain(s *opened) (int, error) {
	for n := 0; ; n++ {
		if _, err := s.recv(); err != nil {
			return n, err
		}
	}
}

func readAll(ctx context.Context, t *talker, v item, wanted int, wait time.Duration) error {
	s, err := t.list(ctx, v)
	if err != nil {
		return err
	}
	time.Sleep(wait)
	for n := 0; ; n++ {
		got, err := s.recv()
		if err == io.EOF {
			return want("messages", n, wanted)
		}
		if err != nil {
			return err
		}
		if got.number != int64(n) || len(got.raw) != len(v.raw) {
			return fmt.Errorf("message %d is %d with %d bytes", n, got.number, len(got.raw))
		}
	}
}

func wantStatus(err error, code codes.Code) error {
	if err == nil || err == io.EOF {
		return fmt.Errorf("the call ended with %v, want status %d", err, code)
	}
	s, _ := status.FromError(err)
	return errors.Join(want("status", s.Code(), code))
}

func wantException(err error, text string) error {
	if err == nil || err == io.EOF || !strings.Contains(err.Error(), text) {
		return fmt.Errorf("the call ended with %v, want an exception with %q", err, text)
	}
	return nil
}

func wantBiz(err error) error {
	biz, ok := kerrors.FromBizStatusError(err)
	if !ok {
		return fmt.Errorf("got %v, want a biz status", err)
	}
	return errors.Join(want("biz status", biz.BizStatusCode(), 404), want("message", biz.BizMessage(), "nf"), want("extra", biz.BizExtra()["k"], "v"))
}

func runStreamClient(args []string) error {
	flags := flag.NewFlagSet("stream-client", flag.ExitOnError)
	addr := flags.String("addr", "", "server to call")
	payload := flags.String("payload", "thrift", "thrift or protobuf")
	wire := flags.String("wire", "grpc", "grpc or ttheader-streaming")
	many := flags.Int("many", 20000, "messages of a long stream")
	only := flags.String("case", "all", "case, several with commas, or all")
	_ = flags.Parse(args)
	klog.SetLevel(klog.LevelFatal)

	make := thriftTalker
	if *payload == "protobuf" {
		make = protoTalker
	}
	options := []client.Option{client.WithHostPorts(*addr), client.WithConnectTimeout(5 * time.Second)}
	overTTHeader = *wire == "ttheader-streaming"
	if overTTHeader {
		options = append(options, client.WithTransportProtocol(transport.TTHeaderFramed), client.WithTransportProtocol(transport.TTHeaderStreaming), client.WithMetaHandler(transmeta.ClientTTHeaderHandler))
	} else {
		options = append(options, client.WithTransportProtocol(transport.GRPC), client.WithMetaHandler(transmeta.ClientHTTP2Handler))
	}
	t, err := make(options...)
	if err != nil {
		return err
	}
	failed := 0
	out := json.NewEncoder(os.Stdout)
	for _, c := range streamCases {
		if *only != "all" && !strings.Contains(","+*only+",", ","+c.name+",") {
			continue
		}
		if overTTHeader && strings.Contains(grpcOnly, ","+c.name+",") {
			continue
		}
		started := time.Now()
		ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
		err := c.check(ctx, t, *many)
		cancel()
		line := result{Case: c.name, OK: err == nil, Ms: time.Since(started).Milliseconds()}
		if err != nil {
			failed++
			line.Error = err.Error()
		}
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d cases failed", failed)
	}
	return nil
}
