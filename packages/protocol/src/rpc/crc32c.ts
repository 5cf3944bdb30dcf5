// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * CRC-32C (Castagnoli), reflected polynomial 0x82f63b78, eight tables of 256 words: eight bytes a step.
 * The tables are made on first use, so that importing costs nothing.
 */
let tables: Int32Array | undefined;

function makeTables(): Int32Array {
  const t = new Int32Array(8 * 256);
  for (let i = 0; i < 256; i++) {
    let c = i;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
    t[i] = c;
  }
  for (let i = 0; i < 256; i++) for (let k = 1; k < 8; k++) t[k * 256 + i] = (t[(k - 1) * 256 + i]! >>> 8) ^ t[t[(k - 1) * 256 + i]! & 0xff]!;
  return t;
}

/** Checksum of `b[start, end)`; an unsigned 32-bit number. Source of the check values: cloudwego/kitex pkg/remote/codec/validate.go. */
export function crc32c(b: Uint8Array, start = 0, end: number = b.length): number {
  const t = (tables ??= makeTables());
  let c = -1;
  let i = start;
  for (; i + 8 <= end; i += 8) {
    const x = c ^ (b[i]! | (b[i + 1]! << 8) | (b[i + 2]! << 16) | (b[i + 3]! << 24));
    c =
      t[1792 + (x & 0xff)]! ^
      t[1536 + ((x >>> 8) & 0xff)]! ^
      t[1280 + ((x >>> 16) & 0xff)]! ^
      t[1024 + (x >>> 24)]! ^
      t[768 + b[i + 4]!]! ^
      t[512 + b[i + 5]!]! ^
      t[256 + b[i + 6]!]! ^
      t[b[i + 7]!]!;
  }
  for (; i < end; i++) c = (c >>> 8) ^ t[(c ^ b[i]!) & 0xff]!;
  return ~c >>> 0;
}

/** As it travels: eight lower-case hex digits. */
export function crc32cHex(b: Uint8Array): string {
  return crc32c(b).toString(16).padStart(8, '0');
}
