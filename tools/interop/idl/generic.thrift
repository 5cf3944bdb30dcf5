// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// What generic calls of Go Kitex can model: every method has one argument. Methods return what they were sent unless the comment says otherwise.

namespace go generics
namespace js generics

enum Color {
  RED = 1
  BLUE = 5
}

struct Inner {
  1: i32 n
  2: optional string s
}

struct All {
  1: bool flag
  2: i8 tiny
  3: i16 small
  4: i32 medium
  5: i64 large
  6: double ratio
  7: string text
  8: binary raw
  9: Color color
  10: Inner inner
  11: list<i64> larges
  12: set<string> words
  13: map<i32, string> byNumber
  14: map<i64, map<i32, list<Inner>>> deep
  15: map<string, binary> raws
  16: optional i64 maybe
  17: optional string greeting = "hello"
  18: i32 answer = 42
}

exception NotFound {
  1: string message
  2: i64 id
}

exception Denied {
  1: string reason
}

struct Ask {
  1: i64 id (api.path = "id")
  2: string q (api.query = "q")
  3: string trace (api.header = "X-Trace")
  4: optional Inner inner
  5: optional list<string> tags (api.query = "tags")
  6: string session (api.cookie = "session")
  7: optional i64 big (api.js_conv = "")
}

struct Told {
  1: i32 status (api.http_code = "")
  2: string where (api.header = "X-Where")
  3: string said (api.body = "Said")
  4: i64 big (api.js_conv = "")
  5: optional Inner inner
  6: string hidden (api.none = "")
}

service Generics {
  All echo(1: All v)
  string text(1: string s)
  void nothing(1: string s)

  // Counted; fired says how many calls arrived since the server started.
  oneway void fire(1: string s)
  i64 fired(1: string s)

  // how: 1 NotFound{"not found", 404}, 2 Denied{"denied"}, 3 the plain error "boom"; anything else returns "ok".
  string fail(1: i32 how) throws (1: NotFound nf, 2: Denied d)

  // {201, "/ask/<id>", "<q> <trace> <session> <tags joined by '+'>", big + 1, inner, "x"}
  Told ask(1: Ask a) (api.get = "/ask/:id", api.post = "/ask/:id")

  // chat: each n plus one. list: n times, counting from 0. sum: all n.
  Inner chat(1: Inner v) (streaming.mode = "bidirectional")
  Inner list(1: Inner v) (streaming.mode = "server")
  Inner sum(1: Inner v) (streaming.mode = "client")
}
