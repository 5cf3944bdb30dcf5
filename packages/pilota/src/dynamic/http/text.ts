// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { readList } from '../../codegen/v1/read.js';
import type { LinkedType } from '../../descriptor/index.js';
import { DynamicError, mismatch, show } from '../errors.js';
import type { JsonTranscoder } from '../json/transcoder.js';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const RANGES = { i8: [-0x80, 0x7f], i16: [-0x8000, 0x7fff], i32: [-0x80000000, 0x7fffffff], enum: [-0x80000000, 0x7fffffff] } as const;
const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/**
 * Writes the text of a place (a query, a header) as a value. Lists are their elements between commas; lists, maps and structs may be JSON.
 * `Differs:` numbers that do not fit are errors, where Go cuts them off.
 * Source: cloudwego/dynamicgo thrift/binary.go DecodeText, conv/j2t/impl.go writeStringValue.
 */
export function writeText(w: ByteWriter, t: LinkedType, text: string, json: JsonTranscoder): void {
  switch (t.kind) {
    case 'string':
      w.string32(text);
      return;
    case 'binary':
      if (json.options.binary === 'text') w.string32(text);
      else json.writeThrift(w, t, `"${text.replaceAll(/[^A-Za-z0-9+/=]/g, '!')}"`);
      return;
    case 'bool':
      if (!TRUE.has(text) && !FALSE.has(text)) throw mismatch(text, 'true or false');
      w.u8(TRUE.has(text) ? 1 : 0);
      return;
    case 'double':
      if (!NUMBER.test(text)) throw mismatch(text, 'a number');
      w.f64(Number(text));
      return;
    case 'i64': {
      const n = /^[+-]?\d{1,20}$/.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined;
      if (n === undefined) throw mismatch(text, 'an integer');
      if (BigInt.asIntN(64, n) !== n) throw new DynamicError('PILOTA_DYNAMIC_VALUE_RANGE', `got ${text}, wanted an integer of 64 bits`);
      w.i64(n);
      return;
    }
    case 'i8':
    case 'i16':
    case 'i32':
    case 'enum':
      writeInt(w, t.kind, t, text);
      return;
    case 'list':
    case 'set':
      if (isJson(text)) json.writeThrift(w, t, text);
      else writeList(w, t.element!, text.split(','), json);
      return;
    default:
      json.writeThrift(w, t, text);
  }
}

function writeInt(w: ByteWriter, kind: keyof typeof RANGES, t: LinkedType, text: string): void {
  if (t.values !== undefined && Object.hasOwn(t.values, text)) {
    w.i32(t.values[text]!);
    return;
  }
  if (!/^[+-]?\d{1,12}$/.test(text)) throw mismatch(text, 'an integer');
  const n = Number(text);
  const [min, max] = RANGES[kind];
  if (n < min || n > max) throw new DynamicError('PILOTA_DYNAMIC_VALUE_RANGE', `got ${text}, wanted an integer from ${min} to ${max}`);
  if (kind === 'i8') w.i8(n);
  else if (kind === 'i16') w.i16(n);
  else w.i32(n);
}

function writeList(w: ByteWriter, element: LinkedType, parts: readonly string[], json: JsonTranscoder): void {
  w.u8(element.ttype);
  w.i32(parts.length);
  for (const [i, part] of parts.entries()) {
    try {
      writeText(w, element, part, json);
    } catch (e) {
      throw DynamicError.at(e, i);
    }
  }
}

function isJson(text: string): boolean {
  return /^\s*\[[^]*\]\s*$/.test(text);
}

/** A value as the text of a header or cookie; what has no text of its own is JSON. Stands behind the value afterwards. */
export function readText(r: ByteReader, t: LinkedType, json: JsonTranscoder, lists: 'commas' | 'json'): string {
  if (t.kind === 'string' || (t.kind === 'binary' && json.options.binary === 'text')) return r.string32();
  if ((t.kind === 'list' || t.kind === 'set') && lists === 'commas') {
    const n = readList(r, t.element!.ttype, 'list');
    const parts: string[] = [];
    for (let i = 0; i < n; i++) parts.push(readText(r, t.element!, json, lists));
    return parts.join(',');
  }
  const text = json.readJson(r, t).toString();
  return text.startsWith('"') ? text.slice(1, -1) : text;
}

/** For the answer itself: what cannot stand in a header is an error here, not in whoever carries it. */
export function checkHeader(name: string, text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what must not be there
  if (/[\0\r\n]/.test(text)) throw new DynamicError('PILOTA_DYNAMIC_HTTP_INVALID', `got ${show(text)}, wanted text of one line, for the header or cookie "${name}"`);
  return text;
}
