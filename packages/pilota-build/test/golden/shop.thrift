// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

namespace js shop

typedef i64 Money

enum State { NEW = 0, PAID = 1, SHIPPED = 2 }

/** One line of an order. */
struct Line {
  1: required string sku
  2: i32 count = 1
  3: optional Money price
}

union Payment {
  1: string card
  2: Money cash
}

struct Order {
  1: required i64 id
  2: list<Line> lines
  3: map<string, string> notes
  4: set<State> history
  5: Payment payment
  6: optional binary signature
}

exception Short {
  1: string sku
  2: i32 left
}

const Money FREE = 0

service Shop {
  // Places an order.
  Order Place(1: Order order, 2: string key) throws (1: Short short)
  oneway void Seen(1: i64 id)
  void ping()
}
