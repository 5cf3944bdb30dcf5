// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Secret } from './lanes.js';

/*
 * XXH3 on 64-bit words: inputs up to 240 bytes, and the end of longer ones.
 * Taken over from Cyan4973/xxHash xxhash.h (Yann Collet, BSD-2-Clause).
 */

const M64 = 0xffffffffffffffffn;
const P32_2 = 0x85ebca77n;
export const P64_1 = 0x9e3779b185ebca87n;
export const P64_2 = 0xc2b2ae3d27d4eb4fn;
const P64_3 = 0x165667b19e3779f9n;
const P64_4 = 0x85ebca77c2b2ae63n;
const MX1 = 0x165667919e3779f9n;
const MX2 = 0x9fb21c651e98df25n;

export type Hash128 = readonly [high: bigint, low: bigint];

const u64 = (v: bigint): bigint => v & M64;

function r32(b: Uint8Array, p: number): bigint {
  return BigInt((b[p]! | (b[p + 1]! << 8) | (b[p + 2]! << 16) | (b[p + 3]! << 24)) >>> 0);
}

export function r64(b: Uint8Array, p: number): bigint {
  return r32(b, p) | (r32(b, p + 4) << 32n);
}

function swap32(v: bigint): bigint {
  return ((v & 0xffn) << 24n) | ((v & 0xff00n) << 8n) | ((v >> 8n) & 0xff00n) | (v >> 24n);
}

function swap64(v: bigint): bigint {
  return (swap32(v & 0xffffffffn) << 32n) | swap32(v >> 32n);
}

function rotl64(v: bigint, n: bigint): bigint {
  return u64(v << n) | (v >> (64n - n));
}

function fold(a: bigint, b: bigint): bigint {
  const p = a * b;
  return u64(p) ^ (p >> 64n);
}

export function avalanche(h: bigint): bigint {
  h = u64((h ^ (h >> 37n)) * MX1);
  return h ^ (h >> 32n);
}

function avalanche64(h: bigint): bigint {
  h = u64((h ^ (h >> 33n)) * P64_2);
  h = u64((h ^ (h >> 29n)) * P64_3);
  return h ^ (h >> 32n);
}

function mix16(b: Uint8Array, p: number, s: Uint8Array, k: number, seed: bigint): bigint {
  return fold(r64(b, p) ^ u64(r64(s, k) + seed), r64(b, p + 8) ^ u64(r64(s, k + 8) - seed));
}

/** Up to 240 bytes. `plain` is the default secret. Source: XXH3_64bits_internal. */
export function short64(b: Uint8Array, plain: Secret, seed: bigint): bigint {
  const s = plain.bytes;
  const n = b.length;
  const len = BigInt(n);
  if (n === 0) return avalanche64(u64(seed ^ r64(s, 56) ^ r64(s, 64)));
  if (n < 4) return avalanche64(tiny(b, len) ^ u64((r32(s, 0) ^ r32(s, 4)) + seed));
  if (n <= 8) {
    const flip = u64((r64(s, 8) ^ r64(s, 16)) - spreadSeed(seed));
    let h = (r32(b, n - 4) + (r32(b, 0) << 32n)) ^ flip;
    h ^= rotl64(h, 49n) ^ rotl64(h, 24n);
    h = u64(h * MX2);
    h ^= (h >> 35n) + len;
    h = u64(h * MX2);
    return h ^ (h >> 28n);
  }
  if (n <= 16) {
    const lo = r64(b, 0) ^ u64((r64(s, 24) ^ r64(s, 32)) + seed);
    const hi = r64(b, n - 8) ^ u64((r64(s, 40) ^ r64(s, 48)) - seed);
    return avalanche(u64(len + swap64(lo) + hi + fold(lo, hi)));
  }
  let acc = len * P64_1;
  if (n <= 128) {
    for (let i = (n - 1) >> 5; i >= 0; i--) acc += mix16(b, 16 * i, s, 32 * i, seed) + mix16(b, n - 16 * (i + 1), s, 32 * i + 16, seed);
    return avalanche(u64(acc));
  }
  for (let i = 0; i < 8; i++) acc += mix16(b, 16 * i, s, 16 * i, seed);
  acc = avalanche(u64(acc));
  for (let i = 8; i < n >> 4; i++) acc += mix16(b, 16 * i, s, 16 * (i - 8) + 3, seed);
  return avalanche(u64(acc + mix16(b, n - 16, s, 136 - 17, seed)));
}

