// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Made by randomIdl(20261125, { structs: 48, forGo: true }) of test/random-idl.ts.

namespace js random
namespace go random

enum Order0 { State0_0 = 0, Item1_1 = 3 }

enum Value1 { Value0_0 = 0, Value1_1 = 3 }

enum User2 { Total0_0 = 0, Value1_1 = 5, Address2_2 = 6, Item3_3 = 15 }

typedef User2 Total3

typedef User2 Value4

struct Address5 {
  2: set<i64> Order0 = [5, 12]
  4: optional list<string> Total1
  6: double item2
}

struct User6 {
  2: optional set<i64> value0 = [5, 12]
  4: map<Order0, Address5> Address1
  6: required Value4 Total2
  7: optional binary Order3
  9: bool value4 = true
  10: required set<i32> Total5 = [0, 17]
  12: binary item6
}

exception Value7 {
  1: byte Address0
  2: set<string> Total1
  3: optional string Order2
  21: byte Address3
  23: i64 Address4 = 17
  24: list<User6> Address5
  26: Order0 user6
}

struct Item8 {
  2: optional Address5 item0
  3: required i16 state1
  5: set<string> value2
  7: binary user3
  37: optional map<string, Item8> value4
  39: optional byte item5
  40: User6 value6
}

exception Address9 {
  1: optional set<i64> state0
  2: User2 Address1
  3: required list<Value4> item2
  4: optional set<string> Address3
}

union Address10 {
  2: User2 user0
  4: binary value1
  6: map<Value1, User2> value2
}

exception Total11 {
  2: i64 state0 = 31
  17: optional i8 value1
  19: optional map<i8, list<double>> state2
  20: required list<Total3> Order3
  22: required byte value4
  23: required string state5
}

struct Item12 {
  2: required User6 value0
}

struct State13 {
  1: map<Order0, map<i8, i8>> Order0
  8: double user1 = 8.5
  19: set<i32> item2
  20: list<binary> state3
  21: byte Order4
  22: required double Address5
  58: binary user6
}

struct Item14 {
  1: i64 user0
  2: required Address10 value1
  3: optional double Address2 = 89.5
  5: map<Order0, double> user3
  7: Value1 state4
  9: required i32 user5
}

exception Total15 {

}

union Value16 {
  2: Value1 user0
  3: i64 Address1
}

struct User17 {
  40: required User6 Total0
  41: optional bool Address1
  50: optional Address5 Total2
  52: required list<list<Order0>> value3
  53: required Item8 Order4
  76: required User6 Address5
}

struct Item18 {
  1: optional binary item0
  2: optional map<string, Item18> user1
  4: Item8 Total2
}

struct Address19 {
  1: i32 Address0
  3: optional string Order1
  5: set<i32> item2
  6: optional i32 state3
  7: set<string> Order4
}

struct State20 {
  2: optional set<string> item0
  8: Item8 Address1
  10: required i16 value2
  11: optional map<User2, Item18> state3
  13: list<Item14> user4
  14: bool state5
  16: Item18 Order6
}

struct User21 {
  2: optional list<User21> item0
  15: required set<i32> user1
  17: required bool Address2
  18: optional i64 Order3 = 33
  20: optional User21 Address4
  21: Address10 item5
}

struct Value22 {
  2: i64 Address0 = 46
  4: i8 value1
  5: Address5 item2
  32: required map<i16, double> value3
}

struct Total23 {
  1: required Item12 Order0
  2: required list<set<string>> item1
  3: optional list<Total23> Total2
  5: optional set<string> state3
}

struct Order24 {
  2: byte Address0
  3: required binary Total1
  5: i8 Address2
  7: string value3
  27: required State13 state4
  28: byte Address5
  30: i32 item6
}

exception Total25 {
  1: required byte value0 = 90
  2: required i8 Order1
}

struct Value26 {
  1: binary Address0
  2: required Order0 value1
  22: required i8 user2
  23: i64 state3 = -100
  25: Item8 value4
}

struct Item27 {
  1: byte item0
}

union Total28 {
  2: i16 value0
}

union Order29 {
  1: Address10 user0
}

struct Total30 {
  2: optional map<i8, set<string>> Order0
  4: optional list<Total30> Total1
  5: i32 user2 = -14
  7: i16 Address3
}

struct Order31 {
  2: i64 state0
  3: optional map<string, Order31> value1
  4: optional i8 user2
  6: i16 user3
  35: optional Total28 Total4
  37: map<Value1, Value16> item5
}

struct Address32 {
  1: optional i32 value0
  3: i16 item1 = -48
  4: optional set<string> item2
  6: optional double user3 = 38.5
  8: optional double user4
  45: list<list<set<i32>>> value5
  47: i32 user6
}

struct Value33 {
  1: required binary Total0
  2: optional i64 user1 = 0
  3: optional bool item2
  43: list<set<i32>> state3
  46: i64 state4
  51: optional i16 Order5
}

exception State34 {

}

struct State35 {
  1: list<i32> value0 = [0, 17]
}

exception Address36 {
  6: required Order29 state0
  7: double Order1
  20: required i8 Address2
  22: required binary user3
  23: required set<i64> value4
  29: optional Address32 Address5
}

exception Total37 {
  2: optional i16 Total0
  6: Address10 Total1
  8: required map<User2, map<Value1, list<i16>>> value2
  10: optional byte Address3
  49: required double user4
  51: Value4 Total5
  52: i8 value6
}

struct Value38 {
  1: required User17 item0
  2: i32 user1
  35: required bool item2
  36: optional list<Value16> Address3
  38: optional i32 user4
}

union Total39 {
  2: list<double> Order0
  3: double Total1
  5: map<Order0, i16> user2
  7: double state3
}

union Order40 {
  1: set<i64> Total0
}

struct Address41 {

}

exception User42 {
  2: Value4 Total0
  4: map<User2, map<string, Address41>> state1
  5: required i32 user2
  6: list<bool> Total3
  11: optional byte Address4
  39: required State13 Order5
}

struct Item43 {
  2: required double user0
  3: required Value4 Address1
}

struct Order44 {
  1: required map<User2, map<User2, Total3>> value0
  25: State20 Total1
  26: i64 Total2
  27: optional map<string, Order44> value3
  28: list<i64> Address4
  30: optional set<i32> Order5
}

struct User45 {
  1: required Item18 user0
  3: string user1
  5: optional list<User45> Order2
  7: optional double item3 = 11.5
  8: double Address4
  9: required map<i32, bool> Order5
}

exception Value46 {
  2: required list<State35> Total0
  3: i64 Total1
  5: State13 Order2
  6: optional set<string> user3
  7: binary item4
  24: string Order5 = "text 18"
}

struct User47 {
  1: required State13 Order0
  2: optional Total3 Order1
  3: byte user2 = 69
  5: Order24 user3
  6: binary value4
  7: optional binary state5
  8: i32 Order6
}

union Order48 {
  1: double item0
  6: Value38 Address1
  25: Value16 user2
}

struct Value49 {
  19: optional State20 Order0
}

struct Total50 {
  1: Value4 Total0
}

union Order51 {
  1: map<i64, Total39> value0
  16: i32 item1
  40: double item2
}

struct Address52 {
  11: Value4 item0
  13: list<list<i8>> Order1
  50: optional i16 value2
  52: optional i8 item3 = 42
  54: required set<i64> Order4 = [3, 12]
  55: i16 Order5 = 75
  72: Item12 Address6
}
