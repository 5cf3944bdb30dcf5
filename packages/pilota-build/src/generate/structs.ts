// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ResolvedField, ResolvedStruct } from '../thrift/ast.js';
import { underlyingType } from '../thrift/types.js';
import type { Code } from './code.js';
import { i64Mode, typeId } from './context.js';
import type { Context } from './context.js';
import { decodeFields, decoded, decodeValue, requireFields } from './decode.js';
import { encodeField, encodeValue } from './encode.js';
import type { Place } from './encode.js';
import { access, fieldName, key, propertyName } from './names.js';
import { generateShape } from './shapes.js';
import { typeText } from './types.js';
import { absentText, mayBeAbsent } from './values.js';

/** Writes a struct, union or exception: types, functions that write and read, and the value that holds both. */
export function generateStruct(c: Context, out: Code, s: ResolvedStruct, needsDefault: boolean): void {
  const names = namesOf(c, s);
  generateShape(c, out, s);
  if (s.structKind === 'union') {
    unionTypes(c, out, s, names);
    unionEncode(c, out, s, names);
    unionDecode(c, out, s, names);
  } else {
    if (s.structKind === 'exception') exceptionTypes(c, out, s, names);
    else structTypes(c, out, s, names);
    structEncode(c, out, s, names);
    structDecode(c, out, s, names);
    if (needsDefault) structDefault(c, out, s, names);
  }
  if (s.structKind !== 'exception') {
    out.line(`/** Reads and writes {@link ${names.name}} as Thrift binary. */`);
    out.line(`export const ${names.name}: $.StructCodec<${names.input}, ${names.name}> = { encode: ${names.encode}, decode: ${names.decode}, shape: ${names.shape} };`);
    out.line();
  }
}

interface Names {
  readonly name: string;
  readonly input: string;
  readonly encode: string;
  readonly decode: string;
  readonly read: string;
  readonly fallback: string;
  readonly shape: string;
  readonly counting: boolean;
}

function namesOf(c: Context, s: ResolvedStruct): Names {
  const { imports } = c;
  return {
    name: imports.name(s.file, s.name),
    input: imports.name(s.file, s.name, 'Input'),
    encode: imports.helper(s.file, '$encode', s.name),
    decode: imports.helper(s.file, '$decode', s.name),
    read: imports.helper(s.file, '$read', s.name),
    fallback: imports.helper(s.file, '$default', s.name),
    shape: imports.helper(s.file, '$shape', s.name),
    counting: c.graph.isRecursive(s),
  };
}

function place(s: ResolvedStruct, n: Names): (f: ResolvedField) => Place {
  return (f) => ({ where: `${s.name}.${f.name}`, counting: n.counting });
}

function depthParameter(n: Names): string {
  return n.counting ? ', depth: number = $.MAX_DEPTH' : '';
}

function checkDepth(out: Code, n: Names, s: ResolvedStruct): void {
  if (n.counting) out.line(`if (depth <= 0) throw $.tooDeep('${s.name}');`);
}

// ── structs ──────────────────────────────────────────────────────────────────────────────────────

function structTypes(c: Context, out: Code, s: ResolvedStruct, n: Names): void {
  out.doc(s.doc);
  out.block(`export interface ${n.name} {`, () => {
    for (const f of s.fields) {
      out.doc(f.doc);
      const type = typeText(c, f.type, 'out', f);
      out.line(mayBeAbsent(c, f) ? `${key(propertyName(s, f))}?: ${type} | undefined;` : `${key(propertyName(s, f))}: ${type};`);
    }
    unknownProperty(c, out);
  });
  out.line();
  out.line(`/** What may be sent as {@link ${n.name}}: fields with a default may be left out. */`);
  out.block(`export interface ${n.input} {`, () => {
    for (const f of s.fields) inputField(out, propertyName(s, f), f, typeText(c, f.type, 'in', f));
    unknownProperty(c, out);
  });
  out.line();
}

function inputField(out: Code, name: string, f: ResolvedField, type: string): void {
  out.line(f.requiredness === 'required' ? `readonly ${key(name)}: ${type};` : `readonly ${key(name)}?: ${type} | undefined;`);
}

function unknownProperty(c: Context, out: Code): void {
  if (c.o.keepUnknownFields) out.line('readonly [$.unknownFields]?: $.UnknownFields | undefined;');
}

