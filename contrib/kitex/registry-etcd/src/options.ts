// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { parseAddress } from '@cloudwego/gopkg/io';
import type { AddressLike } from '@cloudwego/gopkg/io';
import { any, func, int, list, optionTable, text } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';
import type { EtcdOptions } from '@cloudwego/shared-etcd';

/** What registry and resolver have in common. */
interface CommonOptions extends Pick<EtcdOptions, 'endpoints' | 'auth' | 'tls' | 'dialTimeoutMs'> {
  /** What keys begin with; the same on both sides. @defaultValue 'kitex/registry-etcd' */
  readonly prefix?: string | undefined;
}

/** Options of {@link etcdRegistry}. */
export interface EtcdRegistryOptions extends CommonOptions {
  /** How long the store remembers a server that it does not hear of. Unit s. @defaultValue the variable KITEX_ETCD_REGISTRY_LEASE_TTL, else 60 */
  readonly leaseTtlSeconds?: number | undefined;
  /** The address that is written, in place of the one that the server listens on. */
  readonly advertise?: AddressLike | undefined;
  /** The first wait before a lost registration is made anew; each one doubles it. Unit ms. @defaultValue 500 */
  readonly minRetryDelayMs?: number | undefined;
  /** Unit ms. @defaultValue 30000 */
  readonly maxRetryDelayMs?: number | undefined;
  /** Told of every failed try to register anew. */
  readonly onError?: ((e: unknown) => void) | undefined;
}

/** Options of {@link etcdResolver}. */
export interface EtcdResolverOptions extends CommonOptions {
  /** Of instances whose document has none, or one of 0 or less. @defaultValue 10 */
  readonly defaultWeight?: number | undefined;
}

const common = {
  endpoints: list(text(), { required: true }),
  auth: any<NonNullable<EtcdOptions['auth']>>({ what: '{ username, password }' }),
  tls: any<NonNullable<EtcdOptions['tls']>>({ what: 'an object of certificates' }),
  dialTimeoutMs: int({ min: 1, unit: 'ms', default: 5000 }),
  prefix: text({ default: 'kitex/registry-etcd', pattern: /^[^/](?:.*[^/])?$/, what: 'text that neither begins nor ends with a "/"' }),
};

/** Name, default and rule of every option of a registry. */
export const registryTable: OptionTable<EtcdRegistryOptions> = optionTable<EtcdRegistryOptions>({
  ...common,
  leaseTtlSeconds: int({ min: 1, max: 9_000_000_000, unit: 's' }),
  advertise: any<AddressLike>({ what: 'an address', test: isAddress }),
  minRetryDelayMs: int({ min: 1, unit: 'ms', default: 500 }),
  maxRetryDelayMs: int({ min: 1, unit: 'ms', default: 30_000 }),
  onError: func<(e: unknown) => void>(),
});

/** The same of a resolver. */
export const resolverTable: OptionTable<EtcdResolverOptions> = optionTable<EtcdResolverOptions>({ ...common, defaultWeight: int({ min: 1, default: 10 }) });

function isAddress(v: unknown): boolean {
  try {
    parseAddress(v as AddressLike);
    return true;
  } catch {
    return false;
  }
}
