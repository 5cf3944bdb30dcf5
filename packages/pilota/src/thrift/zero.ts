// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { FieldMore, FieldShape, Requiredness, Shape, StructShape } from './shape.js';

/** What stands for nothing: 0, '', an empty container; undefined for a struct, which has no such value. */
export function zeroOf(t: Shape): unknown {
  switch (t.kind) {
    case 'bool':
      return false;
    case 'i8':
    case 'i16':
    case 'i32':
    case 'enum':
    case 'double':
      return 0;
    case 'i64':
      return t.as === 'bigint' ? 0n : t.as === 'number' ? 0 : '0';
    case 'string':
      return '';
    case 'binary':
      return new Uint8Array(0);
    case 'list':
      return [];
    case 'set':
      return new Set();
    case 'map':
      return new Map();
    case 'struct':
      return undefined;
  }
}

/** A struct of which nothing arrived: defaults and zeros. Fields that nothing can stand for are undefined. */
export function emptyOf(s: StructShape): unknown {
  const out: Record<string, unknown> = {};
  if (s.structKind !== 'union') for (const f of s.fields) out[f.key] = f.absent?.();
  return s.make === undefined ? out : s.make(out as never);
}

/** One field of a struct. A field of default requiredness that is absent is the zero value of its type unless told otherwise. */
export function fieldShape(id: number, name: string, requiredness: Requiredness, type: Shape, more: FieldMore = {}): FieldShape {
  const zero = requiredness === 'default' && type.kind !== 'struct' ? (): unknown => zeroOf(type) : undefined;
  return { id, name, key: more.key ?? name, requiredness, type, absent: more.absent ?? zero, hasDefault: more.hasDefault ?? false, annotations: more.annotations };
}
