// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteWriter } from '@cloudwego/gopkg/io';
import { TType } from '../../codegen/v1/ttype.js';
import type { LinkedType } from '../../descriptor/index.js';
import { DynamicError } from '../errors.js';
import type { PathStep } from '../errors.js';
import { checkIndex, each, encodeKey, fieldId, isContainer, mapHead } from './scan.js';
import type { Place } from './scan.js';

/** What comes to a place; undefined = it goes. */
export interface Replacement {
  /** Type of the wire, where it is known without the place. */
  readonly ttype: number | undefined;
  write(w: ByteWriter, type: LinkedType | undefined): void;
}

export interface Edit {
  readonly path: readonly PathStep[];
  readonly value: Replacement | undefined;
}

type At = Pick<Place, 'start' | 'end' | 'ttype' | 'type'>;

/** Edits that take the same step from a container. */
interface Group {
  readonly step: PathStep;
  readonly edits: Edit[];
  done: boolean;
}

/**
 * Applies all edits in one pass: what lies between them is copied, containers on the way are written anew with their counts.
 * Differs: dynamicgo inserts at the front of the container, and for a field of a nested struct into the outermost one; here a field goes to the end of its own
 * struct, an item or entry to the end of its container. Unsetting a key that is not there changes nothing (in Go the last pair went).
 */
export function applyEdits(buf: Buffer, root: At, edits: readonly Edit[]): Buffer {
  const w = new ByteWriter(root.end - root.start + 256);
  rewrite(w, buf, root, edits, 0);
  return Buffer.from(w.buf.buffer, w.buf.byteOffset + w.start, w.pos - w.start);
}

function copy(w: ByteWriter, buf: Buffer, from: number, to: number): void {
  w.ensure(to - from);
  buf.copy(w.buf, w.pos, from, to);
  w.pos += to - from;
}

function rewrite(w: ByteWriter, buf: Buffer, at: At, edits: readonly Edit[], depth: number): void {
  const last = edits.findLast((e) => e.path.length === depth);
  if (last !== undefined) {
    if (edits.length > 1) throw new DynamicError('PILOTA_DYNAMIC_PATH_INVALID', 'two edits meet at one place', last.path);
    put(w, last, at.ttype, at.type);
    return;
  }
  if (!isContainer(at.ttype)) throw new DynamicError('PILOTA_DYNAMIC_PATH_INVALID', `the value of type ${at.ttype} has no parts`, edits[0]!.path.slice(0, depth));
  const groups = group(buf, at, edits, depth);
  let from = at.start;
  let added = 0;
  const head = at.ttype === TType.STRUCT ? -1 : w.mark() + (at.ttype === TType.MAP ? 2 : 1);
  each(buf, at, (p) => {
    const g = groups.get(identity(buf, at, p));
    // Of a field that is there twice the last counts for a reader: all are edited.
    if (g === undefined) return false;
    g.done = true;
    const target = g.edits.find((e) => e.path.length === depth + 1);
    if (target !== undefined && target.value === undefined) {
      copy(w, buf, from, p.head);
      from = p.end;
      added--;
      return false;
    }
    copy(w, buf, from, p.start);
    rewrite(w, buf, p, g.edits, depth + 1);
    from = p.end;
    return false;
  });
  const end = at.ttype === TType.STRUCT ? at.end - 1 : at.end;
  copy(w, buf, from, end);
  for (const g of groups.values()) {
    if (g.done) continue;
    const target = g.edits.find((e) => e.path.length === depth + 1);
    // A missing parent: nothing is there to unset, and nowhere to set.
    if (target === undefined) {
      const set = g.edits.find((e) => e.value !== undefined);
      if (set !== undefined) throw new DynamicError('PILOTA_DYNAMIC_VALUE_MISSING', 'nothing is there', set.path.slice(0, depth + 1));
      continue;
    }
    if (target.value === undefined) continue;
    insert(w, buf, at, g.step, target, added);
    added++;
  }
  if (at.ttype === TType.STRUCT) w.u8(TType.STOP);
  else if (added !== 0) w.patchU32(head, buf.readInt32BE(at.start + (at.ttype === TType.MAP ? 2 : 1)) + added);
}

