// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ResolvedField, ResolvedType } from '../thrift/ast.js';
import { underlyingType } from '../thrift/types.js';
import type { Code } from './code.js';
import { i64Mode, i64Scope, typeId } from './context.js';
import type { Annotated, Context } from './context.js';
import type { Place } from './encode.js';
import { typeText } from './types.js';
import { absentText, mayBeAbsent } from './values.js';

const SCALARS: ReadonlySet<string> = new Set(['bool', 'i8', 'i16', 'i32', 'i64', 'double', 'string', 'enum']);

const SKIP = '$.skip(r, t);';

/** What stands around a value that is read: its annotations, and for a field whether it may be absent. */
type Decoded = Annotated & { readonly requiredness?: ResolvedField['requiredness'] };

/** Statements that read one value and hand its expression to `assign`. */
export function decodeValue(c: Context, out: Code, type: ResolvedType, p: Place, assign: (expr: string) => string, field?: Decoded, n: number = 1): void {
  const t = underlyingType(type);
  const scope = i64Scope(type, field);
  switch (t.kind) {
    case 'bool':
      out.line(assign('r.u8() === 1'));
      return;
    case 'i8':
      out.line(assign('r.i8()'));
      return;
    case 'i16':
      out.line(assign('r.i16()'));
      return;
    case 'i32':
      out.line(assign('r.i32()'));
      return;
    case 'i64': {
      const mode = i64Mode(c, type, field);
      out.line(assign(mode === 'bigint' ? 'r.i64()' : mode === 'number' ? `$.readI64AsNumber(r, '${p.where}')` : 'r.i64().toString()'));
      return;
    }
    case 'double':
      out.line(assign('r.f64()'));
      return;
    case 'string':
      out.line(assign('$.readString(r)'));
      return;
    case 'binary':
      out.line(assign('r.bytes32()'));
      return;
    case 'enum':
      out.line(assign(`r.i32() as ${typeText(c, t, 'out')}`));
      return;
    case 'struct': {
      const deeper = p.counting && c.graph.isRecursive(t.decl) ? ', depth - 1' : '';
      const tolerant = t.decl.structKind === 'union' && n === 1 && field?.requiredness !== undefined && field.requiredness !== 'required';
      out.line(assign(`${c.imports.helper(t.decl.file, tolerant ? '$read' : '$decode', t.decl.name)}(r${deeper})`));
      return;
    }
    case 'list':
    case 'set': {
      out.line(`const n${n} = $.readList(r, ${typeId(t.element)}, '${p.where}');`);
      const item = typeText(c, t.element, 'out', scope);
      if (t.kind === 'list') out.line(`const a${n}: ${typeText(c, t, 'out', scope)} = [];`);
      else out.line(`const a${n} = new ${c.imports.global('Set')}<${item}>();`);
      out.block(`for (let i${n} = 0; i${n} < n${n}; i${n}++) {`, () => {
        decodeValue(c, out, t.element, p, (e) => (t.kind === 'list' ? `a${n}.push(${e});` : `a${n}.add(${e});`), scope, n + 1);
      });
      out.line(assign(`a${n}`));
      return;
    }
    case 'map':
      out.line(`const n${n} = $.readMap(r, ${typeId(t.key)}, ${typeId(t.value)}, '${p.where}');`);
      out.line(`const a${n} = new ${c.imports.global('Map')}<${typeText(c, t.key, 'out', scope)}, ${typeText(c, t.value, 'out', scope)}>();`);
      out.block(`for (let i${n} = 0; i${n} < n${n}; i${n}++) {`, () => {
        decodeValue(c, out, t.key, p, (e) => `const k${n} = ${e};`, scope, n + 1);
        decodeValue(c, out, t.value, p, (e) => `a${n}.set(k${n}, ${e});`, scope, n + 2);
      });
      out.line(assign(`a${n}`));
  }
}

/** Name of the variable that a field is read into: no two fields share one, and none hides anything else. */
export function local(f: ResolvedField): string {
  return `_${f.name.replaceAll('.', '$')}`;
}

/**
 * Statements that read the fields of a struct into variables.
 * @param rest what is done with a field that nobody knows
 */
export function decodeFields(c: Context, out: Code, fields: readonly ResolvedField[], where: (f: ResolvedField) => Place, rest: string = SKIP): void {
  for (const f of fields) {
    const type = typeText(c, f.type, 'out', f);
    if (startsFilled(f)) out.line(`let ${local(f)}: ${type} = ${absentText(c, f)};`);
    else out.line(`let ${local(f)}: ${type} | undefined = undefined;`);
  }
  out.block('for (;;) {', () => {
    out.line('const t = r.u8();');
    out.line('if (t === 0) break;');
    if (fields.length === 0) {
      out.line('r.skip(2);');
      out.line(rest);
      return;
    }
    out.block('switch (r.i16()) {', () => {
      for (const f of fields) {
        out.nest(`case ${f.id}:`, () => {
          out.block(`if (t === ${typeId(f.type)}) {`, () => {
            decodeValue(c, out, f.type, where(f), (e) => `${local(f)} = ${e};`, f);
            out.line('continue;');
          });
          // A known field of another type is not an unknown field: it would be sent on beside the right one.
          if (rest === SKIP) {
            out.line('break;');
          } else {
            out.line(SKIP);
            out.line('continue;');
          }
        });
      }
    });
    out.line(rest);
  });
}

/** Whether the variable of a field starts with what stands for an absent value, because that costs nothing. */
function startsFilled(f: ResolvedField): boolean {
  return f.requiredness !== 'required' && SCALARS.has(underlyingType(f.type).kind) && (f.defaultValue !== undefined || f.requiredness !== 'optional');
}

/** The expression for a field after reading, with what stands for an absent one. */
export function decoded(c: Context, f: ResolvedField): string {
  const v = local(f);
  if (f.requiredness === 'required' || startsFilled(f) || mayBeAbsent(c, f)) return v;
  const absent = absentText(c, f);
  return absent === 'undefined' ? v : `${v} ?? ${absent}`;
}

/** Refuses a struct without one of its required fields. */
export function requireFields(out: Code, fields: readonly ResolvedField[], owner: string): void {
  for (const f of fields) if (f.requiredness === 'required') out.line(`if (${local(f)} === undefined) throw $.missingField('${owner}', '${f.name}');`);
}
