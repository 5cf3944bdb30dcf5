// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { StructCodec } from '../codegen/v1/definition.js';
import type { EnumShape, FieldShape, Shape, StructShape } from '../thrift/shape.js';
import { DefineError } from './errors.js';
import { definedMethods } from './service.js';
import type { Methods } from './service.js';

/** Options of {@link printIdl}. */
export interface PrintIdlOptions {
  /** For every language. */
  readonly namespace?: string | undefined;
}

/**
 * The Thrift IDL of what was defined: structs and services, with all that they need, in an order in which everything is declared before it is used where that can
 * be. Errors: {@link DefineError} where two things have one name, or a service was not made by defineService.
 */
export function printIdl(things: readonly (Pick<StructCodec<never, unknown>, 'shape'> | { readonly codegen: 1; readonly name: string })[], o: PrintIdlOptions = {}): string {
  const p = new Printer();
  for (const x of things) {
    if ('codegen' in x) {
      const methods = definedMethods.get(x);
      if (methods === undefined) throw new DefineError(`service ${x.name}: it was not made by defineService`);
      p.service(x.name, methods);
    } else if (x.shape !== undefined) {
      p.struct(x.shape);
    }
  }
  return `${o.namespace === undefined ? '' : `namespace * ${o.namespace}\n\n`}${p.out.join('\n\n')}\n`;
}

class Printer {
  readonly out: string[] = [];
  private readonly names = new Map<string, unknown>();

  /** Whether it is new. Enums are told apart by their values: each use of one makes a shape. */
  private declare(name: string, what: unknown): boolean {
    const known = this.names.get(name);
    if (known === undefined) {
      this.names.set(name, what);
      return true;
    }
    if (known !== what) throw new DefineError(`IDL: two things are called ${name}`);
    return false;
  }

  struct(s: StructShape): void {
    if (!this.declare(s.name, s)) return;
    for (const f of s.fields) this.needs(f.type);
    this.out.push(`${s.structKind} ${s.name} {\n${s.fields.map((f) => `  ${this.field(f, s.structKind === 'union')}\n`).join('')}}`);
  }

  private enum(e: EnumShape): void {
    if (this.declare(e.name, e.values)) this.out.push(`enum ${e.name} {\n${Object.entries(e.values).map(([k, v]) => `  ${k} = ${v}\n`).join('')}}`);
  }

  private needs(t: Shape): void {
    if (t.kind === 'struct') this.struct(t);
    else if (t.kind === 'enum') this.enum(t);
    else if (t.kind === 'list' || t.kind === 'set') this.needs(t.element);
    else if (t.kind === 'map') {
      this.needs(t.key);
      this.needs(t.value);
    }
  }

  private field(f: FieldShape, union: boolean): string {
    const requiredness = union || f.requiredness === 'default' ? '' : `${f.requiredness} `;
    const value = f.hasDefault ? ` = ${constant(f.type, f.absent!())}` : '';
    const notes = Object.entries(f.annotations ?? {}).flatMap(([k, values]) => values.map((v) => `${k} = ${quoted(v)}`));
    if (f.type.kind === 'i64' && f.type.as !== 'bigint') notes.push(`ts.i64 = "${f.type.as}"`);
    return `${f.id}: ${requiredness}${typeText(f.type)} ${f.name}${value}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
  }

  service(name: string, methods: Methods): void {
    if (!this.declare(name, methods)) return;
    const lines = Object.entries(methods).map(([key, m]) => {
      for (const a of m.args) this.needs(a.type.shape);
      if (m.result !== undefined) this.needs(m.result.shape);
      for (const c of Object.values(m.throws)) this.struct(c.shape);
      const args = m.args.map((a) => `${a.id}: ${typeText(a.type.shape)} ${a.name}`).join(', ');
      const throwing = Object.entries(m.throws).map(([id, c]) => `${id}: ${c.shape.name} e${id}`);
      const mode = m.kind === 'unary' || m.kind === 'oneway' ? '' : ` (streaming.mode = "${m.kind === 'bidi' ? 'bidirectional' : m.kind}")`;
      return `  ${m.kind === 'oneway' ? 'oneway ' : ''}${m.result === undefined ? 'void' : typeText(m.result.shape)} ${m.name ?? key}(${args})${throwing.length === 0 ? '' : ` throws (${throwing.join(', ')})`}${mode}\n`;
    });
    this.out.push(`service ${name} {\n${lines.join('')}}`);
  }
}

function typeText(t: Shape): string {
  switch (t.kind) {
    case 'enum':
    case 'struct':
      return t.name;
    case 'list':
    case 'set':
      return `${t.kind}<${typeText(t.element)}>`;
    case 'map':
      return `map<${typeText(t.key)}, ${typeText(t.value)}>`;
    default:
      return t.kind;
  }
}

/** Thrift unescapes the delimiter alone. */
function quoted(s: string): string {
  if (!s.includes('"')) return `"${s}"`;
  return s.includes("'") ? `"${s.replaceAll('"', '\\"')}"` : `'${s}'`;
}

function constant(t: Shape, v: unknown): string {
  switch (t.kind) {
    case 'string':
      return quoted(v as string);
    case 'enum': {
      const name = Object.entries(t.values).find(([, n]) => n === v)?.[0];
      return name === undefined ? String(v) : `${t.name}.${name}`;
    }
    case 'list':
    case 'set':
      return `[${[...(v as Iterable<unknown>)].map((x) => constant(t.element, x)).join(', ')}]`;
    case 'map':
      return `{${[...(v as ReadonlyMap<unknown, unknown>)].map(([k, x]) => `${constant(t.key, k)}: ${constant(t.value, x)}`).join(', ')}}`;
    case 'struct':
    case 'binary':
      throw new DefineError(`IDL: a default of type ${t.kind} cannot be written down`);
    default:
      return String(v);
  }
}
