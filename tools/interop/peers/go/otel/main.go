// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Command interop-go-otel is the Kitex side of the tests of tracing and metrics: servers and clients with the suites of the original obs-opentelemetry, which export by
// OTLP, and with the tracers of the original monitor-prometheus.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/server"
	prometheus "github.com/kitex-contrib/monitor-prometheus"
	"github.com/kitex-contrib/obs-opentelemetry/provider"
	"github.com/kitex-contrib/obs-opentelemetry/tracing"
	prom "github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel"

	"github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/bench"
	benchservice "github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/bench/bench"
)

const usage = `usage:
  interop-go-otel server -otlp HOST:PORT -service NAME [-next HOST:PORT] [-metrics HOST:PORT]     answers "NAME: " and the message, or what the next one answers behind it
  interop-go-otel client -otlp HOST:PORT -service NAME -next HOST:PORT       prints what the next one answers
`

var _ bench.Bench = (*relay)(nil)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	otlp := flags.String("otlp", "", "address of the receiver")
	service := flags.String("service", "", "name of this service")
	next := flags.String("next", "", "address of the next service")
	metrics := flags.String("metrics", "", "where /metrics is served")
	_ = flags.Parse(os.Args[2:])
	klog.SetLevel(klog.LevelFatal)

	telemetry := provider.NewOpenTelemetryProvider(
		provider.WithServiceName(*service), provider.WithServiceNamespace("interop"), provider.WithDeploymentEnvironment("test"),
		provider.WithExportEndpoint(*otlp), provider.WithInsecure(), provider.WithEnableMetrics(false),
	)
	err := run(os.Args[1], *service, *next, *metrics)
	// The provider's own end forgets what its batch holds.
	if t, ok := otel.GetTracerProvider().(interface{ ForceFlush(context.Context) error }); ok {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		_ = t.ForceFlush(ctx)
		cancel()
	}
	_ = telemetry.Shutdown(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "interop-go-otel:", err)
		os.Exit(1)
	}
}

func run(word, service, next, metrics string) error {
	serverOptions := []server.Option{server.WithSuite(tracing.NewServerSuite())}
	clientOptions := []client.Option{client.WithHostPorts(next), client.WithSuite(tracing.NewClientSuite()),
		client.WithClientBasicInfo(&rpcinfo.EndpointBasicInfo{ServiceName: service}), client.WithRPCTimeout(10 * time.Second)}
	if metrics != "" {
		registry := prom.NewRegistry()
		serverOptions = append(serverOptions, server.WithTracer(prometheus.NewServerTracer(metrics, "/metrics", prometheus.WithRegistry(registry))))
		clientOptions = append(clientOptions, client.WithTracer(prometheus.NewClientTracer("", "", prometheus.WithRegistry(registry), prometheus.WithDisableServer(true))))
	}
	var forward benchservice.Client
	if next != "" {
		var err error
		forward, err = benchservice.NewClient("next", clientOptions...)
		if err != nil {
			return err
		}
	}
	switch word {
	case "server":
		return serve(service, forward, serverOptions)
	case "client":
		answer, err := forward.Echo(context.Background(), "hello")
		if err == nil {
			fmt.Println(answer)
		}
		return err
	}
	fmt.Fprint(os.Stderr, usage)
	os.Exit(2)
	return nil
}

// relay says its name, and asks the next service where there is one.
type relay struct {
	name    string
	forward benchservice.Client
}

func (h *relay) Echo(ctx context.Context, message string) (string, error) {
	if h.forward == nil {
		return h.name + ": " + message, nil
	}
	answer, err := h.forward.Echo(ctx, message)
	return h.name + ": " + answer, err
}

func (h *relay) EchoBinary(_ context.Context, message []byte) ([]byte, error) { return message, nil }

// serve runs until its standard input ends.
func serve(service string, forward benchservice.Client, options []server.Option) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	svr := benchservice.NewServer(&relay{service, forward}, append(options,
		server.WithListener(listener),
		server.WithServerBasicInfo(&rpcinfo.EndpointBasicInfo{ServiceName: service}), server.WithExitWaitTime(time.Second),
		server.WithExitSignal(func() <-chan error {
			stop := make(chan error, 1)
			go func() {
				_, _ = io.Copy(io.Discard, os.Stdin)
				stop <- nil
			}()
			return stop
		}))...)
	fmt.Printf("LISTEN %s\n", listener.Addr())
	return svr.Run()
}
