// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { BlockList, isIP, isIPv4 } from 'node:net';
import { hostOf, portOf } from './url.js';

/** Says which proxy a request goes through; undefined = none. Errors of a proxy that is no URL come with the request. */
export type ProxySelector = (url: URL) => string | URL | undefined;

/**
 * The proxy that the environment names: `http_proxy`, `https_proxy`, `all_proxy`, and `no_proxy`, in either case (HTTP_PROXY only in small letters, since CGI
 * servers set the other from a request's field). `no_proxy` lists names (with all below them), addresses, networks, ports, or `*`.
 * Source: golang.org/x/net/http/httpproxy; loopback is never proxied.
 */
export function proxyFromEnvironment(env: Readonly<Record<string, string | undefined>> = process.env): ProxySelector {
  const http = env['http_proxy'] ?? env['all_proxy'] ?? env['ALL_PROXY'];
  const https = env['https_proxy'] ?? env['HTTPS_PROXY'] ?? env['all_proxy'] ?? env['ALL_PROXY'];
  const excluded = noProxy(env['no_proxy'] ?? env['NO_PROXY'] ?? '');
  return (url) => {
    const proxy = url.protocol === 'https:' ? https : http;
    if (proxy === undefined || proxy === '' || excluded(url)) return undefined;
    return proxy.includes('://') ? proxy : `http://${proxy}`;
  };
}

function noProxy(list: string): (url: URL) => boolean {
  const rules = list.split(/[\s,]+/).filter((r) => r !== '');
  const networks = new BlockList();
  const names: { readonly name: string; readonly below: boolean; readonly port: string | undefined }[] = [];
  for (const rule of rules) {
    const cidr = /^([0-9a-f.:]+)\/(\d+)$/i.exec(rule);
    if (cidr !== null && isIP(cidr[1]!) !== 0 && Number(cidr[2]) <= (isIPv4(cidr[1]!) ? 32 : 128)) {
      networks.addSubnet(cidr[1]!, Number(cidr[2]), isIPv4(cidr[1]!) ? 'ipv4' : 'ipv6');
      continue;
    }
    const m = /^(\*?\.)?(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(rule.toLowerCase());
    if (m !== null) names.push({ name: m[2]!, below: m[1] !== undefined, port: m[3] });
    else if (isIP(rule) !== 0) names.push({ name: `[${rule}]`, below: false, port: undefined });
  }
  const all = rules.includes('*');
  return (url) => {
    const host = url.hostname.toLowerCase();
    const bare = hostOf(url).toLowerCase();
    const family = isIP(bare);
    if (all || host === 'localhost' || bare === '::1' || (family === 4 && bare.startsWith('127.'))) return true;
    if (family !== 0 && networks.check(bare, family === 4 ? 'ipv4' : 'ipv6')) return true;
    const port = String(portOf(url));
    return names.some((n) => (n.port === undefined || n.port === port) && ((!n.below && host === n.name) || (family === 0 && n.name !== '' && host.endsWith(`.${n.name}`))));
  };
}
