// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteFormatError, ByteReader, ByteWriter, ShortReadError } from '@cloudwego/gopkg/io';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

interface Kind {
  readonly name: string;
  readonly value: fc.Arbitrary<unknown>;
  write(w: ByteWriter, v: never): void;
  read(r: ByteReader, v: never): unknown;
}

/** A pair of methods, told as one thing: what is written is what is read. */
function kind<T>(name: string, value: fc.Arbitrary<T>, write: (w: ByteWriter, v: T) => void, read: (r: ByteReader, v: T) => unknown): Kind {
  return { name, value, write, read };
}

const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 600 }));
const blob = fc.oneof(fc.uint8Array({ maxLength: 64 }), fc.uint8Array({ minLength: 4000, maxLength: 5000, size: 'max' }));
const f32 = fc.float({ noDefaultInfinity: false });
const wellFormed = (v: string): string => Buffer.from(v).toString();
const byteLength = (v: string): number => Buffer.byteLength(v);

const kinds: readonly Kind[] = [
  kind('u8', fc.integer({ min: 0, max: 0xff }), (w, v) => w.u8(v), (r) => r.u8()),
  kind('i8', fc.integer({ min: -0x80, max: 0x7f }), (w, v) => w.i8(v), (r) => r.i8()),
  kind('u16', fc.integer({ min: 0, max: 0xffff }), (w, v) => w.u16(v), (r) => r.u16()),
  kind('i16', fc.integer({ min: -0x8000, max: 0x7fff }), (w, v) => w.i16(v), (r) => r.i16()),
  kind('u32', fc.integer({ min: 0, max: 0xffffffff }), (w, v) => w.u32(v), (r) => r.u32()),
  kind('i32', fc.integer({ min: -0x80000000, max: 0x7fffffff }), (w, v) => w.i32(v), (r) => r.i32()),
  kind('i64', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (w, v) => w.i64(v), (r) => r.i64()),
  kind('small i64', fc.bigInt({ min: -(2n ** 32n), max: 2n ** 32n }), (w, v) => w.i64(v), (r) => r.i64()),
  kind('f32', f32, (w, v) => w.f32(v), (r) => r.f32()),
  kind('f64', fc.double(), (w, v) => w.f64(v), (r) => r.f64()),
  kind('u32le', fc.integer({ min: 0, max: 0xffffffff }), (w, v) => w.u32le(v), (r) => r.u32le()),
  kind('u64le', fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (w, v) => w.u64le(v), (r) => r.u64le()),
  kind('f32le', f32, (w, v) => w.f32le(v), (r) => r.f32le()),
  kind('f64le', fc.double(), (w, v) => w.f64le(v), (r) => r.f64le()),
  kind('varint', fc.oneof(fc.maxSafeNat(), fc.nat(300), fc.integer({ min: 0xfffffff0, max: 0x1_0000_0010 })), (w, v) => w.varint(v), (r) => r.varint()),
  kind('varint64', fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 300n })), (w, v) => w.varint64(v), (r) => r.varint64()),
  kind('string', text.map(wellFormed), (w, v) => void w.string(v), (r, v) => r.string(byteLength(v))),
  kind('string32', text.map(wellFormed), (w, v) => w.string32(v), (r) => r.string32()),
  kind('bytes', blob, (w, v) => w.bytes(v), (r, v) => new Uint8Array(r.bytes(v.length))),
  kind('bytes32', blob, (w, v) => w.bytes32(v), (r) => new Uint8Array(r.bytes32())),
  kind('view', blob, (w, v) => w.bytes(v), (r, v) => new Uint8Array(r.view(v.length))),
];

const values = fc.array(fc.nat(kinds.length - 1).chain((i) => kinds[i]!.value.map((v) => ({ kind: kinds[i]!, v }))), { minLength: 1, maxLength: 30 });

