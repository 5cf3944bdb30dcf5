// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { BlockList, isIP, isIPv4 } from 'node:net';
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Address } from '@cloudwego/gopkg/io';

/** Tells the address of a client behind proxies. */
export type ClientIP = (remote: Address, header: (name: string) => string | undefined) => string;

/**
 * The address of whoever the outermost trusted proxy spoke to. Only a peer that is trusted is asked; its fields are read from right to left, up to the first
 * address that is not trusted itself. A field with something else than addresses is passed over. Peers on unix sockets count as 127.0.0.1.
 * Differs: Go Hertz trusts everybody unless told otherwise; here nobody is, unless named. Source: cloudwego/hertz pkg/app/context.go ClientIPWithOption.
 * Errors: OptionError for what is no network.
 */
export function clientIPOf(trusted: readonly string[], fields: readonly string[]): ClientIP {
  const list = new BlockList();
  for (const network of trusted) {
    const m = /^([^/]+)(?:\/(\d+))?$/.exec(network);
    const family = isIP(m?.[1] ?? '');
    const most = family === 4 ? 32 : 128;
    const bits = m?.[2] === undefined ? most : Number(m[2]);
    if (family === 0 || bits > most) throw new OptionError('hertz.trustedProxies', `hertz.trustedProxies: got "${network}", wanted an address or a network such as 10.0.0.0/8`);
    list.addSubnet(m![1]!, bits, family === 4 ? 'ipv4' : 'ipv6');
  }
  const isTrusted = (ip: string): boolean => trusted.length > 0 && list.check(ip, isIPv4(ip) ? 'ipv4' : 'ipv6');
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
    if (isIP(ip) === 0) return undefined;
    if (i === 0 || !isTrusted(ip)) return ip;
  }
  return undefined;
}

/** An IPv4 address that was mapped into IPv6 is itself. */
function plain(ip: string): string {
  const bare = ip.startsWith('[') && ip.endsWith(']') ? ip.slice(1, -1) : ip;
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
}
