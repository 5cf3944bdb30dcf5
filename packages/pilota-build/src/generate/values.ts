// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ResolvedField, ResolvedStruct, ResolvedType, ResolvedValue } from '../thrift/ast.js';
import { underlyingType } from '../thrift/types.js';
import { i64Mode, i64Scope } from './context.js';
import type { Annotated, Context } from './context.js';
import { fieldName, key, propertyName, quoted } from './names.js';
import { typeText } from './types.js';

/** An expression for a constant of a type; objects have their defaults filled in, as if they had arrived. */
export function valueText(c: Context, v: ResolvedValue, type: ResolvedType, field?: Annotated): string {
  const t = underlyingType(type);
  const scope = i64Scope(type, field);
  switch (v.kind) {
    case 'bool':
      return String(v.value);
    case 'i8':
    case 'i16':
    case 'i32':
      return String(v.value);
    case 'i64':
      return i64Text(c, v.value, type, field);
    case 'double':
      if (Number.isFinite(v.value)) return Object.is(v.value, -0) ? '-0' : String(v.value);
      return Number.isNaN(v.value) ? 'NaN' : v.value > 0 ? 'Infinity' : '-Infinity';
    case 'string':
      return quoted(v.value);
    case 'binary':
      return `${c.imports.global('Uint8Array')}.of(${[...v.bytes].join(', ')})`;
    case 'enum':
      return v.member === undefined ? `${v.value} as ${c.imports.name(v.decl.file, v.decl.name)}` : String(v.value);
    case 'list':
    case 'set': {
      if (t.kind !== 'list' && t.kind !== 'set') throw new Error(`a ${v.kind} in the place of a ${t.kind}`);
      const items = `[${v.items.map((x) => valueText(c, x, t.element, scope)).join(', ')}]`;
      if (v.kind === 'list') return items;
      return `new ${c.imports.global('Set')}<${typeText(c, t.element, 'out', scope)}>(${v.items.length === 0 ? '' : items})`;
    }
    case 'map': {
      if (t.kind !== 'map') throw new Error(`a map in the place of a ${t.kind}`);
      const items = v.entries.map((e) => `[${valueText(c, e.key, t.key, scope)}, ${valueText(c, e.value, t.value, scope)}]`).join(', ');
      return `new ${c.imports.global('Map')}<${typeText(c, t.key, 'out', scope)}, ${typeText(c, t.value, 'out', scope)}>(${items === '' ? '' : `[${items}]`})`;
    }
    case 'struct':
      return structText(c, v.decl, new Map(v.fields.map((f) => [f.field, f.value])));
  }
}

function i64Text(c: Context, v: bigint, type: ResolvedType, field?: Annotated): string {
  const mode = i64Mode(c, type, field);
  if (mode === 'bigint') return `${v}n`;
  return mode === 'number' ? String(v) : `'${v}'`;
}

function structText(c: Context, s: ResolvedStruct, given: ReadonlyMap<ResolvedField, ResolvedValue>): string {
  if (s.structKind === 'union') {
    const parts = [...given].map(([f, v]) => `${key(fieldName(f.name))}: ${valueText(c, v, f.type, f)}`);
    return `{ ${parts.join(', ')} }`;
  }
  const parts = s.fields.map((f) => {
    const v = given.get(f);
    return `${key(propertyName(s, f))}: ${v === undefined ? absentText(c, f) : valueText(c, v, f.type, f)}`;
  });
  const literal = parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
  return s.structKind === 'exception' ? `new ${c.imports.name(s.file, s.name)}(${literal})` : literal;
}

/** An expression for a field that did not arrive: its IDL default, else `undefined` where it is optional, else the zero value of its type. */
export function absentText(c: Context, f: ResolvedField): string {
  if (f.defaultValue !== undefined) return valueText(c, f.defaultValue, f.type, f);
  if (f.requiredness === 'optional') return 'undefined';
  return zeroText(c, f.type, f);
}

/** What stands for nothing: 0, '', an empty container, a struct of defaults; `undefined` for a struct that cannot be filled. */
export function zeroText(c: Context, type: ResolvedType, field?: Annotated): string {
  const t = underlyingType(type);
  switch (t.kind) {
    case 'bool':
      return 'false';
    case 'i8':
    case 'i16':
    case 'i32':
    case 'double':
      return '0';
    case 'i64':
      return i64Text(c, 0n, type, field);
    case 'string':
      return "''";
    case 'binary':
      return `new ${c.imports.global('Uint8Array')}(0)`;
    case 'list':
      return '[]';
    case 'set':
      return `new ${c.imports.global('Set')}()`;
    case 'map':
      return `new ${c.imports.global('Map')}()`;
    case 'enum':
      return t.decl.values.some((v) => v.value === 0) ? '0' : `0 as ${c.imports.name(t.decl.file, t.decl.name)}`;
    case 'struct':
      return c.graph.isFillable(t.decl) ? `${c.imports.helper(t.decl.file, '$default', t.decl.name)}()` : 'undefined';
  }
}

/** Whether a received field may be undefined. */
export function mayBeAbsent(c: Context, f: ResolvedField): boolean {
  if (f.defaultValue !== undefined || f.requiredness === 'required') return false;
  if (f.requiredness === 'optional') return true;
  const t = underlyingType(f.type);
  return t.kind === 'struct' && !c.graph.isFillable(t.decl);
}
