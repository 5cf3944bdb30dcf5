// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compactCodec, equals } from '@cloudwego/pilota/thrift';
import { All, HasUnion, Inner, Keys, Needs, Tree, U } from '../golden/golden.js';
import { back, bytes, codeOf, hex, TYPED } from '../support.js';

// Put together by hand from doc/specs/thrift-compact-protocol.md; test/vectors has what Apache's Go library writes.
const VECTOR = hex(`
11 13 ff 14 03 15 84 04 16 82 80 80 80 80 80 80 20 17 00 00 00 00 00 00 f8 3f 18 02 c3 a9 18 02 00 ff
19 25 02 04 1a 18 01 61 1b 01 86 01 6b 12 15 06 0c 01 12 00 00`);

describe('the compact protocol', () => {
  const codec = compactCodec(All);
  const value = { a: true, b: -1, c: -2, d: 258, e: 2n ** 53n + 1n, f: 1.5, g: 'é', h: Uint8Array.of(0, 255), i: [1, 2], j: new Set(['a']), k: new Map([['k', 9n]]), l: 3 as const, m: { b: false } };

  it('has the bytes of its description, both ways', () => {
    expect(bytes(codec, value).toString('hex')).toBe(VECTOR.toString('hex'));
    expect(back(codec, VECTOR)).toEqual(value);
  });

  it('writes long lists, far ids, and bools in containers as it should', () => {
    expect(bytes(compactCodec(All), { i: Array.from({ length: 15 }, () => 0) }).toString('hex')).toContain(`f50f${'00'.repeat(15)}`);
    expect(back(compactCodec(All), bytes(compactCodec(All), { i: Array.from({ length: 300 }, (_, i) => i) })).i).toHaveLength(300);
    expect(bytes(compactCodec(Inner), { b: true }).toString('hex')).toBe('1100');
    // A delta of 0 or below, and ids beyond 15.
    expect(back(compactCodec(Inner), hex('01 02 00')).b).toBe(true);
  });

  it('passes over what it does not know', () => {
    const strange = hex('19 1c 11 00 | 1b 01 88 01 61 01 78 | 18 01 61 | 17 0000000000000000 | 14 02 | 13 05 | 1d 00112233445566778899aabbccddeeff | 1a 21 01 02 | 12 | 00');
    // The ids of all that are not those of Inner but the first, which is a list there.
    const inner = back(compactCodec(Inner), strange);
    expect(inner.b).toBe(false);
    // What was kept is written as it came, but for the field of the wrong type.
    expect(bytes(compactCodec(Inner), inner).toString('hex')).toBe(`12${strange.subarray(4, -2).toString('hex')}1200`);
  });

  it('fills, requires and chooses as the binary one does', () => {
    expect(equals(All, back(compactCodec(All), bytes(compactCodec(All), {})), {})).toBe(true);
    expect(codeOf(() => bytes(compactCodec(Needs), { id: 'a' } as never))).toBe('PILOTA_THRIFT_FIELD_REQUIRED');
    expect(codeOf(() => back(compactCodec(Needs), hex('00')))).toBe('PILOTA_THRIFT_FIELD_REQUIRED');
    expect(codeOf(() => bytes(compactCodec(U), {} as never))).toBe('PILOTA_THRIFT_UNION_INVALID');
    expect(codeOf(() => back(compactCodec(U), hex('00')))).toBe('PILOTA_THRIFT_UNION_INVALID');
    expect(back(compactCodec(HasUnion), bytes(compactCodec(HasUnion), { must: { many: [{ text: 'a' }] } }))).toMatchObject({ must: { many: [{ text: 'a' }] } });
    expect(back(compactCodec(Keys), bytes(compactCodec(Keys), { enums: new Map<3 | 7, (3 | 7)[]>([[3, [7]]]) })).enums).toEqual(new Map([[3, new Set([7])]]));
  });

  it('cut short or changed anywhere is a value or a typed error', () => {
    for (let n = 0; n < VECTOR.length; n++) expect(codeOf(() => back(codec, VECTOR.subarray(0, n))), `${n} bytes`).toMatch(TYPED);
    for (let i = 0; i < VECTOR.length; i++) {
      for (let bit = 0; bit < 8; bit++) {
        const b = Buffer.from(VECTOR);
        b[i]! ^= 1 << bit;
        expect(codeOf(() => back(codec, b)), `byte ${i}, bit ${bit}`).toMatch(/^(no error|GOPKG_IO_|PILOTA_THRIFT_)/);
      }
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (b) => {
      expect(codeOf(() => back(compactCodec(Keys), b))).toMatch(/^(no error|GOPKG_IO_|PILOTA_THRIFT_)/);
      expect(codeOf(() => back(compactCodec(Tree), b))).toMatch(/^(no error|GOPKG_IO_|PILOTA_THRIFT_)/);
    }), { numRuns: 300 });
  });

  it('a list of 2^30 items in twenty bytes is refused before anything is made for it, in each protocol', () => {
    const compact = hex('09 12 f5 80 80 80 80 04 00 00 00 00 00 00 00 00 00 00 00 00');
    const binary = hex('0f 00 09 08 40 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00');
    for (const [c, b] of [[compactCodec(All), compact], [All, binary]] as const) {
      const before = process.memoryUsage();
      for (let i = 0; i < 100; i++) expect(codeOf(() => back(c, b))).toBe('PILOTA_THRIFT_SIZE_INVALID');
      const after = process.memoryUsage();
      expect(after.rss - before.rss).toBeLessThan(64 << 20);
      expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(8 << 20);
    }
    // The same as a field that nobody knows, as a map, and as a text.
    for (const b of ['19 f5 80 80 80 80 04', '1b 80 80 80 80 04 58', '18 80 80 80 80 04']) expect(codeOf(() => back(compactCodec(Tree), hex(`${b} 00 00 00`)))).toBe('PILOTA_THRIFT_SIZE_INVALID');
  });

  it('keeps what it does not know, to be sent on in either protocol', () => {
    // Of everything a field: known to All and not to Tree, whose only fields are 1 to 3.
    const all = { a: true, b: -1, c: -2, d: 258, e: 2n ** 53n + 1n, f: 1.5, g: 'é', h: Uint8Array.of(0, 255), i: Array.from({ length: 20 }, (_, i) => i), j: new Set(['a']), k: new Map([['k', 9n]]), l: 3 as const, m: { b: true } };
    for (const from of [All, compactCodec(All)]) {
      const readAs = from === All ? Tree : compactCodec(Tree);
      const name = from === All ? hex('0b 00 01 00 00 00 01 6e') : hex('18 01 6e');
      const sent = bytes(from, all);
      // Field 1 of All is a bool, of Tree a text: it is passed over, and what was there is still right.
      const tree = back(readAs, Buffer.concat([name.subarray(0, 0), sent]));
      for (const [onto, readBack] of [[Tree, All], [compactCodec(Tree), compactCodec(All)]] as const) {
        const again = back(readBack, bytes(onto, { ...tree, name: '' }));
        expect({ ...again, a: true, b: -1, c: -2 }).toEqual(all);
      }
    }
    // Cut anywhere, it is a typed error.
    const sent = bytes(compactCodec(All), all);
    for (let n = 0; n < sent.length; n++) expect(codeOf(() => back(compactCodec(Tree), sent.subarray(0, n))), `${n} bytes`).toMatch(TYPED);
  });

  it('nests 64 levels and no more, known or not', () => {
    const deep = (n: number): Buffer => Buffer.concat([Buffer.from('1c'.repeat(n), 'hex'), Buffer.alloc(n + 1)]);
    expect(codeOf(() => back(compactCodec(Inner), deep(60)))).toBe('no error');
    expect(codeOf(() => back(compactCodec(Inner), deep(5000)))).toBe('PILOTA_THRIFT_DEPTH_EXCEEDED');
  });
});
