// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader } from '@cloudwego/gopkg/io';
import { SHORT, shortAscii } from '../../short-ascii.js';

interface Utf8Sliceable {
  utf8Slice(start: number, end: number): string;
}

/**
 * A string: an i32 byte length, then UTF-8. Up to sixteen ASCII characters are put together here: the call into native code that makes longer ones costs
 * three times as much as such a string does.
 * Errors: as `r.string32()`.
 */
export function readString(r: ByteReader): string {
  const start = r.pos;
  const n = r.i32();
  const b = r.buf;
  const p = start + 4;
  const e = p + n;
  if (n > SHORT && e <= r.end) {
    r.pos = e;
    return (b as unknown as Utf8Sliceable).utf8Slice(p, e);
  }
  let all = 0;
  if (n >= 0 && e <= r.end) for (let i = p; i < e; i++) all |= b[i]!;
  else all = 0x80;
  if (all > 0x7f) {
    r.pos = start;
    return r.string32();
  }
  r.pos = e;
  return shortAscii(b, p, n);
}
