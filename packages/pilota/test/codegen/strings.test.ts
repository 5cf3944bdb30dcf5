// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteReader } from '@cloudwego/gopkg/io';
import { readString } from '@cloudwego/pilota/codegen/v1';
import { codeOf } from '../support.js';

function read(body: Buffer, declared = body.length, behind = 9): { readonly text: string; readonly pos: number } {
  const head = Buffer.alloc(4);
  head.writeInt32BE(declared);
  const all = Buffer.concat([Buffer.from('##'), head, body, Buffer.alloc(behind, 0x41)]);
  const r = new ByteReader(all, 2, all.length - behind);
  const text = readString(r);
  return { text, pos: r.pos - 6 };
}

it('strings of every short length and some long ones arrive as they are', () => {
  for (let n = 0; n <= 70; n++) {
    const ascii = Array.from({ length: n }, (_, i) => String.fromCharCode((i * 37 + n) & 0x7f)).join('');
    for (const t of [ascii, `${ascii.slice(1)}ü`, `é${ascii.slice(1)}`, '語'.repeat(n >> 2), '😀'.repeat(n >> 3)]) {
      const b = Buffer.from(t);
      expect(read(b), JSON.stringify(t)).toEqual({ text: t, pos: b.length });
    }
  }
});

it('bytes that are no UTF-8 are read as r.string32() reads them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (b) => {
      expect(read(Buffer.from(b)).text).toBe(Buffer.from(b).toString('utf8'));
    }),
  );
});

it('a length that is negative or longer than what is left is an error, and nothing behind the end is read', () => {
  for (const n of [1, 8, 16, 17, 2 ** 31 - 1]) expect(codeOf(() => read(Buffer.alloc(0), n))).toBe('GOPKG_IO_READ_SHORT');
  expect(codeOf(() => read(Buffer.from('abc'), 4))).toBe('GOPKG_IO_READ_SHORT');
  for (const n of [-1, -(2 ** 31)]) expect(codeOf(() => read(Buffer.from('abc'), n))).toBe('GOPKG_IO_VALUE_INVALID');
});
