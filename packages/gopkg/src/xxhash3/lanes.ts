// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { SECRET_HEX } from './secret.js';

/*
 * The long part of XXH3: eight 64-bit lanes that take 64 bytes at a time. A lane is a pair of 32-bit words (low, high), so that no BigInt is made per stripe.
 * Taken over from Cyan4973/xxHash xxhash.h (Yann Collet, BSD-2-Clause), scalar path.
 */

export const STRIPE = 64;
export const STRIPES_PER_BLOCK = 16;
const PRIME32_1 = 0x9e3779b1;
/** PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3, PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1. */
const INITIAL = [0xc2b2ae3d, 0, 0x85ebca87, 0x9e3779b1, 0x27d4eb4f, 0xc2b2ae3d, 0x9e3779f9, 0x165667b1, 0xc2b2ae63, 0x85ebca77, 0x85ebca77, 0, 0x165667c5, 0x27d4eb2f, 0x9e3779b1, 0];

/** A secret as bytes, and as the words that stripes are mixed with. */
export interface Secret {
  readonly bytes: Uint8Array;
  /** Words from offset 0 on; stripe n of a block uses those from 2 n on, the end of a block those from 32 on. */
  readonly words: Uint32Array;
  /** Words from offset 121 on, for the last stripe. */
  readonly last: Uint32Array;
}

let plain: Secret | undefined;

/** The secret of a seed. Source: XXH3_initCustomSecret. */
export function secretOf(seed: bigint): Secret {
  if (seed === 0n) return (plain ??= secret(Uint8Array.from(Buffer.from(SECRET_HEX, 'hex'))));
  const bytes = Uint8Array.from(secretOf(0n).bytes);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < 192; i += 16) {
    view.setBigUint64(i, BigInt.asUintN(64, view.getBigUint64(i, true) + seed), true);
    view.setBigUint64(i + 8, BigInt.asUintN(64, view.getBigUint64(i + 8, true) - seed), true);
  }
  return secret(bytes);
}

function secret(bytes: Uint8Array): Secret {
  return { bytes, words: wordsOf(bytes, 0, 48), last: wordsOf(bytes, 192 - STRIPE - 7, 16) };
}

function wordsOf(b: Uint8Array, at: number, n: number): Uint32Array {
  const view = new DataView(b.buffer, b.byteOffset);
  return Uint32Array.from({ length: n }, (_, i) => view.getUint32(at + 4 * i, true));
}

export function initialLanes(): Uint32Array {
  return Uint32Array.from(INITIAL);
}

/** Takes 64 bytes of `b` at `p` into the lanes, mixed with the words of `s` from `k` on. */
export function accumulate(acc: Uint32Array, b: Uint8Array, p: number, s: Uint32Array, k: number): void {
  for (let i = 0; i < 16; i += 2, p += 8) {
    const lo = b[p]! | (b[p + 1]! << 8) | (b[p + 2]! << 16) | (b[p + 3]! << 24);
    const hi = b[p + 4]! | (b[p + 5]! << 8) | (b[p + 6]! << 16) | (b[p + 7]! << 24);
    // The neighbour takes the data as it is.
    const j = i ^ 2;
    const sum = acc[j]! + (lo >>> 0);
    acc[j] = sum;
    acc[j + 1] = acc[j + 1]! + (hi >>> 0) + (sum > 0xffffffff ? 1 : 0);
    // This one the product of both halves, mixed with the secret.
    const x = (lo ^ s[k + i]!) >>> 0;
    const y = (hi ^ s[k + i + 1]!) >>> 0;
    const xl = x & 0xffff;
    const xh = x >>> 16;
    const yl = y & 0xffff;
    const yh = y >>> 16;
    const ll = xl * yl;
    const mid = xh * yl + (ll >>> 16);
    const mid2 = xl * yh + (mid & 0xffff);
    const low = ((mid2 << 16) | (ll & 0xffff)) >>> 0;
    const high = xh * yh + Math.floor(mid / 0x10000) + Math.floor(mid2 / 0x10000);
    const total = acc[i]! + low;
    acc[i] = total;
    acc[i + 1] = acc[i + 1]! + high + (total > 0xffffffff ? 1 : 0);
  }
}

/** The end of a block. */
export function scramble(acc: Uint32Array, s: Uint32Array): void {
  for (let i = 0; i < 16; i += 2) {
    const high = acc[i + 1]!;
    const lo = (acc[i]! ^ (high >>> 15) ^ s[32 + i]!) >>> 0;
    const hi = (high ^ s[33 + i]!) >>> 0;
    // Times a 32-bit prime.
    const pl = PRIME32_1 & 0xffff;
    const ph = PRIME32_1 >>> 16;
    const ll = (lo & 0xffff) * pl;
    const mid = (lo >>> 16) * pl + (ll >>> 16);
    const mid2 = (lo & 0xffff) * ph + (mid & 0xffff);
    acc[i] = (mid2 << 16) | (ll & 0xffff);
    acc[i + 1] = Math.imul(hi, PRIME32_1) + ((lo >>> 16) * ph + Math.floor(mid / 0x10000) + Math.floor(mid2 / 0x10000));
  }
}
