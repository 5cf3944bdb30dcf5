// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Measures parts of bytedance/gopkg as tools/bench/gopkg does the same parts in TypeScript:
//
//	gopkgbench SUBJECT SECONDS WARMUP
//
// prints {"micros":N}: CPU time of one call, garbage collection included.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/bytedance/gopkg/cloud/circuitbreaker"
	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/bytedance/gopkg/collection/skipmap"
	"github.com/bytedance/gopkg/collection/zset"
	"github.com/bytedance/gopkg/lang/fastrand"
	"github.com/bytedance/gopkg/util/xxhash3"
)

var sink any

const entries = 10_000

// keys are spread and come again in the same order in every language.
func keys() []int {
	list := make([]int, entries)
	for i := range list {
		list[i] = (i * 7919) % 1_000_003
	}
	return list
}

func hash(n int) func() {
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(i * 131)
	}
	return func() { sink = xxhash3.Hash(data) }
}

func subject(name string) func() {
	list := keys()
	switch name {
	case "hash-16":
		return hash(16)
	case "hash-1024":
		return hash(1024)
	case "hash-1048576":
		return hash(1 << 20)
	case "map":
		return func() {
			m := skipmap.NewInt()
			for _, k := range list {
				m.Store(k, k)
			}
			sum := 0
			for _, k := range list {
				v, _ := m.Load(k)
				sum += v.(int)
			}
			m.Range(func(key int, value interface{}) bool { sum += value.(int); return true })
			sink = sum
		}
	case "zset":
		members := make([]string, entries)
		for i := range members {
			members[i] = fmt.Sprintf("member %d", i)
		}
		return func() {
			z := zset.NewFloat64()
			for i, k := range list {
				z.Add(float64(k), members[i])
			}
			sum := 0
			for _, m := range members {
				sum += z.Rank(m)
			}
			sink = sum + len(z.Range(0, 99))
		}
	case "breaker":
		panel, err := circuitbreaker.NewPanel(nil, circuitbreaker.Options{ShouldTrip: circuitbreaker.RateTripFunc(0.5, 200)})
		if err != nil {
			panic(err)
		}
		return func() {
			if panel.IsAllowed("service") {
				panel.Succeed("service")
			}
		}
	case "metainfo":
		arrived := map[string]string{"RPC_PERSIST_TENANT": "blue", "RPC_PERSIST_LOG_ID": "20261125", "RPC_TRANSIT_CALLER": "shop"}
		return func() {
			ctx := metainfo.TransferForward(metainfo.SetMetaInfoFromMap(context.Background(), arrived))
			ctx = metainfo.WithValue(ctx, "STEP", "2")
			out := make(map[string]string, 4)
			metainfo.SaveMetaInfoToMap(ctx, out)
			sink = out
		}
	case "random":
		return func() {
			var sum uint32
			for i := 0; i < 1000; i++ {
				sum += fastrand.Uint32n(1000)
			}
			sink = sum
		}
	}
	fmt.Fprintf(os.Stderr, "unknown subject %s\n", name)
	os.Exit(2)
	return nil
}

// cpu is the time that all threads of this process used.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func run(call func(), seconds float64) float64 {
	from := cpu()
	until := time.Now().Add(time.Duration(seconds * float64(time.Second)))
	calls, batch := 0, 1
	for now := time.Now(); now.Before(until); {
		for k := 0; k < batch; k++ {
			call()
		}
		calls += batch
		then := time.Now()
		if then.Sub(now) < 500*time.Microsecond {
			batch *= 2
		}
		now = then
	}
	return float64((cpu() - from).Nanoseconds()) / 1000 / float64(calls)
}

func main() {
	call := subject(os.Args[1])
	seconds, _ := strconv.ParseFloat(os.Args[2], 64)
	warmup, _ := strconv.ParseFloat(os.Args[3], 64)
	run(call, warmup)
	fmt.Printf("{\"micros\":%g}\n", run(call, seconds))
}
