// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { parseAddress } from '@cloudwego/gopkg/io';
import type { AddressLike } from '@cloudwego/gopkg/io';
import { any, func, int, list, optionTable, text } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';
import type { ZooKeeperOptions } from '@cloudwego/shared-zookeeper';

type CommonOptions = Pick<ZooKeeperOptions, 'servers' | 'sessionTimeoutMs' | 'auth' | 'tls' | 'dialTimeoutMs'>;

/** Options of {@link zooKeeperRegistry}. `sessionTimeoutMs` is how long ZooKeeper remembers a server that it does not hear of. */
export interface ZooKeeperRegistryOptions extends CommonOptions {
  /** The address that is written, in place of the one that the server listens on. */
  readonly advertise?: AddressLike | undefined;
  /** The first wait before a lost registration is made anew; each one doubles it. Unit ms. @defaultValue 500 */
  readonly minRetryDelayMs?: number | undefined;
  /** Unit ms. @defaultValue 30000 */
  readonly maxRetryDelayMs?: number | undefined;
  /** Told of every failed try to register anew. */
  readonly onError?: ((e: unknown) => void) | undefined;
}

/** Options of {@link zooKeeperResolver}. */
export interface ZooKeeperResolverOptions extends CommonOptions {
  /** Of instances whose document has none, or one of 0 or less. @defaultValue 10 */
  readonly defaultWeight?: number | undefined;
}

const common = {
  servers: list(text(), { required: true }),
  sessionTimeoutMs: int({ min: 1, unit: 'ms', default: 40_000 }),
  auth: any<NonNullable<ZooKeeperOptions['auth']>>({ what: '{ username, password }' }),
  tls: any<NonNullable<ZooKeeperOptions['tls']>>({ what: 'an object of certificates' }),
  dialTimeoutMs: int({ min: 1, unit: 'ms', default: 5000 }),
};

/** Name, default and rule of every option of a registry. */
export const registryTable: OptionTable<ZooKeeperRegistryOptions> = optionTable<ZooKeeperRegistryOptions>({
  ...common,
  advertise: any<AddressLike>({ what: 'an address', test: isAddress }),
  minRetryDelayMs: int({ min: 1, unit: 'ms', default: 500 }),
  maxRetryDelayMs: int({ min: 1, unit: 'ms', default: 30_000 }),
  onError: func<(e: unknown) => void>(),
});

/** The same of a resolver. */
export const resolverTable: OptionTable<ZooKeeperResolverOptions> = optionTable<ZooKeeperResolverOptions>({ ...common, defaultWeight: int({ min: 1, default: 10 }) });

/** What the client is given. */
export function clientOptions(o: CommonOptions): ZooKeeperOptions {
  return { servers: o.servers, sessionTimeoutMs: o.sessionTimeoutMs, auth: o.auth, tls: o.tls, dialTimeoutMs: o.dialTimeoutMs };
}

function isAddress(v: unknown): boolean {
  try {
    parseAddress(v as AddressLike);
    return true;
  } catch {
    return false;
  }
}
