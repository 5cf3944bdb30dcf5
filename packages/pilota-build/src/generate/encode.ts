// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ResolvedField, ResolvedType } from '../thrift/ast.js';
import { underlyingType } from '../thrift/types.js';
import type { Code } from './code.js';
import { i64Scope, typeId } from './context.js';
import type { Context } from './context.js';
import { typeText } from './types.js';
import { valueText, zeroText } from './values.js';

/** Where a value is written: what messages call it, and whether the function around counts its depth. */
export interface Place {
  readonly where: string;
  readonly counting: boolean;
}

/** Statements that write one value of a type. `n` numbers the variables of nested containers. */
export function encodeValue(c: Context, out: Code, type: ResolvedType, expr: string, p: Place, n: number = 1): void {
  const t = underlyingType(type);
  const where = `'${p.where}'`;
  switch (t.kind) {
    case 'bool':
      out.line(`$.writeBool(w, ${expr}, ${where});`);
      return;
    case 'i8':
      out.line(`$.writeI8(w, ${expr}, ${where});`);
      return;
    case 'i16':
      out.line(`$.writeI16(w, ${expr}, ${where});`);
      return;
    case 'i32':
    case 'enum':
      out.line(`$.writeI32(w, ${expr}, ${where});`);
      return;
    case 'i64':
      out.line(`$.writeI64(w, ${expr}, ${where});`);
      return;
    case 'double':
      out.line(`$.writeDouble(w, ${expr}, ${where});`);
      return;
    case 'string':
      out.line(`$.writeString(w, ${expr}, ${where});`);
      return;
    case 'binary':
      out.line(`$.writeBinary(w, ${expr}, ${where});`);
      return;
    case 'struct': {
      const deeper = p.counting && c.graph.isRecursive(t.decl) ? ', depth - 1' : '';
      out.line(`${c.imports.helper(t.decl.file, '$encode', t.decl.name)}(w, ${expr}${deeper});`);
      return;
    }
    case 'list':
    case 'set':
      out.line(`w.u8(${typeId(t.element)});`);
      counted(out, n, `const e${n} of $.items(${expr}, ${where})`, () => {
        encodeValue(c, out, t.element, `e${n}`, p, n + 1);
      });
      return;
    case 'map':
      out.line(`w.u8(${typeId(t.key)});`);
      out.line(`w.u8(${typeId(t.value)});`);
      counted(out, n, `const [k${n}, e${n}] of $.entries(${expr}, ${where})`, () => {
        encodeValue(c, out, t.key, `k${n}`, p, n + 1);
        // One further: key and value may both be containers.
        encodeValue(c, out, t.value, `e${n}`, p, n + 2);
      });
  }
}

/** A loop whose count is written in front of it when it is known: iterables need not know their length. */
function counted(out: Code, n: number, each: string, body: () => void): void {
  out.line(`const m${n} = w.mark();`);
  out.line('w.u32(0);');
  out.line(`let n${n} = 0;`);
  out.block(`for (${each}) {`, () => {
    body();
    out.line(`n${n}++;`);
  });
  out.line(`w.patchU32(m${n}, n${n});`);
}

function head(out: Code, f: ResolvedField): void {
  out.line(`w.u8(${typeId(f.type)});`);
  out.line(`w.i16(${f.id});`);
}

const OPENS: ReadonlySet<string> = new Set(['list', 'set', 'map']);

/** Statements that write one field of a struct: head and value, or nothing where it is optional and not set. */
export function encodeField(c: Context, out: Code, f: ResolvedField, expr: string, p: Place, owner: string): void {
  const kind = underlyingType(f.type).kind;
  if (f.requiredness === 'required') {
    out.line(`if (${expr} == null) throw $.missingField('${owner}', '${f.name}');`);
    scoped(out, OPENS.has(kind), () => {
      head(out, f);
      encodeValue(c, out, f.type, expr, p);
    });
    return;
  }
  if (f.requiredness === 'optional') {
    out.block(`if (${expr} != null${unlessDefault(c, f, expr)}) {`, () => {
      head(out, f);
      encodeValue(c, out, f.type, expr, p);
    });
    return;
  }
  if (kind === 'struct' && f.defaultValue === undefined) {
    // An absent struct is written without fields, as Go writes a nil pointer.
    head(out, f);
    out.line(`if (${expr} == null) w.u8(0);`);
    out.block('else {', () => {
      encodeValue(c, out, f.type, expr, p);
    });
    return;
  }
  scoped(out, OPENS.has(kind), () => {
    head(out, f);
    const absent = f.defaultValue === undefined ? emptyText(c, f) : valueText(c, f.defaultValue, f.type, f);
    encodeValue(c, out, f.type, `${expr} ?? ${absent.includes(' as ') ? `(${absent})` : absent}`, p);
  });
}

/** What is written for a field that was left out. A map says of what it is: where values are maps themselves TypeScript would not find out. */
function emptyText(c: Context, f: ResolvedField): string {
  const t = underlyingType(f.type);
  if (t.kind === 'set') return '[]';
  if (t.kind !== 'map') return zeroText(c, f.type, f);
  const scope = i64Scope(f.type, f);
  return `new ${c.imports.global('Map')}<${typeText(c, t.key, 'in', scope)}, ${typeText(c, t.value, 'in', scope)}>()`;
}

/** Containers declare variables, which must not meet those of the next field. */
function scoped(out: Code, needed: boolean, body: () => void): void {
  if (needed) out.block('{', body);
  else body();
}

/** An optional scalar that equals its IDL default is left out, as in Go. */
function unlessDefault(c: Context, f: ResolvedField, expr: string): string {
  const v = f.defaultValue;
  if (v === undefined) return '';
  switch (v.kind) {
    case 'bool':
    case 'i8':
    case 'i16':
    case 'i32':
    case 'double':
    case 'string':
      return ` && ${expr} !== ${valueText(c, v, f.type, f)}`;
    case 'enum':
      return ` && (${expr} as number) !== ${v.value}`;
    case 'i64':
      return ` && ${c.imports.global('BigInt')}(${expr}) !== ${v.value}n`;
    default:
      return '';
  }
}
