// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/cloudwego/kitex/pkg/klog"

	"github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/bench/bench"
)

// benchResult is the line that every peer's bench-client prints. CPU is this
// process's own, percentiles are in microseconds.
type benchResult struct {
	Calls      uint64  `json:"calls"`
	Seconds    float64 `json:"seconds"`
	CPUSeconds float64 `json:"cpuSeconds"`
	P50        int     `json:"p50"`
	P99        int     `json:"p99"`
}

// latencies counts calls by microseconds; the last bucket is for slower ones.
type latencies [20_000]uint32

func (l *latencies) add(d time.Duration) {
	l[min(int(d.Microseconds()), len(l)-1)]++
}

func (l *latencies) percentile(p float64) int {
	var total, seen uint64
	for _, n := range l {
		total += uint64(n)
	}
	for us, n := range l {
		if seen += uint64(n); seen > uint64(float64(total)*p) {
			return us
		}
	}
	return len(l) - 1
}

func runBenchClient(args []string) error {
	flags := flag.NewFlagSet("bench-client", flag.ExitOnError)
	addr := flags.String("addr", "", "server to call")
	kind := flags.String("transport", "ttheader", "buffered, framed, ttheader or ttheader-framed")
	callers := flags.Int("callers", 50, "callers, each with one call in flight")
	seconds := flags.Float64("seconds", 2, "how long to measure")
	warmup := flags.Float64("warmup", 1, "how long to call before")
	_ = flags.Parse(args)
	klog.SetLevel(klog.LevelFatal)

	tp, err := parseTransport(*kind)
	if err != nil {
		return err
	}
	if *addr == "" {
		return errors.New("bench-client needs -addr")
	}
	r := &run{addr: *addr, tp: tp}
	cli, err := bench.NewClient("bench", r.options()...)
	if err != nil {
		return err
	}

	var measuring, stopping atomic.Bool
	var calls atomic.Uint64
	var wait sync.WaitGroup
	failed := make(chan error, *callers)
	text := strings.Repeat("x", 1024)
	seen := make([]latencies, *callers)
	for i := range *callers {
		wait.Add(1)
		go func() {
			defer wait.Done()
			var own uint64
			for last := time.Now(); !stopping.Load(); {
				answer, err := cli.Echo(context.Background(), text)
				if err == nil && len(answer) != len(text) {
					err = errors.New("the answer is not what was sent")
				}
				if err != nil {
					failed <- err
					return
				}
				now := time.Now()
				if measuring.Load() {
					own++
					seen[i].add(now.Sub(last))
				}
				last = now
			}
			calls.Add(own)
		}()
	}
	if err := sleepOrFail(*warmup, failed); err != nil {
		return err
	}
	from, cpu := time.Now(), ownCPU()
	measuring.Store(true)
	err = sleepOrFail(*seconds, failed)
	measuring.Store(false)
	result := benchResult{Seconds: time.Since(from).Seconds(), CPUSeconds: ownCPU() - cpu}
	if err != nil {
		return err
	}
	stopping.Store(true)
	wait.Wait()
	result.Calls = calls.Load()
	var all latencies
	for i := range seen {
		for us, n := range seen[i] {
			all[us] += n
		}
	}
	result.P50, result.P99 = all.percentile(0.5), all.percentile(0.99)
	return json.NewEncoder(os.Stdout).Encode(result)
}

func sleepOrFail(seconds float64, failed <-chan error) error {
	select {
	case err := <-failed:
		return err
	case <-time.After(time.Duration(seconds * float64(time.Second))):
		return nil
	}
}

func ownCPU() float64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}
