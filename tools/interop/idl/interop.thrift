// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// The service every peer implements. Methods return what they were sent unless
// the comment says otherwise, so a caller can compare deeply.

include "base.thrift"

namespace go interop
namespace js interop
namespace rs interop

typedef i64 Id

// 2^53 + 1: the first integer that a double cannot hold.
const i64 BEYOND_DOUBLE = 9007199254740993

enum Color {
  NEGATIVE = -1
  RED = 0
  GREEN = 1
  BLUE = 5
  LAST = 2147483647
}

struct Point {
  1: i32 x
  2: i32 y
  3: optional string label
}

struct Tree {
  1: string name
  2: optional list<Tree> children
}

union Choice {
  1: string text
  2: i64 number
  3: Point point
  4: list<string> names
}

struct AllTypes {
  // Scalars.
  1: bool flag
  2: i8 tiny
  3: i16 small
  4: i32 medium
  5: i64 large
  6: double ratio
  7: string text
  8: binary raw
  9: Color color
  10: Id id

  // Structs.
  11: Point point
  12: base.Info info
  13: Tree tree
  14: Choice choice
  15: required string must
  16: required i64 mustBig

  // Lists of each sort.
  20: list<bool> boolList
  21: list<i8> tinyList
  22: list<i16> smallList
  23: list<i32> mediumList
  24: list<i64> largeList
  25: list<double> ratioList
  26: list<string> textList
  27: list<binary> rawList
  28: list<Color> colorList
  29: list<Point> pointList
  30: list<list<i32>> listList
  31: list<set<string>> setList
  32: list<map<string, i64>> mapList
  33: list<Choice> choiceList

  // Sets of each sort that every language can hash.
  40: set<bool> boolSet
  41: set<i8> tinySet
  42: set<i16> smallSet
  43: set<i32> mediumSet
  44: set<i64> largeSet
  45: set<string> textSet
  46: set<Color> colorSet
  47: set<list<i32>> listSet

  // Maps by key, then by value.
  60: map<bool, string> boolKeys
  61: map<i8, i8> tinyKeys
  62: map<i16, i16> smallKeys
  63: map<i32, i32> mediumKeys
  64: map<i64, i64> largeKeys
  65: map<string, string> textKeys
  66: map<Color, string> colorKeys
  67: map<string, bool> boolValues
  68: map<string, double> ratioValues
  69: map<string, binary> rawValues
  70: map<string, Color> colorValues
  71: map<string, Point> pointValues
  72: map<string, list<i64>> listValues
  73: map<string, set<i32>> setValues
  74: map<string, map<string, i64>> mapValues
  75: map<i64, map<i32, list<set<string>>>> deep
  76: base.Labels labels

  // Optional; a caller leaves some of them out.
  100: optional bool maybeFlag
  101: optional i32 maybeMedium
  102: optional i64 maybeLarge
  103: optional double maybeRatio
  104: optional string maybeText
  105: optional binary maybeRaw
  106: optional Color maybeColor
  107: optional Point maybePoint
  108: optional list<string> maybeList
  109: optional map<string, i64> maybeMap
  110: optional Choice maybeChoice

  // Defaults.
  120: bool onByDefault = true
  121: i32 answer = 42
  122: i64 beyond = BEYOND_DOUBLE
  123: string greeting = "hello"
  124: Color favourite = Color.GREEN
  125: list<i32> primes = [2, 3, 5]
  126: map<string, i32> ages = {"a": 1}
  127: optional string maybeGreeting = "hi"
  128: optional i32 maybeAnswer = 7
  129: double half = 0.5

  // The highest field id there is.
  32767: string last
}

exception NotFound {
  1: string message
  2: i64 id
}

exception Denied {
  1: string reason
  2: optional list<string> missing
}

struct EvolvedV1 {
  1: string name
  2: i32 count
  3: optional string note
}

service Interop extends base.BaseService {
  AllTypes echoAll(1: AllTypes v)
  string echo(1: string s)
  binary echoBinary(1: binary b)
  void ping()

  // Counted; fired() says how many calls arrived since the server started.
  oneway void fire(1: string s)
  i64 fired()

  // The sum, wrapping around at 64 bits.
  i64 add(1: i64 a, 2: i64 b)

  // how: 1 NotFound{"not found", 404}, 2 Denied{"denied", ["read", "write"]},
  // 3 the plain error "boom", 4 a panic, 5 the business status 404 "nf" with
  // extra {"k": "v"}; anything else returns "ok".
  string fail(1: i32 how) throws (1: NotFound nf, 2: Denied d)

  // Answers "slept <ms>" after that long.
  string slow(1: i64 ms)

  // What arrived with the call: "transient:<k>", "persistent:<k>", "caller",
  // "method", "server", and "timeout" (ms) if one was sent. With a host:port in
  // downstream it asks that server first, over the transport the call came by,
  // and adds the answer under "next:". Sends the backward value back=<server>.
  map<string, string> meta(1: string downstream)

  // The name with "/v1" added, and the count plus one.
  EvolvedV1 evolveOld(1: EvolvedV1 v)
}
