// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Command interop-go-discovery is the Kitex side of the tests of service discovery: servers that announce themselves through the original registries, and
// clients that find servers through the original resolvers. It is a program of its own, so that what these bring along burdens no other.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/discovery"
	"github.com/cloudwego/kitex/pkg/klog"
	"github.com/cloudwego/kitex/pkg/registry"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/server"
	etcd "github.com/kitex-contrib/registry-etcd"

	"github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/bench/bench"
)

const usage = `usage:
  interop-go-discovery server    -etcd HOST:PORT -service NAME [-name NAME] [-weight 10] [-tag VALUE]
  interop-go-discovery instances -etcd HOST:PORT -service NAME
  interop-go-discovery client    -etcd HOST:PORT -service NAME [-calls 20]
`

func main() {
	if len(os.Args) < 2 {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	store := flags.String("etcd", "", "address of etcd")
	service := flags.String("service", "", "name of the service")
	name := flags.String("name", "go", "what this server puts before its answers")
	weight := flags.Int("weight", 10, "weight of this server")
	tag := flags.String("tag", "", "value of the tag \"zone\"")
	calls := flags.Int("calls", 20, "how often to call")
	_ = flags.Parse(os.Args[2:])
	klog.SetLevel(klog.LevelFatal)

	var err error
	switch os.Args[1] {
	case "server":
		err = serve(*store, *service, *name, *weight, *tag)
	case "instances":
		err = instances(*store, *service)
	case "client":
		err = call(*store, *service, *calls)
	default:
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "interop-go-discovery:", err)
		os.Exit(1)
	}
}

// named answers an echo with the name of its server before it.
type named struct{ name string }

func (h *named) Echo(_ context.Context, message string) (string, error) {
	return h.name + ": " + message, nil
}

func (h *named) EchoBinary(_ context.Context, message []byte) ([]byte, error) { return message, nil }

// serve runs until its standard input ends.
func serve(store, service, name string, weight int, tag string) error {
	r, err := etcd.NewEtcdRegistry([]string{store})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	info := &registry.Info{ServiceName: service, Weight: weight}
	if tag != "" {
		info.Tags = map[string]string{"zone": tag}
	}
	svr := bench.NewServer(&named{name},
		server.WithListener(listener),
		server.WithServerBasicInfo(&rpcinfo.EndpointBasicInfo{ServiceName: service}),
		server.WithRegistry(r), server.WithRegistryInfo(info),
		server.WithExitWaitTime(time.Second),
		server.WithExitSignal(func() <-chan error {
			stop := make(chan error, 1)
			go func() {
				_, _ = io.Copy(io.Discard, os.Stdin)
				stop <- nil
			}()
			return stop
		}))
	fmt.Printf("LISTEN %s\n", listener.Addr())
	return svr.Run()
}

// instances prints what the original resolver finds.
func instances(store, service string) error {
	r, err := etcd.NewEtcdResolver([]string{store})
	if err != nil {
		return err
	}
	found, err := r.Resolve(context.Background(), r.Target(context.Background(), rpcinfo.NewEndpointInfo(service, "", nil, nil)))
	if err != nil {
		return err
	}
	list := make([]map[string]any, 0, len(found.Instances))
	for _, i := range found.Instances {
		zone, _ := i.Tag("zone")
		list = append(list, map[string]any{"address": i.Address().String(), "weight": i.Weight(), "zone": zone})
	}
	return json.NewEncoder(os.Stdout).Encode(list)
}

// call prints how often each server answered.
func call(store, service string, calls int) error {
	var r discovery.Resolver
	r, err := etcd.NewEtcdResolver([]string{store})
	if err != nil {
		return err
	}
	cli, err := bench.NewClient(service, client.WithResolver(r), client.WithRPCTimeout(5*time.Second), client.WithConnectTimeout(5*time.Second))
	if err != nil {
		return err
	}
	answers := map[string]int{}
	for range calls {
		answer, err := cli.Echo(context.Background(), "hello")
		if err != nil {
			return err
		}
		const end = ": hello"
		if len(answer) <= len(end) || answer[len(answer)-len(end):] != end {
			return errors.New("odd answer: " + answer)
		}
		answers[answer[:len(answer)-len(end)]]++
	}
	return json.NewEncoder(os.Stdout).Encode(answers)
}
