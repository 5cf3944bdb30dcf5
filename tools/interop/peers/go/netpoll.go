// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/cloudwego/netpoll"
)

// runNetpollServer echoes whatever comes, with netpoll alone.
func runNetpollServer(args []string) error {
	flags := flag.NewFlagSet("netpoll-server", flag.ExitOnError)
	addr := flags.String("addr", "127.0.0.1:0", "address to listen on")
	noStdin := flags.Bool("no-stdin", false, "do not stop at the end of standard input")
	_ = flags.Parse(args)

	listener, err := netpoll.CreateListener("tcp", *addr)
	if err != nil {
		return err
	}
	loop, err := netpoll.NewEventLoop(func(_ context.Context, c netpoll.Connection) error {
		r, w := c.Reader(), c.Writer()
		in, err := r.Next(r.Len())
		if err != nil {
			return err
		}
		out, err := w.Malloc(len(in))
		if err != nil {
			return err
		}
		copy(out, in)
		if err := r.Release(); err != nil {
			return err
		}
		return w.Flush()
	})
	if err != nil {
		return err
	}
	fmt.Printf("LISTEN %s\n", listener.Addr())
	go func() {
		<-stopSignal(*noStdin)
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		defer cancel()
		_ = loop.Shutdown(ctx)
		os.Exit(0)
	}()
	return loop.Serve(listener)
}

// runNetpollClient sends messages of many sizes, each a u32 length and its bytes, and checks that they come back. It prints one line of JSON.
func runNetpollClient(args []string) error {
	flags := flag.NewFlagSet("netpoll-client", flag.ExitOnError)
	addr := flags.String("addr", "", "echo server")
	_ = flags.Parse(args)

	c, err := netpoll.NewDialer().DialConnection("tcp", *addr, 5*time.Second)
	if err != nil {
		return err
	}
	_ = c.SetReadTimeout(10 * time.Second)
	messages, total := 0, 0
	for _, size := range []int{0, 1, 7, 1000, 4096, 4097, 65_536, 1_000_003} {
		for round := 0; round < 3; round++ {
			body := make([]byte, size)
			for i := range body {
				body[i] = byte(i*31 + round + size)
			}
			head, err := c.Writer().Malloc(4)
			if err != nil {
				return err
			}
			binary.BigEndian.PutUint32(head, uint32(size))
			if _, err := c.Writer().WriteBinary(body); err != nil {
				return err
			}
			if err := c.Writer().Flush(); err != nil {
				return err
			}
			head, err = c.Reader().Next(4)
			if err != nil {
				return err
			}
			if n := int(binary.BigEndian.Uint32(head)); n != size {
				return fmt.Errorf("the echo of %d bytes has %d", size, n)
			}
			got, err := c.Reader().Next(size)
			if err != nil {
				return err
			}
			if !bytes.Equal(got, body) {
				return fmt.Errorf("the echo of %d bytes differs", size)
			}
			if err := c.Reader().Release(); err != nil {
				return err
			}
			messages++
			total += size
		}
	}
	if err := c.Close(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]int{"messages": messages, "bytes": total})
}
