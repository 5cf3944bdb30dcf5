// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// The bench servers' whole service. Its methods are named as in Interop, so a
// client of either can be measured.

namespace go bench
namespace js bench
namespace rs bench

service Bench {
  string echo(1: string s)
  binary echoBinary(1: binary b)
}
