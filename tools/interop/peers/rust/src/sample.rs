// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

use std::hash::Hash;

use pilota::{AHashMap, AHashSet, Bytes, FastStr};

use crate::volo_gen::{
    base::{Info, Labels, Level},
    interop::{AllTypes, Choice, Color, Id, Point, Tree},
};

const BEYOND_DOUBLE: i64 = (1 << 53) + 1;

fn map<K: Hash + Eq, V, const N: usize>(entries: [(K, V); N]) -> AHashMap<K, V> {
    AHashMap::from_iter(entries)
}

fn set<T: Hash + Eq, const N: usize>(items: [T; N]) -> AHashSet<T> {
    AHashSet::from_iter(items)
}

fn s(text: &'static str) -> FastStr {
    FastStr::from_static_str(text)
}

fn point(x: i32, y: i32, label: Option<&'static str>) -> Point {
    Point {
        x: Some(x),
        y: Some(y),
        label: label.map(s),
    }
}

fn tree(depth: usize) -> Tree {
    let children = (depth > 0).then(|| {
        vec![
            tree(depth - 1),
            Tree {
                name: Some(s("side")),
                children: Some(vec![]),
            },
        ]
    });
    Tree {
        name: Some(s("node")),
        children,
    }
}

/// Extreme values everywhere and every optional field set, to something other
/// than its default.
pub fn full() -> AllTypes {
    AllTypes {
        flag: Some(true),
        tiny: Some(i8::MIN),
        small: Some(i16::MIN),
        medium: Some(i32::MIN),
        large: Some(i64::MIN),
        ratio: Some(5e-324),
        text: Some(s("é 日本 😀 \0 \"quoted\"")),
        raw: Some(Bytes::from_iter(0..=255u8)),
        color: Some(Color::LAST),
        id: Some(Id(i64::MAX)),
        point: Some(point(i32::MAX, -1, Some(""))),
        info: Some(Info {
            origin: Some(s("here")),
            level: Some(Level::HIGH),
            labels: Some(Labels(map([(s(""), s("empty key"))]))),
        }),
        tree: Some(tree(20)),
        choice: Some(Choice::Point(point(1, 2, None))),
        must: "m".repeat(5000).into(),
        must_big: BEYOND_DOUBLE,

        bool_list: Some(vec![true, false, true]),
        tiny_list: Some(vec![i8::MIN, -1, 0, i8::MAX]),
        small_list: Some(vec![i16::MIN, 0, i16::MAX]),
        medium_list: Some(vec![i32::MIN, 0, i32::MAX]),
        large_list: Some(vec![i64::MIN, 0, BEYOND_DOUBLE, i64::MAX]),
        ratio_list: Some(vec![f64::NEG_INFINITY, -0.1, -0.0, f64::MAX, f64::INFINITY]),
        text_list: Some(vec![s(""), s("a"), s("é")]),
        raw_list: Some(vec![Bytes::new(), vec![0].into(), vec![0xff, 0xfe].into()]),
        color_list: Some(vec![
            Color::NEGATIVE,
            Color::RED,
            Color::BLUE,
            Color::from(77),
        ]),
        point_list: Some(vec![point(0, 0, None), point(1, 2, Some("p"))]),
        list_list: Some(vec![vec![], vec![1], vec![1, 2]]),
        set_list: Some(vec![set([s("b"), s("a")]), set([])]),
        map_list: Some(vec![map([(s("k"), i64::MAX)]), map([])]),
        choice_list: Some(vec![
            Choice::Text(s("t")),
            Choice::Number(i64::MIN),
            Choice::Names(vec![s("n")]),
        ]),

        bool_set: Some(set([true, false])),
        tiny_set: Some(set([i8::MIN, i8::MAX])),
        small_set: Some(set([i16::MIN, i16::MAX])),
        medium_set: Some(set([i32::MIN, i32::MAX])),
        large_set: Some(set([i64::MIN, BEYOND_DOUBLE, i64::MAX])),
        text_set: Some(set([s("z"), s(""), s("é")])),
        color_set: Some(set([Color::LAST, Color::NEGATIVE])),
        list_set: Some(set([vec![2, 1], vec![], vec![1, 2]])),

        bool_keys: Some(map([(true, s("yes")), (false, s("no"))])),
        tiny_keys: Some(map([(i8::MIN, i8::MAX), (0, -1)])),
        small_keys: Some(map([(i16::MIN, i16::MAX)])),
        medium_keys: Some(map([(i32::MIN, i32::MAX)])),
        large_keys: Some(map([
            (i64::MIN, i64::MAX),
            (BEYOND_DOUBLE, -BEYOND_DOUBLE),
            (BEYOND_DOUBLE - 1, 0),
        ])),
        text_keys: Some(map([
            (s(""), s("")),
            (s("__proto__"), s("p")),
            (s("constructor"), s("c")),
            (s("é"), s("日本")),
        ])),
        color_keys: Some(map([
            (Color::NEGATIVE, s("negative")),
            (Color::LAST, s("last")),
        ])),
        bool_values: Some(map([(s("t"), true), (s("f"), false)])),
        ratio_values: Some(map([(s("pi"), std::f64::consts::PI)])),
        raw_values: Some(map([(s("e"), Bytes::new()), (s("ff"), vec![0xff].into())])),
        color_values: Some(map([(s("c"), Color::BLUE)])),
        point_values: Some(map([
            (s("o"), point(0, 0, None)),
            (s("p"), point(-5, 5, Some("l"))),
        ])),
        list_values: Some(map([(s("e"), vec![]), (s("l"), vec![i64::MIN])])),
        set_values: Some(map([(s("s"), set([3, -3]))])),
        map_values: Some(map([
            (s("e"), map([])),
            (s("m"), map([(s("n"), BEYOND_DOUBLE)])),
        ])),
        deep: Some(map([
            (
                i64::MAX,
                map([(i32::MIN, vec![set([s("x"), s("y")]), set([])])]),
            ),
            (0, map([])),
        ])),
        labels: Some(Labels(map([(s("l"), s("v"))]))),

        maybe_flag: Some(false),
        maybe_medium: Some(0),
        maybe_large: Some(i64::MIN),
        maybe_ratio: Some(-1.5),
        maybe_text: Some(s("")),
        maybe_raw: Some(Bytes::new()),
        maybe_color: Some(Color::RED),
        maybe_point: Some(point(0, 0, None)),
        maybe_list: Some(vec![]),
        maybe_map: Some(map([(s("m"), -1)])),
        maybe_choice: Some(Choice::Number(0)),

        on_by_default: Some(false),
        answer: Some(0),
        beyond: Some(-1),
        greeting: Some(s("")),
        favourite: Some(Color::RED),
        primes: Some(vec![]),
        ages: Some(map([])),
        maybe_greeting: Some(s("")),
        maybe_answer: Some(0),
        half: Some(-0.0),
        last: Some(s("end")),
    }
}
