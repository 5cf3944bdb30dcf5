// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { LinkBuffer } from '@cloudwego/netpoll/linkbuffer';
import { pattern } from '@cloudwego/netpoll/testing';

const runs = Number(process.env['CLOUDWEGO_LINKBUFFER_RUNS'] ?? 300);

type Op =
  | { readonly op: 'malloc' | 'binary' | 'string' | 'fill' | 'append' | 'foreign'; readonly n: number }
  | { readonly op: 'ack' | 'direct' | 'next' | 'peek' | 'skip' | 'readBinary' | 'readString' | 'slice' | 'indexOf'; readonly part: number; readonly n: number }
  | { readonly op: 'flush' | 'release' | 'byte' | 'until' | 'readByte' | 'bytes' | 'close' };

const size = fc.oneof({ weight: 4, arbitrary: fc.nat(40) }, { weight: 2, arbitrary: fc.nat(700) }, { weight: 1, arbitrary: fc.integer({ min: 4000, max: 9000 }) });
const step: fc.Arbitrary<Op> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ op: fc.constantFrom('malloc' as const, 'binary' as const, 'string' as const, 'fill' as const, 'append' as const, 'foreign' as const), n: size }) },
  {
    weight: 9,
    arbitrary: fc.record({
      op: fc.constantFrom('ack' as const, 'direct' as const, 'next' as const, 'peek' as const, 'skip' as const, 'readBinary' as const, 'readString' as const, 'slice' as const, 'indexOf' as const),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
      n: size,
    }),
  },
  { weight: 6, arbitrary: fc.record({ op: fc.constantFrom('flush' as const, 'flush' as const, 'release' as const, 'byte' as const, 'until' as const, 'readByte' as const, 'bytes' as const) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('close' as const) }) },
);

/** A flat array of what is readable and one of what is not flushed: the simplest buffer there is. */
class Model {
  readable: number[] = [];
  pending: number[] = [];

  take(n: number): Buffer {
    return Buffer.from(this.readable.splice(0, n));
  }
}