function tiny(b: Uint8Array, len: bigint): bigint {
  const n = b.length;
  return (BigInt(b[0]!) << 16n) | (BigInt(b[n >> 1]!) << 24n) | BigInt(b[n - 1]!) | (len << 8n);
}

function spreadSeed(seed: bigint): bigint {
  return seed ^ (swap32(seed & 0xffffffffn) << 32n);
}

/** Up to 240 bytes. Source: XXH3_128bits_internal. */
export function short128(b: Uint8Array, plain: Secret, seed: bigint): Hash128 {
  const s = plain.bytes;
  const n = b.length;
  const len = BigInt(n);
  if (n === 0) return [avalanche64(seed ^ r64(s, 80) ^ r64(s, 88)), avalanche64(seed ^ r64(s, 64) ^ r64(s, 72))];
  if (n < 4) {
    const low = tiny(b, len);
    const swapped = swap32(low);
    const high = ((swapped << 13n) | (swapped >> 19n)) & 0xffffffffn;
    return [avalanche64(high ^ u64((r32(s, 8) ^ r32(s, 12)) - seed)), avalanche64(low ^ u64((r32(s, 0) ^ r32(s, 4)) + seed))];
  }
  if (n <= 8) {
    const flip = u64((r64(s, 16) ^ r64(s, 24)) + spreadSeed(seed));
    const m = ((r32(b, 0) + (r32(b, n - 4) << 32n)) ^ flip) * u64(P64_1 + (len << 2n));
    let low = u64(m);
    const high = u64((m >> 64n) + (low << 1n));
    low ^= high >> 3n;
    low = u64((low ^ (low >> 35n)) * MX2);
    return [avalanche(high), low ^ (low >> 28n)];
  }
  if (n <= 16) {
    const flipLow = u64((r64(s, 32) ^ r64(s, 40)) - seed);
    const flipHigh = u64((r64(s, 48) ^ r64(s, 56)) + seed);
    const inLow = r64(b, 0);
    let inHigh = r64(b, n - 8);
    const m = (inLow ^ inHigh ^ flipLow) * P64_1;
    let low = u64(u64(m) + ((len - 1n) << 54n));
    inHigh ^= flipHigh;
    const high = u64((m >> 64n) + inHigh + (inHigh & 0xffffffffn) * (P32_2 - 1n));
    low ^= swap64(high);
    const h = low * P64_2;
    return [avalanche(u64((h >> 64n) + high * P64_2)), avalanche(u64(h))];
  }
  let low = len * P64_1;
  let high = 0n;
  const mix32 = (p: number, q: number, k: number, sd: bigint): void => {
    low = u64(low + mix16(b, p, s, k, sd)) ^ u64(r64(b, q) + r64(b, q + 8));
    high = u64(high + mix16(b, q, s, k + 16, sd)) ^ u64(r64(b, p) + r64(b, p + 8));
  };
  if (n <= 128) {
    for (let i = (n - 1) >> 5; i >= 0; i--) mix32(16 * i, n - 16 * (i + 1), 32 * i, seed);
  } else {
    for (let i = 32; i < 160; i += 32) mix32(i - 32, i - 16, i - 32, seed);
    low = avalanche(low);
    high = avalanche(high);
    for (let i = 160; i <= n; i += 32) mix32(i - 32, i - 16, 3 + i - 160, seed);
    mix32(n - 16, n - 32, 136 - 17 - 16, u64(-seed));
  }
  return [u64(-avalanche(u64(low * P64_1 + high * P64_4 + u64(len - seed) * P64_2))), avalanche(u64(low + high))];
}

/** Joins the lanes of a long input. Source: XXH3_mergeAccs. */
export function merge(acc: Uint32Array, s: Uint8Array, k: number, start: bigint): bigint {
  const lane = (i: number): bigint => BigInt(acc[2 * i]!) | (BigInt(acc[2 * i + 1]!) << 32n);
  let h = start;
  for (let i = 0; i < 4; i++) h += fold(lane(2 * i) ^ r64(s, k + 16 * i), lane(2 * i + 1) ^ r64(s, k + 16 * i + 8));
  return avalanche(u64(h));
}

/** Both halves for a long input of `length` bytes. */
export function merge64(acc: Uint32Array, s: Secret, length: number): bigint {
  return merge(acc, s.bytes, 11, u64(BigInt(length) * P64_1));
}

export function mergeHigh(acc: Uint32Array, s: Secret, length: number): bigint {
  return merge(acc, s.bytes, 192 - 64 - 11, u64(~(BigInt(length) * P64_2)));
}

