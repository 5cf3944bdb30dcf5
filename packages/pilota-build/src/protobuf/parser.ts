// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { IdlError } from '../source.js';
import type { SourceFile, Span } from '../source.js';
import { tokenize } from './lexer.js';
import type { ProtoToken } from './lexer.js';
import { keyOf } from './names.js';
import type { Edition, Features, ProtoEnum, ProtoField, ProtoFile, ProtoMessage, ProtoMethod, ProtoOneof, ProtoOption, ProtoRange, ProtoService, OptionValue } from './model.js';

/** The largest number of a field. */
export const MAX_FIELD = 536_870_911;
const MAX_NESTING = 64;
const MAP_KEYS: ReadonlySet<string> = new Set('int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string'.split(' '));
const EDITIONS: Readonly<Record<string, Edition>> = { '2023': 1000, '2024': 1001 };
const NONE = undefined as unknown;

/**
 * Parses the text of one file; names are not resolved.
 * Errors: {@link IdlError} with PROTO_SYNTAX and its siblings.
 */
export function parseProto(source: SourceFile): ProtoFile {
  return new Parser(source).file();
}

class Parser {
  private readonly source: SourceFile;
  private readonly tokens: readonly ProtoToken[];
  private at: number;
  private readonly out: ProtoFile;

  constructor(source: SourceFile) {
    this.source = source;
    this.tokens = tokenize(source);
    this.at = 0;
    this.out = { kind: 'file', path: source.path, source, package: '', edition: 998, imports: [], messages: [], enums: [], extensions: [], services: [], options: [], features: NONE as Features };
  }

  // ── tokens ───────────────────────────────────────────────────────────────────────────────────────

  private get token(): ProtoToken {
    return this.tokens[this.at]!;
  }

  private next(): ProtoToken {
    const t = this.token;
    if (t.kind !== 'end') this.at++;
    return t;
  }

  private span(from: ProtoToken, to: ProtoToken = this.tokens[this.at - 1] ?? from): Span {
    return { file: this.source.path, start: from.start, end: Math.max(from.end, to.end) };
  }

  private fail(message: string, at: { readonly start: number; readonly end: number } = this.token, code = 'PROTO_SYNTAX'): never {
    throw new IdlError([this.source.diagnostic('error', code, message, at)]);
  }

  private unexpected(wanted: string): never {
    return this.fail(`got ${this.token.kind === 'end' ? 'the end of the file' : `"${this.token.text}"`}, wanted ${wanted}`);
  }

  private is(text: string): boolean {
    return this.token.text === text && this.token.kind !== 'string';
  }

