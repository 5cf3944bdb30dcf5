// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';
import { CR, HTAB, LF, SP, TOKEN } from './frame.js';

const NATIVE_FROM = 40;

interface Latin1Writable {
  latin1Write(s: string, offset: number, length: number): number;
}

/** Writes ASCII. */
export function ascii(w: ByteWriter, s: string): void {
  const n = s.length;
  w.ensure(n);
  const b = w.buf;
  let p = w.pos;
  if (n >= NATIVE_FROM) (b as unknown as Latin1Writable).latin1Write(s, p, n);
  else for (let i = 0; i < n; i++) b[p + i] = s.charCodeAt(i);
  p += n;
  w.pos = p;
}

/** What the fields said that the engine obeys: {@link SaysClose}. */
export const SaysClose = 1;

/**
 * Writes fields. Content-Length, Transfer-Encoding and what Connection says about keeping are the engine's own and left out.
 * Names that are no tokens are left out, control characters in values become blanks, so that no value can add a field; values beyond Latin-1 are UTF-8.
 * Source: cloudwego/hertz pkg/protocol/header.go.
 */
export function writeFields(w: ByteWriter, headers: readonly string[]): number {
  let said = 0;
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i]!;
    const value = headers[i + 1]!;
    switch (name.length) {
      case 10:
        if (name.toLowerCase() === 'connection') {
          const v = value.toLowerCase();
          if (v === 'close') said |= SaysClose;
          if (v === 'close' || v === 'keep-alive') continue;
        }
        break;
      case 14:
        if (name.toLowerCase() === 'content-length') continue;
        break;
      case 17:
        if (name.toLowerCase() === 'transfer-encoding') continue;
    }
    writeField(w, name, value);
  }
  return said;
}

/** Writes one field, unless its name is none. */
export function writeField(w: ByteWriter, name: string, value: string): void {
  const n = name.length;
  const m = value.length;
  if (n === 0) return;
  w.ensure(n + m + 4);
  const b = w.buf;
  let p = w.pos;
  for (let i = 0; i < n; i++) {
    const c = name.charCodeAt(i);
    if (TOKEN[c] !== 1) return;
    b[p++] = c;
  }
  b[p++] = 0x3a;
  b[p++] = SP;
  for (let i = 0; i < m; i++) {
    const c = value.charCodeAt(i);
    if (c > 0xff) {
      w.pos = p - i;
      // eslint-disable-next-line no-control-regex
      w.string(value.replaceAll(/[\u0000-\u0008\u000a-\u001f\u007f]/g, ' '));
      w.u16((CR << 8) | LF);
      return;
    }
    b[p++] = (c < SP && c !== HTAB) || c === 0x7f ? SP : c;
  }
  b[p++] = CR;
  b[p++] = LF;
  w.pos = p;
}

/** The line before a chunk. */
export function chunkHead(w: ByteWriter, size: number): void {
  ascii(w, size.toString(16));
  w.u16((CR << 8) | LF);
}
