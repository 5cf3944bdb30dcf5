// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** The static table, index 1 first: name, value. Source: RFC 7541 appendix A. */
const rows: readonly string[] = [
  ':authority', '', ':method', 'GET', ':method', 'POST', ':path', '/', ':path', '/index.html', ':scheme', 'http', ':scheme', 'https',
  ':status', '200', ':status', '204', ':status', '206', ':status', '304', ':status', '400', ':status', '404', ':status', '500',
  'accept-charset', '', 'accept-encoding', 'gzip, deflate', 'accept-language', '', 'accept-ranges', '', 'accept', '',
  'access-control-allow-origin', '', 'age', '', 'allow', '', 'authorization', '', 'cache-control', '', 'content-disposition', '',
  'content-encoding', '', 'content-language', '', 'content-length', '', 'content-location', '', 'content-range', '', 'content-type', '',
  'cookie', '', 'date', '', 'etag', '', 'expect', '', 'expires', '', 'from', '', 'host', '', 'if-match', '', 'if-modified-since', '',
  'if-none-match', '', 'if-range', '', 'if-unmodified-since', '', 'last-modified', '', 'link', '', 'location', '', 'max-forwards', '',
  'proxy-authenticate', '', 'proxy-authorization', '', 'range', '', 'referer', '', 'refresh', '', 'retry-after', '', 'server', '',
  'set-cookie', '', 'strict-transport-security', '', 'transfer-encoding', '', 'user-agent', '', 'vary', '', 'via', '', 'www-authenticate', '',
];

/** Entries of the static table. */
export const STATIC_COUNT: number = rows.length / 2;

export const staticNames: readonly string[] = rows.filter((_, i) => i % 2 === 0);
export const staticValues: readonly string[] = rows.filter((_, i) => i % 2 === 1);

let byName: Map<string, number> | undefined;
let byPair: Map<string, Map<string, number>> | undefined;

/** Index of the first entry of that name; 0 = none. */
export function staticName(name: string): number {
  if (byName === undefined) {
    byName = new Map();
    for (let i = STATIC_COUNT; i >= 1; i--) byName.set(staticNames[i - 1]!, i);
  }
  return byName.get(name) ?? 0;
}

/** Index of the entry with that name and value; 0 = none. */
export function staticPair(name: string, value: string): number {
  if (byPair === undefined) {
    byPair = new Map();
    for (let i = 1; i <= STATIC_COUNT; i++) {
      const n = staticNames[i - 1]!;
      let m = byPair.get(n);
      if (m === undefined) byPair.set(n, (m = new Map<string, number>()));
      m.set(staticValues[i - 1]!, i);
    }
  }
  return byPair.get(name)?.get(value) ?? 0;
}