function structEncode(c: Context, out: Code, s: ResolvedStruct, n: Names): void {
  const value = s.fields.length === 0 && !c.o.keepUnknownFields ? '_v' : 'v';
  out.block(`export function ${n.encode}(w: $.ByteWriter, ${value}: ${n.input}${depthParameter(n)}): void {`, () => {
    checkDepth(out, n, s);
    for (const f of s.fields) encodeField(c, out, f, `v${access(propertyName(s, f))}`, place(s, n)(f), s.name);
    if (c.o.keepUnknownFields) out.line('if (v[$.unknownFields] !== undefined) $.writeUnknown(w, v[$.unknownFields]!);');
    out.line('w.u8(0);');
  });
  out.line();
}

function structDecode(c: Context, out: Code, s: ResolvedStruct, n: Names): void {
  const keep = c.o.keepUnknownFields;
  out.block(`export function ${n.decode}(r: $.ByteReader${depthParameter(n)}): ${n.name} {`, () => {
    checkDepth(out, n, s);
    if (keep) out.line(`let unknown: ${c.imports.global('Uint8Array')}[] | undefined = undefined;`);
    decodeFields(c, out, s.fields, place(s, n), keep ? 'unknown = $.keepUnknown(unknown, r, t);' : undefined);
    requireFields(out, s.fields, s.name);
    const parts = s.fields.map((f) => `${key(propertyName(s, f))}: ${decoded(c, f)}`);
    const [head, tail] = s.structKind === 'exception' ? [`new ${n.name}(`, ');'] : ['', ';'];
    if (!keep) {
      out.object(`return ${head}`, parts, tail);
    } else {
      out.object(`const v: ${n.name} = ${head}`, parts, tail);
      out.line('if (unknown !== undefined) (v as { [$.unknownFields]?: $.UnknownFields })[$.unknownFields] = unknown;');
      out.line('return v;');
    }
  });
  out.line();
}

function structDefault(c: Context, out: Code, s: ResolvedStruct, n: Names): void {
  out.line(`/** What stands for {@link ${n.name}} where none arrived. */`);
  out.block(`export function ${n.fallback}(): ${n.name} {`, () => {
    const parts = s.fields.map((f) => `${key(propertyName(s, f))}: ${absentText(c, f)}`);
    const [head, tail] = s.structKind === 'exception' ? [`new ${n.name}(`, ');'] : ['', ';'];
    out.object(`return ${head}`, parts, tail);
  });
  out.line();
}

// ── unions ───────────────────────────────────────────────────────────────────────────────────────

function unionTypes(c: Context, out: Code, s: ResolvedStruct, n: Names): void {
  for (const [name, d] of [
    [n.name, 'out'],
    [n.input, 'in'],
  ] as const) {
    if (d === 'out') out.doc(s.doc);
    else out.line(`/** What may be sent as {@link ${n.name}}. */`);
    if (s.fields.length === 0) {
      out.line(`export type ${name} = ${c.imports.global('Record')}<string, never>;`);
    } else {
      out.nest(`export type ${name} =`, () => {
        s.fields.forEach((f, i) => {
          const parts = s.fields.map((g) => (g === f ? `${key(fieldName(g.name))}: ${typeText(c, g.type, d, g)}` : `${key(fieldName(g.name))}?: undefined`));
          out.line(`| { ${parts.join('; ')} }${i === s.fields.length - 1 ? ';' : ''}`);
        });
      });
    }
    out.line();
  }
}

function unionEncode(c: Context, out: Code, s: ResolvedStruct, n: Names): void {
  out.block(`export function ${n.encode}(${s.fields.length > 0 ? 'w' : '_w'}: $.ByteWriter, ${s.fields.length > 0 ? 'v' : '_v'}: ${n.input}${depthParameter(n)}): void {`, () => {
    checkDepth(out, n, s);
    if (s.fields.length > 0) out.line('let set = 0;');
    for (const f of s.fields) {
      const expr = `v${access(fieldName(f.name))}`;
      out.block(`if (${expr} != null) {`, () => {
        out.line('set++;');
        out.line(`w.u8(${typeId(f.type)});`);
        out.line(`w.i16(${f.id});`);
        encodeValue(c, out, f.type, expr, place(s, n)(f));
      });
    }
    out.line(s.fields.length > 0 ? `if (set !== 1) throw $.unionError('${s.name}', set);` : `throw $.unionError('${s.name}', 0);`);
    if (s.fields.length > 0) out.line('w.u8(0);');
  });
  out.line();
}

