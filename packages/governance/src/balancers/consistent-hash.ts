// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Context } from '@cloudwego/gopkg/context';
import { formatAddress } from '@cloudwego/gopkg/io';
import { bool, func, int, optionTable } from '@cloudwego/gopkg/options';
import { hash } from '@cloudwego/gopkg/xxhash3';
import type { Instance, LoadBalancer, Picker, Target } from '../spi.js';
import { live } from './live.js';

/** Options of {@link consistentHash}. */
export interface ConsistentHashOptions {
  /** The key of a call; calls of one key go to one instance. No instance is picked for an empty key. */
  readonly key: (ctx: Context, t: Target) => string;
  /** Places on the ring of an instance of mean weight. Integer >= 1. @defaultValue 100 */
  readonly virtualFactor?: number | undefined;
  /** Places by weight, else the same number for all. @defaultValue true */
  readonly weighted?: boolean | undefined;
}

const table = optionTable<ConsistentHashOptions>({
  key: func<(ctx: Context, t: Target) => string>({ required: true }),
  virtualFactor: int({ min: 1, max: 100_000, default: 100 }),
  weighted: bool({ default: true }),
});

/**
 * Calls of one key go to one instance, and few keys move when the list changes.
 *
 * The hash is the same in every process, and part of the contract: with `h = XXH3-64(UTF-8 of formatAddress(address))`, place `k` of an instance is
 * `fmix32(low32(h) + k × 0x9E3779B9) ^ high32(h)`, all modulo 2^32 (fmix32: the finaliser of MurmurHash3); a key's place is `low32(XXH3-64(UTF-8 of key))`;
 * the call goes to the first place at or after it, around the ring. Places that coincide belong to the address that sorts first.
 * Differs: Go seeds its hash per process, so that two processes disagree; there an instance has `weight × virtualFactor` places, here as many as its weight
 * is of the mean weight, so that weights in the thousands cost no memory; an instance that the call has tried gives its place to the next one on the ring.
 * Errors: OptionError at construction.
 * Source: cloudwego/kitex pkg/loadbalance/consist.go.
 */
export function consistentHash(options: ConsistentHashOptions): LoadBalancer {
  const o = table.resolve(options, 'consistentHash');
  return { name: 'consist', picker: (s) => new RingPicker(live(s), o.key, o.virtualFactor!, o.weighted!) };
}

/** Place of a key on the ring. */
export function placeOf(key: string): number {
  return Number(hash(key) & 0xffffffffn);
}

function fmix32(h: number): number {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

class RingPicker implements Picker {
  private readonly list: readonly Instance[];
  private readonly key: ConsistentHashOptions['key'];
  /** Sorted. */
  private readonly places: Uint32Array;
  private readonly owners: Uint32Array;

  constructor(list: readonly Instance[], key: ConsistentHashOptions['key'], factor: number, weighted: boolean) {
    this.key = key;
    const named = list.map((i) => ({ i, address: formatAddress(i.address) })).sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
    this.list = named.map((n) => n.i);
    const mean = list.reduce((a, i) => a + i.weight, 0) / list.length;
    const counts = list.map((_, n) => (weighted ? Math.max(1, Math.round((factor * this.list[n]!.weight) / mean)) : factor));
    const total = counts.reduce((a, c) => a + c, 0);
    // Sorting numbers of a typed array is fast; place and owner are one number, so that equal places sort by address.
    const ring = new Float64Array(total);
    let at = 0;
    for (let n = 0; n < named.length; n++) {
      const h = hash(named[n]!.address);
      const low = Number(h & 0xffffffffn);
      const high = Number(h >> 32n);
      for (let k = 0; k < counts[n]!; k++) ring[at++] = ((fmix32((low + Math.imul(k, 0x9e3779b9)) >>> 0) ^ high) >>> 0) * 0x100000 + n;
    }
    ring.sort();
    this.places = Uint32Array.from(ring, (x) => Math.floor(x / 0x100000));
    this.owners = Uint32Array.from(ring, (x) => x % 0x100000);
  }

  pick(ctx: Context, t: Target, tried: readonly Instance[]): Instance | undefined {
    const n = this.places.length;
    if (n === 0) return undefined;
    const key = this.key(ctx, t);
    if (key === '') return undefined;
    const start = this.find(placeOf(key));
    if (tried.length === 0) return this.list[this.owners[start]!];
    for (let k = 0; k < n; k++) {
      const i = this.list[this.owners[(start + k) % n]!]!;
      if (!tried.includes(i)) return i;
    }
    return undefined;
  }

  /** Index of the first place at or after `x`, around the end. */
  private find(x: number): number {
    let lo = 0;
    let hi = this.places.length;
    while (lo < hi) {
      const mid = (lo + hi) >>> 1;
      if (this.places[mid]! < x) lo = mid + 1;
      else hi = mid;
    }
    return lo === this.places.length ? 0 : lo;
  }
}
