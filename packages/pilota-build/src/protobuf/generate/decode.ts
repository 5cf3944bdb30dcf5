// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Code } from '../../generate/code.js';
import { access, key } from '../../generate/names.js';
import type { ProtoField, ProtoMessage, ProtoOneof } from '../model.js';
import { i64Mode, isClosed, isLong, isPackable, mapParts, tagOf, valueType, fieldType, where, zeroText } from './context.js';
import type { ProtoContext } from './context.js';

const capital = (s: string): string => s.charAt(0).toUpperCase() + s.slice(1);

/** The variable that a field or oneof is read into. */
export function local(f: { readonly key: string }): string {
  return `_${f.key}`;
}

/** An expression that reads one value which is no message. */
function readText(c: ProtoContext, f: ProtoField, of: ProtoField): string {
  const { type } = f;
  if (type.kind === 'enum') return `$.readInt32(r) as ${c.imports.name(type.decl)}`;
  if (type.kind === 'message') return '';
  if (type.name === 'string') return of.features.utf8Validation === 'VERIFY' ? `$.readString(r, ${where(of)})` : '$.readText(r)';
  const read = `$.read${capital(type.name)}(r)`;
  if (!isLong(type)) return read;
  const mode = i64Mode(c, of);
  return mode === 'bigint' ? read : mode === 'number' ? `$.toNumber(${read}, ${where(of)})` : `${read}.toString()`;
}

/** Reads one value of `f` and hands the expression to `put`. `base`: what is there already, for a single message. */
function one(c: ProtoContext, out: Code, f: ProtoField, base: string, put: (e: string) => string, of: ProtoField = f, end = 'end'): void {
  const { type } = f;
  if (type.kind === 'message') {
    const call = (to: string, stop: number): string => `${c.imports.helper(type.decl, '$decode')}(r, ${to}, depth - 1, ${base}, ${stop})`;
    out.line(put(f.delimited ? call(end, tagOf(f, 4)) : call(`$.readEnd(r, ${end})`, 0)));
    return;
  }
  if (type.kind === 'enum' && isClosed(type)) {
    out.line(`const x${of.number} = $.readInt32(r);`);
    out.line(`if (${c.imports.helper(type.decl, '$known')}.has(x${of.number})) ${put(`x${of.number} as ${valueType(c, f, 'out')}`)}`);
    out.line(`else unknown = $.keepVarint(unknown, ${tagOf(of, 0)}, x${of.number});`);
    return;
  }
  out.line(put(readText(c, f, of)));
}

/** The arms of the switch for a field. Each ends by going on with the loop. */
function arms(c: ProtoContext, out: Code, f: ProtoField, outer: string): void {
  const v = local(f);
  const arm = (tag: number, body: () => void): void => {
    out.block(`case ${tag}: {`, () => {
      body();
      out.line(`continue${outer};`);
    });
  };
  if (f.presence === 'map') {
    arm(tagOf(f, 2), () => mapEntry(c, out, f));
    return;
  }
  const oneof = f.oneof !== undefined && !f.oneof.synthetic ? f.oneof : undefined;
  const put = oneof !== undefined ? (e: string) => `${local(oneof)} = { ${key(f.key)}: ${e} };` : f.presence === 'repeated' ? (e: string) => `${v}.push(${e});` : (e: string) => `${v} = ${e};`;
  const base = f.presence === 'repeated' ? 'undefined' : oneof !== undefined ? `${local(oneof)}?${access(f.key).startsWith('.') ? access(f.key) : `.${access(f.key)}`}` : v;
  arm(tagOf(f), () => one(c, out, f, base, put));
  if (f.presence === 'repeated' && isPackable(f.type)) {
    arm(tagOf(f, 2), () => {
      out.line(`const l${f.number} = $.readEnd(r, end);`);
      out.block(`while (r.pos < l${f.number}) {`, () => one(c, out, f, 'undefined', put));
      out.line(`if (r.pos !== l${f.number}) throw $.malformed(${where(f)});`);
    });
  }
}

function mapEntry(c: ProtoContext, out: Code, f: ProtoField): void {
  const { key: k, value } = mapParts(f);
  const n = f.number;
  const closed = value.type.kind === 'enum' && isClosed(value.type) ? c.imports.helper(value.type.decl, '$known') : undefined;
  const message = value.type.kind === 'message' ? c.imports.helper(value.type.decl, '$decode') : undefined;
  if (closed !== undefined) out.line(`const s${n} = r.pos;`);
  out.line(`const l${n} = $.readEnd(r, end);`);
  out.line(`let k${n}: ${valueType(c, k, 'out', f)} = ${zeroText(c, k, f)};`);
  const type = valueType(c, value, 'out', f);
  out.line(message === undefined ? `let x${n}: ${closed === undefined ? type : 'number'} = ${zeroText(c, value, f)};` : `let x${n}: ${type} | undefined = undefined as ${type} | undefined;`);
  out.block(`while (r.pos < l${n}) {`, () => {
    out.line(`const t${n} = $.readTag(r);`);
    out.line(`if (t${n} === ${tagOf(k)}) k${n} = ${readText(c, k, f)};`);
    const read = message !== undefined ? `${message}(r, $.readEnd(r, l${n}), depth - 1, x${n}, 0)` : closed !== undefined ? '$.readInt32(r)' : readText(c, value, f);
    out.line(`else if (t${n} === ${tagOf(value)}) x${n} = ${read};`);
    out.line(`else $.skip(r, t${n}, l${n}, depth);`);
  });
  out.line(`if (r.pos !== l${n}) throw $.malformed(${where(f)});`);
  const filled = message === undefined ? (closed === undefined ? `x${n}` : `x${n} as ${type}`) : `x${n} ?? ${message}(r, r.pos, depth - 1, undefined, 0)`;
  const put = `${local(f)}.set(k${n}, ${filled});`;
  if (closed === undefined) out.line(put);
  else {
    out.line(`if (${closed}.has(x${n})) ${put}`);
    out.line(`else unknown = $.keep(unknown, r, ${tagOf(f, 2)}, s${n});`);
  }
}

