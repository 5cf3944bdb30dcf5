// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** Four bytes as an IPv4 address. */
export function ipv4Text(buf: Uint8Array, at: number): string {
  return `${buf[at]}.${buf[at + 1]}.${buf[at + 2]}.${buf[at + 3]}`;
}

/** Sixteen bytes as an IPv6 address, written as inet_ntop does. Source: RFC 5952 sections 4 and 5. */
export function ipv6Text(buf: Uint8Array, at: number): string {
  const groups = Array.from({ length: 8 }, (_, i) => (buf[at + 2 * i]! << 8) | buf[at + 2 * i + 1]!);
  if (groups.slice(0, 5).every((g) => g === 0) && groups[5] === 0xffff) return `::ffff:${ipv4Text(buf, at + 12)}`;
  // The longest run of zeros, the first of equals, and none of a single group.
  let from = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let n = 0;
    while (i + n < 8 && groups[i + n] === 0) n++;
    if (n > length) {
      from = i;
      length = n;
    }
  }
  const text = (list: readonly number[]): string => list.map((g) => g.toString(16)).join(':');
  return from < 0 ? text(groups) : `${text(groups.slice(0, from))}::${text(groups.slice(from + length))}`;
}
