// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteFormatError, ByteWriter } from '@cloudwego/gopkg/io';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const MIN_REF = 4096;

/** The writer's contract on plain arrays: pieces in order, own or referenced. */
class Model {
  bytes: number[] = [];
  /** For each byte: may it be patched. */
  own: boolean[] = [];

  write(v: readonly number[], own: boolean): void {
    for (const b of v) {
      this.bytes.push(b);
      this.own.push(own);
    }
  }

  canPatch(mark: number, n: number): boolean {
    const o = this.own.slice(mark, mark + n);
    return o.length === n && o.every(Boolean);
  }

  cut(mark: number): void {
    this.bytes.length = mark;
    this.own.length = mark;
  }
}

type Op =
  | { readonly do: 'write'; readonly v: number }
  | { readonly do: 'bytes'; readonly n: number; readonly fill: number }
  | { readonly do: 'string'; readonly n: number }
  | { readonly do: 'mark' }
  | { readonly do: 'patch32' | 'patch16'; readonly at: number; readonly v: number }
  | { readonly do: 'rewind'; readonly at: number };

const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), v: fc.nat(0xffffffff) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('bytes' as const), n: fc.oneof(fc.nat(40), fc.constantFrom(MIN_REF - 1, MIN_REF, MIN_REF + 1)), fill: fc.nat(255) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('string' as const), n: fc.nat(60) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('mark' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('patch32' as const, 'patch16' as const), at: fc.nat(20), v: fc.nat(0xffff) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rewind' as const), at: fc.nat(20) }) },
);

describe('marks, patches and rewinds', () => {
  it('behave as on one array, with references and without, while the buffer grows', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 60 }), fc.boolean(), fc.constantFrom(0, 8, 64), (ops, byReference, size) => {
        const w = new ByteWriter(size);
        w.byReference = byReference;
        const m = new Model();
        let marks: number[] = [0];
        for (const o of ops) {
          switch (o.do) {
            case 'write':
              w.u32(o.v);
              m.write([o.v >>> 24, (o.v >>> 16) & 255, (o.v >>> 8) & 255, o.v & 255], true);
              break;
            case 'bytes': {
              const b = new Uint8Array(o.n).fill(o.fill);
              w.bytes(b);
              m.write([...b], !(byReference && o.n >= MIN_REF));
              break;
            }
            case 'string': {
              const s = 'é'.repeat(o.n);
              w.string(s);
              m.write([...Buffer.from(s)], true);
              break;
            }
            case 'mark':
              marks.push(w.mark());
              break;
            case 'patch32':
            case 'patch16': {
              const mark = marks[o.at % marks.length]!;
              const n = o.do === 'patch32' ? 4 : 2;
              const patch = (): void => {
                if (n === 4) w.patchU32(mark, o.v);
                else w.patchU16(mark, o.v);
              };
              if (!m.canPatch(mark, n)) {
                expect(patch).toThrow(ByteFormatError);
                break;
              }
              patch();
              const v = n === 4 ? [0, 0, o.v >>> 8, o.v & 255] : [o.v >>> 8, o.v & 255];
              m.bytes.splice(mark, n, ...v);
              break;
            }
            case 'rewind': {
              const mark = marks[o.at % marks.length]!;
              w.rewind(mark);
              m.cut(mark);
              marks = marks.filter((x) => x <= mark);
              break;
            }
          }
          expect(w.length).toBe(m.bytes.length);
        }
        expect(Buffer.compare(w.toBytes(), Uint8Array.from(m.bytes))).toBe(0);
      }),
      { numRuns: 400 },
    );
  });

  it('never change bytes given by reference', () => {
    const w = new ByteWriter();
    w.byReference = true;
    const mine = new Uint8Array(MIN_REF).fill(7);
    w.u16(1);
    const before = w.mark();
    w.bytes(mine);
    const after = w.mark();
    w.u32(2);
    for (const mark of [before - 1, before, before + 1, before + MIN_REF - 2]) expect(() => w.patchU32(mark, 0xffffffff)).toThrow(ByteFormatError);
    w.patchU32(after, 3);
    expect(mine.every((b) => b === 7)).toBe(true);
    expect([...w.toBytes().subarray(after)]).toEqual([0, 0, 0, 3]);
    expect(() => w.rewind(before + 10)).toThrow(ByteFormatError);
    w.rewind(before);
    expect([...w.toBytes()]).toEqual([0, 1]);
    expect(w.refs).toBeUndefined();
  });

  it('copies what is too small to be worth a reference, and everything when the sink wants copies', () => {
    for (const [n, byReference, copied] of [[MIN_REF - 1, true, true], [MIN_REF, true, false], [MIN_REF, false, true]] as const) {
      const w = new ByteWriter();
      w.byReference = byReference;
      const b = new Uint8Array(n);
      w.bytes(b);
      b[0] = 1;
      expect(w.toBytes()[0]).toBe(copied ? 0 : 1);
    }
  });

  it('refuse marks from elsewhere', () => {
    const w = new ByteWriter();
    w.u8(1);
    for (const mark of [-1, 2, NaN, 0.5, Infinity]) {
      expect(() => w.rewind(mark)).toThrow(ByteFormatError);
      expect(() => w.patchU16(mark, 1)).toThrow(ByteFormatError);
    }
    expect(w.length).toBe(1);
  });

  it('reset forgets everything and keeps the buffer', () => {
    const w = new ByteWriter(16);
    w.byReference = true;
    w.bytes(new Uint8Array(MIN_REF));
    w.u8(1);
    const { buf } = w;
    w.reset();
    expect([w.length, w.refs, w.mark()]).toEqual([0, undefined, 0]);
    w.u8(2);
    expect(w.buf).toBe(buf);
    expect([...w.toBytes()]).toEqual([2]);
  });
});