/** Where a field's variable begins. */
function start(c: ProtoContext, f: ProtoField): string {
  const type = fieldType(c, f, 'out');
  switch (f.presence) {
    case 'repeated':
      return `let ${local(f)}: ${type} = [];`;
    case 'map':
      return `let ${local(f)}: ${type} = new ${c.imports.global('Map')}();`;
    case 'implicit':
      return `let ${local(f)}: ${type} = ${zeroText(c, f)};`;
    default:
      return `let ${local(f)}: ${type} | undefined = undefined;`;
  }
}

/** The type of the value of a oneof. */
export function oneofType(c: ProtoContext, o: ProtoOneof, d: 'in' | 'out'): string {
  const ro = d === 'in' ? 'readonly ' : '';
  if (o.fields.length === 1) return `{ ${ro}${key(o.fields[0]!.key)}: ${valueType(c, o.fields[0]!, d)} }`;
  return o.fields.map((f) => `{ ${o.fields.map((g) => (g === f ? `${ro}${key(g.key)}: ${valueType(c, g, d)}` : `${ro}${key(g.key)}?: undefined`)).join('; ')} }`).join(' | ');
}

/** What a message has: fields, and oneofs where the first of their fields stands. */
export function membersOf(m: ProtoMessage): readonly (ProtoField | ProtoOneof)[] {
  const out: (ProtoField | ProtoOneof)[] = [];
  for (const f of m.fields) {
    if (f.oneof === undefined || f.oneof.synthetic) out.push(f);
    else if (!out.includes(f.oneof)) out.push(f.oneof);
  }
  return out;
}

/** Writes the function that reads a message: into `base` where one arrived before, up to `end` or to the tag `stop` of a group. */
export function decodeFunction(c: ProtoContext, out: Code, m: ProtoMessage): void {
  const { imports } = c;
  const name = imports.name(m);
  const members = membersOf(m);
  out.block(`export function ${imports.helper(m, '$decode')}(r: $.ByteReader, end: number, depth: number, base: ${name} | undefined, stop: number): ${name} {`, () => {
    out.line(`if (depth <= 0) throw $.tooDeep('${m.fullName}');`);
    for (const f of members) out.line(f.kind === 'field' ? start(c, f) : `let ${local(f)}: ${name}[${quotedKey(f.key)}] = undefined;`);
    out.line(`let unknown: ${imports.global('Uint8Array')}[] | undefined = undefined;`);
    out.block('if (base !== undefined) {', () => {
      for (const f of members) out.line(`${local(f)} = base${access(f.key)};`);
      out.line(`unknown = base[$.unknownFields] as ${imports.global('Uint8Array')}[] | undefined;`);
    });
    out.block('while (r.pos < end) {', () => {
      out.line('const t = $.readTag(r);');
      out.block('switch (t) {', () => {
        for (const f of m.fields) arms(c, out, f, '');
        out.nest('default:', () => {
          out.block('if (t === stop) {', () => {
            out.line('stop = 0;');
            out.line('end = r.pos;');
          }, '} else unknown = $.keepUnknown(unknown, r, t, end, depth);');
        });
      });
    });
    out.line(`if (r.pos !== end || stop !== 0) throw $.malformed('${m.fullName}');`);
    for (const f of m.fields) if (f.presence === 'required') out.line(`if (${local(f)} === undefined) throw $.missingField('${m.fullName}', '${f.name}');`);
    out.object(`const out: ${name} = `, members.map((f) => `${key(f.key)}: ${local(f)}`), ';');
    out.line('if (unknown !== undefined) out[$.unknownFields] = unknown;');
    out.line('return out;');
  });
  out.line();
}

function quotedKey(k: string): string {
  return `'${k}'`;
}

/** The body of a function that reads the fields of an extension, one behind the other, from the reader's place to its end. */
export function decodeExtension(c: ProtoContext, out: Code, f: ProtoField): void {
  const v = local(f);
  if (f.type.kind === 'message') out.line('const depth = $.MAX_DEPTH;');
  out.line('const end = r.end;');
  const type = fieldType(c, f, 'out');
  out.line(f.presence === 'repeated' ? `const ${v}: ${type} = [];` : `let ${v}: ${type} | undefined = undefined;`);
  const closed = isClosed(f.type);
  if (closed) out.line(`let unknown: ${c.imports.global('Uint8Array')}[] | undefined = undefined;`);
  out.block('while (r.pos < end) {', () => {
    out.line('const t = $.readTag(r);');
    out.block('switch (t) {', () => arms(c, out, f, ''));
    out.line('$.skip(r, t, end);');
  });
  if (closed) out.line('void unknown;');
  out.line(`return ${v};`);
}
