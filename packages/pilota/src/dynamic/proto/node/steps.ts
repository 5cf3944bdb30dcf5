// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteWriter } from '@cloudwego/gopkg/io';
import type { LinkedMessage, LinkedProtoField } from '../../../descriptor/index.js';
import { writeVarint } from '../../../protobuf/write.js';
import { DynamicError, show } from '../../errors.js';
import type { PathStep } from '../../errors.js';

/** Stands for the value of what is to go. */
export const UNSET: unique symbol = Symbol('unset');

export function fieldOf(m: LinkedMessage, step: PathStep): LinkedProtoField {
  const f = typeof step === 'number' ? m.byNumber(step) : typeof step === 'string' ? (m.byName(step) ?? m.byJson(step)) : undefined;
  if (f === undefined) throw new DynamicError('PILOTA_DYNAMIC_FIELD_UNKNOWN', `${m.name} has no field ${show(step)}`);
  return f;
}

export function indexOf(step: PathStep): number {
  if (typeof step !== 'number' || !Number.isInteger(step) || step < 0) throw new DynamicError('PILOTA_DYNAMIC_PATH_INVALID', `got the step ${show(step)}, wanted an index`);
  return step;
}

/** Keys of integers may be given as number or bigint. */
export function same(a: PathStep, b: PathStep): boolean {
  return a === b || (typeof a !== 'string' && typeof b !== 'string' && String(a) === String(b));
}

export function keyOf(f: LinkedProtoField, step: PathStep): PathStep {
  const wanted = f.kind === 'string' ? 'string' : f.kind === 'bool' ? 'boolean' : undefined;
  if (wanted === undefined ? typeof step === 'number' || typeof step === 'bigint' : typeof step === wanted) return step;
  throw new DynamicError('PILOTA_DYNAMIC_PATH_INVALID', `got the step ${show(step)}, wanted a key that is a ${f.kind}`);
}

/** Nothing is there: no error when it is to go. */
export function absent(path: readonly PathStep[], at: number, value: unknown): undefined {
  if (value !== UNSET) throw new DynamicError('PILOTA_DYNAMIC_VALUE_MISSING', 'nothing is there', path.slice(0, at));
  return undefined;
}

/** A field of one value, from what lies behind its tag and length. */
export function record(f: LinkedProtoField, content: Uint8Array): Buffer {
  if ((f.tag & 7) === 2) return framed(f.tag, content);
  const w = new ByteWriter(content.length + 10);
  writeVarint(w, f.tag);
  w.bytes(content);
  if (f.delimited) writeVarint(w, f.tag + 1);
  return Buffer.from(w.toBytes());
}

/** A field with a length. */
export function framed(tag: number, content: Uint8Array): Buffer {
  const w = new ByteWriter(content.length + 10);
  writeVarint(w, tag);
  writeVarint(w, content.length);
  w.bytes(content);
  return Buffer.from(w.toBytes());
}
