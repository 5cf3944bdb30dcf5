// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader } from '@cloudwego/gopkg/io';

interface Utf8Sliceable {
  utf8Slice(start: number, end: number): string;
}

const of = String.fromCharCode;

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
  if (n > 16 && e <= r.end) {
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
  switch (n) {
    case 0:
      return '';
    case 1:
      return of(b[p]!);
    case 2:
      return of(b[p]!, b[p + 1]!);
    case 3:
      return of(b[p]!, b[p + 1]!, b[p + 2]!);
    case 4:
      return of(b[p]!, b[p + 1]!, b[p + 2]!, b[p + 3]!);
    case 5:
      return of(b[p]!, b[p + 1]!, b[p + 2]!, b[p + 3]!, b[p + 4]!);
    case 6:
      return of(b[p]!, b[p + 1]!, b[p + 2]!, b[p + 3]!, b[p + 4]!, b[p + 5]!);
    case 7:
      return of(b[p]!, b[p + 1]!, b[p + 2]!, b[p + 3]!, b[p + 4]!, b[p + 5]!, b[p + 6]!);
    case 8:
      return of(b[p]!, b[p + 1]!, b[p + 2]!, b[p + 3]!, b[p + 4]!, b[p + 5]!, b[p + 6]!, b[p + 7]!);
    default:
      return upTo16(b, p, n);
  }
}

function upTo16(b: Buffer, p: number, n: number): string {
  const [s0, s1, s2, s3] = [b[p]!, b[p + 1]!, b[p + 2]!, b[p + 3]!];
  const [s4, s5, s6, s7] = [b[p + 4]!, b[p + 5]!, b[p + 6]!, b[p + 7]!];
  switch (n) {
    case 9:
      return of(s0, s1, s2, s3, s4, s5, s6, s7, b[p + 8]!);
    case 10:
      return of(s0, s1, s2, s3, s4, s5, s6, s7, b[p + 8]!, b[p + 9]!);
    case 11:
      return of(s0, s1, s2, s3, s4, s5, s6, s7, b[p + 8]!, b[p + 9]!, b[p + 10]!);
    case 12:
      return of(s0, s1, s2, s3, s4, s5, s6, s7, b[p + 8]!, b[p + 9]!, b[p + 10]!, b[p + 11]!);
    case 13:
      return of(s0, s1, s2, s3, s4, s5, s6, s7, b[p + 8]!, b[p + 9]!, b[p + 10]!, b[p + 11]!, b[p + 12]!);
    case 14:
      return of(s0, s1, s2, s3, s4, s5, s6, s7, b[p + 8]!, b[p + 9]!, b[p + 10]!, b[p + 11]!, b[p + 12]!, b[p + 13]!);
    case 15:
      return of(s0, s1, s2, s3, s4, s5, s6, s7, b[p + 8]!, b[p + 9]!, b[p + 10]!, b[p + 11]!, b[p + 12]!, b[p + 13]!, b[p + 14]!);
    default:
      return of(s0, s1, s2, s3, s4, s5, s6, s7, b[p + 8]!, b[p + 9]!, b[p + 10]!, b[p + 11]!, b[p + 12]!, b[p + 13]!, b[p + 14]!, b[p + 15]!);
  }
}