  private take(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  private expect(text: string): ProtoToken {
    if (!this.is(text)) this.unexpected(`"${text}"`);
    return this.next();
  }

  private ident(what: string): ProtoToken {
    if (this.token.kind !== 'ident') this.unexpected(what);
    return this.next();
  }

  /** `.a.b.C` or `a.b`. */
  private dotted(what: string): { readonly text: string; readonly span: Span } {
    const first = this.token;
    let text = this.take('.') ? '.' : '';
    text += this.ident(what).text;
    while (this.take('.')) text += `.${this.ident(what).text}`;
    return { text, span: this.span(first) };
  }

  private stringBytes(what: string): Uint8Array {
    if (this.token.kind !== 'string') this.unexpected(what);
    const parts: Uint8Array[] = [];
    while (this.token.kind === 'string') parts.push(this.next().bytes!);
    return Uint8Array.from(Buffer.concat(parts));
  }

  private text(what: string): string {
    return Buffer.from(this.stringBytes(what)).toString('utf8');
  }

  private integer(what: string, least: number, most: number): number {
    const first = this.token;
    const negative = least < 0 && this.take('-');
    if (this.token.kind !== 'int') this.unexpected(what);
    const n = Number(intOf(this.next().text)) * (negative ? -1 : 1);
    if (n < least || n > most) this.fail(`${what}: got ${n}, wanted ${least} to ${most}`, this.span(first), 'PROTO_NUMBER_RANGE');
    return n === 0 ? 0 : n;
  }

  // ── file ─────────────────────────────────────────────────────────────────────────────────────────

  file(): ProtoFile {
    const { out } = this;
    if (this.is('syntax') || this.is('edition')) {
      const word = this.next().text;
      this.expect('=');
      const at = this.token;
      const value = this.text(word === 'syntax' ? '"proto2" or "proto3"' : 'an edition such as "2023"');
      const edition = word === 'syntax' ? (value === 'proto2' ? 998 : value === 'proto3' ? 999 : undefined) : EDITIONS[value];
      if (edition === undefined) this.fail(`${word}: got "${value}", wanted ${word === 'syntax' ? '"proto2" or "proto3"' : '"2023" or "2024"'}`, at, 'PROTO_EDITION_UNKNOWN');
      out.edition = edition;
      this.expect(';');
    }
    while (this.token.kind !== 'end') this.top();
    return out;
  }

  private top(): void {
    const { out } = this;
    const t = this.token;
    switch (t.kind === 'string' ? '' : t.text) {
      case ';':
        this.next();
        return;
      case 'package':
        this.next();
        if (out.package !== '') this.fail('package: the file has one already', t, 'PROTO_NAME_TAKEN');
        out.package = this.dotted('the name of a package').text;
        this.expect(';');
        return;
      case 'import': {
        this.next();
        const modifier = this.is('public') || this.is('weak') || this.is('option') ? (this.next().text as 'public' | 'weak' | 'option') : undefined;
        const from = this.token;
        const path = this.text('the path of a file in quotes');
        out.imports.push({ path, modifier, span: this.span(from), file: undefined });
        this.expect(';');
        return;
      }
      case 'option':
        out.options.push(this.optionStatement());
        return;
      case 'service':
        out.services.push(this.service());
        return;
      default:
        if (!this.declaration(undefined, 0)) this.unexpected('message, enum, extend, service, import, option or package');
    }
  }

  /** A message, enum or extend block, or none of them. */
  private declaration(parent: ProtoMessage | undefined, depth: number): boolean {
    const into = parent ?? this.out;
    // Edition 2024 says with `export` and `local` who may see a declaration.
    const skip = (this.is('export') || this.is('local')) && ['message', 'enum'].includes(this.tokens[this.at + 1]?.text ?? '') ? 1 : 0;
    const word = this.tokens[this.at + skip]!;
    if (word.kind !== 'ident') return false;
    if (word.text === 'message') {
      this.at += skip;
      into.messages.push(this.message(parent, depth));
    } else if (word.text === 'enum') {
      this.at += skip;
      into.enums.push(this.enumeration(parent));
    } else if (word.text === 'extend') this.extend(parent, depth);
    else return false;
    return true;
  }

  // ── messages ─────────────────────────────────────────────────────────────────────────────────────

  private newMessage(name: string, nameSpan: Span, doc: string | undefined, parent: ProtoMessage | undefined, mapEntry = false): ProtoMessage {
    return { kind: 'message', name, file: this.out, doc, nameSpan, options: [], fullName: '', features: NONE as Features, parent, fields: [], oneofs: [], messages: [], enums: [], extensions: [], extensionRanges: [], extensionOptions: [], reservedRanges: [], reservedNames: [], mapEntry };
  }

  private message(parent: ProtoMessage | undefined, depth: number): ProtoMessage {
    const doc = this.expect('message').doc;
    const name = this.ident('the name of a message');
    const m = this.newMessage(name.text, this.span(name), doc, parent);
    this.body(m, depth);
    return m;
  }

  private body(m: ProtoMessage, depth: number): void {
    if (depth >= MAX_NESTING) this.fail(`nesting: wanted at most ${MAX_NESTING} messages inside one another`, this.token, 'PROTO_NESTING_DEEP');
    this.expect('{');
    while (!this.take('}')) {
      if (this.take(';')) continue;
      if (this.is('option')) m.options.push(this.optionStatement());
      else if (this.is('oneof')) this.oneof(m, depth);
      else if (this.is('reserved')) this.reserved(m, MAX_FIELD, 1);
      else if (this.is('extensions')) this.extensionRange(m);
      else if (!this.declaration(m, depth + 1)) this.field(m.fields, m, m, undefined, undefined, depth);
    }
  }

  private oneof(m: ProtoMessage, depth: number): void {
    const doc = this.expect('oneof').doc;
    const name = this.ident('the name of a oneof');
    const o: ProtoOneof = { kind: 'oneof', name: name.text, file: this.out, doc, nameSpan: this.span(name), options: [], fullName: '', features: NONE as Features, parent: m, fields: [], synthetic: false, key: keyOf(name.text) };
    m.oneofs.push(o);
    this.expect('{');
    while (!this.take('}')) {
      if (this.take(';')) continue;
      if (this.is('option')) o.options.push(this.optionStatement());
      else this.field(m.fields, m, m, o, undefined, depth);
    }
    if (o.fields.length === 0) this.fail(`oneof "${o.name}" has no fields`, o.nameSpan, 'PROTO_ONEOF_EMPTY');
  }

  private extend(parent: ProtoMessage | undefined, depth: number): void {
    this.expect('extend');
    const name = this.dotted('the name of a message');
    this.expect('{');
    while (!this.take('}')) {
      if (this.take(';')) continue;
      this.field((parent ?? this.out).extensions, parent, parent, undefined, name, depth);
    }
  }

  /** `owner`: where groups and map entries are declared. */
  private field(into: ProtoField[], parent: ProtoMessage | undefined, owner: ProtoMessage | undefined, oneof: ProtoOneof | undefined, extendee: { readonly text: string; readonly span: Span } | undefined, depth: number): void {
    const first = this.token;
    const doc = first.doc;
    const labelled = (this.is('optional') || this.is('required') || this.is('repeated')) && this.tokens[this.at + 2]?.text !== '=';
    const label = labelled ? (this.next().text as 'optional' | 'required' | 'repeated') : undefined;
    this.checkLabel(label, first, oneof, extendee !== undefined);
    const group = this.is('group') && this.tokens[this.at + 1]?.kind === 'ident' && this.tokens[this.at + 3]?.kind === 'int';
    const map = this.is('map') && this.tokens[this.at + 1]?.text === '<';
    const typeToken = this.token;
    let typeName: string;
    let entry: ((name: ProtoToken) => ProtoMessage) | undefined;
    if (group) {
      this.next();
      typeName = this.token.text;
    } else if (map) {
      if (label !== undefined) this.fail(`a map takes no "${label}"`, first);
      if (oneof !== undefined || extendee !== undefined) this.fail(`a map cannot stand in ${oneof === undefined ? 'an extension' : 'a oneof'}`, typeToken);
      entry = this.mapType(owner!);
      typeName = '';
    } else {
      typeName = this.dotted('a field').text;
    }
    const typeSpan = this.span(typeToken);
    const name = this.ident('the name of a field');
    if (group && !/^[A-Z]/.test(name.text)) this.fail(`group: got the name "${name.text}", wanted a capital letter first`, name);
    if (label === undefined && this.out.edition === 998 && !map && oneof === undefined) this.fail('got no label, wanted optional, required or repeated', first, 'PROTO_LABEL_MISSING');
    this.expect('=');
    const numberToken = this.token;
    const number = this.integer('the number of a field', 1, MAX_FIELD);
    if (number >= 19_000 && number <= 19_999) this.fail(`the number of a field: got ${number}, 19000 to 19999 belong to Protobuf itself`, numberToken, 'PROTO_NUMBER_RANGE');
    const options = this.bracketed();
    const f: ProtoField = {
      kind: 'field',
      name: group ? name.text.toLowerCase() : name.text,
      file: this.out,
      doc,
      nameSpan: this.span(name, name),
      options,
      fullName: '',
      features: NONE as Features,
      number,
      numberSpan: this.span(numberToken, numberToken),
      label: map ? 'repeated' : label,
      typeName,
      typeSpan,
      group,
      parent,
      oneof,
      extendee: extendee?.text,
      extendeeSpan: extendee?.span,
      type: NONE as ProtoField['type'],
      extends: undefined,
      jsonName: '',
      key: '',
      presence: 'explicit',
      packed: false,
      delimited: group,
      defaultValue: undefined,
    };
    if (entry !== undefined) {
      const e = entry(name);
      owner!.messages.push(e);
      (f as { typeName: string }).typeName = e.name;
      (f as { type: ProtoField['type'] }).type = { kind: 'message', decl: e };
    }
    if (oneof !== undefined) oneof.fields.push(f);
    if (label === 'optional' && this.out.edition === 999 && extendee === undefined) {
      const o: ProtoOneof = { kind: 'oneof', name: `_${f.name}`, file: this.out, doc: undefined, nameSpan: f.nameSpan, options: [], fullName: '', features: NONE as Features, parent: owner!, fields: [f], synthetic: true, key: f.name };
      f.oneof = o;
      owner!.oneofs.push(o);
    }
    into.push(f);
    if (group) {
      const m = this.newMessage(name.text, f.nameSpan, doc, owner);
      (owner ?? this.out).messages.push(m);
      (f as { type: ProtoField['type'] }).type = { kind: 'message', decl: m };
      this.body(m, depth + 1);
    } else this.expect(';');
  }

  private checkLabel(label: string | undefined, at: ProtoToken, oneof: ProtoOneof | undefined, extension: boolean): void {
    const { edition } = this.out;
    if (label === undefined) return;
    if (oneof !== undefined) this.fail(`a field of a oneof takes no "${label}"`, at);
    if (label === 'required' && edition === 999) this.fail('proto3 has no required fields', at);
    if (label === 'required' && extension) this.fail('an extension cannot be required', at);
    if (edition >= 1000 && label !== 'repeated') this.fail(`editions have no "${label}": use features.field_presence`, at);
  }

  private mapType(owner: ProtoMessage): (name: ProtoToken) => ProtoMessage {
    this.expect('map');
    this.expect('<');
    const keyToken = this.token;
    const key = this.dotted('the type of the keys').text;
    if (!MAP_KEYS.has(key)) this.fail(`keys of a map: got ${key}, wanted an integer, bool or string`, this.span(keyToken), 'PROTO_MAP_KEY');
    this.expect(',');
    const valueToken = this.token;
    const value = this.dotted('the type of the values').text;
    const spans = [this.span(keyToken, keyToken), this.span(valueToken)] as const;
    this.expect('>');
    return (name) => {
      const m = this.newMessage(entryName(name.text), this.span(name, name), undefined, owner, true);
      const one = (n: string, number: number, typeName: string, typeSpan: Span): ProtoField => ({
        kind: 'field', name: n, file: this.out, doc: undefined, nameSpan: m.nameSpan, options: [], fullName: '', features: NONE as Features, number, numberSpan: m.nameSpan, label: 'optional', typeName, typeSpan,
        group: false, parent: m, oneof: undefined, extendee: undefined, extendeeSpan: undefined, type: NONE as ProtoField['type'], extends: undefined, jsonName: n, key: n, presence: 'explicit', packed: false, delimited: false, defaultValue: undefined,
      });
      m.fields.push(one('key', 1, key, spans[0]), one('value', 2, value, spans[1]));
      return m;
    };
  }

  private reserved(m: { readonly reservedRanges: ProtoRange[]; readonly reservedNames: string[] }, most: number, least: number): void {
    this.expect('reserved');
    do {
      if (this.token.kind === 'string') m.reservedNames.push(this.text('a name'));
      else if (this.token.kind === 'ident') m.reservedNames.push(this.next().text);
      else m.reservedRanges.push(this.range(most, least));
    } while (this.take(','));
    this.expect(';');
  }

  private range(most: number, least: number): ProtoRange {
    const first = this.token;
    const start = this.integer('a number', least, most);
    const end = !this.take('to') ? start : this.take('max') ? most : this.integer('a number', least, most);
    if (end < start) this.fail(`range: got ${start} to ${end}, wanted the smaller number first`, this.span(first));
    return { start, end, span: this.span(first) };
  }

  private extensionRange(m: ProtoMessage): void {
    const at = this.expect('extensions');
    if (this.out.edition === 999) this.fail('proto3 has no extension ranges', at);
    do m.extensionRanges.push(this.range(MAX_FIELD, 1));
    while (this.take(','));
    m.extensionOptions.push(...this.bracketed());
    this.expect(';');
  }

  // ── enums, services ──────────────────────────────────────────────────────────────────────────────

  private enumeration(parent: ProtoMessage | undefined): ProtoEnum {
    const doc = this.expect('enum').doc;
    const name = this.ident('the name of an enum');
    const e: ProtoEnum = { kind: 'enum', name: name.text, file: this.out, doc, nameSpan: this.span(name), options: [], fullName: '', features: NONE as Features, parent, values: [], reservedRanges: [], reservedNames: [] };
    this.expect('{');
    while (!this.take('}')) {
      if (this.take(';')) continue;
      const assigned = this.tokens[this.at + 1]?.text === '=';
      if (!assigned && this.is('option')) e.options.push(this.optionStatement());
      else if (!assigned && this.is('reserved')) this.reserved(e, 2_147_483_647, -2_147_483_648);
      else {
        const v = this.ident('the name of a value');
        this.expect('=');
        const number = this.integer('the number of a value', -2_147_483_648, 2_147_483_647);
        const options = this.bracketed();
        this.expect(';');
        e.values.push({ kind: 'value', name: v.text, file: this.out, doc: v.doc, nameSpan: this.span(v, v), options, fullName: '', features: NONE as Features, number });
      }
    }
    if (e.values.length === 0) this.fail(`enum "${e.name}" has no values`, e.nameSpan, 'PROTO_ENUM_EMPTY');
    return e;
  }

  private service(): ProtoService {
    const doc = this.expect('service').doc;
    const name = this.ident('the name of a service');
    const s: ProtoService = { kind: 'service', name: name.text, file: this.out, doc, nameSpan: this.span(name), options: [], fullName: '', features: NONE as Features, methods: [] };
    this.expect('{');
    while (!this.take('}')) {
      if (this.take(';')) continue;
      if (this.is('option')) s.options.push(this.optionStatement());
      else s.methods.push(this.method(s));
    }
    return s;
  }

  private method(service: ProtoService): ProtoMethod {
    if (!this.is('rpc')) this.unexpected('rpc, option or "}"');
    const doc = this.next().doc;
    const name = this.ident('the name of a method');
    const side = (): { stream: boolean; name: string; span: Span } => {
      this.expect('(');
      // A package or message may be called stream too.
      const after = this.tokens[this.at + 1];
      const stream = this.is('stream') && (after?.kind === 'ident' || (after?.text === '.' && after.start > this.token.end));
      if (stream) this.next();
      const type = this.dotted('a message');
      this.expect(')');
      return { stream, name: type.text, span: type.span };
    };
    const input = side();
    this.expect('returns');
    const output = side();
    const options: ProtoOption[] = [];
    if (this.take('{')) {
      while (!this.take('}')) {
        if (this.take(';')) continue;
        if (!this.is('option')) this.unexpected('option or "}"');
        options.push(this.optionStatement());
      }
      this.take(';');
    } else this.expect(';');
    return { kind: 'method', name: name.text, file: this.out, doc, nameSpan: this.span(name, name), options, fullName: '', features: NONE as Features, service, input, output, clientStreaming: input.stream, serverStreaming: output.stream, request: NONE as ProtoMessage, response: NONE as ProtoMessage };
  }

  // ── options ──────────────────────────────────────────────────────────────────────────────────────

  private optionStatement(): ProtoOption {
    this.expect('option');
    const o = this.option();
    this.expect(';');
    return o;
  }

  private bracketed(): ProtoOption[] {
    const out: ProtoOption[] = [];
    if (!this.take('[')) return out;
    do out.push(this.option());
    while (this.take(','));
    this.expect(']');
    return out;
  }

  private option(): ProtoOption {
    const first = this.token;
    const name: { text: string; extension: boolean; span: Span }[] = [];
    do {
      const at = this.token;
      if (this.take('(')) {
        const d = this.dotted('the name of an extension');
        this.expect(')');
        name.push({ text: d.text, extension: true, span: d.span });
      } else {
        const t = this.ident('the name of an option');
        name.push({ text: t.text, extension: false, span: this.span(at) });
      }
    } while (this.take('.'));
    this.expect('=');
    const value = this.value(0);
    return { name, value, span: this.span(first) };
  }

  private value(depth: number): OptionValue {
    const first = this.token;
    if (depth > MAX_NESTING) this.fail(`nesting: wanted at most ${MAX_NESTING} levels`, first, 'PROTO_NESTING_DEEP');
    if (first.kind === 'string') return { kind: 'string', bytes: this.stringBytes('a string'), span: this.span(first) };
    if (this.is('{') || this.is('<')) return this.aggregate(depth);
    const negative = this.take('-') || (this.take('+') && false);
    const t = this.token;
    if (t.kind === 'int') {
      const n = intOf(this.next().text);
      return { kind: 'int', value: negative ? -n : n, span: this.span(first) };
    }
    if (t.kind === 'float') {
      const n = Number(this.next().text);
      if (this.token.start === t.end && /^[fF]$/.test(this.token.text)) this.next();
      return { kind: 'float', value: negative ? -n : n, span: this.span(first) };
    }
    if (t.kind !== 'ident') this.unexpected('a value');
    const word = this.next().text;
    const special = /^(inf|infinity|nan)$/i.test(word);
    if (negative && !special) this.fail(`got "-${word}", wanted a number behind the sign`, this.span(first));
    if (special && negative) return { kind: 'float', value: /^n/i.test(word) ? NaN : -Infinity, span: this.span(first) };
    return { kind: 'ident', text: word, span: this.span(first) };
  }

  private aggregate(depth: number): OptionValue {
    const first = this.next();
    const close = first.text === '{' ? '}' : '>';
    const fields: { name: string; extension: boolean; value: OptionValue; span: Span }[] = [];
    while (!this.take(close)) {
      const at = this.token;
      let name: string;
      const extension = this.take('[');
      if (extension) {
        name = this.dotted('the name of an extension').text;
        if (this.take('/')) name += `/${this.dotted('the name of a message').text}`;
        this.expect(']');
      } else name = this.ident('the name of a field').text;
      const span = this.span(at);
      const colon = this.take(':');
      let value: OptionValue;
      if (this.is('[')) {
        const open = this.next();
        const items: OptionValue[] = [];
        if (!this.is(']')) {
          do items.push(this.value(depth + 1));
          while (this.take(','));
        }
        this.expect(']');
        value = { kind: 'list', items, span: this.span(open) };
      } else {
        if (!colon && !this.is('{') && !this.is('<')) this.unexpected('":"');
        value = this.value(depth + 1);
      }
      fields.push({ name, extension, value, span });
      if (!this.take(',')) this.take(';');
    }
    return { kind: 'message', fields, span: this.span(first) };
  }
}

function intOf(text: string): bigint {
  if (/^0[0-7]+$/.test(text)) return BigInt(`0o${text.slice(1)}`);
  return BigInt(text.replace('0X', '0x'));
}

/** What the entries of a map field are called: `field_name` has FieldNameEntry. */
function entryName(field: string): string {
  let out = '';
  let up = true;
  for (const c of field) {
    if (c === '_') up = true;
    else {
      out += up ? c.toUpperCase() : c;
      up = false;
    }
  }
  return `${out}Entry`;
}
