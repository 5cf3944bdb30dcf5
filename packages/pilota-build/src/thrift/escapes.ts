// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** A literal with its escapes applied. */
export interface Unescaped {
  /** Read as UTF-8; bytes that are none are U+FFFD. */
  readonly text: string;
  readonly bytes: Uint8Array;
  /** Whether the bytes are UTF-8. */
  readonly valid: boolean;
  /** The first escape that Go does not know, such as `\q`; it stands in the text as it is. */
  readonly unknown: string | undefined;
}

const SIMPLE: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
  ['\\', 92],
  ["'", 39],
  ['"', 34],
]);
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|([0-3][0-7]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g;

/** Applies the escapes of a Go string literal, which is what thriftgo makes of the literals of an IDL. */
export function unescapeLiteral(raw: string): Unescaped {
  const encoder = new TextEncoder();
  if (!raw.includes('\\')) return { text: raw, bytes: encoder.encode(raw), valid: true, unknown: undefined };
  let unknown: string | undefined;
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const match of raw.matchAll(ESCAPE)) {
    parts.push(encoder.encode(raw.slice(from, match.index)));
    const bytes = escapeBytes(match);
    if (bytes === undefined) unknown ??= match[0];
    parts.push(bytes ?? encoder.encode(match[0]));
    from = match.index + match[0].length;
  }
  parts.push(encoder.encode(raw.slice(from)));
  const bytes = new Uint8Array(Buffer.concat(parts));
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return { text, bytes, valid: isUtf8(bytes), unknown };
}

function escapeBytes(match: RegExpMatchArray): Uint8Array | undefined {
  const [, hex, octal, short, long, simple] = match;
  if (hex !== undefined) return Uint8Array.of(Number.parseInt(hex, 16));
  if (octal !== undefined) return Uint8Array.of(Number.parseInt(octal, 8));
  const point = short ?? long;
  if (point !== undefined) {
    const code = Number.parseInt(point, 16);
    const allowed = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return allowed ? Buffer.from(String.fromCodePoint(code)) : undefined;
  }
  const code = simple === undefined ? undefined : SIMPLE.get(simple);
  return code === undefined ? undefined : Uint8Array.of(code);
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
