// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import type { DynamicError, ValueCodec } from '@cloudwego/pilota/dynamic';
import type { LinkedStruct, LinkedThrift, LinkedType } from '@cloudwego/pilota/descriptor';
import { linkThrift } from '@cloudwego/pilota/descriptor';
import { thriftFromText } from '../../src/index.js';

/** Every type, nested in every container; also what the golden vectors of Go are made of. */
export const IDL = `
namespace js dyn
enum Color { RED = 1, GREEN = 2, BLUE = 7 }
union Pick { 1: i32 number, 2: string word, 3: list<Pick> more }
exception Oops { 1: string message, 2: i64 code }
struct Leaf { 1: i32 n, 2: optional string s }
struct All {
  1: bool yes, 2: i8 tiny, 3: i16 small, 4: i32 medium, 5: i64 large, 6: double real, 7: string text, 8: binary raw, 9: Color color,
  10: Leaf leaf, 11: list<Leaf> leaves, 12: set<i32> numbers, 13: map<string, Leaf> byName, 14: map<i64, list<string>> byId,
  15: list<list<bool>> grid, 16: map<string, map<string, i32>> deep, 17: map<Color, double> byColor, 18: set<string> words,
  19: optional Pick pick, 20: optional i64 maybe, 21: optional All next, 22: list<Oops> oops, 23: map<bool, i8> byBool,
  300: required string must, -5: i32 negative, 24: map<i16, binary> bins
}
struct Defaults {
  1: i32 a = 5, 2: required string b = "b", 3: optional i64 c = 7, 4: optional string d, 5: list<i32> e = [1, 2], 6: map<string, i64> f = {"k": 9},
  7: Leaf g = {"n": 3}, 8: set<Color> h = [Color.RED], 9: Color i = Color.BLUE, 10: required Leaf j, 11: double k, 12: binary l = "hi"
}
struct Tagged { 1: string plain (go.tag = 'json:"renamed,omitempty"'), 2: string __proto__, 3: string toString }
`;

export const linked: LinkedThrift = linkThrift(thriftFromText(IDL, { path: 'dyn.thrift' }).current());

export function written(c: ValueCodec, t: LinkedStruct | LinkedType, v: unknown): Buffer {
  const w = new ByteWriter(64);
  c.write(w, t, v);
  return Buffer.from(w.toBytes());
}

/** Reads from a buffer that is overwritten afterwards: what the reader lends must not be in the value. */
export function read(c: ValueCodec, t: LinkedStruct | LinkedType, b: Uint8Array): unknown {
  const lent = Buffer.from(b);
  try {
    return c.read(new ByteReader(lent), t);
  } finally {
    lent.fill(0xdd);
  }
}

/** Code and place of what `f` throws. */
export function failure(f: () => unknown): string {
  try {
    f();
  } catch (e) {
    const { code, message } = e as DynamicError;
    return `${code}: ${message}`;
  }
  return 'no error';
}
