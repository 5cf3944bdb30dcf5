// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Address } from '@cloudwego/gopkg/io';
import { bitsOf } from './ip-bits.js';

/** Tells the address of a client behind proxies. */
export type ClientIP = (remote: Address, header: (name: string) => string | undefined) => string;

/**
 * The address of whoever the outermost trusted proxy spoke to. Only a peer that is trusted is asked; its fields are read from right to left, up to the first
 * address that is not trusted itself. A field with something else than addresses is passed over. Peers on unix sockets count as 127.0.0.1.
 * Differs: Go Hertz trusts everybody unless told otherwise; here nobody is, unless named. Source: cloudwego/hertz pkg/app/context.go ClientIPWithOption.
 * Errors: OptionError for what is no network.
 */
export function clientIPOf(trusted: readonly string[], fields: readonly string[]): ClientIP {
  const networks = trusted.map((network) => {
    const m = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(network);
    const address = bitsOf(m?.[1] ?? '');
    const length = m?.[2] === undefined ? (address?.length ?? 0) : Number(m[2]);
    if (address === undefined || length > address.length) throw new OptionError('hertz.trustedProxies', `hertz.trustedProxies: got "${network}", wanted an address or a network such as 10.0.0.0/8`);
    return { prefix: address.slice(0, length), size: address.length };
  });
  const isTrusted = (ip: string): boolean => {
    if (networks.length === 0) return false;
    const bits = bitsOf(ip);
    return bits !== undefined && networks.some((n) => n.size === bits.length && bits.startsWith(n.prefix));
  };
  return (remote, header) => {
    const peer = remote.kind === 'tcp' ? plain(remote.host) : remote.kind === 'unix' ? '127.0.0.1' : '0.0.0.0';
    if (!isTrusted(peer)) return peer;
    for (const name of fields) {
      const found = outermost(header(name), isTrusted);
      if (found !== undefined) return found;
    }
    return peer;
  };
}

function outermost(field: string | undefined, isTrusted: (ip: string) => boolean): string | undefined {
  if (field === undefined) return undefined;
  const all = field.split(',');
  for (let i = all.length - 1; i >= 0; i--) {
    const ip = plain(all[i]!.trim());
    if (bitsOf(ip) === undefined) return undefined;
    if (i === 0 || !isTrusted(ip)) return ip;
  }
  return undefined;
}

/** An IPv4 address that was mapped into IPv6 is itself. */
function plain(ip: string): string {
  const bare = ip.startsWith('[') && ip.endsWith(']') ? ip.slice(1, -1) : ip;
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
}
