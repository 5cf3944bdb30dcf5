// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// What the Thrift codecs are measured on: the four shapes that most payloads are made of.

namespace js bench_thrift

enum Color { RED = 1, GREEN = 2, BLUE = 3 }

struct Small {
  1: i32 code
  2: string message
  3: bool ok
}

struct Point { 1: double x, 2: double y }

struct Medium {
  1: required i64 id
  2: string name
  3: optional string email
  4: i32 age
  5: double score
  6: bool active
  7: Color color
  8: list<string> tags
  9: map<string, i64> counters
  10: Point position
  11: list<i32> numbers
  12: binary token
  13: i16 port
  14: byte level
  15: optional string missing
}

struct Large {
  1: list<Medium> items
  2: map<string, string> labels
  3: list<i64> ids
  4: list<double> samples
}

struct Strings {
  1: string a
  2: string b
  3: string c
  4: string d
  5: string e
  6: string f
  7: string g
  8: string h
  9: list<string> words
  10: map<string, string> headers
}
