// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Catalogue and prices. Business codes 20xxx.
include "base.thrift"

namespace js shop.product

struct Product {
  1: required string sku
  2: required string name
  3: required base.Money price
  // Pieces that the demo starts with.
  4: required i32 supply
}

struct Query {
  // Part of a name; everything when left out.
  1: optional string text
  2: optional string cursor
  3: i32 limit = 50
}

struct Page {
  1: required list<Product> products
  2: optional string next
}

service ProductService {
  Page List(1: Query query)
  // Skus that are not known are left out of the answer.
  map<string, Product> BatchGet(1: list<string> skus)
}
