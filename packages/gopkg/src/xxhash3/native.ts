// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { PeerMissingError, toError } from '../errors/index.js';
import type { Hash128 } from './words.js';
import { seedOf } from './xxhash3.js';

/** XXH3 by native code: the same hashes. */
export interface NativeXxhash3 {
  hash(data: Uint8Array | string, seed?: bigint | number): bigint;
  /** As `[high, low]`. */
  hash128(data: Uint8Array | string, seed?: bigint | number): Hash128;
  /** A hash of pieces, with 64 bits. @defaultValue seed 0n */
  create(seed?: bigint | number): NativeStream;
}

/** Input that comes in pieces. */
export interface NativeStream {
  update(data: Uint8Array | string): this;
  /** The hash of everything so far; more may follow. */
  digest(): bigint;
}

/** What is used of @node-rs/xxhash. */
interface Peer {
  readonly xxh3: {
    readonly Xxh3: { withSeed(seed: bigint): { update(data: Uint8Array | string): unknown; digest(): bigint } };
    xxh64(data: Uint8Array | string, seed: bigint): bigint;
    xxh128(data: Uint8Array | string, seed: bigint): bigint;
  };
}

/**
 * Loads @node-rs/xxhash, an optional peer, for input of kilobytes and more; keys of some bytes gain nothing by the way into native code and back.
 * Errors: {@link PeerMissingError} (GOPKG_PEER_MISSING) where it is not installed or has no binary for this machine.
 */
export async function loadNative(): Promise<NativeXxhash3> {
  let xxh3: Peer['xxh3'];
  try {
    const peer = await import('@node-rs/xxhash');
    ({ xxh3 } = (peer as { readonly default?: Peer }).default ?? (peer as unknown as Peer));
  } catch (e) {
    throw new PeerMissingError('@node-rs/xxhash', 'native XXH3', { cause: toError(e) });
  }
  return {
    hash: (data, seed = 0n) => xxh3.xxh64(data, seedOf(seed)),
    hash128: (data, seed = 0n) => {
      const both = xxh3.xxh128(data, seedOf(seed));
      return [both >> 64n, BigInt.asUintN(64, both)];
    },
    create: (seed = 0n) => new Stream(xxh3.Xxh3.withSeed(seedOf(seed))),
  };
}

class Stream implements NativeStream {
  private readonly state: ReturnType<Peer['xxh3']['Xxh3']['withSeed']>;

  constructor(state: ReturnType<Peer['xxh3']['Xxh3']['withSeed']>) {
    this.state = state;
  }

  update(data: Uint8Array | string): this {
    this.state.update(data);
    return this;
  }

  digest(): bigint {
    return this.state.digest();
  }
}
