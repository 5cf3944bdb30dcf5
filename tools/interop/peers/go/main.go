// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Command interop-go is the Kitex side of the interoperability tests: a server
// and a client for idl/interop.thrift, and an echo server and its client for benchmarks; with netpoll alone, echo both ways.
package main

import (
	"fmt"
	"os"
)

const usage = `usage:
  interop-go server [-addr 127.0.0.1:0] [-transport any] [-name NAME] [-crc32c] [-evolved] [-no-stdin]
  interop-go client -addr HOST:PORT -transport buffered|framed|ttheader|ttheader-framed
                    [-case all|NAME[,NAME...]] [-next HOST:PORT] [-list]
  interop-go bench-server [-addr 127.0.0.1:0] [-no-stdin]
  interop-go bench-client -addr HOST:PORT [-transport ttheader] [-callers 50] [-seconds 2] [-warmup 1]
  interop-go stream-server [-addr 127.0.0.1:0] [-no-stdin]
  interop-go stream-client -addr HOST:PORT [-payload thrift|protobuf] [-wire grpc|ttheader-streaming] [-many 20000] [-case all|NAME[,NAME...]]
  interop-go generic-server -idl FILE [-kind json|json-dynamicgo|map|binary|binary-v1] [-addr 127.0.0.1:0] [-no-stdin]
  interop-go generic-client -idl FILE -addr HOST:PORT [-kind json|json-dynamicgo|map|binary|binary-v1|http|http-dynamicgo] [-transport KIND] -case NAME[,NAME...]
  interop-go netpoll-server [-addr 127.0.0.1:0] [-no-stdin]
  interop-go netpoll-client -addr HOST:PORT
`

func main() {
	if len(os.Args) < 2 {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	var err error
	switch args := os.Args[2:]; os.Args[1] {
	case "server":
		err = runServer(args)
	case "client":
		err = runClient(args)
	case "bench-server":
		err = runBenchServer(args)
	case "bench-client":
		err = runBenchClient(args)
	case "stream-server":
		err = runStreamServer(args)
	case "stream-client":
		err = runStreamClient(args)
	case "generic-server":
		err = runGenericServer(args)
	case "generic-client":
		err = runGenericClient(args)
	case "netpoll-server":
		err = runNetpollServer(args)
	case "netpoll-client":
		err = runNetpollClient(args)
	default:
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "interop-go:", err)
		os.Exit(1)
	}
}
