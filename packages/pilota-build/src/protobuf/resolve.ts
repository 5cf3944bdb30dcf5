// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Span } from '../source.js';
import { nearest } from '../thrift/nearest.js';
import type { Report } from '../thrift/report.js';
import { checkMessage, checkEnum, checkDefault } from './check.js';
import { defaultFeatures, isTrue, optionOf, withFeatures } from './features.js';
import type { Features, ProtoField, ProtoFile, ProtoMessage, ProtoService, ScalarName } from './model.js';
import { jsonNameOf, keyOf } from './names.js';
import { checkOptions } from './options.js';
import { Symbols } from './symbols.js';

const SCALARS: ReadonlySet<string> = new Set('double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string bytes'.split(' '));

/** Gives every name of a program its meaning, and every field what follows from its options. Findings go to the report. */
export function resolveProto(files: readonly ProtoFile[], descriptor: ProtoFile, report: Report): void {
  const symbols = new Symbols(report);
  for (const f of files) symbols.enter(f);
  report.check();
  const r = new Resolver(symbols, report);
  for (const f of files) fileFeatures(f);
  for (const f of files) r.file(f);
  report.check();
  for (const f of files) checkOptions(f, descriptor, symbols, report);
}

function fileFeatures(f: ProtoFile): void {
  f.features = withFeatures(defaultFeatures(f.edition), f.options);
  memberFeatures(f, f.features);
  for (const s of f.services) {
    s.features = withFeatures(f.features, s.options);
    for (const m of s.methods) m.features = withFeatures(s.features, m.options);
  }
}

function memberFeatures(of: Pick<ProtoMessage, 'messages' | 'enums' | 'extensions'>, outer: Features): void {
  for (const m of of.messages) {
    m.features = withFeatures(outer, m.options);
    for (const o of m.oneofs) o.features = withFeatures(m.features, o.options);
    for (const f of m.fields) f.features = withFeatures(f.oneof?.features ?? m.features, f.options);
    memberFeatures(m, m.features);
  }
  for (const e of of.enums) {
    e.features = withFeatures(outer, e.options);
    for (const v of e.values) v.features = withFeatures(e.features, v.options);
  }
  for (const x of of.extensions) x.features = withFeatures(outer, x.options);
}

class Resolver {
  private readonly symbols: Symbols;
  private readonly report: Report;

  constructor(symbols: Symbols, report: Report) {
    this.symbols = symbols;
    this.report = report;
  }

  file(f: ProtoFile): void {
    this.members(f, f.package);
    for (const s of f.services) this.service(s);
  }

  private members(of: Pick<ProtoMessage, 'messages' | 'enums' | 'extensions'>, scope: string): void {
    for (const m of of.messages) {
      for (const f of m.fields) this.field(f, m.fullName);
      this.members(m, m.fullName);
      checkMessage(m, this.report);
    }
    for (const e of of.enums) checkEnum(e, this.report);
    for (const x of of.extensions) this.field(x, scope);
  }

  private field(f: ProtoField, scope: string): void {
    if (f.type === undefined) {
      const found = this.type(f, scope);
      if (found === undefined) return;
      f.type = found;
    }
    if (f.extendee !== undefined) this.extendee(f, scope);
    const json = optionOf(f.options, 'json_name');
    f.jsonName = json?.kind === 'string' ? Buffer.from(json.bytes).toString('utf8') : jsonNameOf(f.name);
    f.key = keyOf(f.name);
    const { type, features } = f;
    const map = type.kind === 'message' && type.decl.mapEntry;
    const entry = f.parent?.mapEntry === true;
    f.delimited = f.group || (type.kind === 'message' && !map && !entry && features.messageEncoding === 'DELIMITED');
    if (map) f.presence = 'map';
    else if (f.label === 'repeated') f.presence = 'repeated';
    else if (f.label === 'required' || (features.fieldPresence === 'LEGACY_REQUIRED' && f.extendee === undefined && f.oneof === undefined)) f.presence = 'required';
    else if (f.oneof !== undefined || f.extendee !== undefined || type.kind === 'message' || f.label === 'optional' || features.fieldPresence !== 'IMPLICIT') f.presence = 'explicit';
    else f.presence = 'implicit';
    const packable = f.presence === 'repeated' && (type.kind === 'enum' || (type.kind === 'scalar' && type.name !== 'string' && type.name !== 'bytes'));
    const packed = optionOf(f.options, 'packed');
    if (packed !== undefined && !packable) this.report.error(f.file.source, 'PROTO_PACKED', `"${f.name}" cannot be packed, which only repeated numbers, bools and enums can`, f.nameSpan);
    if (packed !== undefined && f.file.edition >= 1000) this.report.error(f.file.source, 'PROTO_PACKED', 'editions have no "packed": use features.repeated_field_encoding', packed.span);
    f.packed = packable && (packed === undefined ? features.repeatedFieldEncoding === 'PACKED' : isTrue(f.options, 'packed'));
    f.defaultValue = optionOf(f.options, 'default');
    if (f.defaultValue !== undefined) checkDefault(f, this.report);
    if (type.kind === 'enum' && f.presence === 'implicit' && type.decl.features.enumType === 'CLOSED') {
      this.report.error(f.file.source, 'PROTO_ENUM_CLOSED', `"${f.name}" has no presence and cannot have the closed enum "${type.decl.fullName}" for its type`, f.typeSpan);
    }
  }

