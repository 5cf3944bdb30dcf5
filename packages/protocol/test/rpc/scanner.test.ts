// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { seeded } from '@cloudwego/protocol/testing';
import { ThriftScanner } from '../../src/rpc/scanner.js';
import { hex } from './support.js';

const MAX = 1 << 20;

/** What a scanner makes of bytes that arrive in growing prefixes of the lengths given. */
function scan(bytes: Buffer, cuts: readonly number[], maxDepth = 64, maxBytes = MAX): number | string {
  const s = new ThriftScanner(maxDepth);
  s.begin();
  try {
    for (const cut of cuts) {
      const n = s.scan(bytes, 0, cut, maxBytes);
      if (n >= 0) return n;
      expect(s.need).toBeGreaterThan(cut);
    }
  } catch (e) {
    return (e as { code: string }).code;
  }
  return -1;
}

const WIDTH: Readonly<Record<number, number>> = { 2: 1, 3: 1, 4: 8, 6: 2, 8: 4, 10: 8, 16: 16 };

/** The plainest way to find the end of a struct: by recursion, on all the bytes. -1 = there are too few. */
function naive(b: Buffer, maxDepth = 64): number | string {
  class Short extends Error {}
  let p = 0;
  const need = (n: number): void => {
    if (p + n > b.length) throw new Short();
  };
  const size = (): number => {
    need(4);
    const n = b.readInt32BE(p);
    p += 4;
    if (n < 0) throw new Error('PROTOCOL_FRAME_INVALID');
    return n;
  };
  const known = (t: number): void => {
    if (WIDTH[t] === undefined && (t < 11 || t > 15)) throw new Error('PROTOCOL_FRAME_INVALID');
  };
  const value = (t: number, depth: number): void => {
    known(t);
    if (WIDTH[t] !== undefined) {
      need(WIDTH[t]);
      p += WIDTH[t];
      return;
    }
    if (t === 11) {
      const n = size();
      if (p + n > MAX) throw new Error('PROTOCOL_FRAME_OVERSIZED');
      need(n);
      p += n;
      return;
    }
    if (depth === 0) throw new Error('PROTOCOL_FRAME_INVALID');
    if (t === 12) {
      struct(depth - 1);
      return;
    }
    need(t === 13 ? 6 : 5);
    const k = b[p++]!;
    const v = t === 13 ? b[p++]! : k;
    const n = size();
    if (n === 0) return;
    known(k);
    known(v);
    const fixed = WIDTH[k] === undefined || WIDTH[v] === undefined ? 0 : n * (t === 13 ? WIDTH[k] + WIDTH[v] : WIDTH[k]);
    if (p + fixed > MAX) throw new Error('PROTOCOL_FRAME_OVERSIZED');
    for (let i = 0; i < n; i++) {
      value(k, depth - 1);
      if (t === 13) value(v, depth - 1);
    }
  };
  const struct = (depth: number): void => {
    for (;;) {
      need(1);
      const t = b[p]!;
      if (t === 0) {
        p++;
        return;
      }
      need(3);
      p += 3;
      value(t, depth);
    }
  };
  try {
    struct(maxDepth - 1);
    return p;
  } catch (e) {
    return e instanceof Short ? -1 : (e as Error).message;
  }
}

const TYPES = [2, 3, 4, 6, 8, 10, 11, 12, 13, 14, 15, 16];

function randomStruct(random: () => number, depth: number): Buffer {
  const below = (n: number): number => Math.floor(random() * n);
  const out: number[] = [];
  const i32 = (n: number): void => {
    out.push(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255);
  };
  const pick = (d: number): number => {
    const t = TYPES[below(TYPES.length)]!;
    return d <= 0 && t >= 12 && t <= 15 ? 8 : t;
  };
  const value = (t: number, d: number): void => {
    const width = WIDTH[t];
    if (width !== undefined) for (let i = 0; i < width; i++) out.push(below(256));
    else if (t === 11) {
      const n = below(20);
      i32(n);
      for (let i = 0; i < n; i++) out.push(below(256));
    } else if (t === 12) struct(d - 1);
    else {
      const k = pick(d - 1);
      const v = pick(d - 1);
      const n = below(4);
      out.push(k);
      if (t === 13) out.push(v);
      i32(n);
      for (let i = 0; i < n; i++) {
        value(k, d - 1);
        if (t === 13) value(v, d - 1);
      }
    }
  };
  const struct = (d: number): void => {
    for (let n = below(5); n > 0; n--) {
      const t = pick(d);
      out.push(t, below(256), below(256));
      value(t, d);
    }
    out.push(0);
  };
  struct(depth);
  return Buffer.from(out);
}

