// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/genericclient"
	"github.com/cloudwego/kitex/pkg/generic"
	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/transport"
)

const genericSample = `{"flag":true,"tiny":-128,"small":-32768,"medium":-5,"large":9007199254740993,"ratio":1.5,"text":"é\"x","raw":"AP9/","color":5,` +
	`"inner":{"n":1,"s":"s"},"larges":[1,-9223372036854775808],"words":["a"],"byNumber":{"-1":"x"},"deep":{"7":{"3":[{"n":2}]}},` +
	`"raws":{"k":"AQI="},"maybe":0,"greeting":"hi","answer":7}`

type genericRun struct {
	cli     genericclient.Client
	f       *form
	dynamic bool
}

func (r *genericRun) call(method, in string) (string, error) {
	ctx, cancel := limited()
	defer cancel()
	v, err := r.f.request(method, in)
	if err != nil {
		return "", err
	}
	out, err := r.cli.GenericCall(ctx, method, v)
	if err != nil {
		return "", err
	}
	return r.f.result(method, out)
}

var genericCases = map[string]func(*genericRun) error{
	"echo": func(r *genericRun) error {
		out, err := r.call("echo", genericSample)
		if err != nil {
			return err
		}
		return sameJSON(out, genericSample)
	},
	"defaults": func(r *genericRun) error {
		out, err := r.call("echo", `{"deep":{},"inner":{}}`)
		if err != nil {
			return err
		}
		got, err := fromJSON(out)
		if err != nil {
			return err
		}
		m := got.(map[string]any)
		// What is not set is written as zero, with dynamicgo as the default of the IDL; an optional field is left out, and its reader fills the default in.
		answer := map[bool]json.Number{false: "0", true: "42"}[r.dynamic]
		if m["answer"] != answer || m["large"] != json.Number("0") || m["maybe"] != nil {
			return fmt.Errorf("got %s", out)
		}
		return nil
	},
	"text": func(r *genericRun) error {
		out, err := r.call("text", `"é\n\"text\""`)
		if err != nil {
			return err
		}
		return sameJSON(out, `"é\n\"text\""`)
	},
	"nothing": func(r *genericRun) error {
		_, err := r.call("nothing", `"x"`)
		return err
	},
	"exception": func(r *genericRun) error {
		_, err := r.call("fail", "1")
		if err == nil || !strings.Contains(err.Error(), "not found") || !strings.Contains(err.Error(), "404") {
			return fmt.Errorf("got %v, want the declared exception", err)
		}
		return nil
	},
	"plain-error": func(r *genericRun) error {
		_, err := r.call("fail", "3")
		if err == nil || !strings.Contains(err.Error(), "boom") {
			return fmt.Errorf("got %v, want boom", err)
		}
		out, err := r.call("fail", "0")
		if err != nil {
			return err
		}
		return sameJSON(out, `"ok"`)
	},
	"oneway": func(r *genericRun) error {
		count := func() (n int, err error) {
			out, err := r.call("fired", `"x"`)
			if err == nil {
				err = json.Unmarshal([]byte(out), &n)
			}
			return n, err
		}
		before, err := count()
		if err != nil {
			return err
		}
		if _, err := r.call("fire", `"x"`); err != nil {
			return err
		}
		for range 1000 {
			n, err := count()
			if err != nil || n > before {
				return err
			}
			time.Sleep(5 * time.Millisecond)
		}
		return errors.New("it did not arrive")
	},
	"ask": askCase,
	"list": func(r *genericRun) error {
		ctx, cancel := limited()
		defer cancel()
		v, err := r.f.message("list", `{"n":3}`)
		if err != nil {
			return err
		}
		s, err := r.cli.ServerStreaming(ctx, "list", v)
		if err != nil {
			return err
		}
		return r.drain("list", func() (any, error) { return s.Recv(ctx) }, `[{"n":0},{"n":1},{"n":2}]`)
	},
	"sum": func(r *genericRun) error {
		ctx, cancel := limited()
		defer cancel()
		s, err := r.cli.ClientStreaming(ctx, "sum")
		if err != nil {
			return err
		}
		for _, text := range []string{`{"n":1}`, `{"n":41}`} {
			v, err := r.f.message("sum", text)
			if err != nil {
				return err
			}
			if err := s.Send(ctx, v); err != nil {
				return err
			}
		}
		v, err := s.CloseAndRecv(ctx)
		if err != nil {
			return err
		}
		out, err := r.f.text("sum", v)
		if err != nil {
			return err
		}
		return sameJSON(out, `{"n":42}`)
	},
	"chat": func(r *genericRun) error {
		ctx, cancel := limited()
		defer cancel()
		s, err := r.cli.BidirectionalStreaming(ctx, "chat")
		if err != nil {
			return err
		}
		for _, text := range []string{`{"n":1,"s":"a"}`, `{"n":2}`} {
			v, err := r.f.message("chat", text)
			if err != nil {
				return err
			}
			if err := s.Send(ctx, v); err != nil {
				return err
			}
		}
		if err := s.CloseSend(ctx); err != nil {
			return err
		}
		return r.drain("chat", func() (any, error) { return s.Recv(ctx) }, `[{"n":2,"s":"a"},{"n":3}]`)
	},
}

