// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Writes what bytedance/gopkg does into JSON files, which the tests of
// packages/gopkg compare with what the TypeScript does:
//
//	go run ./vectors ../../../../packages/gopkg/test/vectors
package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/bytedance/gopkg/cloud/circuitbreaker"
	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/bytedance/gopkg/util/xxhash3"
)

// version is that of the module which the vectors show.
func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, d := range info.Deps {
		if d.Path == "github.com/bytedance/gopkg" {
			return d.Version
		}
	}
	panic("the module is not a dependency")
}

func write(dir, name string, v any) {
	text, err := json.Marshal(map[string]any{"module": "github.com/bytedance/gopkg", "version": version(), "vectors": v})
	if err != nil {
		panic(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), append(text, '\n'), 0o644); err != nil {
		panic(err)
	}
}

// breakers drives breakers on a clock of their own. No tick of the window
// happens meanwhile: that runs on the real clock in the original.
func breakers() any {
	type step struct {
		Op      string  `json:"op"`
		Ms      int64   `json:"ms,omitempty"`
		Allowed *bool   `json:"allowed,omitempty"`
		State   string  `json:"state"`
		Counts  []int64 `json:"counts"`
		Streak  int64   `json:"streak"`
	}
	type trace struct {
		Trip  map[string]any `json:"trip"`
		Times []int64        `json:"times"`
		Steps []step         `json:"steps"`
	}
	trips := []struct {
		say map[string]any
		f   circuitbreaker.TripFunc
	}{
		{map[string]any{"kind": "threshold", "n": 5}, circuitbreaker.ThresholdTripFunc(5)},
		{map[string]any{"kind": "consecutive", "n": 3}, circuitbreaker.ConsecutiveTripFunc(3)},
		{map[string]any{"kind": "rate", "rate": 0.5, "minSamples": 10}, circuitbreaker.RateTripFunc(0.5, 10)},
		{map[string]any{"kind": "combined", "rate": 0.75, "minSamples": 8, "consecutive": 5}, circuitbreaker.ConsecutiveTripFuncV2(0.75, 8, 0, 0, 5)},
		{map[string]any{"kind": "never"}, nil},
	}
	random := rand.New(rand.NewSource(7))
	var out []trace
	for _, trip := range trips {
		for _, times := range [][]int64{{5000, 200, 2}, {100, 10, 1}, {1000, 1000, 5}} {
			now := time.Unix(1000, 0)
			panel, err := circuitbreaker.NewPanel(nil, circuitbreaker.Options{
				BucketTime: time.Hour, CoolingTimeout: time.Duration(times[0]) * time.Millisecond, DetectTimeout: time.Duration(times[1]) * time.Millisecond,
				HalfOpenSuccesses: int32(times[2]), ShouldTrip: trip.f, Now: func() time.Time { return now },
			})
			if err != nil {
				panic(err)
			}
			t := trace{Trip: trip.say, Times: times}
			bad := 0.7
			for i := 0; i < 150; i++ {
				if i%40 == 39 {
					bad = 0.9 - bad
				}
				s := step{}
				switch p := random.Float64(); {
				case p < 0.3:
					s.Op = "pass"
					s.Ms = []int64{1, times[1] - 1, times[1], times[0] - 1, times[0], times[0] + 1, 50}[random.Intn(7)]
					now = now.Add(time.Duration(s.Ms) * time.Millisecond)
				case p < 0.6:
					s.Op = "allowed"
					a := panel.IsAllowed("k")
					s.Allowed = &a
				case random.Float64() > bad:
					s.Op = "succeed"
					panel.Succeed("k")
				case random.Intn(2) == 0:
					s.Op = "fail"
					panel.Fail("k")
				default:
					s.Op = "timeout"
					panel.Timeout("k")
				}
				m := panel.GetMetricer("k")
				a, b, c := m.Counts()
				s.Counts = []int64{a, b, c}
				s.Streak = m.ConseErrors()
				s.State = panel.DumpBreakers()["k"].State().String()
				t.Steps = append(t.Steps, s)
			}
			panel.Close()
			out = append(out, t)
		}
	}
	return out
}

