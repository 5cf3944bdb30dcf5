// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import * as buffer from 'node:buffer';
import type { Source } from './types.js';

interface Slices {
  ucs2Slice(start: number, end: number): string;
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
}

/** Whether `v` is a byte array, of this realm or another. */
export function isBytes(v: unknown): v is Uint8Array {
  return v instanceof Uint8Array || Object.prototype.toString.call(v) === '[object Uint8Array]';
}

/** The same bytes as a Buffer, without a copy. */
export function asBuffer(b: Uint8Array): Buffer {
  return Buffer.isBuffer(b) ? b : Buffer.from(b.buffer, b.byteOffset, b.byteLength);
}

/** Text of `b[start, end)`; invalid UTF-8 becomes U+FFFD. */
export function utf8(b: Uint8Array, start: number, end: number): string {
  return (asBuffer(b) as unknown as Slices).utf8Slice(start, end);
}

/** Below this, two calls cost more than one slow one. Unit bytes. */
const TRANSCODE_FROM = 2048;

/** Text of valid UTF-8 bytes, of which some are not ASCII: by way of UTF-16, for which Node has a vectorised conversion where it was built with ICU. */
export function wideText(b: Uint8Array): string {
  const transcode = (buffer as { transcode?: typeof buffer.transcode }).transcode;
  if (b.length < TRANSCODE_FROM || transcode === undefined) return utf8(b, 0, b.length);
  const units = transcode(b, 'utf8', 'utf16le');
  return (units as unknown as Slices).ucs2Slice(0, units.length);
}

/** Text of bytes that are all ASCII. */
export function ascii(b: Uint8Array, start: number, end: number): string {
  return (asBuffer(b) as unknown as Slices).latin1Slice(start, end);
}

/** Line and column of an index, both from 1. */
export function locate(source: Source, index: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let last = -1;
  const end = Math.min(index, source.length);
  if (typeof source === 'string') {
    for (let p = source.indexOf('\n'); p >= 0 && p < end; p = source.indexOf('\n', p + 1)) {
      line++;
      last = p;
    }
  } else {
    for (let p = source.indexOf(10); p >= 0 && p < end; p = source.indexOf(10, p + 1)) {
      line++;
      last = p;
    }
  }
  return { line, column: index - last };
}

const AROUND = 16;

/**
 * What is around `index`, and a caret under it. The window of 32 slides inwards at both ends; what cannot be shown in a line is shown as a dot.
 * Source: bytedance/sonic internal/decoder/errors/errors.go calcBounds.
 */
export function excerpt(source: Source, index: number): string {
  const size = source.length;
  if (size === 0) return '(empty text)';
  if (index < 0 || index > size) index = Math.max(0, Math.min(index, size));
  const from = Math.max(0, Math.min(index - AROUND, size - 2 * AROUND));
  const to = Math.min(size, Math.max(index + AROUND, 2 * AROUND));
  const text = typeof source === 'string' ? source.slice(from, to) : ascii(source, from, to);
  // One column a unit, so that the caret stays under its place.
  // eslint-disable-next-line no-control-regex
  const shown = text.replace(typeof source === 'string' ? /[\u0000-\u001f\u007f]/g : /[\u0000-\u001f\u007f-\u00ff]/g, '.');
  const before = index - from;
  return `${shown}\n${'.'.repeat(before)}^${'.'.repeat(Math.max(0, to - from - before - 1))}`;
}
