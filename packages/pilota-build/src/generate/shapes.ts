// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Annotation, ResolvedField, ResolvedStruct, ResolvedType } from '../thrift/ast.js';
import { underlyingType } from '../thrift/types.js';
import type { Code } from './code.js';
import { i64Mode, i64Scope } from './context.js';
import type { Annotated, Context } from './context.js';
import { key, propertyName, quoted } from './names.js';
import { absentText } from './values.js';

/** Writes what is known of a struct at run time. It stands before the struct's codec, which holds it. */
export function generateShape(c: Context, out: Code, s: ResolvedStruct): void {
  const name = c.imports.helper(s.file, '$shape', s.name);
  const make = s.structKind === 'exception' ? `(f: never): unknown => new ${c.imports.name(s.file, s.name)}(f)` : undefined;
  const notes = annotationsText(s.annotations);
  const rest = [make ?? 'undefined', notes ?? 'undefined', c.o.keepUnknownFields ? 'true' : 'undefined'];
  while (rest.at(-1) === 'undefined') rest.pop();
  const tail = `]${rest.map((r) => `, ${r}`).join('')});`;
  const head = `export const ${name}: $.StructShape = new $.StructShape(${quoted(s.name)}, '${s.structKind}', () => [`;
  if (s.fields.length === 0) out.line(head + tail);
  else {
    out.block(head, () => {
      for (const f of s.fields) out.line(`${fieldText(c, s, f)},`);
    }, tail);
  }
  out.line();
}

function fieldText(c: Context, s: ResolvedStruct, f: ResolvedField): string {
  const parts = [String(f.id), quoted(f.name), `'${s.structKind === 'union' ? 'optional' : f.requiredness}'`, shapeText(c, f.type, f)];
  const more: string[] = [];
  const property = propertyName(s, f);
  if (property !== f.name) more.push(`key: ${quoted(property)}`);
  // What was chosen of a union is sent, whatever it is.
  if (s.structKind !== 'union' && (f.requiredness !== 'required' || f.defaultValue !== undefined)) {
    const absent = f.defaultValue !== undefined || underlyingType(f.type).kind === 'struct' ? absentText(c, f) : 'undefined';
    if (absent !== 'undefined') more.push(`absent: () => ${absent.startsWith('{') ? `(${absent})` : absent}`);
    if (f.defaultValue !== undefined) more.push('hasDefault: true');
  }
  const notes = annotationsText(f.annotations);
  if (notes !== undefined) more.push(`annotations: ${notes}`);
  if (more.length > 0) parts.push(`{ ${more.join(', ')} }`);
  return `$.field(${parts.join(', ')})`;
}

function annotationsText(list: readonly Annotation[]): string | undefined {
  if (list.length === 0) return undefined;
  return `{ ${list.map((a) => `${key(a.key)}: [${a.values.map(quoted).join(', ')}]`).join(', ')} }`;
}

/** An expression for the shape of a type. */
function shapeText(c: Context, type: ResolvedType, field?: Annotated): string {
  const t = underlyingType(type);
  const scope = i64Scope(type, field);
  switch (t.kind) {
    case 'i64': {
      const mode = i64Mode(c, type, field);
      return mode === 'bigint' ? '$.scalars.i64' : `$.i64Shape('${mode}')`;
    }
    case 'enum':
      return `$.enumShape(${quoted(t.decl.name)}, ${c.imports.name(t.decl.file, t.decl.name)})`;
    case 'struct':
      return c.imports.helper(t.decl.file, '$shape', t.decl.name);
    case 'list':
    case 'set':
      return `$.${t.kind}Shape(${shapeText(c, t.element, scope)})`;
    case 'map':
      return `$.mapShape(${shapeText(c, t.key, scope)}, ${shapeText(c, t.value, scope)})`;
    default:
      return `$.scalars.${t.kind}`;
  }
}
