// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ResolvedType } from '../thrift/ast.js';
import { underlyingType } from '../thrift/types.js';
import { i64Differs, i64Mode, i64Scope } from './context.js';
import type { Annotated, Context } from './context.js';

/** Which side of the wire a type is for: what arrives, or what may be sent. */
export type Direction = 'out' | 'in';

/** The TypeScript type of an IDL type. `field` gives the annotations of its place. */
export function typeText(c: Context, type: ResolvedType, d: Direction, field?: Annotated): string {
  const { imports } = c;
  const inner = (t: ResolvedType): string => typeText(c, t, d, i64Scope(type, field));
  switch (type.kind) {
    case 'bool':
      return 'boolean';
    case 'i8':
    case 'i16':
    case 'i32':
    case 'double':
      return 'number';
    case 'i64': {
      const mode = i64Mode(c, type, field);
      if (d === 'out') return mode;
      return mode === 'string' ? 'string | number | bigint' : 'number | bigint';
    }
    case 'string':
      return 'string';
    case 'binary':
      return imports.global('Uint8Array');
    case 'list':
      return d === 'out' ? `${grouped(inner(type.element))}[]` : `${imports.global('Iterable')}<${inner(type.element)}>`;
    case 'set':
      return `${imports.global(d === 'out' ? 'Set' : 'Iterable')}<${inner(type.element)}>`;
    case 'map': {
      const k = inner(type.key);
      const v = inner(type.value);
      if (d === 'out') return `${imports.global('Map')}<${k}, ${v}>`;
      const map = `${imports.global('ReadonlyMap')}<${k}, ${v}>`;
      return underlyingType(type.key).kind === 'string' ? `${map} | ${imports.global('Readonly')}<${imports.global('Record')}<string, ${v}>>` : map;
    }
    case 'enum':
      return imports.name(type.decl.file, type.decl.name);
    case 'struct':
      return imports.name(type.decl.file, type.decl.name, d === 'in' ? 'Input' : '');
    case 'typedef':
      if (i64Differs(c, type, field)) return typeText(c, underlyingType(type), d, i64Scope(type, field));
      return imports.name(type.decl.file, type.decl.name, d === 'in' && inputDiffers(type) ? 'Input' : '');
  }
}

/** Whether what may be sent is wider than what arrives. */
export function inputDiffers(type: ResolvedType): boolean {
  const k = underlyingType(type).kind;
  return k === 'i64' || k === 'list' || k === 'set' || k === 'map' || k === 'struct';
}

function grouped(text: string): string {
  return text.includes(' | ') ? `(${text})` : text;
}
