// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { shapeOf } from './codec.js';
import type { EnumShape, Shape, StructShape } from './shape.js';
import { pairs } from './values.js';
import type { Shaped } from './values.js';

/** Bounds of what is printed. */
export interface InspectOptions {
  /** Items of a container, and characters of a text. @defaultValue 100 */
  readonly maxItems?: number | undefined;
  /** Structs and containers inside one another. @defaultValue 8 */
  readonly maxDepth?: number | undefined;
}

/**
 * A value as text for people, in the manner of Go's generated `String()`: `User({id: 7, tags: ["a"], token: <16 bytes>})`. Absent optional fields are left out,
 * enums have their names, long texts and containers are cut. Never throws for a value that is not of the type.
 */
export function inspect<In, Out>(codec: Shaped<In, Out>, v: In | Out, o: InspectOptions = {}): string {
  return struct(shapeOf(codec), v, o.maxItems ?? 100, o.maxDepth ?? 8);
}

function struct(s: StructShape, v: unknown, most: number, depth: number): string {
  if (typeof v !== 'object' || v === null) return String(v);
  if (depth <= 0) return `${s.name}({…})`;
  const parts = s.fields.flatMap((f) => {
    const x = (v as Record<string, unknown>)[f.key] ?? undefined;
    return x === undefined ? [] : [`${f.name}: ${text(f.type, x, most, depth - 1)}`];
  });
  return `${s.name}({${parts.join(', ')}})`;
}

function text(t: Shape, v: unknown, most: number, depth: number): string {
  switch (t.kind) {
    case 'string': {
      const s = String(v);
      return s.length <= most ? quote(s) : `${quote(s.slice(0, most))}…(${s.length})`;
    }
    case 'binary':
      return v instanceof Uint8Array ? `<${v.length} bytes>` : String(v);
    case 'enum':
      return enumText(t, v);
    case 'struct':
      return struct(t, v, most, depth);
    case 'list':
    case 'set':
      return iterable(v) ? many([...v], most, depth, (x) => text(t.element, x, most, depth - 1), '[]') : String(v);
    case 'map':
      if (typeof v !== 'object' || v === null) return String(v);
      return many([...pairs(v)], most, depth, ([k, x]) => `${text(t.key, k, most, depth - 1)}: ${text(t.value, x, most, depth - 1)}`, '{}');
    default:
      return Object.is(v, -0) ? '-0' : String(v);
  }
}

function iterable(v: unknown): v is Iterable<unknown> {
  return typeof v === 'object' && v !== null && Symbol.iterator in v;
}

function quote(s: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is to be shown
  return `"${s.replaceAll(/["\\\u0000-\u001f]/g, (c) => (c === '"' || c === '\\' ? `\\${c}` : `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`))}"`;
}

function enumText(t: EnumShape, v: unknown): string {
  for (const [name, n] of Object.entries(t.values)) if (n === v) return name;
  return String(v);
}

function many<T>(list: readonly T[], most: number, depth: number, show: (v: T) => string, around: '[]' | '{}'): string {
  if (depth <= 0 && list.length > 0) return `${around[0]}…${around[1]}`;
  const shown = list.slice(0, most).map(show);
  if (list.length > most) shown.push(`…(${list.length})`);
  return `${around[0]}${shown.join(', ')}${around[1]}`;
}
