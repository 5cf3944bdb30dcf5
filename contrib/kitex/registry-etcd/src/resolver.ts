// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { func, optionTable, text } from '@cloudwego/gopkg/options';
import type { Instance, Resolver } from '@cloudwego/governance';

/** Options of {@link etcdResolver}. */
export interface EtcdResolverOptions {
  /** Which store: resolvers of one store share what they find. */
  readonly store: string;
  /** Asks the store for the instances of a service; none is an empty list. */
  readonly list: (service: string, signal: AbortSignal) => Promise<readonly Instance[]>;
}

const table = optionTable<EtcdResolverOptions>({ store: text({ required: true }), list: func({ required: true }) });

/**
 * Finds servers in etcd.
 * Errors: OptionError (GOPKG_OPTION_INVALID) at construction; what `list` rejects with reaches the caller.
 */
export function etcdResolver(options: EtcdResolverOptions): Resolver {
  const { store, list } = table.resolve(options, 'etcdResolver');
  return {
    name: 'etcd',
    identity: `etcd:${store}`,
    key: (t) => t.service,
    async resolve(key, signal) {
      signal.throwIfAborted();
      // A list of its own: what the store changes later is no business of who has this one.
      return [...(await list(key, signal))];
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