func (r *genericRun) drain(method string, recv func() (any, error), want string) error {
	var all []string
	for {
		v, err := recv()
		if err == io.EOF {
			return sameJSON("["+strings.Join(all, ",")+"]", want)
		}
		if err != nil {
			return err
		}
		text, err := r.f.text(method, v)
		if err != nil {
			return err
		}
		all = append(all, text)
	}
}

// askCase is a call by HTTP request.
func askCase(r *genericRun) error {
	ctx, cancel := limited()
	defer cancel()
	body := `{"inner":{"n":5},"big":"9007199254740992"}`
	req, err := http.NewRequest(http.MethodPost, "http://x/ask/9007199254740993?q=tea&tags=a,b", strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("X-Trace", "t")
	req.AddCookie(&http.Cookie{Name: "session", Value: "s"})
	ask, err := generic.FromHTTPRequest(req)
	if err != nil {
		return err
	}
	out, err := r.cli.GenericCall(ctx, "", ask)
	if err != nil {
		return err
	}
	got, ok := out.(*generic.HTTPResponse)
	if !ok {
		return fmt.Errorf("got a %T", out)
	}
	if got.StatusCode != 201 || got.Header.Get("X-Where") != "/ask/9007199254740993" {
		return fmt.Errorf("got status %d, headers %v", got.StatusCode, got.Header)
	}
	if r.dynamic {
		// dynamicgo does not know api.body in answers.
		return sameJSON(string(got.RawBody), `{"said":"tea t s a+b","big":"9007199254740993","inner":{"n":5}}`)
	}
	text, err := json.Marshal(plain(got.Body))
	if err != nil {
		return err
	}
	return sameJSON(string(text), `{"Said":"tea t s a+b","big":"9007199254740993","inner":{"n":5}}`)
}

func runGenericClient(args []string) error {
	flags := flag.NewFlagSet("generic-client", flag.ExitOnError)
	addr := flags.String("addr", "", "address to call")
	kind := flags.String("kind", "json", "json, json-dynamicgo, map, binary, binary-v1, http, http-dynamicgo")
	idl := flags.String("idl", "", "path of generic.thrift")
	kindOfTransport := flags.String("transport", "ttheader-framed", "of calls; of streams, ttheader-streaming or grpc")
	names := flags.String("case", "", "names, separated by commas")
	_ = flags.Parse(args)
	klog.SetLevel(klog.LevelFatal)

	r := &genericRun{dynamic: strings.HasSuffix(*kind, "-dynamicgo")}
	if strings.HasPrefix(*kind, "http") {
		provide := generic.NewThriftFileProvider
		if r.dynamic {
			provide = generic.NewThriftFileProviderWithDynamicGo
		}
		p, err := provide(*idl)
		if err != nil {
			return err
		}
		g, err := generic.HTTPThriftGeneric(p, generic.WithCustomDynamicGoConvOpts(&generic.DefaultHTTPDynamicGoConvOpts), generic.UseRawBodyForHTTPResp(r.dynamic))
		if err != nil {
			return err
		}
		r.f = &form{generic: g}
	} else {
		f, err := formOf(*kind, *idl)
		if err != nil {
			return err
		}
		r.f = f
	}
	options := []client.Option{client.WithHostPorts(*addr), client.WithRPCTimeout(20 * time.Second)}
	switch *kindOfTransport {
	case "grpc":
		options = append(options, client.WithTransportProtocol(transport.GRPC), client.WithMetaHandler(transmeta.ClientHTTP2Handler))
	case "ttheader-streaming":
		options = append(options, client.WithTransportProtocol(transport.TTHeaderFramed), client.WithTransportProtocol(transport.TTHeaderStreaming), client.WithMetaHandler(transmeta.ClientTTHeaderHandler))
	default:
		tp, err := parseTransport(*kindOfTransport)
		if err != nil {
			return err
		}
		options = append(append(options, withTransport(tp)...), client.WithMetaHandler(transmeta.ClientTTHeaderHandler))
	}
	cli, err := genericclient.NewClient("generic", r.f.generic, options...)
	if err != nil {
		return err
	}
	r.cli = cli
	failed := 0
	list := strings.Split(*names, ",")
	slices.Sort(list)
	for _, name := range list {
		check, ok := genericCases[name]
		if !ok {
			return fmt.Errorf("unknown case %q", name)
		}
		line := map[string]any{"case": name, "ok": true}
		if err := check(r); err != nil {
			failed++
			line["ok"], line["error"] = false, err.Error()
		}
		_ = json.NewEncoder(os.Stdout).Encode(line)
	}
	if failed > 0 {
		return fmt.Errorf("%d cases failed", failed)
	}
	return nil
}
