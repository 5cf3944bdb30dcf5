// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Code } from '../../generate/code.js';
import { key, quoted } from '../../generate/names.js';
import { isTrue } from '../features.js';
import type { ProtoEnum, ProtoField, ProtoMessage } from '../model.js';
import { jsonNameOf, keyOf } from '../names.js';
import { scalarOf } from '../scalars.js';
import { fieldType, i64Mode, isLong, mapParts } from './context.js';
import type { ProtoContext } from './context.js';
import { decodeExtension, decodeFunction, membersOf, oneofType } from './decode.js';
import { encodeField, encodeFunction } from './encode.js';

/** What a comment, `deprecated` and `default` say. */
function docOf(d: { readonly doc: string | undefined; readonly options: ProtoMessage['options'] }, more = ''): string | undefined {
  const parts = [d.doc ?? '', more, isTrue(d.options, 'deprecated') ? '@deprecated' : ''].filter((p) => p !== '');
  return parts.length === 0 ? undefined : parts.join('\n');
}

function fieldDoc(f: ProtoField): string | undefined {
  if (f.defaultValue === undefined) return docOf(f);
  const v = scalarOf(f.type, f.defaultValue);
  const text = v instanceof Error ? '' : f.defaultValue.kind === 'ident' && f.type.kind === 'enum' ? f.defaultValue.text : typeof v === 'string' ? quoted(v) : v instanceof Uint8Array ? `${v.length} bytes` : String(v);
  return docOf(f, `@defaultValue ${text}`);
}

/** Writes an enum. */
export function generateEnum(c: ProtoContext, out: Code, e: ProtoEnum): void {
  const name = c.imports.name(e);
  out.doc(docOf(e));
  out.block(`export const ${name} = {`, () => {
    for (const v of e.values) {
      out.doc(docOf(v));
      out.line(`${v.name === '__proto__' ? '["__proto__"]' : key(v.name)}: ${v.number},`);
    }
  }, '} as const;');
  out.line(`export type ${name} = (typeof ${name})[keyof typeof ${name}];`);
  out.line();
  if (e.features.enumType === 'CLOSED') {
    const numbers = [...new Set(e.values.map((v) => v.number))].join(', ');
    out.line(`export const ${c.imports.helper(e, '$known')}: ${c.imports.global('ReadonlySet')}<number> = new ${c.imports.global('Set')}<number>([${numbers}]);`);
    out.line();
  }
}

/** Writes a message: types, functions that write and read, what is known at run time, and the value that holds them. */
export function generateMessage(c: ProtoContext, out: Code, m: ProtoMessage): void {
  const { imports } = c;
  const name = imports.name(m);
  const input = imports.name(m, 'Input');
  const shape = imports.helper(m, '$shape');
  const members = membersOf(m);
  out.block(`export const ${shape}: $.MessageShape = new $.MessageShape(${quoted(m.fullName)}, () => [`, () => {
    for (const f of m.fields) out.line(`${fieldShape(c, f)},`);
  }, ']);');
  out.line();
  out.doc(docOf(m));
  out.block(`export interface ${name} {`, () => {
    for (const f of members) {
      out.doc(f.kind === 'field' ? fieldDoc(f) : docOf(f));
      if (f.kind === 'oneof') out.line(`${key(f.key)}?: ${oneofType(c, f, 'out')} | undefined;`);
      else out.line(f.presence === 'explicit' ? `${key(f.key)}?: ${fieldType(c, f, 'out')} | undefined;` : `${key(f.key)}: ${fieldType(c, f, 'out')};`);
    }
    out.line('[$.unknownFields]?: $.UnknownFields | undefined;');
  });
  out.line();
  out.line(`/** What may be sent as {@link ${name}}. */`);
  out.block(`export interface ${input} {`, () => {
    for (const f of members) {
      const type = f.kind === 'oneof' ? oneofType(c, f, 'in') : fieldType(c, f, 'in');
      out.line(f.kind === 'field' && f.presence === 'required' ? `readonly ${key(f.key)}: ${type};` : `readonly ${key(f.key)}?: ${type} | undefined;`);
    }
    out.line('readonly [$.unknownFields]?: $.UnknownFields | undefined;');
  });
  out.line();
  encodeFunction(c, out, m);
  decodeFunction(c, out, m);
  out.line(`/** Reads and writes {@link ${name}} as Protobuf. */`);
  out.block(`export const ${name}: $.MessageCodec<${input}, ${name}> = $.messageCodec<${input}, ${name}>({`, () => {
    out.line(`encode: ${c.recursive(m) ? `(w, v) => ${imports.helper(m, '$encode')}(w, v)` : imports.helper(m, '$encode')},`);
    out.line(`decode: (r) => ${imports.helper(m, '$decode')}(r, r.end, $.MAX_DEPTH, undefined, 0),`);
    out.line(`message: ${shape},`);
  }, '});');
  out.line();
}

/** A field as the run time knows it. */
function fieldShape(c: ProtoContext, f: ProtoField): string {
  const map = f.presence === 'map' ? mapParts(f) : undefined;
  const more: string[] = [];
  const name = f.extendee === undefined ? f.name : f.fullName;
  if (f.extendee !== undefined || f.jsonName !== jsonNameOf(f.name)) more.push(`json: ${quoted(f.extendee === undefined ? f.jsonName : `[${f.fullName}]`)}`);
  if (f.extendee !== undefined || f.key !== keyOf(f.name)) more.push(`key: ${quoted(f.key)}`);
  if (f.oneof !== undefined && !f.oneof.synthetic) more.push(`oneof: ${quoted(f.oneof.key)}`);
  if (map !== undefined) more.push(`map: ${typeShape(c, map.key, f)}`);
  const tail = more.length === 0 ? '' : `, { ${more.join(', ')} }`;
  return `$.field(${f.number}, '${f.presence}', ${quoted(name)}, ${typeShape(c, map?.value ?? f, f)}${tail})`;
}

function typeShape(c: ProtoContext, f: ProtoField, of: ProtoField): string {
  const { type } = f;
  if (type.kind === 'message') return c.imports.helper(type.decl, '$shape');
  if (type.kind === 'enum') return `$.enumShape(${quoted(type.decl.fullName)}, ${c.imports.name(type.decl)}${type.decl.features.enumType === 'CLOSED' ? ', true' : ''})`;
  const mode = isLong(type) ? i64Mode(c, of) : 'bigint';
  return mode === 'bigint' ? `$.scalars.${type.name}` : `$.i64Shape('${type.name}', '${mode}')`;
}

/** Writes an extension: a value that getExtension and setExtension take. */
export function generateExtension(c: ProtoContext, out: Code, f: ProtoField): void {
  if (f.extends === undefined) return;
  const type = fieldType(c, f, 'out');
  const got = f.presence === 'repeated' ? type : `${type} | undefined`;
  const given = fieldType(c, f, 'in');
  out.doc(docOf(f, f.doc === undefined ? `Extension of ${f.extends.fullName}.` : ''));
  out.block(`export const ${c.imports.name(f)}: $.Extension<${got}, ${given}> = $.extension<${got}, ${given}>(`, () => {
    out.line(`${c.imports.helper(f.extends!, '$shape')},`);
    out.line(`${fieldShape(c, f)},`);
    out.block('(r) => {', () => decodeExtension(c, out, f), '},');
    out.block('(w, value) => {', () => {
      out.line(`const v = { ${key(f.key)}: value };`);
      encodeField(c, out, f, { counting: false, name: f.fullName });
    }, '},');
  }, ');');
  out.line();
}
