// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"net"
	"sync/atomic"
	"time"

	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/codes"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/metadata"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/status"
	"github.com/cloudwego/kitex/pkg/streaming"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/server"

	"github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/pstreams"
	pstreams_ "github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/pstreams/pstreams"
	thrift "github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/streams"
	"github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/streams/streams"
)

// item is what both payloads carry.
type item struct {
	text   string
	number int64
	raw    []byte
}

// talk is the service, for both payloads.
type talk struct {
	canceled atomic.Int64
	stop     func()
}

func (t *talk) echo(ctx context.Context, v item) (item, error) {
	switch v.text {
	case "biz":
		return item{}, kerrors.NewBizStatusErrorWithExtra(404, "nf", map[string]string{"k": "v"})
	case "status":
		return item{}, status.Err(codes.NotFound, "no such item")
	case "canceled":
		return item{text: v.text, number: t.canceled.Load()}, nil
	case "deadline":
		if at, ok := ctx.Deadline(); ok {
			return item{text: v.text, number: time.Until(at).Milliseconds()}, nil
		}
		return item{text: v.text}, nil
	case "meta":
		md, _ := metadata.FromIncomingContext(ctx)
		text, raw := seen(md)
		_ = nphttp2.SetHeader(ctx, metadata.Pairs("h", "header", "h-bin", "\x00\xff\x07"))
		_ = nphttp2.SetTrailer(ctx, metadata.Pairs("t", "trailer", "t-bin", "\x00\xff\x08"))
		return item{text: text, raw: raw}, nil
	case "stop":
		t.stop()
	}
	return v, nil
}

func seen(md metadata.MD) (string, []byte) {
	text, raw := "", []byte{}
	for i, v := range md.Get("key") {
		if i > 0 {
			text += "|"
		}
		text += v
	}
	if v := md.Get("key-bin"); len(v) > 0 {
		raw = []byte(v[0])
	}
	return text, raw
}

func (t *talk) list(ctx context.Context, v item, s streaming.ServerStream, send func(item) error) error {
	if v.text == "meta" {
		md, _ := metadata.FromIncomingContext(ctx)
		text, raw := seen(md)
		if err := s.SetHeader(streaming.Header{"h": "header", "h-bin": "\x00\xff\x07"}); err != nil {
			return err
		}
		if err := s.SetTrailer(streaming.Trailer{"t": "trailer", "t-bin": "\x00\xff\x08"}); err != nil {
			return err
		}
		return send(item{text: text, raw: raw})
	}
	for i := int64(0); i < v.number || v.text == "endless"; i++ {
		if err := send(item{text: v.text, number: i, raw: v.raw}); err != nil {
			t.canceled.Add(1)
			return err
		}
		if v.text == "endless" || v.text == "slow" {
			select {
			case <-ctx.Done():
				t.canceled.Add(1)
				return ctx.Err()
			case <-time.After(5 * time.Millisecond):
			}
		}
	}
	switch v.text {
	case "fail":
		return errors.New("boom")
	case "biz":
		return kerrors.NewBizStatusErrorWithExtra(404, "nf", map[string]string{"k": "v"})
	}
	return nil
}

func (t *talk) sum(recv func() (item, error)) (item, error) {
	sum := int64(0)
	for {
		v, err := recv()
		if err == io.EOF {
			return item{text: "sum", number: sum}, nil
		}
		if err != nil {
			t.canceled.Add(1)
			return item{}, err
		}
		sum += v.number
		if v.text == "early" {
			return item{text: "early", number: sum}, nil
		}
	}
}

func (t *talk) chat(recv func() (item, error), send func(item) error) error {
	for {
		v, err := recv()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			t.canceled.Add(1)
			return err
		}
		if err := send(v); err != nil {
			return err
		}
		if v.text == "leave" {
			return nil
		}
	}
}

type thriftTalk struct{ *talk }

