// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('bytes', () => {
  it('belong to the caller: no two of them overlap, whatever happens to the source', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(100), fc.constantFrom(31, 32, 4095, 4096, 4097), fc.nat(9000)), { minLength: 1, maxLength: 60 }), (sizes) => {
        const total = sizes.reduce((a, b) => a + b, 0);
        const source = Buffer.alloc(total);
        for (let i = 0; i < total; i++) source[i] = (i * 31) & 255;
        const copy = Buffer.from(source);
        const r = new ByteReader(source);
        const parts = sizes.map((n) => r.bytes(n));
        source.fill(0xdd);
        // Each one overwritten in turn must not show in any other.
        let at = 0;
        for (const [i, p] of parts.entries()) {
          expect(Buffer.compare(p, copy.subarray(at, at + p.length))).toBe(0);
          at += sizes[i]!;
          p.fill(i & 255);
        }
        for (const [i, p] of parts.entries()) expect(p.every((b) => b === (i & 255))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('are exactly as long as asked, and plain Uint8Arrays', () => {
    for (const n of [0, 1, 8, 4096, 4097]) {
      const b = new ByteReader(Buffer.alloc(n)).bytes(n);
      expect(b.length).toBe(n);
      expect(Object.getPrototypeOf(b)).toBe(Uint8Array.prototype);
    }
  });

  it('keep no large source alive: a pooled value pins 16 KiB at most', () => {
    const slab = Buffer.allocUnsafeSlow(1 << 20);
    expect(new ByteReader(slab).bytes(100).buffer.byteLength).toBe(16 * 1024);
    expect(new ByteReader(slab).bytes(5000).buffer.byteLength).toBe(5000);
  });
});

describe('view', () => {
  it('is a window on the lent bytes', () => {
    const source = Buffer.from([1, 2, 3]);
    const v = new ByteReader(source, 1).view(2);
    source[1] = 9;
    expect([...v]).toEqual([9, 3]);
  });
});

describe('ByteWriter', () => {
  it('gives bytes that later writes do not touch', () => {
    const w = new ByteWriter(8);
    w.u32(1);
    const first = w.toBytes();
    w.reset();
    w.u32(2);
    expect([...first]).toEqual([0, 0, 0, 1]);
    expect([...w.view()]).toEqual([0, 0, 0, 2]);
  });

  it('grows by doubling, so that many small writes cost few copies', () => {
    const w = new ByteWriter(1);
    const buffers = new Set<Buffer>();
    for (let i = 0; i < 100_000; i++) {
      w.u8(i);
      buffers.add(w.buf);
    }
    expect(buffers.size).toBeLessThan(12);
    expect(w.length).toBe(100_000);
    expect(w.toBytes()[99_999]).toBe(99_999 & 255);
  });
});
