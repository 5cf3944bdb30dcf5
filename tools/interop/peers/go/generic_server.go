// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"

	"github.com/cloudwego/kitex/pkg/generic"
	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/server"
	"github.com/cloudwego/kitex/server/genericserver"
)

const (
	notFoundJSON = `{"message":"not found","id":404}`
	deniedJSON   = `{"reason":"denied"}`
)

var shots atomic.Int64

// answerGeneric is the service, from JSON to JSON. A declared exception is its JSON.
func answerGeneric(method, in string) (string, error) {
	switch method {
	case "echo", "text":
		return in, nil
	case "nothing":
		return "", nil
	case "fire":
		shots.Add(1)
		return "", nil
	case "fired":
		return fmt.Sprint(shots.Load()), nil
	case "fail":
		switch in {
		case "1":
			return notFoundJSON, nil
		case "2":
			return deniedJSON, nil
		case "3":
			return "", errors.New("boom")
		}
		return `"ok"`, nil
	case "ask":
		var a struct {
			ID      json.Number     `json:"id"`
			Q       string          `json:"q"`
			Trace   string          `json:"trace"`
			Session string          `json:"session"`
			Tags    []string        `json:"tags"`
			Big     any             `json:"big"`
			Inner   json.RawMessage `json:"inner"`
		}
		if err := json.Unmarshal([]byte(in), &a); err != nil {
			return "", err
		}
		inner := ""
		if len(a.Inner) > 0 {
			inner = `,"inner":` + string(a.Inner)
		}
		said, _ := json.Marshal(fmt.Sprintf("%s %s %s %s", a.Q, a.Trace, a.Session, strings.Join(a.Tags, "+")))
		return fmt.Sprintf(`{"status":201,"where":"/ask/%s","said":%s,"big":%s%s,"hidden":"x"}`, a.ID, said, "9007199254740993", inner), nil
	}
	return "", fmt.Errorf("unknown method %s", method)
}

type innerJSON struct {
	N int32  `json:"n"`
	S string `json:"s,omitempty"`
}

// streamGeneric is the service's streams, from JSON to JSON.
func streamGeneric(method string, recv func() (string, error), send func(string) error) error {
	sum := innerJSON{}
	for {
		text, err := recv()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		var v innerJSON
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			return err
		}
		switch method {
		case "sum":
			sum.N += v.N
		case "chat":
			v.N++
			b, _ := json.Marshal(v)
			if err := send(string(b)); err != nil {
				return err
			}
		case "list":
			for i := range v.N {
				b, _ := json.Marshal(innerJSON{N: i})
				if err := send(string(b)); err != nil {
					return err
				}
			}
			return nil
		}
	}
	if method == "sum" {
		b, _ := json.Marshal(sum)
		return send(string(b))
	}
	return nil
}

type genericV1 struct{ f *form }

func (g *genericV1) GenericCall(_ context.Context, method string, request any) (any, error) {
	out, err := g.f.serve(method, request)
	if b, ok := out.([]byte); ok && err == nil {
		seq, err := generic.GetSeqID(request.([]byte))
		if err != nil {
			return nil, err
		}
		return b, generic.SetSeqID(seq, b)
	}
	return out, err
}

func (f *form) serve(method string, request any) (any, error) {
	in, err := f.arrived(method, request)
	if err != nil {
		return nil, err
	}
	if _, raw := request.([]byte); method == "echo" && !raw {
		// What was read is written as it is.
		return request, nil
	}
	out, err := answerGeneric(method, in)
	if err != nil {
		return nil, err
	}
	return f.answer(method, out)
}

func runGenericServer(args []string) error {
	flags := flag.NewFlagSet("generic-server", flag.ExitOnError)
	addr := flags.String("addr", "127.0.0.1:0", "address to listen on")
	kind := flags.String("kind", "json", "json, json-dynamicgo, map, binary, binary-v1")
	idl := flags.String("idl", "", "path of generic.thrift")
	noStdin := flags.Bool("no-stdin", false, "do not stop at the end of standard input")
	_ = flags.Parse(args)
	klog.SetLevel(klog.LevelFatal)

	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	f, err := formOf(*kind, *idl)
	if err != nil {
		return err
	}
	options := append(serverOptions(listener, "generic-go", *noStdin), server.WithMetaHandler(transmeta.ServerTTHeaderHandler), server.WithMetaHandler(transmeta.ServerHTTP2Handler))
	if *kind == "binary-v1" {
		return serve(genericserver.NewServer(&genericV1{f}, f.generic, options...), listener)
	}
	return serve(genericserver.NewServerV2(&generic.ServiceV2{
		GenericCall: func(_ context.Context, _, method string, request any) (any, error) { return f.serve(method, request) },
		ClientStreaming: func(ctx context.Context, _, method string, s generic.ClientStreamingServer) error {
			return f.stream(ctx, method, s.Recv, s.SendAndClose)
		},
		ServerStreaming: func(ctx context.Context, _, method string, request any, s generic.ServerStreamingServer) error {
			first := true
			return f.stream(ctx, method, func(context.Context) (any, error) {
				if !first {
					return nil, io.EOF
				}
				first = false
				return request, nil
			}, s.Send)
		},
		BidiStreaming: func(ctx context.Context, _, method string, s generic.BidiStreamingServer) error {
			return f.stream(ctx, method, s.Recv, s.Send)
		},
	}, f.generic, options...), listener)
}

func (f *form) stream(ctx context.Context, method string, recv func(context.Context) (any, error), send func(context.Context, any) error) error {
	return streamGeneric(method, func() (string, error) {
		v, err := recv(ctx)
		if err != nil {
			return "", err
		}
		return f.text(method, v)
	}, func(text string) error {
		v, err := f.message(method, text)
		if err != nil {
			return err
		}
		return send(ctx, v)
	})
}
