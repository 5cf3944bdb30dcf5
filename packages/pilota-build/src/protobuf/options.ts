// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Span } from '../source.js';
import { nearest } from '../thrift/nearest.js';
import type { Report } from '../thrift/report.js';
import type { OptionValue, ProtoField, ProtoFile, ProtoMessage, ProtoOption } from './model.js';
import { scalarOf } from './scalars.js';
import type { ScalarValue } from './scalars.js';
import type { Symbols } from './symbols.js';

/** The value of a message that options set, by field. */
export type OptionTree = Map<ProtoField, OptionItem[]>;
export type OptionItem = { readonly kind: 'scalar'; readonly value: ScalarValue } | { readonly kind: 'message'; readonly tree: OptionTree };

/** What holds options: anything that is declared, and a file. */
export interface Optioned {
  readonly options: readonly ProtoOption[];
}

const trees = new WeakMap<Optioned, OptionTree>();

/** The options of a declaration as a value of FileOptions, MessageOptions and so on. Empty where it has none. */
export function optionTree(of: Optioned): OptionTree {
  return trees.get(of) ?? new Map<ProtoField, OptionItem[]>();
}

/** Reads the options of everything in a file by their definitions. Findings go to the report. */
export function checkOptions(file: ProtoFile, descriptor: ProtoFile, symbols: Symbols, report: Report): void {
  const kinds = new Map(descriptor.messages.map((m) => [m.name, m]));
  const reader = new OptionReader(file, symbols, report);
  const read = (of: Optioned, kind: string, scope: string, but: readonly string[] = []): void => {
    const m = kinds.get(kind);
    if (of.options.length > 0 && m !== undefined) trees.set(of, reader.read(of.options.filter((o) => o.name.length > 1 || o.name[0]!.extension || !but.includes(o.name[0]!.text)), m, scope));
  };
  const field = (f: ProtoField, scope: string): void => read(f, 'FieldOptions', scope, ['default', 'json_name']);
  const members = (m: Pick<ProtoMessage, 'messages' | 'enums' | 'extensions'>, scope: string): void => {
    for (const n of m.messages) message(n);
    for (const e of m.enums) {
      read(e, 'EnumOptions', e.fullName);
      for (const v of e.values) read(v, 'EnumValueOptions', e.fullName);
    }
    for (const x of m.extensions) field(x, scope);
  };
  const message = (m: ProtoMessage): void => {
    read(m, 'MessageOptions', m.fullName);
    for (const f of m.fields) field(f, m.fullName);
    for (const o of m.oneofs) read(o, 'OneofOptions', m.fullName);
    members(m, m.fullName);
  };
  read(file, 'FileOptions', file.package);
  members(file, file.package);
  for (const s of file.services) {
    read(s, 'ServiceOptions', s.fullName);
    for (const m of s.methods) read(m, 'MethodOptions', s.fullName);
  }
}

class OptionReader {
  private readonly file: ProtoFile;
  private readonly symbols: Symbols;
  private readonly report: Report;

  constructor(file: ProtoFile, symbols: Symbols, report: Report) {
    this.file = file;
    this.symbols = symbols;
    this.report = report;
  }

  read(options: readonly ProtoOption[], type: ProtoMessage, scope: string): OptionTree {
    const out: OptionTree = new Map();
    for (const o of options) this.one(o, type, scope, out);
    return out;
  }

  private one(o: ProtoOption, type: ProtoMessage, scope: string, out: OptionTree): void {
    let m = type;
    let tree = out;
    for (let i = 0; i < o.name.length; i++) {
      const part = o.name[i]!;
      const f = this.member(m, part.text, part.extension, scope, part.span, 'option');
      if (f === undefined) return;
      if (i === o.name.length - 1) {
        this.set(tree, f, o.value, scope, false);
        return;
      }
      if (f.type.kind !== 'message' || f.presence === 'repeated' || f.presence === 'map') {
        this.fail(`option "${part.text}" is no single message and has no parts`, part.span);
        return;
      }
      m = f.type.decl;
      const there = tree.get(f)?.[0];
      if (there?.kind === 'message') tree = there.tree;
      else {
        const next: OptionTree = new Map();
        tree.set(f, [{ kind: 'message', tree: next }]);
        tree = next;
      }
    }
  }

  private member(m: ProtoMessage, name: string, extension: boolean, scope: string, span: Span, what: string): ProtoField | undefined {
    if (extension) {
      const x = this.symbols.find(name, scope, this.file, false);
      if (x?.kind === 'field' && x.extends === m) return x;
      this.fail(x === undefined ? `unknown ${what} "(${name})"` : `"(${name})" is no extension of ${m.fullName}`, span);
      return undefined;
    }
    const f = m.fields.find((x) => x.name === name) ?? m.fields.find((x) => x.group && x.typeName === name);
    if (f !== undefined) return f;
    const near = nearest(name, m.fields.map((x) => x.name));
    this.fail(`unknown ${what} "${name}"${near === undefined ? '' : `, did you mean "${near}"?`}`, span);
    return undefined;
  }

  /** `inside`: in a text value, where a repeated field may be given several times and as a list. */
  private set(tree: OptionTree, f: ProtoField, v: OptionValue, scope: string, inside: boolean): void {
    const many = f.presence === 'repeated' || f.presence === 'map';
    if (v.kind === 'list') {
      if (!many) this.fail(`"${f.name}" takes one value`, v.span);
      else for (const x of v.items) this.set(tree, f, x, scope, inside);
      return;
    }
    const item = this.item(f, v, scope);
    if (item === undefined) return;
    const there = tree.get(f);
    if (there === undefined) tree.set(f, [item]);
    else if (many) there.push(item);
    else this.fail(`"${f.name}" is set already`, v.span);
  }

  private item(f: ProtoField, v: OptionValue, scope: string): OptionItem | undefined {
    if (f.type.kind !== 'message') {
      const value = scalarOf(f.type, v);
      if (!(value instanceof Error)) return { kind: 'scalar', value };
      this.fail(`"${f.name}": ${value.message}`, v.span);
      return undefined;
    }
    if (v.kind !== 'message') {
      this.fail(`"${f.name}": wanted { … }`, v.span);
      return undefined;
    }
    const tree: OptionTree = new Map();
    for (const x of v.fields) {
      // What an Any holds is not looked into: nothing here reads it.
      if (x.extension && x.name.includes('/')) continue;
      const member = this.member(f.type.decl, x.name, x.extension, scope, x.span, 'field');
      if (member !== undefined) this.set(tree, member, x.value, scope, true);
    }
    return { kind: 'message', tree };
  }

  private fail(message: string, span: Span): void {
    this.report.error(this.file.source, 'PROTO_OPTION', message, span);
  }
}
