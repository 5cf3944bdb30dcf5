// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Command interop-go-discovery is the Kitex side of the tests of service discovery and of configuration: servers that announce themselves through the original
// registries, clients that find servers through the original resolvers, both of them configured by the original centre. It is a program of its own, so that
// what these bring along burdens no other.
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
	configclient "github.com/kitex-contrib/config-etcd/client"
	configetcd "github.com/kitex-contrib/config-etcd/etcd"
	configserver "github.com/kitex-contrib/config-etcd/server"
	etcd "github.com/kitex-contrib/registry-etcd"
	zkregistry "github.com/kitex-contrib/registry-zookeeper/registry"
	zkresolver "github.com/kitex-contrib/registry-zookeeper/resolver"

	"github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/bench/bench"
)

const usage = `usage:
  interop-go-discovery server     STORE -service NAME [-name NAME] [-weight 10] [-tag VALUE] [-configured]
  interop-go-discovery instances  STORE -service NAME
  interop-go-discovery client     STORE -service NAME [-calls 20]
  interop-go-discovery configured -etcd HOST:PORT -service NAME -caller NAME -addr HOST:PORT [-calls 20]
STORE: -etcd HOST:PORT or -zookeeper HOST:PORT
`

// session is how long ZooKeeper remembers a server that it does not hear of.
const session = 5 * time.Second

func main() {
	if len(os.Args) < 2 {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	at := store{
		etcd:      flags.String("etcd", "", "address of etcd"),
		zookeeper: flags.String("zookeeper", "", "address of ZooKeeper"),
	}
	service := flags.String("service", "", "name of the service")
	name := flags.String("name", "go", "what this server puts before its answers")
	weight := flags.Int("weight", 10, "weight of this server")
	tag := flags.String("tag", "", "value of the tag \"zone\"")
	calls := flags.Int("calls", 20, "how often to call")
	limited := flags.Bool("configured", false, "take limits from etcd")
	caller := flags.String("caller", "", "name of this client")
	addr := flags.String("addr", "", "address of the server")
	_ = flags.Parse(os.Args[2:])
	klog.SetLevel(klog.LevelFatal)

	var err error
	switch os.Args[1] {
	case "server":
		err = serve(at, *service, *name, *weight, *tag, *limited)
	case "instances":
		err = instances(at, *service)
	case "client":
		err = call(at, *service, *calls)
	case "configured":
		err = configured(*at.etcd, *service, *caller, *addr, *calls)
	default:
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "interop-go-discovery:", err)
		os.Exit(1)
	}
}

// store is where servers are announced.
type store struct{ etcd, zookeeper *string }

func (s store) registry() (registry.Registry, error) {
	if *s.zookeeper != "" {
		return zkregistry.NewZookeeperRegistry([]string{*s.zookeeper}, session)
	}
	return etcd.NewEtcdRegistry([]string{*s.etcd})
}

func (s store) resolver() (discovery.Resolver, error) {
	if *s.zookeeper != "" {
		return zkresolver.NewZookeeperResolver([]string{*s.zookeeper}, session)
	}
	return etcd.NewEtcdResolver([]string{*s.etcd})
}

// named answers an echo with the name of its server before it.
type named struct{ name string }

func (h *named) Echo(_ context.Context, message string) (string, error) {
	return h.name + ": " + message, nil
}

func (h *named) EchoBinary(_ context.Context, message []byte) ([]byte, error) { return message, nil }

// serve runs until its standard input ends.
func serve(at store, service, name string, weight int, tag string, limited bool) error {
	r, err := at.registry()
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
	options := []server.Option{
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
		}),
	}
	if limited {
		centre, err := configetcd.NewClient(configetcd.Options{Node: []string{*at.etcd}})
		if err != nil {
			return err
		}
		options = append(options, server.WithSuite(configserver.NewSuite(service, centre)))
	}
	svr := bench.NewServer(&named{name}, options...)
	fmt.Printf("LISTEN %s\n", listener.Addr())
	return svr.Run()
}

// instances prints what the original resolver finds.
func instances(at store, service string) error {
	r, err := at.resolver()
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
func call(at store, service string, calls int) error {
	r, err := at.resolver()
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

// configured calls one server under what the original centre reads from etcd, and prints how often each call ended in which way.
func configured(store, service, caller, addr string, calls int) error {
	centre, err := configetcd.NewClient(configetcd.Options{Node: []string{store}})
	if err != nil {
		return err
	}
	cli, err := bench.NewClient(service, client.WithHostPorts(addr), client.WithSuite(configclient.NewSuite(service, caller, centre)))
	if err != nil {
		return err
	}
	outcomes := map[string]int{}
	for range calls {
		outcome := "ok"
		if _, err := cli.Echo(context.Background(), "hello"); err != nil {
			outcome = err.Error()
		}
		outcomes[outcome]++
	}
	return json.NewEncoder(os.Stdout).Encode(outcomes)
}
