// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { background } from '@cloudwego/gopkg/context';
import { OptionError, toError } from '@cloudwego/gopkg/errors';
import type { Address, AddressLike } from '@cloudwego/gopkg/io';
import { parseAddress } from '@cloudwego/gopkg/io';
import { any, int, list, optionTable } from '@cloudwego/gopkg/options';
import type { ClientControl } from './client.js';
import type { ClientConn } from './conn.js';
import type { ClientCore } from './core.js';

/** What {@link warmUp} makes. Source: cloudwego/kitex pkg/warmup. */
export interface WarmUpOptions {
  /** Connections to each address. Integer >= 1. @defaultValue 1 */
  readonly connections?: number | undefined;
  /** Connections that are made at once. Integer >= 1. @defaultValue 4 */
  readonly parallel?: number | undefined;
  /** @defaultValue all instances that discovery knows */
  readonly addresses?: readonly AddressLike[] | undefined;
}

/** What came of it. */
export interface WarmUpReport {
  readonly made: number;
  /** What could not be made, and why. */
  readonly failed: readonly { readonly address: Address; readonly cause: Error }[];
}

const table = optionTable<WarmUpOptions>({
  connections: int({ min: 1, max: 10_000, default: 1 }),
  parallel: int({ min: 1, max: 1000, default: 4 }),
  addresses: list(any<AddressLike>({ what: 'an address', test: (v) => typeof v === 'string' || (typeof v === 'object' && v !== null) })),
});

const cores = new WeakMap<ClientControl, ClientCore>();

/** Notes what a client is made of. */
export function remember(client: ClientControl, core: ClientCore): void {
  cores.set(client, core);
}

/** Errors: OptionError for what is no client. */
export function coreOf(client: ClientControl, what: string): ClientCore {
  const core = cores.get(client);
  if (core === undefined) throw new OptionError(what, `${what}: got something else than a client of createClient`);
  return core;
}

/**
 * Finds the instances of a client and connects to them before the first call does. The pool keeps what its limits let it keep.
 * Errors: what discovery failed with, OptionError; a connection that cannot be had is told in the report.
 * Differs: a function that is awaited instead of an option of a constructor, which could not wait; who wants to fail looks at `failed`.
 * Source: cloudwego/kitex pkg/warmup, client.WithWarmingUp.
 */
export async function warmUp(client: ClientControl, options: WarmUpOptions = {}): Promise<WarmUpReport> {
  const core = coreOf(client, 'warmUp');
  const o = table.resolve(options, 'warmUp');
  const given = o.addresses?.map((a) => (typeof a === 'string' ? parseAddress(a, 'warmUp.addresses') : a));
  const addresses = given ?? (await instancesOf(core));
  const failed: { address: Address; cause: Error }[] = [];
  const made: ClientConn[] = [];
  const todo = addresses.flatMap((a) => Array.from({ length: o.connections! }, () => a));
  const worker = async (): Promise<void> => {
    for (let address = todo.shift(); address !== undefined; address = todo.shift()) {
      try {
        made.push(await core.pool.get(address, { connectTimeoutMs: core.o.connectTimeoutMs!, signal: undefined }));
      } catch (e) {
        failed.push({ address, cause: toError(e) });
      }
    }
  };
  await Promise.all(Array.from({ length: o.parallel! }, worker));
  // Given back together: one that came back early would be taken again instead of a new one.
  for (const c of made) core.pool.put(c);
  return { made: made.length, failed };
}

async function instancesOf(core: ClientCore): Promise<readonly Address[]> {
  if (core.dispatch === undefined) return [];
  const { instances } = await core.dispatch.resolve({ service: core.o.destService!, method: '*', tags: core.o.tags ?? {} }, background);
  return instances.map((i) => i.address);
}
