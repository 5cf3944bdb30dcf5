// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Network } from '@cloudwego/gopkg/io';
import { int, oneOf, optionTable } from '@cloudwego/gopkg/options';
import { EngineUnavailableError } from './errors.js';
import { loadNative } from './poll/load.js';
import { PollNetwork } from './poll/network.js';
import { StreamNetwork } from './stream/network.js';

const ENGINES = ['auto', 'stream', 'poll'] as const;
type Engine = (typeof ENGINES)[number];

/** Options of {@link createNetwork}. */
export interface NetworkOptions {
  /**
   * The backend. `stream` is node:net; `poll` is the native loop, an error where its addon does not load; `auto` takes what the environment variable
   * CLOUDWEGO_NETPOLL_ENGINE names, else the fastest that is there. @defaultValue 'auto'
   */
  readonly engine?: Engine | undefined;
  /** Bytes that a connection reads ahead of its consumer, unless that needs more. Integer >= 4096. @defaultValue 262144 */
  readonly maxUnreadBytes?: number | undefined;
  /** Bytes waiting to be sent over which `endWrite()` answers false. Integer >= 1. @defaultValue 1048576 */
  readonly highWaterBytes?: number | undefined;
}

const table = optionTable<NetworkOptions>({
  engine: oneOf(ENGINES, { default: 'auto' }),
  maxUnreadBytes: int({ min: 4096, default: 256 * 1024 }),
  highWaterBytes: int({ min: 1, default: 1024 * 1024 }),
});

/** Which backend runs, and why. */
export interface EngineInfo {
  readonly engine: 'stream' | 'poll' | 'uring';
  readonly driver: 'libuv' | 'epoll' | 'kqueue' | 'uring';
  readonly reason: string;
}

/**
 * Makes a network: listeners and dialed connections that share what their backend shares.
 * Errors: {@link EngineUnavailableError} (NETPOLL_ENGINE_UNAVAILABLE) when `poll` was named, here or by the environment, and its addon does not load.
 */
export function createNetwork(options: NetworkOptions & { readonly engine: 'poll' }): PollNetwork;
export function createNetwork(options?: NetworkOptions): Network;
export function createNetwork(options: NetworkOptions = {}): Network {
  const o = table.resolve(options, 'network');
  const limits = { maxUnreadBytes: o.maxUnreadBytes!, highWaterBytes: o.highWaterBytes! };
  const wanted = engineOf(o.engine!);
  if (wanted === 'stream') return new StreamNetwork(limits);
  const { native, reason } = loadNative();
  if (native !== undefined) return new PollNetwork(native, limits);
  if (wanted === 'poll') throw new EngineUnavailableError(`engine poll: ${reason}`);
  return new StreamNetwork(limits);
}

let shared: Network | undefined;

/** The network that is used where none is named; made on first use. */
export function defaultNetwork(): Network {
  return (shared ??= createNetwork());
}

/** Which backend `defaultNetwork()` runs on. */
export function engineInfo(): EngineInfo {
  const wanted = engineOf('auto');
  if (wanted === 'stream') return { engine: 'stream', driver: 'libuv', reason: 'CLOUDWEGO_NETPOLL_ENGINE=stream' };
  const { native, reason } = loadNative();
  return native === undefined ? { engine: 'stream', driver: 'libuv', reason } : { engine: 'poll', driver: native.driver, reason };
}

function engineOf(option: Engine): Engine {
  const named = process.env['CLOUDWEGO_NETPOLL_ENGINE'];
  if (option !== 'auto' || named === undefined || named === '') return option;
  if (!(ENGINES as readonly string[]).includes(named)) throw new OptionError('CLOUDWEGO_NETPOLL_ENGINE', `CLOUDWEGO_NETPOLL_ENGINE: got "${named}", wanted ${ENGINES.join(', ')}`);
  return named as Engine;
}
