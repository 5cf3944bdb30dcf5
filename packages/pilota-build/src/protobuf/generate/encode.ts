// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Code } from '../../generate/code.js';
import { access } from '../../generate/names.js';
import type { ProtoField, ProtoMessage } from '../model.js';
import { isLong, mapParts, tagOf, valueType, where } from './context.js';
import type { ProtoContext } from './context.js';

/** Writes a tag. */
function tagText(tag: number): string {
  return tag < 0x80 ? `w.u8(${tag});` : `$.writeVarint(w, ${tag});`;
}

const capital = (s: string): string => s.charAt(0).toUpperCase() + s.slice(1);

/** Writes one value with its tag. `depth`: the argument that counts, empty where nothing counts. */
export function encodeValue(c: ProtoContext, out: Code, f: ProtoField, value: string, owner: { readonly counting: boolean }, place: string = where(f), suffix = ''): void {
  const { type } = f;
  if (type.kind === 'message') {
    const depth = c.recursive(type.decl) && owner.counting ? ', depth - 1' : '';
    const call = `${c.imports.helper(type.decl, '$encode')}(w, ${value}${depth});`;
    out.line(tagText(tagOf(f)));
    if (f.delimited) {
      out.line(call);
      out.line(tagText(tagOf(f, 4)));
      return;
    }
    const n = c.place();
    const m = `m${suffix === '' ? f.number : `${f.number}${suffix}`}`;
    out.line(`const ${m} = $.open(w, $h, ${n});`);
    out.line(call);
    out.line(`$.close(w, ${m}, $h, ${n});`);
    return;
  }
  out.line(tagText(tagOf(f)));
  out.line(scalarText(f, value, place));
}

function scalarText(f: ProtoField, value: string, place: string): string {
  const { type } = f;
  return `$.write${type.kind === 'enum' ? 'Int32' : capital(type.kind === 'scalar' ? type.name : '')}(w, ${value}, ${place});`;
}

/** The condition under which a value of a field without presence is written. */
function notZero(f: ProtoField, e: string): string {
  const { type } = f;
  if (type.kind === 'enum') return `${e} !== 0`;
  if (type.kind === 'message') return 'true';
  switch (type.name) {
    case 'bool':
      return `${e} !== false`;
    case 'string':
      return `${e} !== ''`;
    case 'bytes':
      return `${e}.length !== 0`;
    case 'double':
    case 'float':
      // -0 has a bit that is set.
      return `(${e} !== 0 || 1 / ${e} < 0)`;
    default:
      return isLong(type) ? `${e} != 0` : `${e} !== 0`;
  }
}

/** Writes a field of `v`, whatever its presence. */
export function encodeField(c: ProtoContext, out: Code, f: ProtoField, owner: { readonly counting: boolean; readonly name: string }, v = 'v'): void {
  const e = `e${f.number}`;
  const from = `${v}${access(f.key)}`;
  switch (f.presence) {
    case 'required':
      out.block('{', () => {
        out.line(`const ${e} = ${from};`);
        out.line(`if (${e} == null) throw $.missingField('${owner.name}', '${f.name}');`);
        encodeValue(c, out, f, e, owner);
      });
      return;
    case 'explicit':
    case 'implicit':
      out.block('{', () => {
        out.line(`const ${e} = ${from};`);
        const zero = f.presence === 'implicit' ? ` && ${notZero(f, e)}` : '';
        out.block(`if (${e} != null${zero}) {`, () => encodeValue(c, out, f, e, owner));
      });
      return;
    case 'repeated':
      out.block('{', () => {
        out.line(`const ${e} = ${from};`);
        out.block(`if (${e} != null) {`, () => encodeList(c, out, f, e, owner));
      });
      return;
    case 'map':
      out.block('{', () => {
        out.line(`const ${e} = ${from};`);
        out.block(`if (${e} != null) {`, () => encodeMap(c, out, f, e, owner));
      });
  }
}

function encodeList(c: ProtoContext, out: Code, f: ProtoField, list: string, owner: { readonly counting: boolean }): void {
  const item = `i${f.number}`;
  if (f.packed) {
    const n = c.place();
    out.line(`const m${f.number} = $.openPacked(w, ${tagOf(f, 2)}, $h, ${n});`);
    out.line(`for (const ${item} of $.items(${list}, ${where(f)})) ${scalarText(f, item, where(f))}`);
    out.line(`$.closePacked(w, m${f.number}, ${tagOf(f, 2)}, $h, ${n});`);
    return;
  }
  out.block(`for (const ${item} of $.items(${list}, ${where(f)})) {`, () => encodeValue(c, out, f, item, owner));
}

function encodeMap(c: ProtoContext, out: Code, f: ProtoField, map: string, owner: { readonly counting: boolean }): void {
  const { key, value } = mapParts(f);
  const n = c.place();
  out.block(`for (const [k${f.number}, i${f.number}] of $.entries<${valueType(c, key, 'in', f)}, ${valueType(c, value, 'in', f)}>(${map}, ${where(f)})) {`, () => {
    out.line(tagText(tagOf(f, 2)));
    out.line(`const m${f.number} = $.open(w, $h, ${n});`);
    encodeValue(c, out, key, `k${f.number}`, owner, where(f));
    encodeValue(c, out, value, `i${f.number}`, owner, where(f), '_');
    out.line(`$.close(w, m${f.number}, $h, ${n});`);
  });
}

/** Writes the function that writes a message. */
export function encodeFunction(c: ProtoContext, out: Code, m: ProtoMessage): void {
  const counting = c.recursive(m);
  const name = c.imports.helper(m, '$encode');
  const owner = { counting, name: m.fullName };
  const oneofs = m.oneofs.filter((o) => !o.synthetic);
  const alone = m.fields.filter((f) => f.oneof === undefined || f.oneof.synthetic);
  // By number, as protoc writes; a oneof stands where its first field does.
  const parts = [...alone.map((f) => ({ number: f.number, write: () => encodeField(c, out, f, owner) })), ...oneofs.map((o, i) => ({ number: Math.min(...o.fields.map((f) => f.number)), write: () => encodeOneof(i) }))].toSorted((a, b) => a.number - b.number);
  out.block(`export function ${name}(w: $.ByteWriter, v: ${c.imports.name(m, 'Input')}${counting ? ', depth: number = $.MAX_DEPTH' : ''}): void {`, () => {
    if (counting) out.line(`if (depth <= 0) throw $.tooDeep('${m.fullName}');`);
    for (const p of parts) p.write();
    out.line('$.writeUnknown(w, v);');
  });
  out.line();

  function encodeOneof(i: number): void {
    const o = oneofs[i]!;
    const key = o.key;
    out.block('{', () => {
      out.line(`const o = v${access(key)};`);
      out.block('if (o != null) {', () => {
        out.line('let set = 0;');
        for (const f of o.fields) {
          out.line(`const e${f.number} = o${access(f.key)};`);
          out.block(`if (e${f.number} != null) {`, () => {
            out.line('set++;');
            encodeValue(c, out, f, `e${f.number}`, owner);
          });
        }
        out.line(`if (set > 1) throw $.oneofError('${o.fullName}');`);
      });
    });
  }
}
