// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

namespace js hello

struct Request {
  1: required string name
  // "en", "fr", "zh"; English when it is left out.
  2: optional string language
}

struct Greeting {
  1: required string text
  // How many greetings this server has given.
  2: required i64 count
}

exception UnknownLanguage {
  1: required string language
  2: required list<string> known
}

service Hello {
  Greeting Greet(1: Request request) throws (1: UnknownLanguage unknown)
}
