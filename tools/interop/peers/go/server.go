// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/pkg/remote/codec"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/server"

	"github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/bench/bench"
	"github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/evolved/evolved"
	"github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/interop/interop"
)

func runServer(args []string) error {
	flags := flag.NewFlagSet("server", flag.ExitOnError)
	addr := flags.String("addr", "127.0.0.1:0", "address to listen on")
	kind := flags.String("transport", "any", "any: a Kitex server answers in whatever it was asked in")
	name := flags.String("name", "interop-go", "server name, for whoami and meta")
	mux := flags.Bool("mux", false, "serve TTHeader alone, many calls of a connection at once")
	crc := flags.Bool("crc32c", false, "check and send CRC32C sums on TTHeader")
	v2 := flags.Bool("evolved", false, "serve Evolved (evolveOld with V2) instead of Interop")
	noStdin := flags.Bool("no-stdin", false, "do not stop at the end of standard input")
	_ = flags.Parse(args)
	if *kind != "any" {
		if _, err := parseTransport(*kind); err != nil {
			return err
		}
	}
	klog.SetLevel(klog.LevelFatal)

	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	options := append(serverOptions(listener, *name, *noStdin),
		// The metainfo handler is there by default; a second one would age values twice.
		server.WithMetaHandler(transmeta.ServerTTHeaderHandler),
		server.WithEnableContextTimeout(true),
	)
	if *mux {
		options = append(options, server.WithMuxTransport())
	}
	if *crc {
		options = append(options, server.WithCodec(codec.NewDefaultCodecWithConfig(codec.CodecConfig{CRC32Check: true})))
	}
	var svr server.Server
	if *v2 {
		svr = evolved.NewServer(&evolvedHandler{}, options...)
	} else {
		svr = interop.NewServer(newHandler(*name), options...)
	}
	return serve(svr, listener)
}

func runBenchServer(args []string) error {
	flags := flag.NewFlagSet("bench-server", flag.ExitOnError)
	addr := flags.String("addr", "127.0.0.1:0", "address to listen on")
	noStdin := flags.Bool("no-stdin", false, "do not stop at the end of standard input")
	_ = flags.Parse(args)
	klog.SetLevel(klog.LevelFatal)

	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	options := append(serverOptions(listener, "interop-go-bench", *noStdin),
		server.WithMetaHandler(transmeta.ServerTTHeaderHandler))
	return serve(bench.NewServer(&benchHandler{}, options...), listener)
}

func serverOptions(listener net.Listener, name string, noStdin bool) []server.Option {
	return []server.Option{
		server.WithListener(listener),
		server.WithServerBasicInfo(&rpcinfo.EndpointBasicInfo{ServiceName: name}),
		server.WithExitWaitTime(2 * time.Second),
		server.WithExitSignal(func() <-chan error { return stopSignal(noStdin) }),
	}
}

// serve announces the address, which already queues connections, and runs
// until it is told to stop.
func serve(svr server.Server, listener net.Listener) error {
	fmt.Printf("LISTEN %s\n", listener.Addr())
	return svr.Run()
}

// stopSignal yields nil, a graceful stop, at SIGTERM, SIGINT or the end of
// standard input, so that a test's server does not outlive the test.
func stopSignal(noStdin bool) <-chan error {
	stop := make(chan error, 2)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-signals
		stop <- nil
	}()
	if !noStdin {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			stop <- nil
		}()
	}
	return stop
}
