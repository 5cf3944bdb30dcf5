// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Calls that the server of interop.thrift does not know: a method missing from a
// service it has, and a service it does not have.

namespace go newer
namespace js newer
namespace rs newer

service Elsewhere {
  string nowhereElse(1: string s)
}

service Interop {
  string nowhere(1: string s)
}
