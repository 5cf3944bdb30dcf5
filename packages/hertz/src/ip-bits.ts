// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** An IP address as a text of 32 or 128 bits; undefined for what is none. Without node:net, so that it runs where there are no sockets. */
export function bitsOf(ip: string): string | undefined {
  return ip.includes(':') ? sixOf(ip) : fourOf(ip);
}

function fourOf(ip: string): string | undefined {
  const parts = ip.split('.');
  if (parts.length !== 4 || !parts.every((p) => /^(?:0|[1-9]\d{0,2})$/.test(p) && Number(p) < 256)) return undefined;
  return parts.map((p) => Number(p).toString(2).padStart(8, '0')).join('');
}

function sixOf(ip: string): string | undefined {
  let text = ip;
  // Its last 32 bits may be written as an IPv4 address.
  const four = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(ip);
  if (four !== null) {
    const bits = fourOf(four[2]!);
    if (bits === undefined) return undefined;
    text = `${four[1]!}${Number.parseInt(bits.slice(0, 16), 2).toString(16)}:${Number.parseInt(bits.slice(16), 2).toString(16)}`;
  }
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [left, right] = halves.map((h) => (h === '' ? [] : h.split(':'))) as [string[], string[] | undefined];
  const gap = 8 - left.length - (right?.length ?? 0);
  if (right === undefined ? gap !== 0 : gap < 1) return undefined;
  const groups = [...left, ...Array<string>(Math.max(0, gap)).fill('0'), ...(right ?? [])];
  if (!groups.every((g) => /^[0-9a-f]{1,4}$/i.test(g))) return undefined;
  return groups.map((g) => Number.parseInt(g, 16).toString(2).padStart(16, '0')).join('');
}
