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

/**
 * UTF-8 bytes of a JSON text. UTF-8 has no lone surrogates: those become escapes, which mean the same where they may stand, inside strings.
 */
export function encodeText(json: string): Buffer {
  return Buffer.from((json as unknown as { isWellFormed(): boolean }).isWellFormed() ? json : escapeLone(json), 'utf8');
}

/** Escapes the lone surrogates of a JSON text. */
export function escapeLone(json: string): string {
  return json.replace(LONE, (c) => '\\u' + c.charCodeAt(0).toString(16));
}

const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The offset in a string of what {@link encodeText} put at byte `index`. */
export function unitsOf(source: string, bytes: Uint8Array, index: number): number {
  const units = utf8(bytes, 0, index).length;
  if ((source as unknown as { isWellFormed(): boolean }).isWellFormed()) return units;
  let escapes = 0;
  for (const m of source.matchAll(LONE)) {
    if (m.index + escapes * 5 >= units) break;
    escapes++;
  }
  return Math.max(0, units - escapes * 5);
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

/** Keys in a path of an error are cut to this. Unit UTF-16 units. */
const KEY_LENGTH = 100;

/**
 * The way to the value in which `index` lies, as far as the text is JSON up to there. For errors only: it looks at everything before.
 */
export function pathAt(source: Source, index: number): (string | number)[] {
  const at = typeof source === 'string' ? (i: number): number => source.charCodeAt(i) : (i: number): number => source[i]!;
  const end = Math.min(index, source.length);
  // -1: an object whose next string is a key; a string: an object at that member; a number: an array at that item.
  const path: (string | number)[] = [];
  for (let p = 0; p < end; p++) {
    const c = at(p);
    const top = path.length - 1;
    switch (c) {
      case 0x22: {
        const start = p;
        for (p++; p < end && at(p) !== 0x22; p++) if (at(p) === 0x5c) p++;
        if (p < end && path[top] === -1) path[top] = keyText(source, start, p + 1);
        break;
      }
      case 0x7b:
        path.push(-1);
        break;
      case 0x5b:
        path.push(0);
        break;
      case 0x7d:
      case 0x5d:
        path.pop();
        break;
      case 0x2c: {
        const step = path[top];
        if (typeof step === 'string') path[top] = -1;
        else if (step !== undefined && step >= 0) path[top] = step + 1;
        break;
      }
    }
  }
  if (path[path.length - 1] === -1) path.pop();
  return path;
}

function keyText(source: Source, start: number, end: number): string {
  const token = typeof source === 'string' ? source.slice(start, end) : utf8(source, start, end);
  let key = token.slice(1, -1);
  try {
    key = JSON.parse(token) as string;
  } catch {
    // As it stands.
  }
  return key.length > KEY_LENGTH ? key.slice(0, KEY_LENGTH) + '…' : key;
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
