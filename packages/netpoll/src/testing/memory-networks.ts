// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import { any, int, num, optionTable } from '@cloudwego/gopkg/options';
import type { MemoryNetwork } from './memory/network.js';
import { LoopNetwork } from './memory/network.js';

/** Options of {@link createMemoryNetwork}. */
export interface MemoryNetworkOptions {
  /** @defaultValue the clock of the loop */
  readonly clock?: Clock | undefined;
  /** Bytes that a connection reads ahead of its consumer, unless that needs more. Integer >= 1. @defaultValue 262144 */
  readonly maxUnreadBytes?: number | undefined;
  /** Bytes waiting to be sent over which `endWrite()` answers false. Integer >= 1. @defaultValue 1048576 */
  readonly highWaterBytes?: number | undefined;
  /** Bytes under way in one direction, as in the kernel's buffers. Integer >= 1. @defaultValue 262144 */
  readonly windowBytes?: number | undefined;
}

/** Options of {@link createHostileNetwork}. */
export interface HostileNetworkOptions extends MemoryNetworkOptions {
  /** Everything that chance decides follows from it. Integer >= 0. */
  readonly seed: number;
  /** Bytes under way in one direction: the limit changes all the time up to this. Integer >= 1. @defaultValue 65536 */
  readonly windowBytes?: number | undefined;
  /** Share of connections that are reset at a random byte. From 0 to 1. @defaultValue 0 */
  readonly resetRate?: number | undefined;
  /** Share of connections of which one direction ends at a random byte, as if the peer had died in order. From 0 to 1. @defaultValue 0 */
  readonly cutRate?: number | undefined;
  /** Resets and cuts lie within so many bytes of a direction, small positions as likely as large ones. Integer >= 1. @defaultValue 4096 */
  readonly faultWithinBytes?: number | undefined;
}

const clock = any<Clock>({ what: 'a Clock', test: (v) => typeof (v as Clock).now === 'function' });
const limits = { clock, maxUnreadBytes: int({ min: 1, default: 256 * 1024 }), highWaterBytes: int({ min: 1, default: 1024 * 1024 }) };
const memoryTable = optionTable<MemoryNetworkOptions>({ ...limits, windowBytes: int({ min: 1, default: 256 * 1024 }) });
const hostileTable = optionTable<HostileNetworkOptions>({
  ...limits,
  windowBytes: int({ min: 1, default: 64 * 1024 }),
  seed: int({ min: 0, required: true }),
  resetRate: num({ min: 0, max: 1, default: 0 }),
  cutRate: num({ min: 0, max: 1, default: 0 }),
  faultWithinBytes: int({ min: 1, default: 4096 }),
});

/**
 * A network inside this process, for tests and demonstrations without sockets. It takes `memory:` addresses, and TCP and unix ones as mere names (port 0 gives
 * a free one). Bytes arrive whole, in the next turn. Nothing in it keeps a process alive.
 */
export function createMemoryNetwork(options: MemoryNetworkOptions = {}): MemoryNetwork {
  const o = memoryTable.resolve(options, 'memoryNetwork');
  return new LoopNetwork({
    engine: 'memory',
    seed: undefined,
    clock: o.clock,
    maxUnreadBytes: o.maxUnreadBytes!,
    highWaterBytes: o.highWaterBytes!,
    windowBytes: o.windowBytes!,
    resetRate: 0,
    cutRate: 0,
    faultWithinBytes: 1,
  });
}

/**
 * The hostile loop: a network in memory that breaks every careless assumption, and the same again for the same seed. Many connections are served in one turn, in
 * any order, some not at all; bytes come in any split, below `need` too, in one slab that is overwritten with 0xDD as soon as `receive` returned; writes are
 * short and late; ids are used again at once; dials, ends and `closed` take their time. Resets and cuts come at random bytes when asked for.
 */
export function createHostileNetwork(options: HostileNetworkOptions): MemoryNetwork {
  const o = hostileTable.resolve(options, 'hostileNetwork');
  return new LoopNetwork({
    engine: 'hostile',
    seed: o.seed,
    clock: o.clock,
    maxUnreadBytes: o.maxUnreadBytes!,
    highWaterBytes: o.highWaterBytes!,
    windowBytes: o.windowBytes!,
    resetRate: o.resetRate!,
    cutRate: o.cutRate!,
    faultWithinBytes: o.faultWithinBytes!,
  });
}
