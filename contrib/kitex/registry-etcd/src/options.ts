// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { any, int, list, optionTable, text } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';
import { registrationSpecs } from '@cloudwego/shared-discovery';
import type { RegistrationOptions } from '@cloudwego/shared-discovery';
import type { EtcdOptions } from '@cloudwego/shared-etcd';

/** What registry and resolver have in common. */
interface CommonOptions extends Pick<EtcdOptions, 'endpoints' | 'auth' | 'tls' | 'dialTimeoutMs'> {
  /** What keys begin with; the same on both sides. @defaultValue 'kitex/registry-etcd' */
  readonly prefix?: string | undefined;
}

/** Options of {@link etcdRegistry}. */
export interface EtcdRegistryOptions extends CommonOptions, RegistrationOptions {
  /** How long the store remembers a server that it does not hear of. Unit s. @defaultValue the variable KITEX_ETCD_REGISTRY_LEASE_TTL, else 60 */
  readonly leaseTtlSeconds?: number | undefined;
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
  ...registrationSpecs,
});

/** The same of a resolver. */
export const resolverTable: OptionTable<EtcdResolverOptions> = optionTable<EtcdResolverOptions>({ ...common, defaultWeight: int({ min: 1, default: 10 }) });
