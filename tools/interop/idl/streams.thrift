// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Calls of every form over gRPC, with Thrift payload. streams.proto is the same with Protobuf payload.

namespace go streams
namespace js streams
namespace rs streams

struct Item {
  1: string text
  2: i64 number
  3: binary raw
}

service Streams {
  // What was sent. The text tells the server what else to do: see README, stream cases.
  Item echo(1: Item v)
  // As many items as the number says, numbered from 0.
  Item list(1: Item v) (streaming.mode = "server")
  // The sum of the numbers.
  Item sum(1: Item v) (streaming.mode = "client")
  // Every item, as it comes.
  Item chat(1: Item v) (streaming.mode = "bidirectional")
}