function unionDecode(c: Context, out: Code, s: ResolvedStruct, n: Names): void {
  out.line(`/** Reads {@link ${n.name}}; undefined when only fields of a newer IDL are set. */`);
  out.block(`export function ${n.read}(r: $.ByteReader${depthParameter(n)}): ${n.name} | undefined {`, () => {
    checkDepth(out, n, s);
    out.line(`let v: ${n.name} | undefined = undefined;`);
    out.block('for (;;) {', () => {
      out.line('const t = r.u8();');
      out.line('if (t === 0) return v;');
      out.block('switch (r.i16()) {', () => {
        for (const f of s.fields) {
          out.nest(`case ${f.id}:`, () => {
            out.block(`if (t === ${typeId(f.type)}) {`, () => {
              decodeValue(c, out, f.type, place(s, n)(f), (e) => `v = { ${key(fieldName(f.name))}: ${e} };`, { annotations: f.annotations });
              out.line('continue;');
            });
            out.line('break;');
          });
        }
      });
      out.line('$.skip(r, t);');
    });
  });
  out.line();
  out.block(`export function ${n.decode}(r: $.ByteReader${depthParameter(n)}): ${n.name} {`, () => {
    out.line(`const v = ${n.read}(r${n.counting ? ', depth' : ''});`);
    out.line(`if (v === undefined) throw $.unionUnknown('${s.name}');`);
    out.line('return v;');
  });
  out.line();
}

// ── exceptions ───────────────────────────────────────────────────────────────────────────────────

function exceptionTypes(c: Context, out: Code, s: ResolvedStruct, n: Names): void {
  const message = s.fields.find((f) => f.name === 'message');
  const ownMessage = message !== undefined && underlyingType(message.type).kind === 'string';
  const name = (f: ResolvedField): string => propertyName(s, f);
  const inputType = (f: ResolvedField): string => {
    const type = typeText(c, f.type, 'out', f);
    return bigintField(c, f) ? `number | ${type}` : type;
  };
  out.line(`/** What {@link ${n.name}} is made of. */`);
  out.block(`export interface ${n.input} {`, () => {
    for (const f of s.fields) inputField(out, name(f), f, inputType(f));
    unknownProperty(c, out);
  });
  out.line();
  if (c.o.keepUnknownFields) {
    out.block(`export interface ${n.name} {`, () => {
      unknownProperty(c, out);
    });
    out.line();
  }
  out.doc(s.doc);
  out.block(`export class ${n.name} extends $.ThriftException {`, () => {
    for (const f of s.fields) {
      if (f === message && ownMessage) continue;
      out.doc(f.doc);
      out.line(`${key(name(f))}: ${typeText(c, f.type, 'out', f)}${mayBeAbsent(c, f) ? ' | undefined' : ''};`);
    }
    const optional = s.fields.every((f) => f.requiredness !== 'required');
    out.line();
    out.block(`constructor(init: ${n.input}${optional ? ' = {}' : ''}) {`, () => {
      const text = ownMessage ? messageText(c, message) : `$.exceptionText('${s.name}', init)`;
      out.line(`super('${s.name}', ${text});`);
      for (const f of s.fields) {
        if (f === message && ownMessage) continue;
        const given = `init${access(name(f))}`;
        const absent = f.requiredness === 'required' ? 'undefined' : absentText(c, f);
        const value = absent === 'undefined' ? given : `${given} ?? ${absent.includes(' as ') ? `(${absent})` : absent}`;
        if (bigintField(c, f)) out.line(`this${access(name(f))} = ${mayBeAbsent(c, f) ? `${given} == null ? undefined : ${c.imports.global('BigInt')}(${given})` : `${c.imports.global('BigInt')}(${value})`};`);
        else out.line(`this${access(name(f))} = ${value};`);
      }
    });
    out.line();
    out.line(`static readonly encode: (w: $.ByteWriter, v: ${n.input}) => void = ${n.encode};`);
    out.line(`static readonly decode: (r: $.ByteReader) => ${n.name} = ${n.decode};`);
    out.line(`static readonly shape: $.StructShape = ${n.shape};`);
  });
  out.line();
}

function bigintField(c: Context, f: ResolvedField): boolean {
  return underlyingType(f.type).kind === 'i64' && i64Mode(c, f.type, f) === 'bigint';
}

function messageText(c: Context, f: ResolvedField): string {
  if (f.requiredness === 'required') return 'init.message';
  const absent = f.defaultValue === undefined ? "''" : absentText(c, f);
  return `init.message ?? ${absent}`;
}
