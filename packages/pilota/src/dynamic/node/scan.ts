// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteReader } from '@cloudwego/gopkg/io';
import { leastBytes, MAX_DEPTH, readCount, skip } from '../../codegen/v1/skip.js';
import { TType } from '../../codegen/v1/ttype.js';
import type { LinkedType } from '../../descriptor/index.js';
import { DynamicError, show } from '../errors.js';
import type { PathStep } from '../errors.js';

/** Where a value lies. */
export interface Place {
  /** Where the head of the field, or the key of the entry begins; the value itself in a list. */
  readonly head: number;
  readonly start: number;
  readonly end: number;
  readonly ttype: number;
  readonly type: LinkedType | undefined;
  /** The step that leads here from its container. */
  readonly step: PathStep;
}

/** Bytes of fixed-width types; 0 = the width varies. */
const WIDTH: readonly number[] = [0, 0, 1, 1, 8, 0, 2, 0, 4, 0, 8, 0, 0, 0, 0, 0, 16];

export function isContainer(ttype: number): boolean {
  return ttype === TType.STRUCT || ttype === TType.MAP || ttype === TType.LIST || ttype === TType.SET;
}

/** The type of what is in a container, but only where bytes and descriptor agree: a value of another type is looked at by its bytes alone. */
export function agreed(type: LinkedType | undefined, ttype: number): LinkedType | undefined {
  return type?.ttype === ttype ? type : undefined;
}

/**
 * Calls `f` with every value of a container, in order, until it returns true. Values are skipped, not decoded.
 * Errors: DynamicError PILOTA_DYNAMIC_BYTES_INVALID.
 */
export function each(buf: Buffer, at: Pick<Place, 'start' | 'end' | 'ttype' | 'type'>, f: (p: Place) => boolean | undefined): void {
  const r = new ByteReader(buf, at.start, at.end);
  if (at.ttype === TType.STRUCT) eachField(r, at.type, f);
  else if (at.ttype === TType.MAP) eachEntry(r, at.type, f);
  else if (isContainer(at.ttype)) eachItem(r, at.type, f);
  else throw new DynamicError('PILOTA_DYNAMIC_PATH_INVALID', `the value of type ${at.ttype} has no parts`);
}

function eachField(r: ByteReader, type: LinkedType | undefined, f: (p: Place) => boolean | undefined): void {
  for (;;) {
    const head = r.pos;
    const ttype = r.u8();
    if (ttype === TType.STOP) return;
    const id = r.i16();
    const start = r.pos;
    skip(r, ttype, MAX_DEPTH);
    const field = type?.struct?.byId(id);
    if (f({ head, start, end: r.pos, ttype, type: agreed(field?.type, ttype), step: field?.name ?? id }) === true) return;
  }
}

function eachEntry(r: ByteReader, type: LinkedType | undefined, f: (p: Place) => boolean | undefined): void {
  const k = r.u8();
  const v = r.u8();
  const n = r.i32();
  if (n === 0) return;
  r.pos -= 4;
  readCount(r, leastBytes(k) + leastBytes(v));
  const element = agreed(type?.element, v);
  for (let i = 0; i < n; i++) {
    const head = r.pos;
    skip(r, k, MAX_DEPTH);
    const start = r.pos;
    skip(r, v, MAX_DEPTH);
    if (f({ head, start, end: r.pos, ttype: v, type: element, step: keyAt(r.buf, head, start, k, type?.key) }) === true) return;
  }
}

function eachItem(r: ByteReader, type: LinkedType | undefined, f: (p: Place) => boolean | undefined): void {
  const { ttype, count } = listHead(r);
  const element = agreed(type?.element, ttype);
  for (let i = 0; i < count; i++) {
    const start = r.pos;
    skip(r, ttype, MAX_DEPTH);
    if (f({ head: start, start, end: r.pos, ttype, type: element, step: i }) === true) return;
  }
}

function listHead(r: ByteReader): { readonly ttype: number; readonly count: number } {
  const ttype = r.u8();
  const n = r.i32();
  if (n === 0) return { ttype, count: 0 };
  r.pos -= 4;
  return { ttype, count: readCount(r, leastBytes(ttype)) };
}

/** Key types of a map's head, and its count. */
export function mapHead(buf: Buffer, start: number): { readonly key: number; readonly value: number; readonly count: number } {
  return { key: buf[start]!, value: buf[start + 1]!, count: buf.readInt32BE(start + 2) };
}

/** The key of an entry as a step: text, number, bigint or boolean; bytes as they are encoded for keys of other types. */
function keyAt(buf: Buffer, head: number, start: number, ttype: number, type: LinkedType | undefined): PathStep {
  switch (ttype) {
    case TType.STRING:
      return type?.kind === 'binary' ? buf.subarray(head + 4, start) : buf.toString('utf8', head + 4, start);
    case TType.BYTE:
      return buf.readInt8(head);
    case TType.I16:
      return buf.readInt16BE(head);
    case TType.I32:
      return buf.readInt32BE(head);
    case TType.I64:
      return buf.readBigInt64BE(head);
    case TType.BOOL:
      return buf[head] === 1;
    default:
      return buf.subarray(head, start);
  }
}

