// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { I64Mode, ResolvedGenerateOptions } from '../../generate/options.js';
import { quoted } from '../../generate/names.js';
import { optionOf } from '../features.js';
import type { ProtoField, ProtoMessage, ProtoType, ScalarName } from '../model.js';
import type { ProtoImports } from './module.js';

/** What the parts of the generator share while they write one module. */
export interface ProtoContext {
  readonly o: ResolvedGenerateOptions;
  readonly imports: ProtoImports;
  readonly recursive: (m: ProtoMessage) => boolean;
  /** A place whose length is remembered: an index into the module's `$h`. */
  readonly place: () => number;
}

/** Wire type of a value that is not packed. */
export function wireType(f: Pick<ProtoField, 'type' | 'delimited'>): 0 | 1 | 2 | 3 | 5 {
  if (f.type.kind === 'message') return f.delimited ? 3 : 2;
  return f.type.kind === 'enum' ? 0 : WIRE[f.type.name];
}

const WIRE: Readonly<Record<ScalarName, 0 | 1 | 2 | 5>> = {
  double: 1, float: 5, int32: 0, int64: 0, uint32: 0, uint64: 0, sint32: 0, sint64: 0, fixed32: 5, fixed64: 1, sfixed32: 5, sfixed64: 1, bool: 0, string: 2, bytes: 2,
};

export function tagOf(f: ProtoField, wire: number = wireType(f)): number {
  return f.number * 8 + wire;
}

/** Whether values of a type may be packed. */
export function isPackable(t: ProtoType): boolean {
  return t.kind === 'enum' || (t.kind === 'scalar' && t.name !== 'string' && t.name !== 'bytes');
}

/** Whether a type is an integer of 64 bits. */
export function isLong(t: ProtoType): boolean {
  return t.kind === 'scalar' && t.name.endsWith('64');
}

/** How the integers of 64 bits of a field look: as its jstype says, else as the option does. */
export function i64Mode(c: ProtoContext, f: ProtoField): I64Mode {
  const v = optionOf(f.options, 'jstype');
  if (v?.kind === 'ident' && v.text === 'JS_NUMBER') return 'number';
  if (v?.kind === 'ident' && v.text === 'JS_STRING') return 'string';
  return c.o.i64;
}

/** Whether an enum takes only the numbers that it names. */
export function isClosed(t: ProtoType): boolean {
  return t.kind === 'enum' && t.decl.features.enumType === 'CLOSED';
}

/** Key and value of a map field. */
export function mapParts(f: ProtoField): { readonly key: ProtoField; readonly value: ProtoField } {
  const [key, value] = (f.type.kind === 'message' ? f.type.decl.fields : []) as [ProtoField, ProtoField];
  return { key, value };
}

/** The place of a field for messages of errors, as a literal. */
export function where(f: ProtoField): string {
  return quoted(f.fullName);
}

export type Direction = 'out' | 'in';

/** TypeScript type of one value of a field. `of`: the field that has the options, where `f` is a part of a map. */
export function valueType(c: ProtoContext, f: ProtoField, d: Direction, of: ProtoField = f): string {
  const { type } = f;
  if (type.kind === 'message') return c.imports.name(type.decl, d === 'in' ? 'Input' : '');
  if (type.kind === 'enum') return c.imports.name(type.decl);
  switch (type.name) {
    case 'bool':
      return 'boolean';
    case 'string':
      return 'string';
    case 'bytes':
      return c.imports.global('Uint8Array');
    default: {
      if (!isLong(type)) return 'number';
      const mode = i64Mode(c, of);
      if (d === 'out') return mode;
      return mode === 'string' ? 'string | number | bigint' : 'number | bigint';
    }
  }
}

/** TypeScript type of a field. */
export function fieldType(c: ProtoContext, f: ProtoField, d: Direction): string {
  const { imports } = c;
  if (f.presence === 'map') {
    const { key, value } = mapParts(f);
    const k = valueType(c, key, d, f);
    const v = valueType(c, value, d, f);
    if (d === 'out') return `${imports.global('Map')}<${k}, ${v}>`;
    const map = `${imports.global('ReadonlyMap')}<${k}, ${v}>`;
    return key.typeName === 'string' ? `${map} | ${imports.global('Readonly')}<${imports.global('Record')}<string, ${v}>>` : map;
  }
  const one = valueType(c, f, d);
  if (f.presence !== 'repeated') return one;
  if (d === 'in') return `${imports.global('Iterable')}<${one}>`;
  return one.includes(' | ') ? `(${one})[]` : `${one}[]`;
}

/** What stands for a field that did not arrive. */
export function zeroText(c: ProtoContext, f: ProtoField, of: ProtoField = f): string {
  const { type } = f;
  if (type.kind === 'message') return 'undefined';
  if (type.kind === 'enum') {
    const first = type.decl.features.enumType === 'OPEN' ? 0 : type.decl.values[0]!.number;
    return type.decl.values.some((v) => v.number === first) ? String(first) : `${first} as ${c.imports.name(type.decl)}`;
  }
  switch (type.name) {
    case 'bool':
      return 'false';
    case 'string':
      return "''";
    case 'bytes':
      return `new ${c.imports.global('Uint8Array')}(0)`;
    default: {
      if (!isLong(type)) return '0';
      const mode = i64Mode(c, of);
      return mode === 'bigint' ? '0n' : mode === 'number' ? '0' : "'0'";
    }
  }
}