function play(b: LinkBuffer, ops: readonly Op[]): void {
  const m = new Model();
  let seed = 1;
  /** Views that are to stay what they are until the next release. */
  let views: { view: Uint8Array; want: Buffer }[] = [];
  /** Readers that outlive it. */
  const slices: { reader: LinkBuffer; want: Buffer }[] = [];
  const lent = (view: Uint8Array, want: Buffer): void => {
    expect(Buffer.from(view).equals(want)).toBe(true);
    views.push({ view, want });
  };
  for (const o of ops) {
    switch (o.op) {
      case 'malloc': {
        const bytes = pattern(o.n, seed++);
        b.malloc(o.n).set(bytes);
        m.pending.push(...bytes);
        break;
      }
      case 'binary': {
        const bytes = pattern(o.n, seed++);
        expect(b.writeBinary(Uint8Array.from(bytes))).toBe(o.n);
        m.pending.push(...bytes);
        break;
      }
      case 'string': {
        const text = 'aé€😀'.repeat(Math.ceil(o.n / 10));
        expect(b.writeString(text)).toBe(Buffer.byteLength(text));
        m.pending.push(...Buffer.from(text));
        break;
      }
      case 'fill':
        if (m.pending.length === 0) {
          const bytes = pattern(o.n + 5, seed++);
          b.fill(bytes, 2, o.n + 2);
          m.readable.push(...bytes.subarray(2, o.n + 2));
        } else {
          expect(() => {
            b.fill(new Uint8Array(3));
          }).toThrow(expect.objectContaining({ code: 'NETPOLL_WRITE_STATE' }) as Error);
        }
        break;
      case 'append':
      case 'foreign': {
        // One part of the other buffer was consumed, one is flushed, one is not.
        const other = new LinkBuffer({ minNodeBytes: 16 });
        const bytes = pattern(o.n + 20, seed++);
        other.writeBinary(Uint8Array.from(bytes.subarray(0, 15 + (o.n >> 1))));
        other.flush();
        other.skip(5);
        other.malloc(bytes.length - 15 - (o.n >> 1)).set(bytes.subarray(15 + (o.n >> 1)));
        if (o.op === 'foreign') other.mallocAck(0);
        const moved = o.op === 'foreign' ? bytes.subarray(5, 15 + (o.n >> 1)) : bytes.subarray(5);
        b.append(other);
        m.pending.push(...moved);
        expect([other.length, other.mallocLength]).toEqual([0, 0]);
        other.writeBinary(pattern(8));
        other.flush();
        expect(pattern(8).equals(other.readBinary(8))).toBe(true);
        break;
      }
      case 'byte':
        b.writeByte(seed & 0xff);
        m.pending.push(seed++ & 0xff);
        break;
      case 'ack': {
        const n = Math.floor(o.part * m.pending.length);
        b.mallocAck(n);
        m.pending.length = n;
        break;
      }
      case 'direct': {
        const remain = Math.floor(o.part * m.pending.length);
        const bytes = pattern(o.n, seed++);
        b.writeDirect(Uint8Array.from(bytes), remain);
        m.pending.splice(m.pending.length - remain, 0, ...bytes);
        break;
      }
      case 'flush':
        b.flush();
        m.readable.push(...m.pending.splice(0));
        break;
      case 'release':
        for (const { view, want } of views) expect(Buffer.from(view).equals(want)).toBe(true);
        views = [];
        b.release();
        break;
      case 'bytes':
        expect(b.bytes().equals(Buffer.from(m.readable))).toBe(true);
        expect(Buffer.concat(b.getBytes()).equals(Buffer.from(m.readable))).toBe(true);
        break;
      case 'close':
        b.close();
        m.readable = [];
        m.pending = [];
        views = [];
        break;
      case 'readByte':
        if (m.readable.length > 0) expect(b.readByte()).toBe(m.readable.shift());
        else expect(() => b.readByte()).toThrow(expect.objectContaining({ code: 'GOPKG_IO_READ_SHORT' }) as Error);
        break;
      case 'until': {
        const delimiter = m.readable[Math.floor(m.readable.length / 2)] ?? 7;
        const at = m.readable.indexOf(delimiter);
        if (at >= 0) lent(b.until(delimiter), m.take(at + 1));
        else expect(() => b.until(delimiter)).toThrow(expect.objectContaining({ code: 'GOPKG_IO_READ_SHORT' }) as Error);
        break;
      }
      case 'indexOf': {
        const from = Math.floor(o.part * m.readable.length);
        expect(b.indexOf(o.n & 0xff, from)).toBe(m.readable.indexOf(o.n & 0xff, from));
        break;
      }
      default: {
        const n = Math.floor(o.part * m.readable.length);
        const op = o.op as 'next' | 'peek' | 'skip' | 'readBinary' | 'readString' | 'slice';
        expect(() => b[op](m.readable.length + 1)).toThrow(expect.objectContaining({ code: 'GOPKG_IO_READ_SHORT' }) as Error);
        if (o.op === 'next') lent(b.next(n), m.take(n));
        else if (o.op === 'peek') expect(b.peek(n).equals(Buffer.from(m.readable.slice(0, n)))).toBe(true);
        else if (o.op === 'skip') {
          b.skip(n);
          m.take(n);
        } else if (o.op === 'readBinary') expect(Buffer.from(b.readBinary(n)).equals(m.take(n))).toBe(true);
        else if (o.op === 'readString') expect(b.readString(n, 'latin1')).toBe(m.take(n).toString('latin1'));
        else slices.push({ reader: b.slice(n), want: m.take(n) });
      }
    }
    expect([b.length, b.mallocLength, b.isEmpty]).toEqual([m.readable.length, m.pending.length, m.readable.length === 0]);
  }
  for (const { view, want } of views) expect(Buffer.from(view).equals(want)).toBe(true);
  for (const { reader, want } of slices) expect(Buffer.from(reader.readBinary(reader.length)).equals(want)).toBe(true);
}

