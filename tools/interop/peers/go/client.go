// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/connpool"
	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/transport"

	"github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/interop/interop"
)

const clientName = "interop-go-client"

// run is what a case may use: where to call, how, and a ready client with a
// long connection pool.
type run struct {
	addr, next, back string
	tp         transport.Protocol
	cli        interop.Client
}

// options are those of every client of this run; a case may add its own.
func (r *run) options(more ...client.Option) []client.Option {
	options := append(withTransport(r.tp),
		client.WithHostPorts(r.addr),
		// The default of 50 ms is for a data centre; a thousand connections at once on a busy machine take longer.
		client.WithConnectTimeout(5 * time.Second),
		client.WithClientBasicInfo(&rpcinfo.EndpointBasicInfo{ServiceName: clientName}),
		client.WithMetaHandler(transmeta.ClientTTHeaderHandler),
		client.WithLongConnection(connpool.IdleConfig{
			MaxIdlePerAddress: 100,
			MaxIdleGlobal:     1000,
			MaxIdleTimeout:    time.Minute,
		}),
	)
	return append(options, more...)
}

// result is one line of output.
type result struct {
	Case  string `json:"case"`
	OK    bool   `json:"ok"`
	Error string `json:"error,omitempty"`
	Ms    int64  `json:"ms"`
}

func runClient(args []string) error {
	flags := flag.NewFlagSet("client", flag.ExitOnError)
	addr := flags.String("addr", "", "server to call")
	kind := flags.String("transport", "framed", "buffered, framed, ttheader or ttheader-framed")
	names := flags.String("case", "all", "case, several with commas, or all")
	next := flags.String("next", "", "second server, for two-hops")
	back := flags.String("back", "", "second server in the other language, for two-hops-back")
	list := flags.Bool("list", false, "print the cases that all stands for, and call nothing")
	_ = flags.Parse(args)
	klog.SetLevel(klog.LevelFatal)

	tp, err := parseTransport(*kind)
	if err != nil {
		return err
	}
	r := &run{addr: *addr, next: *next, back: *back, tp: tp}
	chosen, err := choose(r, *names)
	if err != nil {
		return err
	}
	if *list {
		for _, c := range chosen {
			fmt.Println(c.name)
		}
		return nil
	}
	if *addr == "" {
		return errors.New("client needs -addr")
	}
	if r.cli, err = interop.NewClient("interop", r.options()...); err != nil {
		return err
	}
	failed := 0
	out := json.NewEncoder(os.Stdout)
	for _, c := range chosen {
		line := execute(r, c)
		if !line.OK {
			failed++
		}
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d cases failed", failed, len(chosen))
	}
	return nil
}

// choose returns the named cases; all leaves out those that the transport or
// the arguments cannot serve, and those only run by name.
func choose(r *run, names string) ([]testCase, error) {
	var chosen []testCase
	if names == "all" {
		for _, c := range cases {
			if !c.onlyByName && c.unfit(r) == "" {
				chosen = append(chosen, c)
			}
		}
		return chosen, nil
	}
next:
	for _, name := range strings.Split(names, ",") {
		for _, c := range cases {
			if c.name == name {
				chosen = append(chosen, c)
				continue next
			}
		}
		return nil, fmt.Errorf("unknown case %q", name)
	}
	return chosen, nil
}

func execute(r *run, c testCase) (line result) {
	line.Case = c.name
	start := time.Now()
	defer func() {
		line.Ms = time.Since(start).Milliseconds()
		if p := recover(); p != nil {
			line.Error = fmt.Sprintf("panic: %v", p)
		}
		line.OK = line.Error == ""
	}()
	if reason := c.unfit(r); reason != "" {
		line.Error = reason
	} else if err := c.check(r); err != nil {
		line.Error = err.Error()
	}
	return line
}
