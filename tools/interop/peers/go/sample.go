// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math"
	"strings"

	"github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/base"
	gen "github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/interop"
)

func ptr[T any](v T) *T { return &v }

// sampleEmpty has nothing optional, empty containers, and defaults as declared.
func sampleEmpty() *gen.AllTypes {
	v := gen.NewAllTypes()
	v.Raw = []byte{}
	v.Point, v.Info, v.Tree = gen.NewPoint(), base.NewInfo(), gen.NewTree()
	v.Choice = &gen.Choice{Text: ptr("")}
	v.BoolList, v.TinyList, v.SmallList, v.MediumList = []bool{}, []int8{}, []int16{}, []int32{}
	v.LargeList, v.RatioList, v.TextList, v.RawList = []int64{}, []float64{}, []string{}, [][]byte{}
	v.ColorList, v.PointList, v.ListList, v.SetList = []gen.Color{}, []*gen.Point{}, [][]int32{}, [][]string{}
	v.MapList, v.ChoiceList = []map[string]int64{}, []*gen.Choice{}
	v.BoolSet, v.TinySet, v.SmallSet, v.MediumSet = []bool{}, []int8{}, []int16{}, []int32{}
	v.LargeSet, v.TextSet, v.ColorSet, v.ListSet = []int64{}, []string{}, []gen.Color{}, [][]int32{}
	v.BoolKeys, v.TinyKeys, v.SmallKeys = map[bool]string{}, map[int8]int8{}, map[int16]int16{}
	v.MediumKeys, v.LargeKeys, v.TextKeys = map[int32]int32{}, map[int64]int64{}, map[string]string{}
	v.ColorKeys, v.BoolValues, v.RatioValues = map[gen.Color]string{}, map[string]bool{}, map[string]float64{}
	v.RawValues, v.ColorValues, v.PointValues = map[string][]byte{}, map[string]gen.Color{}, map[string]*gen.Point{}
	v.ListValues, v.SetValues = map[string][]int64{}, map[string][]int32{}
	v.MapValues, v.Deep = map[string]map[string]int64{}, map[int64]map[int32][][]string{}
	v.Labels = base.Labels{}
	return v
}

// sampleFull has extreme values everywhere and every optional field set, to
// something other than its default.
func sampleFull() *gen.AllTypes {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	tree := &gen.Tree{Name: "leaf"}
	for range 20 {
		tree = &gen.Tree{Name: "node", Children: []*gen.Tree{tree, {Name: "side", Children: []*gen.Tree{}}}}
	}
	return &gen.AllTypes{
		Flag: true, Tiny: math.MinInt8, Small: math.MinInt16, Medium: math.MinInt32, Large: math.MinInt64,
		Ratio: math.SmallestNonzeroFloat64, Text: "é 日本 😀 \x00 \"quoted\"", Raw: every,
		Color: gen.Color_LAST, Id: math.MaxInt64,
		Point:  &gen.Point{X: math.MaxInt32, Y: -1, Label: ptr("")},
		Info:   &base.Info{Origin: "here", Level: base.Level_HIGH, Labels: base.Labels{"": "empty key"}},
		Tree:   tree,
		Choice: &gen.Choice{Point: &gen.Point{X: 1, Y: 2}},
		Must:   strings.Repeat("m", 5000), MustBig: 1<<53 + 1,

		BoolList: []bool{true, false, true}, TinyList: []int8{math.MinInt8, -1, 0, math.MaxInt8},
		SmallList:  []int16{math.MinInt16, 0, math.MaxInt16},
		MediumList: []int32{math.MinInt32, 0, math.MaxInt32},
		LargeList:  []int64{math.MinInt64, -1 << 53, 0, 1<<53 + 1, math.MaxInt64},
		RatioList:  []float64{math.Inf(-1), -0.1, math.Copysign(0, -1), math.MaxFloat64, math.Inf(1)},
		TextList:   []string{"", "a", "é"}, RawList: [][]byte{{}, {0}, {0xff, 0xfe}},
		ColorList: []gen.Color{gen.Color_NEGATIVE, gen.Color_RED, gen.Color_BLUE, gen.Color(77)},
		PointList: []*gen.Point{{}, {X: 1, Y: 2, Label: ptr("p")}},
		ListList:  [][]int32{{}, {1}, {1, 2}}, SetList: [][]string{{"b", "a"}, {}},
		MapList: []map[string]int64{{"k": math.MaxInt64}, {}},
		ChoiceList: []*gen.Choice{
			{Text: ptr("t")}, {Number: ptr(int64(math.MinInt64))}, {Names: []string{"n"}}},

		BoolSet: []bool{true, false}, TinySet: []int8{math.MinInt8, math.MaxInt8},
		SmallSet: []int16{math.MinInt16, math.MaxInt16}, MediumSet: []int32{math.MinInt32, math.MaxInt32},
		LargeSet: []int64{math.MinInt64, 1<<53 + 1, math.MaxInt64}, TextSet: []string{"z", "", "é"},
		ColorSet: []gen.Color{gen.Color_LAST, gen.Color_NEGATIVE}, ListSet: [][]int32{{2, 1}, {}, {1, 2}},

		BoolKeys:   map[bool]string{true: "yes", false: "no"},
		TinyKeys:   map[int8]int8{math.MinInt8: math.MaxInt8, 0: -1},
		SmallKeys:  map[int16]int16{math.MinInt16: math.MaxInt16},
		MediumKeys: map[int32]int32{math.MinInt32: math.MaxInt32},
		LargeKeys:  map[int64]int64{math.MinInt64: math.MaxInt64, 1<<53 + 1: -1<<53 - 1, 1 << 53: 0},
		TextKeys:   map[string]string{"": "", "__proto__": "p", "constructor": "c", "é": "日本"},
		ColorKeys:  map[gen.Color]string{gen.Color_NEGATIVE: "negative", gen.Color_LAST: "last"},
		BoolValues: map[string]bool{"t": true, "f": false}, RatioValues: map[string]float64{"pi": math.Pi},
		RawValues: map[string][]byte{"e": {}, "ff": {0xff}}, ColorValues: map[string]gen.Color{"c": gen.Color_BLUE},
		PointValues: map[string]*gen.Point{"o": {}, "p": {X: -5, Y: 5, Label: ptr("l")}},
		ListValues:  map[string][]int64{"e": {}, "l": {math.MinInt64}},
		SetValues:   map[string][]int32{"s": {3, -3}},
		MapValues:   map[string]map[string]int64{"e": {}, "m": {"n": 1<<53 + 1}},
		Deep:        map[int64]map[int32][][]string{math.MaxInt64: {math.MinInt32: {{"x", "y"}, {}}}, 0: {}},
		Labels:      base.Labels{"l": "v"},

		MaybeFlag: ptr(false), MaybeMedium: ptr(int32(0)), MaybeLarge: ptr(int64(math.MinInt64)),
		MaybeRatio: ptr(-1.5), MaybeText: ptr(""), MaybeRaw: []byte{}, MaybeColor: ptr(gen.Color_RED),
		MaybePoint: &gen.Point{}, MaybeList: []string{}, MaybeMap: map[string]int64{"m": -1},
		MaybeChoice: &gen.Choice{Number: ptr(int64(0))},

		OnByDefault: false, Answer: 0, Beyond: -1, Greeting: "", Favourite: gen.Color_RED,
		Primes: []int32{}, Ages: map[string]int32{}, MaybeGreeting: "", MaybeAnswer: 0, Half: math.Copysign(0, -1),
		Last: "end",
	}
}