describe('ByteWriter and ByteReader', () => {
  it('read back what was written, in any order of methods, from a buffer of any first size', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(0, 1, 7, 64, 1024), fc.boolean(), (list, size, byReference) => {
        const w = new ByteWriter(size);
        w.byReference = byReference;
        for (const { kind: k, v } of list) k.write(w, v as never);
        const out = w.toBytes();
        expect(out.length).toBe(w.length);
        expect(Buffer.compare(out, w.view())).toBe(0);
        // Off by some bytes in a larger buffer, as a reader of a slab is.
        const buf = Buffer.concat([Buffer.alloc(3, 0xdd), out, Buffer.alloc(5, 0xdd)]);
        const r = new ByteReader(buf, 3, 3 + out.length);
        for (const { kind: k, v } of list) expect(k.read(r, v as never)).toEqual(v);
        expect(r.left).toBe(0);
      }),
      { numRuns: 400 },
    );
  });

  it('reads nothing of a value that is not all there', () => {
    fc.assert(
      fc.property(
        fc.nat(kinds.length - 1).chain((i) => kinds[i]!.value.map((v) => ({ k: kinds[i]!, v }))),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        ({ k, v }, part) => {
          const w = new ByteWriter();
          k.write(w, v as never);
          if (w.length === 0) return;
          const bytes = Buffer.from(w.toBytes());
          const cut = Math.floor(bytes.length * part);
          const r = new ByteReader(bytes, 0, cut);
          let error: unknown;
          try {
            k.read(r, v as never);
          } catch (e) {
            error = e;
          }
          expect(error).toBeInstanceOf(ShortReadError);
          expect((error as ShortReadError).code).toBe('GOPKG_IO_READ_SHORT');
          expect(r.pos).toBe(0);
          // The same reader goes on once the rest is there.
          r.set(bytes, 0, bytes.length);
          expect(k.read(r, v as never)).toEqual(v);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('have the byte order that their names say', () => {
    const w = new ByteWriter();
    w.u16(0x0102);
    w.u32(0x01020304);
    w.i64(0x0102030405060708n);
    w.f64(1);
    w.f32(-2);
    w.u32le(0x01020304);
    w.u64le(0x0102030405060708n);
    w.f64le(1);
    w.f32le(-2);
    w.varint(300);
    w.varint64(2n ** 64n - 1n);
    expect(Buffer.from(w.toBytes()).toString('hex')).toBe(
      ['0102', '01020304', '0102030405060708', '3ff0000000000000', 'c0000000', '04030201', '0807060504030201', '000000000000f03f', '000000c0', 'ac02', 'ffffffffffffffffff01'].join(''),
    );
  });

  it('truncates i64 to 64 bits and leaves range checks to codecs', () => {
    const w = new ByteWriter();
    w.i64(2n ** 64n + 5n);
    w.i64(2n ** 63n);
    const r = ByteReader.from(w.toBytes());
    expect([r.i64(), r.i64()]).toEqual([5n, -(2n ** 63n)]);
  });

  it('refuses lengths that are no lengths and moves nowhere', () => {
    const r = ByteReader.from(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 1));
    for (const n of [-1, NaN, 6, Infinity]) {
      for (const read of [() => r.string(n), () => r.bytes(n), () => r.view(n), () => r.skip(n)]) expect(read).toThrow(ShortReadError);
    }
    expect(() => r.string32()).toThrow(ByteFormatError);
    expect(() => r.bytes32()).toThrow(/negative length -1/);
    expect(r.pos).toBe(0);
    const long = ByteReader.from(Uint8Array.of(0x7f, 0xff, 0xff, 0xff, 1));
    expect(() => long.bytes32()).toThrow(new ShortReadError(0x7fffffff, 1).message);
    expect(long.pos).toBe(0);
  });
});

describe('varints', () => {
  const reader = (...bytes: number[]): ByteReader => ByteReader.from(Uint8Array.from(bytes));
  const full = (n: number, last: number): number[] => [...Array.from({ length: n }, () => 0xff), last];

  it('end at 53 and 64 bits', () => {
    expect(reader(...full(7, 0x0f)).varint()).toBe(Number.MAX_SAFE_INTEGER);
    expect(reader(...full(9, 0x01)).varint64()).toBe(2n ** 64n - 1n);
    for (const r of [reader(...full(7, 0x10)), reader(...full(7, 0x7f)), reader(...full(8, 0x01)), reader(...full(9, 0x01))]) {
      expect(() => r.varint()).toThrow(ByteFormatError);
      expect(r.pos).toBe(0);
    }
    for (const r of [reader(...full(9, 0x02)), reader(...full(9, 0x7f)), reader(...full(10, 0x00)), reader(...full(12, 0x00))]) {
      expect(() => r.varint64()).toThrow(ByteFormatError);
      expect(r.pos).toBe(0);
    }
  });

  it('read padded forms', () => {
    expect(reader(0x81, 0x80, 0x00).varint()).toBe(1);
    expect(reader(0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00).varint64()).toBe(1n);
  });

  it('are shortest when written', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (v) => {
        const w = new ByteWriter();
        w.varint(v);
        const wide = new ByteWriter();
        wide.varint64(BigInt(v));
        expect(w.toBytes()).toEqual(wide.toBytes());
        expect(w.length).toBe(Math.max(1, Math.ceil(v.toString(2).length / 7)));
      }),
    );
  });

  it('refuse what they cannot write, and write nothing', () => {
    const w = new ByteWriter();
    for (const v of [-1, 1.5, NaN, Infinity, 2 ** 53, -0.5]) expect(() => w.varint(v)).toThrow(ByteFormatError);
    expect(w.length).toBe(0);
    w.varint(-0);
    expect([...w.toBytes()]).toEqual([0]);
  });
});

