// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Network } from '@cloudwego/gopkg/io';
import { int, oneOf, optionTable } from '@cloudwego/gopkg/options';
import { StreamNetwork } from './stream/network.js';

/** Options of {@link createNetwork}. */
export interface NetworkOptions {
  /** The backend. `stream` is node:net; `auto` takes the fastest that is there. @defaultValue 'auto' */
  readonly engine?: 'auto' | 'stream' | undefined;
  /** Bytes that a connection reads ahead of its consumer, unless that needs more. Integer >= 4096. @defaultValue 262144 */
  readonly maxUnreadBytes?: number | undefined;
  /** Bytes waiting to be sent over which `endWrite()` answers false. Integer >= 1. @defaultValue 1048576 */
  readonly highWaterBytes?: number | undefined;
}

const table = optionTable<NetworkOptions>({
  engine: oneOf(['auto', 'stream'], { default: 'auto' }),
  maxUnreadBytes: int({ min: 4096, default: 256 * 1024 }),
  highWaterBytes: int({ min: 1, default: 1024 * 1024 }),
});

/** Which backend runs, and why. */
export interface EngineInfo {
  readonly engine: 'stream' | 'poll' | 'uring';
  readonly driver: 'libuv' | 'epoll' | 'kqueue' | 'uring';
  readonly reason: string;
}

/** Makes a network: listeners and dialed connections that share one output slab. */
export function createNetwork(options: NetworkOptions = {}): Network {
  const o = table.resolve(options, 'network');
  return new StreamNetwork({ maxUnreadBytes: o.maxUnreadBytes!, highWaterBytes: o.highWaterBytes! });
}

let shared: Network | undefined;

/** The network that is used where none is named; made on first use. */
export function defaultNetwork(): Network {
  return (shared ??= createNetwork());
}

/** Which backend `defaultNetwork()` runs on. */
export function engineInfo(): EngineInfo {
  return { engine: 'stream', driver: 'libuv', reason: 'this version has no other engine' };
}
