// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// A later edition of Interop.evolveOld: note is gone, count has grown to i64 (an
// old reader skips it), and there are new fields. Called against the old server
// and the other way round.

namespace go evolved
namespace js evolved
namespace rs evolved

struct EvolvedPart {
  1: string key
  2: list<i64> values
}

struct EvolvedV2 {
  1: string name
  2: i64 count
  4: optional list<EvolvedPart> parts
  5: string tag = "new"
  6: optional map<string, EvolvedPart> index
}

service Evolved {
  // The name with "/v2" added, the count plus one, the rest as sent.
  EvolvedV2 evolveOld(1: EvolvedV2 v)
}