// meta applies random operations and records what every reader sees.
func meta() any {
	type step struct {
		Op         string            `json:"op"`
		K          string            `json:"k"`
		V          string            `json:"v"`
		All        map[string]string `json:"all"`
		Persistent map[string]string `json:"persistent"`
		Strings    map[string]string `json:"strings"`
		Fields     map[string]string `json:"fields"`
	}
	random := rand.New(rand.NewSource(11))
	keys := []string{"", "A", "LOG_ID", "logId", "UPSTREAM_X", "a b", "x-y", "Ümlaut"}
	values := []string{"", "1", "two words", "tab\there", "line\nbreak", "grüße 世界"}
	var out [][]step
	for run := 0; run < 20; run++ {
		ctx := context.Background()
		var steps []step
		for i := 0; i < 25; i++ {
			s := step{K: keys[random.Intn(len(keys))], V: values[random.Intn(len(values))]}
			switch random.Intn(7) {
			case 0, 1:
				s.Op = "with"
				ctx = metainfo.WithValue(ctx, s.K, s.V)
			case 2:
				s.Op = "withPersistent"
				ctx = metainfo.WithPersistentValue(ctx, s.K, s.V)
			case 3:
				s.Op = "without"
				ctx = metainfo.DelValue(ctx, s.K)
			case 4:
				s.Op = "withoutPersistent"
				ctx = metainfo.DelPersistentValue(ctx, s.K)
			case 5:
				s.Op = "forward"
				ctx = metainfo.TransferForward(ctx)
			default:
				s.Op = "strings"
				prefixes := []string{metainfo.PrefixTransient, metainfo.PrefixPersistent, metainfo.PrefixTransientUpstream, "OTHER_"}
				s.K = prefixes[random.Intn(len(prefixes))] + s.K
				ctx = metainfo.SetMetaInfoFromMap(ctx, map[string]string{s.K: s.V})
			}
			s.All = metainfo.GetAllValues(ctx)
			s.Persistent = metainfo.GetAllPersistentValues(ctx)
			s.Strings = map[string]string{}
			metainfo.SaveMetaInfoToMap(ctx, s.Strings)
			h := http.Header{}
			metainfo.ToHTTPHeader(ctx, metainfo.HTTPHeader(h))
			s.Fields = map[string]string{}
			for k := range h { // lower case, as it is stored
				s.Fields[k] = h[k][0]
			}
			steps = append(steps, s)
		}
		out = append(out, steps)
	}
	return out
}

// hashes covers every branch of XXH3: lengths around each of its limits.
func hashes() any {
	type vector struct {
		Length int    `json:"length"`
		H64    string `json:"h64"`
		H128   string `json:"h128"`
	}
	// The input of every vector: byte i is what this generator gives.
	data := make([]byte, 300_000)
	x := uint32(2654435761)
	for i := range data {
		data[i] = byte(x >> 24)
		x = x*1664525 + 1013904223
	}
	lengths := []int{}
	for n := 0; n <= 520; n++ {
		lengths = append(lengths, n)
	}
	for _, n := range []int{1023, 1024, 1025, 1087, 1088, 1089, 2047, 2048, 2049, 4096, 10_000, 65_535, 65_536, 65_537, 131_072, 262_144, 300_000} {
		lengths = append(lengths, n)
	}
	var out []vector
	for _, n := range lengths {
		h := xxhash3.Hash128(data[:n])
		out = append(out, vector{n, fmt.Sprintf("%016x", xxhash3.Hash(data[:n])), fmt.Sprintf("%016x%016x", h[0], h[1])})
	}
	return map[string]any{"first": hex.EncodeToString(data[:16]), "hashes": out}
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: vectors FOLDER")
		os.Exit(2)
	}
	write(os.Args[1], "circuitbreaker.json", breakers())
	write(os.Args[1], "metainfo.json", meta())
	write(os.Args[1], "xxhash3.json", hashes())
}
