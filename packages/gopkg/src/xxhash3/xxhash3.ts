// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Secret } from './lanes.js';
import { accumulate, initialLanes, scramble, secretOf, STRIPE, STRIPES_PER_BLOCK } from './lanes.js';
import type { Hash128 } from './words.js';
import { merge64, mergeHigh, short128, short64 } from './words.js';

/** Longest input that is hashed at once. */
const SHORT = 240;
const BUFFER = 256;

/**
 * XXH3 of input that comes in pieces, 64 and 128 bits; any split gives the same hash.
 * Owns: copies what it must keep; the pieces are not kept.
 */
export class XXH3 {
  private readonly seed: bigint;
  private readonly secret: Secret;
  private acc: Uint32Array = initialLanes();
  private readonly buffer = new Uint8Array(BUFFER);
  private buffered = 0;
  private stripes = 0;
  private total = 0;

  /** `seed`: 64 bits. @defaultValue 0n */
  constructor(seed: bigint | number = 0n) {
    this.seed = seedOf(seed);
    this.secret = secretOf(this.seed);
  }

  /** Bytes taken so far. */
  get length(): number {
    return this.total;
  }

  update(data: Uint8Array | string): this {
    const b = bytesOf(data);
    this.total += b.length;
    let p = 0;
    if (this.buffered + b.length <= BUFFER) {
      this.buffer.set(b, this.buffered);
      this.buffered += b.length;
      return this;
    }
    if (this.buffered > 0) {
      p = BUFFER - this.buffered;
      this.buffer.set(b.subarray(0, p), this.buffered);
      this.consume(this.buffer, 0, BUFFER / STRIPE);
    }
    // At least one byte stays behind: the last stripe overlaps what was taken before.
    const count = Math.floor((b.length - p - 1) / STRIPE);
    if (count > 0) {
      this.consume(b, p, count);
      p += count * STRIPE;
      this.buffer.set(b.subarray(p - STRIPE, p), BUFFER - STRIPE);
    }
    this.buffer.set(b.subarray(p));
    this.buffered = b.length - p;
    return this;
  }

  /** The hash of everything so far; more may follow. */
  digest(): bigint {
    if (this.total <= SHORT) return short64(this.buffer.subarray(0, this.total), secretOf(0n), this.seed);
    return merge64(this.finished(), this.secret, this.total);
  }

  /** As `[high, low]`. */
  digest128(): Hash128 {
    if (this.total <= SHORT) return short128(this.buffer.subarray(0, this.total), secretOf(0n), this.seed);
    const acc = this.finished();
    return [mergeHigh(acc, this.secret, this.total), merge64(acc, this.secret, this.total)];
  }

  /** Starts anew, with the same seed. */
  reset(): this {
    this.acc = initialLanes();
    this.buffered = 0;
    this.stripes = 0;
    this.total = 0;
    return this;
  }

  private consume(b: Uint8Array, at: number, count: number): void {
    for (let i = 0; i < count; i++) this.stripe(this.acc, b, at + i * STRIPE);
  }

  private stripe(acc: Uint32Array, b: Uint8Array, p: number): void {
    accumulate(acc, b, p, this.secret.words, 2 * this.stripes);
    if (++this.stripes === STRIPES_PER_BLOCK) {
      scramble(acc, this.secret.words);
      this.stripes = 0;
    }
  }

  /** The lanes with what is buffered and the last stripe, aside. */
  private finished(): Uint32Array {
    const acc = this.acc.slice();
    const before = this.stripes;
    const n = this.buffered;
    let last = this.buffer;
    let at = n - STRIPE;
    if (n >= STRIPE) {
      for (let i = 0; i < Math.floor((n - 1) / STRIPE); i++) this.stripe(acc, this.buffer, i * STRIPE);
    } else {
      last = new Uint8Array(STRIPE);
      last.set(this.buffer.subarray(BUFFER - STRIPE + n), 0);
      last.set(this.buffer.subarray(0, n), STRIPE - n);
      at = 0;
    }
    accumulate(acc, last, at, this.secret.last, 0);
    this.stripes = before;
    return acc;
  }
}

/**
 * XXH3 with 64 bits, of bytes or of the UTF-8 of text.
 * Source: bytedance/gopkg util/xxhash3 Hash, HashString, which know no seed.
 */
export function hash(data: Uint8Array | string, seed: bigint | number = 0n): bigint {
  const b = bytesOf(data);
  const s = seedOf(seed);
  return b.length <= SHORT ? short64(b, secretOf(0n), s) : new XXH3(s).update(b).digest();
}

/** XXH3 with 128 bits as `[high, low]`. Source: Hash128, Hash128String. */
export function hash128(data: Uint8Array | string, seed: bigint | number = 0n): Hash128 {
  const b = bytesOf(data);
  const s = seedOf(seed);
  return b.length <= SHORT ? short128(b, secretOf(0n), s) : new XXH3(s).update(b).digest128();
}

function bytesOf(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data) : data;
}

/** The seed as 64 bits without a sign. Errors: RangeError. */
export function seedOf(seed: bigint | number): bigint {
  if (typeof seed === 'number' && !Number.isSafeInteger(seed)) throw new RangeError(`xxhash3: got seed ${seed}, wanted an integer or a bigint`);
  return BigInt.asUintN(64, BigInt(seed));
}
