// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { missingResult, skip, TType } from '@cloudwego/pilota/codegen/v1';
import type { MethodDefinition, StructCodec } from '@cloudwego/pilota/codegen/v1';
import type { LinkedFunction, LinkedStruct, LinkedType } from '@cloudwego/pilota/descriptor';
import { DynamicError } from '@cloudwego/pilota/dynamic';
import { GenericException } from './exception.js';
import type { ValueForm } from './values.js';

type Kind = MethodDefinition['kind'];

/** The handlers of all methods of one kind are one function, which asks its context for the method's name. */
export const HANDLER_KEYS: Readonly<Record<Kind, string>> = { unary: '$unary', oneway: '$unary', client: '$client', server: '$server', bidi: '$bidi' };

const EMPTY: Readonly<Record<string, string>> = Object.freeze({});

function kindOf(f: LinkedFunction): Kind {
  if (f.oneway) return 'oneway';
  if (f.streaming === 'client' || f.streaming === 'server') return f.streaming;
  return f.streaming === 'bidirectional' ? 'bidi' : 'unary';
}

/**
 * A method as clients and servers run it, of a descriptor: one argument is the request itself; several are an object by their names, none is anything.
 * `Differs:` Go's generic calls model the first argument and the first exception, and refuse an IDL that has a method without arguments.
 */
export function methodOf(f: LinkedFunction, form: ValueForm): MethodDefinition {
  const kind = kindOf(f);
  const single = f.args.fields.length === 1 ? f.args.fields[0]! : undefined;
  const args: StructCodec<unknown> = {
    encode(w, v) {
      if (single === undefined) {
        if (f.args.fields.length === 0) w.u8(TType.STOP);
        else form.write(w, f.args, v);
        return;
      }
      field(w, single.type, single.id);
      form.write(w, single.type, v);
      w.u8(TType.STOP);
    },
    decode(r) {
      if (single === undefined) return f.args.fields.length === 0 ? drop(r, f.args) : form.read(r, f.args);
      const found = only(r, single.id, single.type, form);
      if (found === NOTHING) throw new DynamicError('PILOTA_DYNAMIC_FIELD_REQUIRED', `${f.name}: the argument ${single.name} is missing`);
      return found;
    },
  };
  return {
    name: f.name,
    key: HANDLER_KEYS[kind],
    kind,
    arity: 1,
    args,
    result: resultOf(f, form),
    request: bare(single?.type ?? f.args, form),
    response: bare(f.success ?? f.result, form),
    encodeError(w, e) {
      const thrown = e instanceof GenericException ? f.result.byName(e.field) : undefined;
      if (thrown === undefined || thrown.id === 0) return false;
      field(w, thrown.type, thrown.id);
      form.write(w, thrown.type, (e as GenericException).value);
      w.u8(TType.STOP);
      return true;
    },
    isDeclared: (e) => e instanceof GenericException && e.field !== 'success' && f.result.byName(e.field) !== undefined,
    annotations: EMPTY,
  };
}

function field(w: ByteWriter, type: LinkedType, id: number): void {
  w.u8(type.ttype);
  w.i16(id);
}

const NOTHING = Symbol('nothing');

/** The one field of a struct that matters. */
function only(r: ByteReader, id: number, type: LinkedType, form: ValueForm): unknown {
  let found: unknown = NOTHING;
  for (let t = r.u8(); t !== TType.STOP; t = r.u8()) {
    if (r.i16() === id && t === type.ttype) found = form.read(r, type);
    else skip(r, t);
  }
  return found;
}

function drop(r: ByteReader, _args: LinkedStruct): undefined {
  for (let t = r.u8(); t !== TType.STOP; t = r.u8()) {
    r.skip(2);
    skip(r, t);
  }
  return undefined;
}

/** `Differs:` Go's generic server answers a void method with a field of type VOID; here it is an empty struct, and both are read. */
function resultOf(f: LinkedFunction, form: ValueForm): StructCodec<unknown> {
  return {
    encode(w, v) {
      if (f.success !== undefined) {
        field(w, f.success, 0);
        form.write(w, f.success, v);
      }
      w.u8(TType.STOP);
    },
    decode(r) {
      let found: unknown = NOTHING;
      for (let t = r.u8(); t !== TType.STOP; t = r.u8()) {
        const id = r.i16();
        const known = f.result.byId(id);
        if (known?.type.ttype !== t) {
          skip(r, t);
          continue;
        }
        const v = form.read(r, known.type);
        if (id !== 0) throw new GenericException(known.name, v);
        found = v;
      }
      if (found !== NOTHING) return found;
      if (f.success === undefined) return undefined;
      throw missingResult(f.name);
    },
  };
}

/** A message of a stream. */
function bare(type: LinkedType | LinkedStruct, form: ValueForm): StructCodec<unknown> {
  return {
    encode: (w, v) => {
      form.write(w, type, v);
    },
    decode: (r) => form.read(r, type),
  };
}

const bytes: StructCodec<unknown> = {
  encode(w, v) {
    if (!(v instanceof Uint8Array)) throw new DynamicError('PILOTA_DYNAMIC_TYPE_MISMATCH', `got ${typeof v}, wanted bytes`);
    w.bytes(v);
  },
  decode: (r) => r.bytes(r.left),
};

/** A method of which nothing is known but its name: what is sent and received is bytes. */
export function rawMethod(name: string, kind: Kind): MethodDefinition {
  return {
    name,
    key: HANDLER_KEYS[kind],
    kind,
    arity: 1,
    args: bytes,
    result: bytes,
    request: bytes,
    response: bytes,
    encodeError: () => false,
    isDeclared: () => false,
    annotations: EMPTY,
  };
}
