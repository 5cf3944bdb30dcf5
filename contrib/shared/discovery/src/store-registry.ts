// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { parseAddress } from '@cloudwego/gopkg/io';
import type { AddressLike } from '@cloudwego/gopkg/io';
import { any, func, int } from '@cloudwego/gopkg/options';
import type { OptionSpec } from '@cloudwego/gopkg/options';
import type { Instance, Registry } from '@cloudwego/governance';
import { advertise } from './advertise.js';
import type { AdvertiseOptions } from './advertise.js';
import { selfHealing } from './self-healing.js';
import type { StoreSession } from './self-healing.js';

/** Options that registries of every store have. */
export interface RegistrationOptions {
  /** The address that is written, in place of the one that the server listens on. */
  readonly advertise?: AddressLike | undefined;
  /** The first wait before a lost registration is made anew; each one doubles it. Unit ms. @defaultValue 500 */
  readonly minRetryDelayMs?: number | undefined;
  /** Unit ms. @defaultValue 30000 */
  readonly maxRetryDelayMs?: number | undefined;
  /** Told of every failed try to register anew. */
  readonly onError?: ((e: unknown) => void) | undefined;
}

/** Their defaults and rules, for the table of a registry. */
export const registrationSpecs: { readonly [K in keyof RegistrationOptions]-?: OptionSpec<NonNullable<RegistrationOptions[K]>> } = {
  advertise: any<AddressLike>({ what: 'an address', test: isAddress }),
  minRetryDelayMs: int({ min: 1, unit: 'ms', default: 500 }),
  maxRetryDelayMs: int({ min: 1, unit: 'ms', default: 30_000 }),
  onError: func<(e: unknown) => void>(),
};

function isAddress(v: unknown): boolean {
  try {
    parseAddress(v as AddressLike);
    return true;
  } catch {
    return false;
  }
}

/** How {@link storeRegistry} gets at its store. */
export interface Store<C extends AsyncDisposable> {
  /** Makes a client, which connects on first use. Errors: OptionError, at construction of the registry. */
  connect(): C;
  /** Opens a session and writes the instance. The signal ends it when the registration goes. */
  open(client: C, service: string, i: Instance, signal: AbortSignal): Promise<StoreSession>;
  /** Variables that replace host and port of the address. */
  readonly env?: AdvertiseOptions['env'];
}

/**
 * A {@link Registry} over a store: its registrations come back by themselves, and share one client, which is there while any of them is.
 * The address is that of `advertise`, else of the variables, else the server's; see {@link advertise}.
 * Errors: those of `connect` at construction; AdvertiseError, and those of `open`, when a server is registered.
 */
export function storeRegistry<C extends AsyncDisposable>(store: Store<C>, o: RegistrationOptions): Registry {
  // Options of a client are checked when it is made.
  store.connect();
  let client: C | undefined;
  let users = 0;
  const leave = async (): Promise<void> => {
    if (--users > 0) return;
    const last = client;
    client = undefined;
    await last?.[Symbol.asyncDispose]();
  };
  return {
    async register(i, signal) {
      const instance: Instance = { address: advertise(i.address, { advertise: o.advertise, env: store.env }), weight: i.weight, tags: i.tags };
      const shared = (client ??= store.connect());
      users++;
      return selfHealing(
        { instance, open: (x, s) => store.open(shared, i.service, x, s), minDelayMs: o.minRetryDelayMs, maxDelayMs: o.maxRetryDelayMs, onError: o.onError, ended: leave },
        signal,
      );
    },
  };
}
