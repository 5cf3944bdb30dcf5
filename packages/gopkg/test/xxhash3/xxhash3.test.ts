// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { hash, hash128, loadNative, XXH3 } from '@cloudwego/gopkg/xxhash3';
import fc from 'fast-check';
import { createXXHash128, createXXHash3 } from 'hash-wasm';
import { describe, expect, it } from 'vitest';
import { goVectors } from '../support/vectors.js';

const hex = (v: bigint): string => v.toString(16).padStart(16, '0');

describe('XXH3', () => {
  it('gives the hashes of the Go original at every length that takes another path', () => {
    const { first, hashes } = goVectors<{ readonly first: string; readonly hashes: readonly { readonly length: number; readonly h64: string; readonly h128: string }[] }>('xxhash3');
    const data = Buffer.alloc(300_000);
    let x = 2654435761;
    for (let i = 0; i < data.length; i++) {
      data[i] = x >>> 24;
      x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    }
    expect(data.toString('hex', 0, 16)).toBe(first);
    expect(hashes.length).toBeGreaterThan(500);
    for (const { length, h64, h128 } of hashes) {
      const b = data.subarray(0, length);
      expect(`${length} ${hex(hash(b))}`).toBe(`${length} ${h64}`);
      expect(`${length} ${hash128(b).map(hex).join('')}`).toBe(`${length} ${h128}`);
    }
  });

  it('knows the published values', () => {
    expect(hash('')).toBe(0x2d06800538d394c2n);
    expect(hash128('')).toEqual([0x99aa06d3014798d8n, 0x6001c324468d497fn]);
  });

  it('agrees with another implementation for every seed, in pieces of any size', async () => {
    const lengths = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 300, max: 3000 }), fc.constantFrom(240, 241, 256, 257, 512, 1024, 1025, 1088, 2048, 8192));
    await fc.assert(
      fc.asyncProperty(lengths, fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })), fc.array(fc.nat(600), { maxLength: 8 }), fc.nat(255), async (n, seed, cuts, salt) => {
        const b = Uint8Array.from({ length: n }, (_, i) => (i * 151 + salt + (i >> 8)) & 255);
        const [low, high] = [Number(seed & 0xffffffffn), Number(seed >> 32n)];
        const [other, other128] = [await createXXHash3(low, high), await createXXHash128(low, high)];
        const wanted = other.init().update(b).digest();
        const wanted128 = other128.init().update(b).digest();
        expect(hex(hash(b, seed))).toBe(wanted);
        expect(hash128(b, seed).map(hex).join('')).toBe(wanted128);
        const stream = new XXH3(seed);
        let at = 0;
        for (const c of [...cuts, n]) {
          const piece = b.slice(at, at + c);
          stream.update(piece);
          // What was handed over may change afterwards.
          piece.fill(0xdd);
          at = Math.min(n, at + c);
          // Looking does not disturb.
          if (c % 2 === 0) stream.digest128();
        }
        expect(stream.length).toBe(n);
        expect(hex(stream.digest())).toBe(wanted);
        expect(stream.digest128().map(hex).join('')).toBe(wanted128);
        expect(hex(stream.reset().update(b).digest())).toBe(wanted);
      }),
      { numRuns: 300 },
    );
  });

  it('takes text as its UTF-8, and seeds of both kinds', () => {
    expect(hash('grüße 世界')).toBe(hash(Buffer.from('grüße 世界')));
    expect(new XXH3().update('gr').update('üße').digest()).toBe(hash('grüße'));
    expect([hash('a', 5), hash('a', -1)]).toEqual([hash('a', 5n), hash('a', 2n ** 64n - 1n)]);
    expect(() => hash('a', 1.5)).toThrow(RangeError);
    expect(hash('a', 1)).not.toBe(hash('a', 2));
  });
});

describe('native XXH3', () => {
  it('gives the same hashes, for seeds of both kinds, in one piece or many', async () => {
    const native = await loadNative();
    for (const n of [0, 1, 3, 8, 16, 17, 128, 129, 240, 241, 1024, 100_000]) {
      const b = Uint8Array.from({ length: n }, (_, i) => (i * 131) & 255);
      expect([native.hash(b), native.hash128(b)]).toEqual([hash(b), hash128(b)]);
      for (const seed of [1, -1, 2n ** 64n - 5n]) {
        expect([native.hash(b, seed), native.hash128(b, seed)]).toEqual([hash(b, seed), hash128(b, seed)]);
        const s = native.create(seed).update(b.subarray(0, n >> 1));
        s.digest();
        expect(s.update(b.subarray(n >> 1)).digest()).toBe(hash(b, seed));
      }
    }
    for (const text of ['', 'grüße 世界', 'a\ud800b', '\u0000']) expect([native.hash(text), native.hash128(text), native.create().update(text).digest()]).toEqual([hash(text), hash128(text), hash(text)]);
    expect(() => native.hash('a', 0.5)).toThrow(RangeError);
  });
});
