// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** Bytes from `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The one range that a field asks for: undefined = all of it is sent, 'none' = it lies outside.
 * Several ranges, and other units, are no ranges for us: the whole is sent. Source: RFC 9110 section 14.2; cloudwego/hertz app.ParseByteRange, which has one.
 */
export function rangeOf(field: string | undefined, size: number): ByteRange | undefined | 'none' {
  const m = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(field ?? '');
  if (m === null) return undefined;
  const [, from, to] = m;
  if (from === '') {
    if (to === '') return undefined;
    const n = Number(to);
    return n === 0 || size === 0 ? 'none' : { start: Math.max(0, size - n), end: size - 1 };
  }
  const start = Number(from);
  const end = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < start) return undefined;
  return start >= size ? 'none' : { start, end };
}