describe('strings', () => {
  const encode = (s: string, size = 16): Uint8Array => {
    const w = new ByteWriter(size);
    const n = w.string(s);
    expect(n).toBe(w.length);
    return w.toBytes();
  };

  it('are UTF-8 at every length around the thresholds', () => {
    // Inside: 24 units (byte loop), 512 units (measured first); pool and slab sizes around them.
    const lengths = [0, 1, 22, 23, 24, 25, 100, 511, 512, 513, 1023, 1024, 1025, 4095, 4096, 4097, 70_000];
    for (const n of lengths) {
      for (const unit of ['a', 'é', '世', '😀', '\u0000', 'a\ud800', '\udc00b']) {
        for (const s of [unit.repeat(n), 'a'.repeat(n) + unit, unit + 'a'.repeat(n)]) {
          const bytes = encode(s);
          expect(Buffer.compare(bytes, Buffer.from(s, 'utf8'))).toBe(0);
          expect(ByteReader.from(bytes).string(bytes.length)).toBe(wellFormed(s));
        }
      }
    }
  });

  it('turn lone surrogates into U+FFFD, as Go turns invalid runes', () => {
    expect(Buffer.from(encode('\ud800')).toString('hex')).toBe('efbfbd');
    expect(Buffer.from(encode('x\udfffy')).toString('hex')).toBe('78efbfbd79');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 700 }), (units) => {
        const s = String.fromCharCode(...units);
        expect(Buffer.compare(encode(s, 1), Buffer.from(wellFormed(s)))).toBe(0);
      }),
    );
  });

  it('read invalid sequences as U+FFFD', () => {
    expect(ByteReader.from(Uint8Array.of(0x61, 0xff, 0xc3)).string(3)).toBe('a\ufffd\ufffd');
  });

  it('put their byte length before them', () => {
    const w = new ByteWriter(4);
    w.string32('é');
    w.bytes32(Uint8Array.of(9));
    expect(Buffer.from(w.toBytes()).toString('hex')).toBe('00000002c3a90000000109');
  });
});
