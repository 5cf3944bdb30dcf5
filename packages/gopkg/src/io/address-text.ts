// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '../errors/index.js';
import type { Address, AddressLike } from './address.js';

/**
 * Reads an address.
 * Shape: `host:port`, `:port` (all interfaces), `[v6]:port`, `unix:/path`, `unix:@name` (abstract), `shmipc:<control>`, `memory:<name>`.
 * Errors: {@link OptionError} that names `what` and the forms allowed.
 */
export function parseAddress(a: AddressLike, what = 'address'): Address {
  if (typeof a !== 'string') return a;
  if (a.startsWith('unix:')) {
    const path = a.slice(5);
    if (path === '' || path === '@') throw bad(a, what);
    return { kind: 'unix', path: path.startsWith('@') ? '\0' + path.slice(1) : path };
  }
  if (a.startsWith('shmipc:') && a.length > 7) return { kind: 'shmipc', control: a.slice(7) };
  if (a.startsWith('memory:') && a.length > 7) return { kind: 'memory', name: a.slice(7) };
  const m = /^(?:\[([0-9A-Fa-f:.%\w]+)\]|([^:[\]/\s]*)):(\d{1,5})$/.exec(a);
  const port = Number(m?.[3]);
  if (m === null || port > 65_535) throw bad(a, what);
  return { kind: 'tcp', host: m[1] ?? m[2] ?? '', port };
}

/** Writes an address so that `parseAddress` reads it back; the key used in maps and logs. */
export function formatAddress(a: Address): string {
  switch (a.kind) {
    case 'tcp':
      return a.host.includes(':') ? `[${a.host}]:${a.port}` : `${a.host}:${a.port}`;
    case 'unix':
      return 'unix:' + (a.path.startsWith('\0') ? '@' + a.path.slice(1) : a.path);
    case 'shmipc':
      return 'shmipc:' + a.control;
    case 'memory':
      return 'memory:' + a.name;
  }
}

function bad(a: string, what: string): OptionError {
  return new OptionError(what, `${what}: got "${a}", wanted "host:port", ":port", "[v6]:port", "unix:/path", "unix:@name", "shmipc:<control>" or "memory:<name>"`);
}
