// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { randomFillSync } from 'node:crypto';

/**
 * A fast generator of random numbers that can be seeded. Not for secrets: who sees some of its output can tell the rest.
 * `Differs:` Go's runs wyrand on 64-bit words and cannot be seeded; this one is sfc32, which needs no BigInt.
 * Source: bytedance/gopkg lang/fastrand; sfc32 of PractRand by Chris Doty-Humphrey, public domain.
 */
export class FastRand {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** `seed`: any number or text; the same seed gives the same sequence everywhere. Without one the system's generator seeds it. */
  constructor(seed?: number | bigint | string) {
    const s = new Uint32Array(3);
    if (seed === undefined) randomFillSync(s);
    else spread(seed, s);
    this.a = s[0]! | 0;
    this.b = s[1]! | 0;
    this.c = s[2]! | 0;
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** 32 random bits as an unsigned integer. */
  uint32(): number {
    const t = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((((this.c << 21) | (this.c >>> 11)) | 0) + t) | 0;
    return t >>> 0;
  }

  /** 64 random bits. */
  uint64(): bigint {
    return (BigInt(this.uint32()) << 32n) | BigInt(this.uint32());
  }

  /** An integer in [0, 2^53). */
  int(): number {
    return (this.uint32() >>> 11) * 0x100000000 + this.uint32();
  }

  /** An integer in [0, 2^31). */
  int31(): number {
    return this.uint32() >>> 1;
  }

  /** An integer in [0, 2^63). */
  int63(): bigint {
    return this.uint64() >> 1n;
  }

  /** An integer in [0, n), for n up to 2^53. Errors: RangeError when n is no positive integer. */
  intn(n: number): number {
    if (!Number.isSafeInteger(n) || n <= 0) throw new RangeError(`fastrand: got ${n}, wanted an integer above 0`);
    return n <= 0xffffffff ? this.uint32n(n) : Math.floor(this.float64() * n);
  }

  /** An integer in [0, n), for n up to 2^31 - 1. */
  int31n(n: number): number {
    if (n > 0x7fffffff) throw new RangeError(`fastrand: got ${n}, wanted at most 2^31 - 1`);
    return this.intn(n);
  }

  /** An integer in [0, n). */
  int63n(n: bigint): bigint {
    if (n <= 0n || n > 0x7fffffffffffffffn) throw new RangeError(`fastrand: got ${n}, wanted an integer from 1 to 2^63 - 1`);
    return this.uint64n(n);
  }

  /** An integer in [0, n) by multiply and shift; 0 for n = 0. The bias is below n / 2^32. */
  uint32n(n: number): number {
    const x = this.uint32();
    // The upper half of the 64-bit product, in 16-bit steps.
    const xh = x >>> 16;
    const xl = x & 0xffff;
    const nh = n >>> 16;
    const nl = n & 0xffff;
    const mid = xh * nl + ((xl * nl) >>> 16);
    return xh * nh + Math.floor((mid + xl * nh) / 0x10000);
  }

  /** An integer in [0, n); 0 for n = 0. */
  uint64n(n: bigint): bigint {
    return (this.uint64() * n) >> 64n;
  }

  /** In [0, 1), a multiple of 2^-24. */
  float32(): number {
    return (this.uint32() >>> 8) / 0x1000000;
  }

  /** In [0, 1), a multiple of 2^-53. */
  float64(): number {
    return this.int() / 0x20000000000000;
  }

  /** Fills `out` and returns it. */
  read<T extends Uint8Array>(out: T): T {
    let x = 0;
    for (let i = 0; i < out.length; i++) {
      if ((i & 3) === 0) x = this.uint32();
      out[i] = x;
      x >>>= 8;
    }
    return out;
  }

  /** Shuffles `n` things that `swap` exchanges (Fisher-Yates). */
  shuffle(n: number, swap: (i: number, j: number) => void): void {
    if (n < 0) throw new RangeError(`fastrand: got ${n} things to shuffle`);
    for (let i = n - 1; i > 0; i--) swap(i, this.intn(i + 1));
  }

  /** The integers of [0, n) in random order. */
  perm(n: number): number[] {
    const out = Array.from({ length: n }, (_, i) => i);
    this.shuffle(n, (i, j) => {
      [out[i], out[j]] = [out[j]!, out[i]!];
    });
    return out;
  }

  /** One of `items`; undefined when there is none. */
  pick<T>(items: readonly T[]): T | undefined {
    return items.length === 0 ? undefined : items[this.intn(items.length)];
  }
}

/** Fills `out` from a seed of any size: FNV-1a over its text, spread by the finaliser of MurmurHash3. */
function spread(seed: number | bigint | string, out: Uint32Array): void {
  const text = `${typeof seed} ${String(seed)}`;
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  for (let i = 0; i < out.length; i++) {
    h = (h + 0x9e3779b9) | 0;
    let x = h;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    out[i] = x ^ (x >>> 16);
    // Text once more, so that seeds which collide in 32 bits part ways.
    for (let j = 0; j < text.length; j++) h = Math.imul(h ^ (text.charCodeAt(j) + i), 0x5bd1e995);
  }
}

let shared: FastRand | undefined;

/** The generator of this thread, seeded by the system on first use. */
export function fastrand(): FastRand {
  return (shared ??= new FastRand());
}
