// What the tests of the run time read and write: generated with keepUnknownFields.
namespace js golden

enum E { A = 3, B = 7 }
struct Inner { 1: bool b }
struct All {
  1: bool a, 2: i8 b, 3: i16 c, 4: i32 d, 5: i64 e, 6: double f, 7: string g, 8: binary h,
  9: list<i32> i, 10: set<string> j, 11: map<string, i64> k, 12: E l, -1: Inner m
}
struct Modes {
  1: i64 big, 2: i64 number (ts.i64 = "number"), 3: i64 text (ts.i64 = "string"), 4: optional list<i64> list, 5: optional map<i64, i64> map (ts.i64 = "number"),
  6: optional Ids ids, 7: optional Ids texts (ts.i64 = "string")
}
typedef list<i64> Ids (ts.i64 = "number")
struct Needs { 1: required string id, 2: required Inner inner, 3: optional i32 n = 5 }
struct Keys {
  1: map<Inner, list<binary>> byStruct, 2: map<double, string> byDouble, 3: map<binary, i32> byBytes, 4: set<list<i32>> lists, 5: map<E, set<E>> enums
}
struct Tree { 1: string name, 2: optional list<Tree> children, 3: optional map<string, Tree> named }
union U { 1: string text, 2: i64 number, 3: list<U> many, 5: list<i64> numbers (ts.i64 = "number"), 4: Inner inner }
struct HasUnion { 1: optional U maybe, 2: U always, 3: required U must }
exception Bad { 1: required string message, 2: i64 id, 3: optional binary blob }
exception Worse { 1: i32 code, 2: string name }
service S {
  void nothing()
  string text(1: string a, 2: i32 b) throws (1: Bad bad, 2: Worse worse)
  oneway void note(1: Inner inner)
}
