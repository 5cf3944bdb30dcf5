// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// What interop.thrift includes: names that must resolve across files, and a
// service whose methods are inherited.

namespace go base
namespace js base
namespace rs base

enum Level {
  LOW = 1
  HIGH = 100
}

typedef map<string, string> Labels

struct Info {
  1: string origin
  2: Level level = Level.LOW
  3: optional Labels labels
}

service BaseService {
  // The name the server was started with.
  string whoami()
}
