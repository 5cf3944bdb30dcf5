// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Everything that is hard for a generator, in one file that a newcomer's walk-through is made with.

namespace js walk.torture

typedef i64 Id
typedef map<string, list<Id>> Index
typedef Shape Figure

enum Kind { NONE = 0, ROUND = 1, ANGULAR = 5, LAST }
enum Signed { MINUS = -7, ZERO = 0 }

const i64 FAR = 9007199254740993
const list<Kind> KINDS = [Kind.ROUND, Kind.LAST]
const map<string, i32> AGES = {"ann": 36, "bob": 41}
const Point ORIGIN = {"x": 0.5}
const string QUOTES = "it's \"quoted\""

struct Point { 1: double x, 2: double y = -1.5 }

union Shape {
  1: Point point
  2: list<Point> path
  3: Node tree
  4: Id reference
}

struct Node {
  1: required string name
  2: optional list<Node> children
  3: optional Shape shape
  4: Node2 other
}

struct Node2 { 1: optional Node back, 2: bool flag = true }

struct Map { 1: map<string, string> Set, 2: set<binary> Promise, 3: string default, 4: string __proto__ }

exception NotFound { 1: string message, 2: Id id }
exception Conflict { 1: i32 code, 2: string name, 3: string stack, 4: optional Shape shape }
exception Empty {}

struct All {
  1: bool a, 2: byte b, 3: i16 c, 4: i32 d, 5: i64 e, 6: double f, 7: string g, 8: binary h
  9: Kind kind = Kind.ROUND
  10: optional Signed signed = Signed.MINUS
  11: Index index
  12: set<map<Kind, Figure>> odd
  13: map<i64, set<list<Shape>>> deep
  14: required Figure figure
  15: optional i64 far = FAR
  16: list<i32> primes = [2, 3, 5]
  17: i64 small (ts.i64 = "number")
  18: i64 text (ts.i64 = "string")
  -3: string negative
}

service Base { string whoami(), void toString() }

service Torture extends Base {
  All everything(1: All all) throws (1: NotFound missing, 2: Conflict conflict, 3: Empty empty)
  Shape shape(1: Shape shape, 2: i32 ctx, 3: string options)
  Kind kind(1: Kind kind)
  map<Kind, list<Shape>> shapes(1: set<Id> ids)
  void nothing()
  oneway void note(1: string text)
  void close(1: Node node)
  i64 Add(1: i64 a, 2: i64 b)
}

service Second { Figure figure(1: Figure f) throws (1: Conflict c) }