describe('the end of a struct without a length', () => {
  it('is where a plain walk finds it, however the bytes arrive', () => {
    for (let seed = 0; seed < 3000; seed++) {
      const random = seeded(seed);
      const bytes = randomStruct(random, 1 + (seed % 6));
      expect(naive(bytes), `seed ${seed}`).toBe(bytes.length);
      const behind = Buffer.concat([bytes, hex('80010001 0c0001')]);
      expect(scan(behind, [behind.length]), `seed ${seed}`).toBe(bytes.length);
      expect(scan(bytes, Array.from({ length: bytes.length + 1 }, (_, i) => i)), `seed ${seed}, byte by byte`).toBe(bytes.length);
      const cuts = [Math.floor(random() * bytes.length), bytes.length].sort((a, b) => a - b);
      expect(scan(bytes, cuts), `seed ${seed}, in two`).toBe(bytes.length);
    }
  });

  it('is not found, for the same reason, in bytes that were changed', () => {
    for (let seed = 0; seed < 6000; seed++) {
      const random = seeded(seed);
      const bytes = randomStruct(random, 4);
      for (let k = 0; k <= seed % 3; k++) bytes[Math.floor(random() * bytes.length)] = random() < 0.5 ? TYPES[Math.floor(random() * TYPES.length)]! : Math.floor(random() * 256);
      // VOID is a matter of its own.
      const wanted = naive(bytes);
      if (wanted === 'PROTOCOL_FRAME_INVALID' && bytes.includes(1)) continue;
      expect(scan(bytes, [bytes.length]), `seed ${seed}`).toBe(wanted);
      expect(scan(bytes, Array.from({ length: bytes.length + 1 }, (_, i) => i)), `seed ${seed}, byte by byte`).toBe(wanted);
    }
  });

  it('does not look at a byte twice: what is needed grows with every pause', () => {
    const s = new ThriftScanner(64);
    const bytes = randomStruct(seeded(77), 6);
    s.begin();
    let cut = 0;
    for (let pauses = 0; s.scan(bytes, 0, cut, MAX) < 0; pauses++) {
      expect(s.need).toBeGreaterThan(cut);
      cut = s.need;
      expect(pauses).toBeLessThan(bytes.length);
    }
    expect(cut).toBeLessThanOrEqual(bytes.length);
  });

  it('lies within the limits, at their edges', () => {
    const nested = (n: number, inner: string): Buffer => Buffer.concat([hex('0c0001'.repeat(n - 1)), hex(inner), Buffer.alloc(n)]);
    const list = '0f0001 08 00000000';
    for (const depth of [2, 64]) {
      expect(scan(nested(depth, ''), [1000], depth)).toBe(nested(depth, '').length);
      expect(scan(nested(depth, list), [1000], depth), 'a list is a level, an empty one too').toBe('PROTOCOL_FRAME_INVALID');
      expect(scan(nested(depth - 1, list), [1000], depth)).toBe(nested(depth - 1, list).length);
    }
    const text = hex('0b0001 00000004 61626364 00');
    expect(scan(text, [text.length], 64, text.length)).toBe(text.length);
    expect(scan(text, [text.length], 64, text.length - 1)).toBe('PROTOCOL_FRAME_OVERSIZED');
    const empty = Buffer.from([0]);
    expect(scan(empty, [1], 64, 1)).toBe(1);
    const flags = Buffer.concat([hex('020001 01'.repeat(3)), empty]);
    expect(scan(flags, [flags.length], 64, flags.length)).toBe(flags.length);
    expect(scan(flags, [flags.length], 64, flags.length - 1)).toBe('PROTOCOL_FRAME_OVERSIZED');
  });

  it('of a result of a void method is taken as both its writers write it', () => {
    expect(scan(hex('00 80010002'), [5])).toBe(1);
    expect(scan(hex('01 0000 00 00 80010002'), [9])).toBe(5);
    expect(scan(hex('01 0000 00 00'), [1, 2, 3, 4, 5])).toBe(5);
    expect(scan(hex('01 0000 00 80'), [5])).toBe(4);
    expect(scan(hex('0c 0001 01 0000 00 00 99'), [8])).toBe(8);
  });
});