  private type(f: ProtoField, scope: string): ProtoField['type'] | undefined {
    if (SCALARS.has(f.typeName)) return { kind: 'scalar', name: f.typeName as ScalarName };
    const s = this.named(f.typeName, scope, f.file, f.typeSpan, true);
    if (s === undefined) return undefined;
    if (s.kind === 'message' && !s.mapEntry) return { kind: 'message', decl: s };
    if (s.kind === 'enum') return { kind: 'enum', decl: s };
    this.report.error(f.file.source, 'PROTO_TYPE_UNKNOWN', `"${f.typeName}" is a ${s.kind === 'message' ? 'map entry' : s.kind}, wanted a message or an enum`, f.typeSpan);
    return undefined;
  }

  private extendee(f: ProtoField, scope: string): void {
    const s = this.named(f.extendee!, scope, f.file, f.extendeeSpan!, true);
    if (s === undefined) return;
    if (s.kind !== 'message') {
      this.report.error(f.file.source, 'PROTO_TYPE_UNKNOWN', `"${f.extendee!}" is a ${s.kind}, wanted a message`, f.extendeeSpan!);
      return;
    }
    f.extends = s;
    if (!s.extensionRanges.some((r) => f.number >= r.start && f.number <= r.end)) {
      this.report.error(f.file.source, 'PROTO_NUMBER_RANGE', `"${s.fullName}" does not declare ${f.number} for extensions`, f.numberSpan);
    }
  }

  private service(s: ProtoService): void {
    for (const m of s.methods) {
      for (const side of ['input', 'output'] as const) {
        const t = this.named(m[side].name, s.fullName, s.file, m[side].span, true);
        if (t === undefined) continue;
        if (t.kind !== 'message') this.report.error(s.file.source, 'PROTO_TYPE_UNKNOWN', `"${m[side].name}" is a ${t.kind}, wanted a message`, m[side].span);
        else if (side === 'input') m.request = t;
        else m.response = t;
      }
    }
  }

  private named(name: string, scope: string, file: ProtoFile, span: Span, types: boolean): ReturnType<Symbols['find']> {
    const s = this.symbols.find(name, scope, file, types);
    if (s !== undefined) return s;
    const bare = name.replace(/^\./, '');
    const hidden = this.symbols.exact(bare) ?? this.symbols.exact(file.package === '' ? bare : `${file.package}.${bare}`);
    const near = hidden === undefined || hidden.kind === 'package' ? nearest(bare, this.near(scope)) : undefined;
    const hint = hidden !== undefined && hidden.kind !== 'package' ? `; ${hidden.file.path} declares it and is not imported` : near === undefined ? '' : `, did you mean "${near}"?`;
    this.report.error(file.source, 'PROTO_TYPE_UNKNOWN', `unknown type "${name}"${hint}`, span);
    return undefined;
  }

  private *near(scope: string): Generator<string> {
    yield* SCALARS;
    for (const n of this.symbols.typeNames()) yield scope !== '' && n.startsWith(`${scope.split('.')[0]!}.`) ? n.slice(n.lastIndexOf('.') + 1) : n;
  }
}
