// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { networkInterfaces } from 'node:os';
import { OptionError } from '@cloudwego/gopkg/errors';
import { parseAddress } from '@cloudwego/gopkg/io';
import type { Address, AddressLike } from '@cloudwego/gopkg/io';
import { AdvertiseError } from './errors.js';

/** What a registry writes instead of the address that its server listens on. */
export interface AdvertiseOptions {
  /** The whole address; it beats everything else. */
  readonly advertise?: AddressLike | undefined;
  /** Names of the variables that replace host and port of a TCP address, where they are set. */
  readonly env?: { readonly host: string; readonly port: string } | undefined;
}

const EVERYWHERE: ReadonlySet<string> = new Set(['', '::', '0.0.0.0', '0:0:0:0:0:0:0:0']);

/**
 * The address under which others reach a server. A host that means "all interfaces" is never written into a store: the first IPv4 address of this machine that
 * is no loopback stands for it. Unix sockets stay as they are.
 * Errors: OptionError for variables that name no port; {@link AdvertiseError} where the machine has no such address.
 */
export function advertise(listening: Address, o: AdvertiseOptions = {}): Address {
  if (o.advertise !== undefined) return parseAddress(o.advertise, 'advertise');
  if (listening.kind !== 'tcp') return listening;
  const host = variable(o.env?.host) ?? listening.host;
  const port = variable(o.env?.port);
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    throw new OptionError(o.env!.port, `${o.env!.port}: got "${port}", wanted a port, 0 to 65535`);
  }
  return { kind: 'tcp', host: EVERYWHERE.has(host) ? ownAddress() : host, port: port === undefined ? listening.port : Number(port) };
}

function variable(name: string | undefined): string | undefined {
  const v = name === undefined ? undefined : process.env[name];
  return v === '' ? undefined : v;
}

function ownAddress(): string {
  for (const list of Object.values(networkInterfaces())) {
    for (const i of list ?? []) if (i.family === 'IPv4' && !i.internal) return i.address;
  }
  throw new AdvertiseError('a server that listens on all interfaces cannot be registered: this machine has no IPv4 address but loopback ones; say which one to write by `advertise`');
}
