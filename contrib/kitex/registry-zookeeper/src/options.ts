// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { any, int, list, optionTable, text } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';
import { registrationSpecs } from '@cloudwego/shared-discovery';
import type { RegistrationOptions } from '@cloudwego/shared-discovery';
import type { ZooKeeperOptions } from '@cloudwego/shared-zookeeper';

type CommonOptions = Pick<ZooKeeperOptions, 'servers' | 'sessionTimeoutMs' | 'auth' | 'tls' | 'dialTimeoutMs'>;

/** Options of {@link zooKeeperRegistry}. `sessionTimeoutMs` is how long ZooKeeper remembers a server that it does not hear of. */
export interface ZooKeeperRegistryOptions extends CommonOptions, RegistrationOptions {}

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
export const registryTable: OptionTable<ZooKeeperRegistryOptions> = optionTable<ZooKeeperRegistryOptions>({ ...common, ...registrationSpecs });

/** The same of a resolver. */
export const resolverTable: OptionTable<ZooKeeperResolverOptions> = optionTable<ZooKeeperResolverOptions>({ ...common, defaultWeight: int({ min: 1, default: 10 }) });

/** What the client is given. */
export function clientOptions(o: CommonOptions): ZooKeeperOptions {
  return { servers: o.servers, sessionTimeoutMs: o.sessionTimeoutMs, auth: o.auth, tls: o.tls, dialTimeoutMs: o.dialTimeoutMs };
}
