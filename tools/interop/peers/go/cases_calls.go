// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/callopt"

	evolvedgen "github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/evolved"
	"github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/evolved/evolved"
	gen "github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/interop"
	"github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/interop/interop"
)

func checkAllTypes(r *run) error { return echoAll(r, sampleFull()) }

// checkAllTypesEmpty sends the zero values: empty containers, nothing optional.
func checkAllTypesEmpty(r *run) error { return echoAll(r, sampleEmpty()) }

func echoAll(r *run, sent *gen.AllTypes) error {
	ctx, cancel := limited()
	defer cancel()
	got, err := r.cli.EchoAll(ctx, sent)
	if err != nil {
		return err
	}
	return compare(got, sent)
}

func checkEcho(r *run) error {
	ctx, cancel := limited()
	defer cancel()
	for _, s := range []string{"", "hello", "naïve 日本 😀", "nul\x00inside", strings.Repeat("x", 70000)} {
		got, err := r.cli.Echo(ctx, s)
		if err != nil {
			return err
		}
		if got != s {
			return fmt.Errorf("echo of %d bytes came back as %d other bytes", len(s), len(got))
		}
	}
	return nil
}

func checkBinary(r *run) error {
	ctx, cancel := limited()
	defer cancel()
	sent := make([]byte, 16<<20)
	for i := range sent {
		sent[i] = byte(i * 31 >> 3)
	}
	got, err := r.cli.EchoBinary(ctx, sent)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, sent) {
		return fmt.Errorf("%d bytes came back as %d other bytes", len(sent), len(got))
	}
	return nil
}

func checkVoid(r *run) error {
	ctx, cancel := limited()
	defer cancel()
	return r.cli.Ping(ctx)
}

func checkInherited(r *run) error {
	ctx, cancel := limited()
	defer cancel()
	name, err := r.cli.Whoami(ctx)
	if err == nil && name == "" {
		err = fmt.Errorf("whoami: got an empty name")
	}
	return err
}

func checkOneway(r *run) error {
	ctx, cancel := limited()
	defer cancel()
	before, err := r.cli.Fired(ctx)
	if err != nil {
		return err
	}
	for range 3 {
		if err := r.cli.Fire(ctx, "bang"); err != nil {
			return err
		}
	}
	// No reply says when the calls have been handled.
	for {
		after, err := r.cli.Fired(ctx)
		if err != nil {
			return fmt.Errorf("fired after fire: %w", err)
		}
		if after >= before+3 {
			return nil
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func checkMultiArg(r *run) error {
	ctx, cancel := limited()
	defer cancel()
	for _, p := range [][2]int64{{2, 3}, {1 << 53, 1}, {math.MaxInt64, 1}, {math.MinInt64, math.MaxInt64}} {
		got, err := r.cli.Add(ctx, p[0], p[1])
		if err != nil {
			return err
		}
		if err := want(fmt.Sprintf("%d + %d", p[0], p[1]), got, p[0]+p[1]); err != nil {
			return err
		}
	}
	return nil
}

func checkConcurrent(r *run) error { return callAtOnce(r.cli) }

// checkMux makes a thousand calls at once that share eight connections, and then one more.
func checkMux(r *run) error {
	cli, err := interop.NewClient("interop", r.options(client.WithMuxConnection(8))...)
	if err != nil {
		return err
	}
	if err := callAtOnce(cli); err != nil {
		return err
	}
	ctx, cancel := limited()
	defer cancel()
	got, err := cli.Echo(ctx, "one more")
	return errors.Join(err, want("echo", got, "one more"))
}

func callAtOnce(cli interop.Client) error {
	ctx, cancel := limited()
	defer cancel()
	const calls = 1000
	errs := make(chan error, calls)
	var wg sync.WaitGroup
	for i := range calls {
		wg.Go(func() {
			sent := fmt.Sprintf("call %d %s", i, strings.Repeat("y", i%97))
			got, err := cli.Echo(ctx, sent)
			if err == nil {
				err = want("echo", got, sent)
			}
			if err != nil {
				errs <- err
			}
		})
	}
	wg.Wait()
	close(errs)
	if n := len(errs); n > 0 {
		return fmt.Errorf("%d of %d calls failed, first: %w", n, calls, <-errs)
	}
	return nil
}

// checkEvolve calls with the old structs and then, over the new service's
// client, with the new ones.
func checkEvolve(r *run) error {
	ctx, cancel := limited()
	defer cancel()
	note := "n"
	old, err := r.cli.EvolveOld(ctx, &gen.EvolvedV1{Name: "a", Count: 1, Note: &note})
	if err != nil {
		return err
	}
	if old.Name != "a/v1" || old.Count != 2 || old.Note == nil || *old.Note != "n" {
		return fmt.Errorf("V1 to V1: got %v", old)
	}
	cli, err := evolved.NewClient("interop", r.options()...)
	if err != nil {
		return err
	}
	got, err := cli.EvolveOld(ctx, &evolvedgen.EvolvedV2{
		Name: "b", Count: 7, Tag: "t",
		Parts: []*evolvedgen.EvolvedPart{{Key: "p", Values: []int64{1}}},
		Index: map[string]*evolvedgen.EvolvedPart{"i": {Key: "q", Values: []int64{}}},
	})
	if err != nil {
		return err
	}
	// The old server skips the i64 count and answers with an i32, which is
	// skipped here; it drops what it does not know, so tag is the default again.
	if got.Name != "b/v1" || got.Count != 0 || got.Tag != "new" || got.Parts != nil || got.Index != nil {
		return fmt.Errorf("V2 to V1: got %v", got)
	}
	return nil
}

// checkEvolveNewerServer calls a server of Evolved with the old structs.
func checkEvolveNewerServer(r *run) error {
	ctx, cancel := limited()
	defer cancel()
	note := "n"
	got, err := r.cli.EvolveOld(ctx, &gen.EvolvedV1{Name: "a", Count: 1, Note: &note})
	if err != nil {
		return err
	}
	if got.Name != "a/v2" || got.Count != 0 || got.Note != nil {
		return fmt.Errorf("V1 to V2: got %v", got)
	}
	return nil
}

func checkTimeout(r *run) error {
	start := time.Now()
	_, err := r.cli.Slow(context.Background(), 200, callopt.WithRPCTimeout(50*time.Millisecond))
	if err := wantTimeout(err); err != nil {
		return err
	}
	if took := time.Since(start); took > 190*time.Millisecond {
		return fmt.Errorf("timed out after %v, want before the answer at 200ms", took)
	}
	// The connection that was waiting must not give its late answer to others.
	ctx, cancel := limited()
	defer cancel()
	for range 20 {
		got, err := r.cli.Echo(ctx, "after")
		if err != nil {
			return fmt.Errorf("echo after the timeout: %w", err)
		}
		if err := want("echo after the timeout", got, "after"); err != nil {
			return err
		}
	}
	return nil
}