func fromThrift(v *thrift.Item) item { return item{v.Text, v.Number, v.Raw} }
func toThrift(v item) *thrift.Item   { return &thrift.Item{Text: v.text, Number: v.number, Raw: v.raw} }

func (t thriftTalk) Echo(ctx context.Context, v *thrift.Item) (*thrift.Item, error) {
	r, err := t.echo(ctx, fromThrift(v))
	return toThrift(r), err
}

func (t thriftTalk) List(ctx context.Context, v *thrift.Item, s thrift.Streams_listServer) error {
	return t.list(ctx, fromThrift(v), s, func(v item) error { return s.Send(ctx, toThrift(v)) })
}

func (t thriftTalk) Sum(ctx context.Context, s thrift.Streams_sumServer) error {
	r, err := t.sum(func() (item, error) { return received(s.Recv(ctx))(fromThrift) })
	if err != nil {
		return err
	}
	return s.SendAndClose(ctx, toThrift(r))
}

func (t thriftTalk) Chat(ctx context.Context, s thrift.Streams_chatServer) error {
	return t.chat(func() (item, error) { return received(s.Recv(ctx))(fromThrift) }, func(v item) error { return s.Send(ctx, toThrift(v)) })
}

type protoTalk struct{ *talk }

func fromProto(v *pstreams.Item) item { return item{v.Text, v.Number, v.Raw} }
func toProto(v item) *pstreams.Item {
	return &pstreams.Item{Text: v.text, Number: v.number, Raw: v.raw}
}

func (t protoTalk) Echo(ctx context.Context, v *pstreams.Item) (*pstreams.Item, error) {
	r, err := t.echo(ctx, fromProto(v))
	return toProto(r), err
}

func (t protoTalk) List(ctx context.Context, v *pstreams.Item, s pstreams.PStreams_ListServer) error {
	return t.list(ctx, fromProto(v), s, func(v item) error { return s.Send(ctx, toProto(v)) })
}

func (t protoTalk) Sum(ctx context.Context, s pstreams.PStreams_SumServer) error {
	r, err := t.sum(func() (item, error) { return received(s.Recv(ctx))(fromProto) })
	if err != nil {
		return err
	}
	return s.SendAndClose(ctx, toProto(r))
}

func (t protoTalk) Chat(ctx context.Context, s pstreams.PStreams_ChatServer) error {
	return t.chat(func() (item, error) { return received(s.Recv(ctx))(fromProto) }, func(v item) error { return s.Send(ctx, toProto(v)) })
}

// received turns what Recv gave into an item.
func received[T any](v *T, err error) func(func(*T) item) (item, error) {
	return func(from func(*T) item) (item, error) {
		if err != nil {
			return item{}, err
		}
		return from(v), nil
	}
}

func runStreamServer(args []string) error {
	flags := flag.NewFlagSet("stream-server", flag.ExitOnError)
	addr := flags.String("addr", "127.0.0.1:0", "address to listen on")
	noStdin := flags.Bool("no-stdin", false, "do not stop at the end of standard input")
	_ = flags.Parse(args)
	klog.SetLevel(klog.LevelFatal)

	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	told := make(chan error, 2)
	options := append(serverOptions(listener, "interop-go", *noStdin),
		server.WithMetaHandler(transmeta.ServerHTTP2Handler), server.WithMetaHandler(transmeta.ServerTTHeaderHandler),
		server.WithCompatibleMiddlewareForUnary(),
		server.WithExitWaitTime(5*time.Second),
		server.WithExitSignal(func() <-chan error {
			go func() { told <- <-stopSignal(*noStdin) }()
			return told
		}),
	)
	t := &talk{stop: func() { told <- nil }}
	svr := server.NewServer(options...)
	if err := streams.RegisterService(svr, &thriftTalk{t}, server.WithFallbackService()); err != nil {
		return err
	}
	if err := pstreams_.RegisterService(svr, &protoTalk{t}); err != nil {
		return err
	}
	return serve(svr, listener)
}
