// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Report } from '../thrift/report.js';
import type { ProtoEnum, ProtoField, ProtoFile, ProtoMessage, ProtoOneof, ProtoService, ProtoEnumValue, ProtoMethod } from './model.js';

/** What a full name may stand for. */
export type ProtoSymbol = ProtoMessage | ProtoEnum | ProtoField | ProtoOneof | ProtoService | ProtoEnumValue | ProtoMethod | { readonly kind: 'package'; readonly file: ProtoFile; readonly fullName: string };

/** All names of a program, and which file sees which. */
export class Symbols {
  private readonly names: Map<string, ProtoSymbol>;
  private readonly visible: Map<ProtoFile, ReadonlySet<ProtoFile>>;
  private readonly report: Report;

  constructor(report: Report) {
    this.names = new Map();
    this.visible = new Map();
    this.report = report;
  }

  /** Gives everything in a file its full name and enters it. */
  enter(file: ProtoFile): void {
    const parts = file.package === '' ? [] : file.package.split('.');
    for (let i = 1; i <= parts.length; i++) {
      const fullName = parts.slice(0, i).join('.');
      const other = this.names.get(fullName);
      if (other === undefined) this.names.set(fullName, { kind: 'package', file, fullName });
      else if (other.kind !== 'package') this.report.error(file.source, 'PROTO_NAME_TAKEN', `package "${fullName}": ${other.file.path} has a ${other.kind} of this name`, { start: 0, end: 0 });
    }
    this.members(file, file.package);
    for (const s of file.services) {
      this.add(s, file.package);
      for (const m of s.methods) this.add(m, s.fullName);
    }
  }

  private members(of: Pick<ProtoMessage, 'messages' | 'enums' | 'extensions'>, scope: string): void {
    for (const m of of.messages) {
      this.add(m, scope);
      for (const f of m.fields) this.add(f, m.fullName);
      for (const o of m.oneofs) this.add(o, m.fullName);
      this.members(m, m.fullName);
    }
    for (const e of of.enums) {
      this.add(e, scope);
      // Values lie beside their enum, as in C++.
      for (const v of e.values) this.add(v, scope);
    }
    for (const x of of.extensions) this.add(x, scope);
  }

  private add(s: Exclude<ProtoSymbol, { kind: 'package' }>, scope: string): void {
    s.fullName = scope === '' ? s.name : `${scope}.${s.name}`;
    const other = this.names.get(s.fullName);
    if (other === undefined) {
      this.names.set(s.fullName, s);
      return;
    }
    const where = other.file === s.file ? 'already' : `in ${other.file.path}`;
    const hint = s.kind === 'value' || other.kind === 'value' ? '; values of an enum share the names of what the enum lies in' : '';
    this.report.error(s.file.source, 'PROTO_NAME_TAKEN', `"${s.fullName}" is declared ${where} as a ${other.kind}${hint}`, s.nameSpan);
  }

  /** The files whose declarations a file may use: its own, its imports and what these import publicly. */
  private seen(file: ProtoFile): ReadonlySet<ProtoFile> {
    let set = this.visible.get(file);
    if (set === undefined) {
      const all = new Set<ProtoFile>([file]);
      for (const i of file.imports) if (i.file !== undefined) all.add(i.file);
      for (const f of all) if (f !== file) for (const i of f.imports) if (i.modifier === 'public' && i.file !== undefined) all.add(i.file);
      this.visible.set(file, (set = all));
    }
    return set;
  }

  /** What has exactly this name, seen or not. */
  exact(fullName: string): ProtoSymbol | undefined {
    return this.names.get(fullName);
  }

  /**
   * What a name means in a scope, from the innermost out. As in C++ the first part of a dotted name decides which scope is meant. `types`: only messages
   * and enums answer to a name without dots.
   */
  find(name: string, scope: string, file: ProtoFile, types: boolean): ProtoSymbol | undefined {
    if (name.startsWith('.')) return this.sees(file, this.names.get(name.slice(1)));
    const dot = name.indexOf('.');
    const first = dot < 0 ? name : name.slice(0, dot);
    for (let s = scope; ; s = s.includes('.') ? s.slice(0, s.lastIndexOf('.')) : '') {
      const prefix = s === '' ? '' : `${s}.`;
      const hit = this.names.get(prefix + first);
      if (hit !== undefined) {
        if (dot < 0) {
          const own = this.sees(file, hit);
          if (own !== undefined && (!types || own.kind === 'message' || own.kind === 'enum')) return own;
        } else if (hit.kind === 'package' || hit.kind === 'message') {
          const own = this.sees(file, this.names.get(prefix + name));
          if (own !== undefined) return own;
          // A package may go on in an outer scope; a message may not.
          if (hit.kind === 'message' && this.sees(file, hit) !== undefined) return undefined;
        }
      }
      if (s === '') return undefined;
    }
  }

  private sees(file: ProtoFile, s: ProtoSymbol | undefined): ProtoSymbol | undefined {
    return s !== undefined && (s.kind === 'package' || this.seen(file).has(s.file)) ? s : undefined;
  }

  /** Names of messages and enums, for suggestions. */
  *typeNames(): Generator<string> {
    for (const [n, s] of this.names) if (s.kind === 'message' || s.kind === 'enum') yield n;
  }
}
