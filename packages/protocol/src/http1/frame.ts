// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

export const HTAB = 9;
export const LF = 10;
export const CR = 13;
export const SP = 32;
export const COLON = 58;

function table(test: (c: number) => boolean): Uint8Array {
  const t = new Uint8Array(256);
  for (let c = 0; c < 256; c++) if (test(c)) t[c] = 1;
  return t;
}

/** Bytes of a method and of a field name. Source: RFC 9110 section 5.6.2. */
export const TOKEN: Uint8Array = table((c) => c > 0x20 && c < 0x7f && !'"(),/:;<=>?@[\\]{}'.includes(String.fromCharCode(c)));
/** Bytes of a field value, with blanks. Source: RFC 9110 section 5.5. */
export const VALUE: Uint8Array = table((c) => c === HTAB || (c >= SP && c !== 0x7f));
/** Bytes of a request target: everything but blanks and control characters. */
export const TARGET: Uint8Array = table((c) => c > SP && c !== 0x7f);
/** The value of a hexadecimal digit, 255 = none. */
export const HEX: Uint8Array = new Uint8Array(256).fill(255).map((v, c) => {
  const n = Number.parseInt(String.fromCharCode(c), 16);
  return c < 0x80 && !Number.isNaN(n) ? n : v;
});
/** ASCII letters in lower case, everything else as it is. */
export const LOWER: Uint8Array = new Uint8Array(256).map((_, c) => (c >= 65 && c <= 90 ? c + 32 : c));

/** Whether `buf[from, to)` is `lower`, which is in lower case, in any case. */
export function sameName(buf: Uint8Array, from: number, to: number, lower: string): boolean {
  if (to - from !== lower.length) return false;
  for (let i = 0; i < lower.length; i++) if (LOWER[buf[from + i]!] !== lower.charCodeAt(i)) return false;
  return true;
}

/** The position behind the empty line that ends a head, or -1. `from` is a position that cannot lie behind the last of those four bytes. */
export function headEnd(buf: Uint8Array, from: number, end: number): number {
  let i = from + 3;
  while (i < end) {
    const c = buf[i]!;
    if (c > CR) {
      // Neither of the four bytes: the next that may be the last is four on.
      i += 4;
    } else if (c === LF) {
      if (buf[i - 1] === CR && buf[i - 2] === LF && buf[i - 3] === CR) return i + 1;
      i += 2;
    } else if (c === CR) {
      i += 1;
    } else {
      i += 4;
    }
  }
  return -1;
}

/** Fields that a trailer may not carry. Source: cloudwego/hertz pkg/protocol/trailer.go. */
const FORBIDDEN_TRAILERS: ReadonlySet<string> = new Set(
  ('authorization content-encoding content-length content-type content-range connection expect host keep-alive max-forwards proxy-connection ' +
    'proxy-authenticate proxy-authorization range te trailer transfer-encoding www-authenticate').split(' '),
);

/** Whether a field may stand behind a body: not one that decides about framing, routing or authority. */
export function mayTrail(name: string): boolean {
  return !FORBIDDEN_TRAILERS.has(name.toLowerCase());
}