/** A key as it is encoded. */
export function encodeKey(step: PathStep, ttype: number, type: LinkedType | undefined): Buffer {
  if (ttype === TType.STRING) {
    if (typeof step !== 'string' && !(step instanceof Uint8Array)) throw badStep(step, 'a string or bytes, for a key of a map');
    const bytes = typeof step === 'string' ? Buffer.from(step) : step;
    const out = Buffer.allocUnsafe(4 + bytes.length);
    out.writeInt32BE(bytes.length);
    out.set(bytes, 4);
    return out;
  }
  if (step instanceof Uint8Array) return Buffer.from(step.buffer, step.byteOffset, step.length);
  if (ttype === TType.BOOL && typeof step === 'boolean') return Buffer.of(step ? 1 : 0);
  const named = typeof step === 'string' && type?.kind === 'enum' && Object.hasOwn(type.values!, step) ? type.values![step]! : step;
  const n = typeof named === 'number' || typeof named === 'bigint' ? named : undefined;
  const width = ttype === TType.BOOL || ttype === TType.DOUBLE ? 0 : (WIDTH[ttype] ?? 0);
  if (n === undefined || width === 0) throw badStep(step, `a key of type ${ttype}`);
  if (typeof n === 'number' && !Number.isSafeInteger(n)) throw badStep(step, 'an integer');
  const out = Buffer.allocUnsafe(8);
  const big = BigInt.asIntN(width * 8, BigInt(n));
  if (big !== BigInt(n)) throw badStep(step, `an integer of ${width * 8} bits`);
  out.writeBigInt64BE(big);
  return out.subarray(8 - width);
}

function badStep(step: PathStep, wanted: string): DynamicError {
  return new DynamicError('PILOTA_DYNAMIC_PATH_INVALID', `got the step ${show(step)}, wanted ${wanted}`);
}

/** The id of the field that a step names. */
export function fieldId(step: PathStep, type: LinkedType | undefined): number {
  if (typeof step === 'number' && Number.isInteger(step)) return step;
  if (typeof step !== 'string') throw badStep(step, 'the name or id of a field');
  const field = type?.struct?.byName(step) ?? type?.struct?.byAlias(step);
  if (field !== undefined) return field.id;
  const struct = type?.struct;
  throw new DynamicError('PILOTA_DYNAMIC_FIELD_UNKNOWN', struct === undefined ? `a field by its name "${step}" needs a descriptor, wanted its id` : `${struct.name} has no field "${step}"`);
}

export function checkIndex(step: PathStep): number {
  if (typeof step !== 'number' || !Number.isInteger(step) || step < 0) throw badStep(step, 'an index');
  return step;
}

/** One step down; undefined = nothing is there. */
export function stepDown(buf: Buffer, at: Pick<Place, 'start' | 'end' | 'ttype' | 'type'>, step: PathStep): Place | undefined {
  switch (at.ttype) {
    case TType.STRUCT: {
      const id = fieldId(step, at.type);
      const r = new ByteReader(buf, at.start, at.end);
      for (;;) {
        const head = r.pos;
        const ttype = r.u8();
        if (ttype === TType.STOP) return undefined;
        const got = r.i16();
        const start = r.pos;
        skip(r, ttype, MAX_DEPTH);
        if (got === id) return { head, start, end: r.pos, ttype, type: agreed(at.type?.struct?.byId(id)?.type, ttype), step };
      }
    }
    case TType.LIST:
    case TType.SET:
      return item(buf, at, checkIndex(step));
    case TType.MAP: {
      const head = mapHead(buf, at.start);
      if (head.count === 0) return undefined;
      const key = encodeKey(step, head.key, at.type?.key);
      let found: Place | undefined;
      each(buf, at, (p) => {
        if (p.start - p.head === key.length && buf.compare(key, 0, key.length, p.head, p.start) === 0) found = { ...p, step };
        return found !== undefined;
      });
      return found;
    }
    default:
      throw new DynamicError('PILOTA_DYNAMIC_PATH_INVALID', `the value of type ${at.ttype} has no parts, got the step ${show(step)}`);
  }
}

function item(buf: Buffer, at: Pick<Place, 'start' | 'end' | 'type'>, index: number): Place | undefined {
  const r = new ByteReader(buf, at.start, at.end);
  const { ttype, count } = listHead(r);
  if (index >= count) return undefined;
  const type = agreed(at.type?.element, ttype);
  const width = WIDTH[ttype] ?? 0;
  if (width > 0) r.skip(width * index);
  else for (let i = 0; i < index; i++) skip(r, ttype, MAX_DEPTH);
  const start = r.pos;
  skip(r, ttype, MAX_DEPTH);
  return { head: start, start, end: r.pos, ttype, type, step: index };
}
