// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Address } from '@cloudwego/gopkg/io';
import { parseAddress } from '@cloudwego/gopkg/io';
import { list, optionTable, text } from '@cloudwego/gopkg/options';

/** Options of {@link createEtcdClient}. */
export interface EtcdClientOptions {
  /** Addresses of the store. */
  readonly hostPorts: readonly string[];
}

const table = optionTable<EtcdClientOptions>({ hostPorts: list(text(), { required: true }) });

/** What {@link createEtcdClient} makes. */
export interface EtcdClient extends AsyncDisposable {
  readonly addresses: readonly Address[];
}

/**
 * Makes a client; it connects on first use.
 * Errors: OptionError (GOPKG_OPTION_INVALID) at construction for addresses that cannot be read.
 */
export function createEtcdClient(options: EtcdClientOptions): EtcdClient {
  const { hostPorts } = table.resolve(options, 'createEtcdClient');
  return {
    addresses: hostPorts.map((a, i) => parseAddress(a, `hostPorts[${i}]`)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