function put(w: ByteWriter, e: Edit, ttype: number, type: LinkedType | undefined): void {
  const v = e.value!;
  if (v.ttype !== undefined && v.ttype !== ttype) throw new DynamicError('PILOTA_DYNAMIC_TYPE_MISMATCH', `got a value of type ${v.ttype}, wanted ${ttype}`, e.path);
  try {
    v.write(w, type);
  } catch (x) {
    if (!(x instanceof DynamicError)) throw x;
    throw new DynamicError(x.code, x.detail, [...e.path, ...x.path], { cause: x.cause });
  }
}

function insert(w: ByteWriter, buf: Buffer, at: At, step: PathStep, e: Edit, added: number): void {
  if (at.ttype === TType.STRUCT) {
    const id = fieldId(step, at.type);
    const type = at.type?.struct?.byId(id)?.type;
    const ttype = type?.ttype ?? e.value!.ttype;
    if (ttype === undefined) throw new DynamicError('PILOTA_DYNAMIC_PATH_INVALID', 'a plain value needs a descriptor, wanted a node', e.path);
    w.u8(ttype);
    w.i16(id);
    put(w, e, ttype, type);
    return;
  }
  const count = buf.readInt32BE(at.start + (at.ttype === TType.MAP ? 2 : 1)) + added;
  if (at.ttype === TType.MAP) {
    const head = mapHead(buf, at.start);
    // An empty map may have been written without types.
    const key = head.count === 0 ? (at.type?.key?.ttype ?? head.key) : head.key;
    const value = head.count === 0 ? (at.type?.element?.ttype ?? e.value!.ttype ?? head.value) : head.value;
    if (head.count === 0) retype(w, count, key, value);
    const bytes = encodeKey(step, key, at.type?.key);
    copy(w, bytes, 0, bytes.length);
    put(w, e, value, at.type?.element);
    return;
  }
  const index = checkIndex(step);
  if (index !== count) throw new DynamicError('PILOTA_DYNAMIC_VALUE_MISSING', `the index ${index} is beyond the end, wanted at most ${count}`, e.path);
  const value = buf.readInt32BE(at.start + 1) === 0 ? (at.type?.element?.ttype ?? e.value!.ttype ?? buf[at.start]!) : buf[at.start]!;
  if (count === 0) w.buf[w.pos - 5] = value;
  put(w, e, value, at.type?.element);
}

/** Types of the first entry of a map that was empty; its head was copied just before. */
function retype(w: ByteWriter, count: number, key: number, value: number): void {
  if (count !== 0) return;
  w.buf[w.pos - 6] = key;
  w.buf[w.pos - 5] = value;
}

/** What makes two steps the same in a container. */
function group(buf: Buffer, at: At, edits: readonly Edit[], depth: number): ReadonlyMap<string | number, Group> {
  const groups = new Map<string | number, Group>();
  for (const e of edits) {
    const step = e.path[depth]!;
    let id: string | number;
    try {
      if (at.ttype === TType.STRUCT) id = fieldId(step, at.type);
      else if (at.ttype === TType.MAP) {
        const head = mapHead(buf, at.start);
        id = encodeKey(step, head.count === 0 ? (at.type?.key?.ttype ?? head.key) : head.key, at.type?.key).toString('latin1');
      } else id = checkIndex(step);
    } catch (x) {
      if (!(x instanceof DynamicError)) throw x;
      throw new DynamicError(x.code, x.detail, e.path.slice(0, depth));
    }
    const known = groups.get(id);
    if (known === undefined) groups.set(id, { step, edits: [e], done: false });
    else known.edits.push(e);
  }
  // Items behind the end are added in order.
  if (at.ttype === TType.LIST || at.ttype === TType.SET) return new Map([...groups].toSorted(([a], [b]) => Number(a) - Number(b)));
  return groups;
}

function identity(buf: Buffer, at: At, p: Place): string | number {
  if (at.ttype === TType.STRUCT) return buf.readInt16BE(p.start - 2);
  return at.ttype === TType.MAP ? buf.toString('latin1', p.head, p.start) : (p.step as number);
}
