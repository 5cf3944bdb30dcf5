// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { leastBytes, skip } from '../../codegen/v1/skip.js';
import { TType } from '../../codegen/v1/ttype.js';
import type { LinkedStruct, LinkedType } from '../../descriptor/index.js';
import { DynamicError } from '../errors.js';
import { count } from './untyped.js';

/**
 * Copies a struct, leaving out the fields that `to` does not have or has with another type.
 * Errors: DynamicError PILOTA_DYNAMIC_FIELD_REQUIRED where a required field of `to` is not there.
 */
export function cutStruct(w: ByteWriter, r: ByteReader, to: LinkedStruct, depth: number): void {
  const seen = new Set<number>();
  for (let t = r.u8(); t !== TType.STOP; t = r.u8()) {
    const id = r.i16();
    const f = to.byId(id);
    if (f?.type.ttype !== t) {
      skip(r, t, depth);
      continue;
    }
    seen.add(id);
    w.u8(t);
    w.i16(id);
    try {
      cutValue(w, r, f.type, depth - 1);
    } catch (e) {
      throw DynamicError.at(e, f.name);
    }
  }
  for (const f of to.fields) {
    if (f.requiredness === 'required' && !seen.has(f.id)) throw new DynamicError('PILOTA_DYNAMIC_FIELD_REQUIRED', `required field (${f.id}/${f.name}) of ${to.name} is missing`);
  }
  w.u8(TType.STOP);
}

function cutValue(w: ByteWriter, r: ByteReader, type: LinkedType, depth: number): void {
  if (type.kind === 'struct') {
    if (depth <= 0) throw new DynamicError('PILOTA_DYNAMIC_DEPTH_EXCEEDED', 'nested too deep');
    cutStruct(w, r, type.struct!, depth);
    return;
  }
  if (type.kind === 'list' || type.kind === 'set') {
    const t = r.u8();
    const n = count(r, () => leastBytes(t));
    w.u8(n === 0 ? type.element!.ttype : t);
    w.i32(n);
    check(n, t, type.element!);
    for (let i = 0; i < n; i++) cutValue(w, r, type.element!, depth - 1);
    return;
  }
  if (type.kind === 'map') {
    const [k, v] = [r.u8(), r.u8()];
    const n = count(r, () => leastBytes(k) + leastBytes(v));
    w.u8(n === 0 ? type.key!.ttype : k);
    w.u8(n === 0 ? type.element!.ttype : v);
    w.i32(n);
    check(n, k, type.key!);
    check(n, v, type.element!);
    for (let i = 0; i < n; i++) {
      cutValue(w, r, type.key!, depth - 1);
      cutValue(w, r, type.element!, depth - 1);
    }
    return;
  }
  const start = r.pos;
  skip(r, type.ttype, depth);
  const end = r.pos;
  r.pos = start;
  w.bytes(r.view(end - start));
}

function check(n: number, got: number, wanted: LinkedType): void {
  if (n > 0 && got !== wanted.ttype) throw new DynamicError('PILOTA_DYNAMIC_TYPE_MISMATCH', `got items of type ${got}, wanted ${wanted.ttype}`);
}
