// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import type { AddressLike } from '@cloudwego/gopkg/io';
import { formatAddress, parseAddress } from '@cloudwego/gopkg/io';
import type { Instance, Resolver } from './spi.js';

/**
 * Discovery from a list of addresses that never changes.
 * Errors: {@link OptionError} at construction for an empty list or an address that cannot be read.
 * Source: cloudwego/kitex client/option.go WithHostPorts.
 */
export function fixedResolver(hostPorts: readonly AddressLike[]): Resolver {
  if (!Array.isArray(hostPorts) || hostPorts.length === 0) throw new OptionError('hostPorts', 'hostPorts: got no address, wanted at least one');
  const instances: readonly Instance[] = Object.freeze(
    hostPorts.map((a: AddressLike, i) => Object.freeze({ address: parseAddress(a, `hostPorts[${i}]`), weight: 10, tags: Object.freeze({}) })),
  );
  const identity = 'fixed:' + instances.map((i) => formatAddress(i.address)).join(',');
  return {
    name: 'fixed',
    identity,
    key: () => identity,
    async resolve(_key, signal) {
      signal.throwIfAborted();
      return instances;
    },
    watch(_key, sink, signal) {
      if (!signal.aborted) sink.update(instances);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