describe('a LinkBuffer', () => {
  it(`agrees with a flat array over ${runs} random sequences`, { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(16, 64, 4096), (ops, minNodeBytes) => {
        play(new LinkBuffer({ minNodeBytes }), ops);
      }),
      { numRuns: runs },
    );
  });

  it('agrees with it in debug mode too, where what was released is overwritten', () => {
    vi.stubEnv('NETPOLL_DEBUG', '1');
    try {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60 }), (ops) => {
          play(new LinkBuffer({ minNodeBytes: 64 }), ops);
        }),
        { numRuns: Math.ceil(runs / 3) },
      );
      const b = new LinkBuffer();
      b.fill(Buffer.from('secret and more'));
      const view = b.next(6);
      const kept = b.slice(4).next(4);
      b.release();
      // Others read in that memory: it cannot be overwritten.
      expect(kept.toString()).toBe(' and');
      expect(view.toString()).toBe('secret');
      const c = new LinkBuffer();
      c.fill(Buffer.from('secret and more'));
      const other = c.next(6);
      c.release();
      expect([...other]).toEqual([0xdd, 0xdd, 0xdd, 0xdd, 0xdd, 0xdd]);
      expect(c.readString(9)).toBe(' and more');
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('reads in place what lies together, and puts together what does not', () => {
    const b = new LinkBuffer({ minNodeBytes: 16 });
    b.fill(pattern(10));
    expect(b.next(4).buffer).toBe(b.next(4).buffer);
    b.fill(pattern(30, 2));
    expect(b.getBytes().length).toBe(2);
    const across = b.peek(20);
    expect(b.peek(20).buffer).toBe(across.buffer);
    expect(b.next(20).equals(across)).toBe(true);
  });

  it('has a large message in one piece when one came before it', () => {
    const b = new LinkBuffer();
    const pieces = (n: number): number => {
      for (let i = 0; i < 64; i++) b.fill(pattern(n / 64));
      const many = b.getBytes().length;
      b.skip(n);
      b.release();
      return many;
    };
    expect(pieces(1 << 20)).toBeGreaterThan(1);
    expect(pieces(1 << 20)).toBe(1);
    // Small ones for a while, and the large node is forgotten.
    for (let i = 0; i < 20; i++) pieces(640);
    b.fill(pattern(10));
    expect(b.next(1).buffer.byteLength).toBe(4096);
  });

  it('keeps a reference to what is written above 4096 bytes, a copy of the rest', () => {
    const b = new LinkBuffer();
    const small = pattern(4096);
    const large = pattern(4097);
    b.writeBinary(small);
    b.writeBinary(large);
    b.flush();
    small.fill(0);
    large.fill(1);
    expect(b.next(4096).equals(pattern(4096))).toBe(true);
    expect(b.next(4097).equals(Buffer.alloc(4097, 1))).toBe(true);
  });

  it('finds a delimiter without looking twice at what it has seen', () => {
    const b = new LinkBuffer();
    const find = vi.spyOn(Buffer.prototype, 'indexOf');
    let looked = 0;
    find.mockImplementation(function (this: Buffer, v: unknown) {
      looked += this.length;
      return Uint8Array.prototype.indexOf.call(this, v as number);
    });
    try {
      for (let i = 0; i < 200; i++) {
        b.fill(Buffer.alloc(100, 65));
        expect(b.indexOf(10)).toBe(-1);
      }
      expect(looked).toBe(20_000);
      b.fill(Buffer.from('\nx'));
      expect(b.until(10)).toHaveLength(20_001);
    } finally {
      find.mockRestore();
    }
  });

  it.each([-1, 1.5, Number.NaN, Infinity, 2 ** 31, '3' as unknown as number])('refuses the length %s by its typed error, and nothing has happened', (n) => {
    const b = new LinkBuffer();
    b.fill(pattern(10));
    const refused = expect.objectContaining({ code: 'NETPOLL_LENGTH_INVALID' }) as Error;
    for (const f of ['next', 'peek', 'skip', 'readString', 'readBinary', 'slice', 'malloc', 'mallocAck'] as const) expect(() => b[f](n), f).toThrow(refused);
    expect(() => {
      b.writeDirect(pattern(3), n);
    }).toThrow(refused);
    expect(b.indexOf(0, 10)).toBe(-1);
    expect(() => b.indexOf(0, n)).toThrow(refused);
    expect([b.length, b.mallocLength]).toEqual([10, 0]);
  });

  it('refuses to keep more than was reserved, and itself as a source', () => {
    const b = new LinkBuffer();
    b.malloc(5);
    for (const f of [() => { b.mallocAck(6); }, () => { b.writeDirect(pattern(3), 6); }]) expect(f).toThrow(expect.objectContaining({ code: 'NETPOLL_LENGTH_INVALID' }) as Error);
    for (const w of [b, {} as LinkBuffer]) {
      expect(() => {
        b.append(w);
      }).toThrow(expect.objectContaining({ code: 'NETPOLL_WRITE_STATE' }) as Error);
    }
  });
});
