// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { SourceFile } from '../source.js';
import type { Span } from '../source.js';
import type {
  Annotation,
  BaseKind,
  ConstNode,
  ConstantNode,
  ConstEntryNode,
  CppIncludeNode,
  DefinitionNode,
  Document,
  EnumNode,
  EnumValueNode,
  FieldNode,
  FunctionNode,
  IncludeNode,
  NamespaceNode,
  Requiredness,
  ServiceNode,
  StructKind,
  StructNode,
  TypeNode,
  TypedefNode,
} from './ast.js';
import { Cursor, Unwind, describe } from './cursor.js';
import { docOf, hasBlankLine } from './doc.js';
import type { Token, TokenKind } from './lexer.js';
import { MAX_FILE_SIZE, MAX_NESTING } from './limits.js';
import { nearest } from './nearest.js';
import { doubleValue, intValue } from './numbers.js';
import { Report } from './report.js';

const HEADERS: ReadonlySet<string> = new Set(['include', 'cpp_include', 'namespace']);
const DEFINITIONS: ReadonlySet<string> = new Set(['const', 'typedef', 'enum', 'struct', 'union', 'exception', 'service']);
const KEYWORDS: readonly string[] = [...HEADERS, ...DEFINITIONS];
/** Base types by the words for them. */
export const BASE_TYPES: ReadonlyMap<string, BaseKind> = new Map([
  ['bool', 'bool'],
  ['byte', 'i8'],
  ['i8', 'i8'],
  ['i16', 'i16'],
  ['i32', 'i32'],
  ['i64', 'i64'],
  ['double', 'double'],
  ['string', 'string'],
  ['binary', 'binary'],
]);
const DEFINITION_WANTED = 'a definition (const, typedef, enum, struct, union, exception or service)';

/**
 * Parses one file without looking at its includes.
 * @param text the IDL, at most 16 Mi UTF-16 units
 * @param path only shown in findings
 * @throws IdlError with every error that was found
 */
export function parseThrift(text: string, path: string = 'idl.thrift'): Document {
  const report = new Report();
  const document = parseDocument(new SourceFile(path, text), report);
  report.check();
  return document;
}

/** Parses one file; errors go to the report, and the document then lacks what could not be read. */
export function parseDocument(source: SourceFile, report: Report): Document {
  if (source.text.length > MAX_FILE_SIZE) {
    report.error(source, 'THRIFT_FILE_SIZE', `file is too large, got ${source.text.length} characters, wanted at most ${MAX_FILE_SIZE}`, { start: 0, end: 1 });
    return { kind: 'document', path: source.path, span: { file: source.path, start: 0, end: 0 }, doc: undefined, includes: [], cppIncludes: [], namespaces: [], definitions: [] };
  }
  return new Parser(new Cursor(source, report)).document();
}

/** What a declaration begins with: its documentation and where it starts. */
interface Begin {
  readonly doc: string | undefined;
  readonly start: number;
}

/**
 * Recursive descent over the grammar of thriftgo. Keywords are words with a meaning in their place only, so that
 * a field may be called `list` or `service`.
 * Differs: separators are also taken after headers and definitions, as Apache Thrift does; declared names may hold
 * no dot, which thriftgo lets through to the Go compiler; a number ends where its letters end (thriftgo reads
 * `1service` as two words), and so do "required" and "optional" (it reads `optionallist<i32>` as two words).
 */
class Parser {
  private readonly at: Cursor;
  private depth: number;

  constructor(cursor: Cursor) {
    this.at = cursor;
    this.depth = 0;
  }

  document(): Document {
    const includes: IncludeNode[] = [];
    const cppIncludes: CppIncludeNode[] = [];
    const namespaces: NamespaceNode[] = [];
    const definitions: DefinitionNode[] = [];
    const doc = this.fileDoc();
    while (!this.at.is('end')) {
      const before = this.at.peek();
      try {
        const word = this.keyword();
        if (word === 'include') includes.push(this.include(definitions));
        else if (word === 'cpp_include') cppIncludes.push(this.cppInclude(definitions));
        else if (word === 'namespace') namespaces.push(this.namespace(definitions));
        else definitions.push(this.definition(word));
        this.separator();
      } catch (e) {
        if (!(e instanceof Unwind)) throw e;
        if (e.fatal) break;
        if (this.at.peek() === before) this.at.take();
        this.toTop();
      }
    }
    const span: Span = { file: this.at.source.path, start: 0, end: this.at.source.text.length };
    return { kind: 'document', path: this.at.source.path, span, doc, includes, cppIncludes, namespaces, definitions };
  }

  /** The comment a file begins with, unless it documents the first definition. */
  private fileDoc(): string | undefined {
    const token = this.at.peek();
    const text = this.at.source.text;
    const { comments } = token;
    if (comments.length === 0) return undefined;
    let count = 1;
    while (count < comments.length && !hasBlankLine(text, comments[count - 1]?.end ?? 0, comments[count]?.start ?? 0)) count++;
    const end = comments[count - 1]?.end ?? 0;
    const own = count < comments.length || !DEFINITIONS.has(token.text) || hasBlankLine(text, end, token.start);
    return own ? docOf(text, comments.slice(0, count)) : undefined;
  }

  private keyword(): string {
    const token = this.at.peek();
    if (token.kind === 'word' && (HEADERS.has(token.text) || DEFINITIONS.has(token.text))) return token.text;
    if (token.kind !== 'word') return this.at.fail(DEFINITION_WANTED);
    const near = nearest(token.text, KEYWORDS);
    return this.at.fail(DEFINITION_WANTED + (near === undefined ? '' : `, did you mean "${near}"`));
  }

  /** Skips to the next word that begins a header or a definition on a line of its own. */
  private toTop(): void {
    for (;;) {
      const token = this.at.peek();
      if (token.kind === 'end') return;
      if (token.firstOnLine && token.kind === 'word' && (HEADERS.has(token.text) || DEFINITIONS.has(token.text))) return;
      this.at.take();
    }
  }

  // ---- Headers

  private header(definitions: readonly DefinitionNode[]): Token {
    const token = this.at.take();
    const first = definitions[0];
    if (first !== undefined) {
      this.at.errorOnce('THRIFT_HEADER_LATE', `"${token.text}" stands after the definition of "${first.name}", wanted it before the first definition`, token);
    }
    return token;
  }

  private include(definitions: readonly DefinitionNode[]): IncludeNode {
    const { start } = this.header(definitions);
    const path = this.at.expect('string', 'with the path of the file to include');
    if (path.text === '') this.at.errorOnce('THRIFT_INCLUDE_EMPTY', 'path of the include is empty', path);
    return { kind: 'include', path: path.text, pathSpan: this.at.spanOf(path), span: this.at.spanFrom(start) };
  }

  private cppInclude(definitions: readonly DefinitionNode[]): CppIncludeNode {
    const { start } = this.header(definitions);
    const path = this.at.expect('string', 'with the path of the header');
    return { kind: 'cppInclude', path: path.text, span: this.at.spanFrom(start) };
  }

  private namespace(definitions: readonly DefinitionNode[]): NamespaceNode {
    const { start } = this.header(definitions);
    const language = this.at.accept('*') ?? this.at.accept('word') ?? this.at.fail('a language or "*" after "namespace"');
    const name = this.at.expect('word', 'for the namespace');
    this.dotted(name);
    const annotations = this.annotations();
    return { kind: 'namespace', language: language.text, name: name.text, annotations, span: this.at.spanFrom(start) };
  }

  // ---- Definitions

  private definition(word: string): DefinitionNode {
    const begin: Begin = { doc: this.at.doc(), start: this.at.peek().start };
    this.at.take();
    switch (word) {
      case 'const':
        return this.constant(begin);
      case 'typedef':
        return this.typedef(begin);
      case 'enum':
        return this.enum(begin);
      case 'service':
        return this.service(begin);
      default:
        return this.struct(begin, word as StructKind);
    }
  }

  private constant(begin: Begin): ConstantNode {
    const type = this.type();
    const name = this.name('for the constant');
    this.at.expect('=', `after the constant "${name.text}"`);
    const value = this.value();
    // thriftgo wants the separator before the annotations here and nowhere else; both orders are taken.
    this.separator();
    return { kind: 'const', type, value, ...this.decl(begin, name, this.annotations()) };
  }

  private typedef(begin: Begin): TypedefNode {
    const type = this.type();
    const name = this.name('for the typedef');
    return { kind: 'typedef', type, ...this.decl(begin, name, this.annotations()) };
  }

  private enum(begin: Begin): EnumNode {
    const name = this.name('for the enum');
    const values = this.body('{', '}', `the enum "${name.text}"`, () => this.enumValue());
    return { kind: 'enum', values, ...this.decl(begin, name, this.annotations()) };
  }

  private enumValue(): EnumValueNode {
    const begin: Begin = { doc: this.at.doc(), start: this.at.peek().start };
    const name = this.name('for the enum value');
    let value: bigint | undefined;
    let valueSpan: Span | undefined;
    if (this.at.accept('=') !== undefined) {
      const token = this.at.expect('int', `for the enum value "${name.text}"`);
      value = intValue(this.at, token);
      valueSpan = this.at.spanOf(token);
    }
    const decl = this.decl(begin, name, this.annotations());
    this.separator();
    return { kind: 'enumValue', value, valueSpan, ...this.withRemark(decl) };
  }

  private struct(begin: Begin, structKind: StructKind): StructNode {
    const name = this.name(`for the ${structKind}`);
    const fields = this.body('{', '}', `the ${structKind} "${name.text}"`, () => this.field());
    return { kind: 'struct', structKind, fields, ...this.decl(begin, name, this.annotations()) };
  }

  private field(): FieldNode {
    const begin: Begin = { doc: this.at.doc(), start: this.at.peek().start };
    let id: bigint | undefined;
    let idSpan: Span | undefined;
    if (this.at.is('int')) {
      const token = this.at.take();
      idSpan = this.at.spanOf(token);
      this.at.expect(':', `after the field id ${token.text.slice(0, 20)}`);
      id = intValue(this.at, token, true);
    }
    let requiredness: Requiredness = 'default';
    if (this.at.isWord('required') || this.at.isWord('optional')) requiredness = this.at.take().text as Requiredness;
    const type = this.type('a field, such as "1: string name"');
    const name = this.name('for the field');
    const defaultValue = this.at.accept('=') === undefined ? undefined : this.value();
    const decl = this.decl(begin, name, this.annotations());
    this.separator();
    return { kind: 'field', id, idSpan, requiredness, type, defaultValue, ...this.withRemark(decl) };
  }

  private service(begin: Begin): ServiceNode {
    const name = this.name('for the service');
    let base: Token | undefined;
    if (this.at.isWord('extends')) {
      this.at.take();
      base = this.at.expect('word', 'for the service to extend');
      this.dotted(base);
    }
    const functions = this.body('{', '}', `the service "${name.text}"`, () => this.function());
    const extendsSpan = base === undefined ? undefined : this.at.spanOf(base);
    return { kind: 'service', extends: base?.text, extendsSpan, functions, ...this.decl(begin, name, this.annotations()) };
  }

  private function(): FunctionNode {
    const begin: Begin = { doc: this.at.doc(), start: this.at.peek().start };
    const oneway = this.at.isWord('oneway');
    if (oneway) this.at.take();
    let returnType: TypeNode | undefined;
    if (this.at.isWord('async') && this.at.isWord('void', 1)) this.at.fail('a function: "async" is written "oneway" nowadays');
    if (this.at.isWord('void')) this.at.take();
    else returnType = this.type('a function, such as "string echo(1: string text)"');
    const name = this.name('for the function');
    const args = this.body('(', ')', `the arguments of "${name.text}"`, () => this.field());
    let throws: readonly FieldNode[] = [];
    if (this.at.isWord('throws')) {
      this.at.take();
      throws = this.body('(', ')', `the exceptions of "${name.text}"`, () => this.field());
    }
    const decl = this.decl(begin, name, this.annotations());
    this.separator();
    return { kind: 'function', oneway, returnType, args, throws, ...this.withRemark(decl) };
  }

  private decl(begin: Begin, name: Token, annotations: readonly Annotation[]): { name: string; nameSpan: Span; annotations: readonly Annotation[]; doc: string | undefined; span: Span } {
    return { name: name.text, nameSpan: this.at.spanOf(name), annotations, doc: begin.doc, span: this.at.spanFrom(begin.start) };
  }

  /** A remark behind a declaration documents it if nothing stands before it. */
  private withRemark<T extends { doc: string | undefined }>(decl: T): T {
    const remark = this.at.remarkBehind();
    return decl.doc === undefined && remark !== undefined ? { ...decl, doc: remark } : decl;
  }

  // ---- Bodies

  /** Parses items between two brackets; an item that cannot be read is left out and parsing goes on behind it. */
  private body<T>(open: '{' | '(', close: '}' | ')', what: string, item: () => T): readonly T[] {
    const opening = this.at.expect(open, `to open ${what}`);
    const items: T[] = [];
    while (this.at.accept(close) === undefined) {
      if (this.at.is('end') || (open === '{' && this.definitionFollows())) this.unclosed(opening, close, what);
      const before = this.at.peek();
      try {
        items.push(item());
      } catch (e) {
        if (!(e instanceof Unwind) || e.fatal || !this.toNextItem(close, before)) throw e;
      }
    }
    return items;
  }

  private unclosed(opening: Token, close: string, what: string): never {
    const { line } = this.at.source.position(opening.start);
    return this.at.fail(`"${close}" to close ${what}, opened in line ${line}`);
  }

  /** Whether a definition seems to begin, which means that a bracket was forgotten. */
  private definitionFollows(): boolean {
    const token = this.at.peek();
    if (token.kind !== 'word' || !token.firstOnLine || !DEFINITIONS.has(token.text)) return false;
    if (token.text === 'const' || token.text === 'typedef') return this.at.source.position(token.start).column === 1;
    if (!(this.at.peek(1).kind === 'word')) return false;
    return this.at.peek(2).kind === '{' || this.at.isWord('extends', 2);
  }

  /** Skips what is left of an item; false if the body cannot be continued. */
  private toNextItem(close: '}' | ')', before: Token): boolean {
    if (this.at.peek() === before && !this.at.is(close)) this.at.take();
    const brackets: TokenKind[] = [];
    for (;;) {
      const token = this.at.peek();
      if (token.kind === 'end' || this.definitionFollows()) return false;
      if (brackets.length === 0) {
        if (token.kind === close) return true;
        // A brace ends every list of arguments, whatever else is missing.
        if (token.kind === '}') return false;
        if (token.firstOnLine && (token.kind === 'word' || token.kind === 'int')) return true;
      }
      this.at.take();
      if (brackets.length === 0 && (token.kind === ',' || token.kind === ';')) return true;
      const closing = CLOSING.get(token.kind);
      if (closing !== undefined) brackets.push(closing);
      else if (token.kind === brackets.at(-1)) brackets.pop();
      if (brackets.length > MAX_NESTING) return false;
    }
  }

  // ---- Types

  private type(wanted: string = 'a type'): TypeNode {
    const token = this.at.peek();
    if (token.kind !== 'word') return this.at.fail(wanted);
    return this.nested(() => this.typeBody(this.at.take()));
  }

  private typeBody(word: Token): TypeNode {
    const { start } = word;
    const base = BASE_TYPES.get(word.text);
    if (base !== undefined) {
      const annotations = this.annotations();
      return { kind: 'base', base, written: word.text as BaseKind | 'byte', annotations, span: this.at.spanFrom(start) };
    }
    const container = word.text === 'map' || word.text === 'set' || word.text === 'list';
    if (container && (this.at.is('<') || (word.text !== 'list' && this.cppTypeFollows()))) return this.container(word);
    this.dotted(word);
    return { kind: 'ref', name: word.text, annotations: this.annotations(), span: this.at.spanFrom(start) };
  }

  private container(word: Token): TypeNode {
    const { start, text } = word;
    let cppType = text === 'list' ? undefined : this.cppType();
    this.at.expect('<', `after "${text}"`);
    const first = this.type();
    if (text === 'map') {
      this.at.expect(',', 'between the key type and the value type of the map');
      const value = this.type();
      this.at.expect('>', 'to close the map type');
      return { kind: 'map', key: first, value, cppType, annotations: this.annotations(), span: this.at.spanFrom(start) };
    }
    this.at.expect('>', `to close the ${text} type`);
    if (text === 'list') cppType = this.cppType();
    return { kind: text as 'list' | 'set', element: first, cppType, annotations: this.annotations(), span: this.at.spanFrom(start) };
  }

  private cppTypeFollows(): boolean {
    return this.at.isWord('cpp_type') && this.at.peek(1).kind === 'string';
  }

  private cppType(): string | undefined {
    if (!this.cppTypeFollows()) return undefined;
    this.at.take();
    return this.at.take().text;
  }

  // ---- Constants

  private value(): ConstNode {
    const token = this.at.peek();
    const span = this.at.spanOf(token);
    switch (token.kind) {
      case 'int':
        this.at.take();
        return { kind: 'int', value: intValue(this.at, token), span };
      case 'double':
        this.at.take();
        return { kind: 'double', value: doubleValue(this.at, token), text: token.text, span };
      case 'string':
        this.at.take();
        return { kind: 'string', value: token.text, quote: this.at.source.text[token.start] as '"' | "'", span };
      case 'word':
        this.at.take();
        if (token.text === 'true' || token.text === 'false') return { kind: 'bool', value: token.text === 'true', span };
        this.dotted(token);
        return { kind: 'identifier', name: token.text, span };
      case '[':
        return this.nested(() => this.list());
      case '{':
        return this.nested(() => this.map());
      default:
        return this.at.fail('a value');
    }
  }

  private list(): ConstNode {
    const { start } = this.at.take();
    const items: ConstNode[] = [];
    while (this.at.accept(']') === undefined) {
      if (items.length > 0 && !this.valueFollows()) this.at.fail('a value or "]" to close the list');
      items.push(this.value());
      this.separator();
    }
    return { kind: 'list', items, span: this.at.spanFrom(start) };
  }

  private map(): ConstNode {
    const { start } = this.at.take();
    const entries: ConstEntryNode[] = [];
    while (this.at.accept('}') === undefined) {
      if (entries.length > 0 && !this.valueFollows()) this.at.fail('a key or "}" to close the map');
      const key = this.value();
      this.at.expect(':', 'after the key');
      entries.push({ key, value: this.value() });
      this.separator();
    }
    return { kind: 'map', entries, span: this.at.spanFrom(start) };
  }

  private valueFollows(): boolean {
    const { kind } = this.at.peek();
    return kind === 'int' || kind === 'double' || kind === 'string' || kind === 'word' || kind === '[' || kind === '{';
  }

  // ---- Parts

  private annotations(): readonly Annotation[] {
    if (this.at.accept('(') === undefined) return [];
    const found = new Map<string, { key: string; values: string[]; span: Span }>();
    while (this.at.accept(')') === undefined) {
      if (!this.at.is('word')) this.at.fail('an annotation or ")" to close the annotations');
      const key = this.at.take();
      this.at.expect('=', `after the annotation "${key.text}"`);
      const value = this.at.expect('string', `for the annotation "${key.text}"`);
      const known = found.get(key.text);
      if (known === undefined) found.set(key.text, { key: key.text, values: [value.text], span: this.at.spanFrom(key.start) });
      else known.values.push(value.text);
      this.separator();
    }
    return [...found.values()];
  }

  private name(place: string): Token {
    const token = this.at.expect('word', place);
    if (token.text.includes('.')) {
      this.at.errorOnce('THRIFT_NAME_DOTTED', `name has a dot, got "${token.text}", wanted a plain name ${place}`, token);
    }
    return token;
  }

  /** Checks a name that may have dots. */
  private dotted(token: Token): void {
    if (/\.(\.|$)|\.\d/.test(token.text)) {
      this.at.errorOnce('THRIFT_NAME_INVALID', `name has a part that is no name, got "${token.text}"`, token);
    }
  }

  /** At most one comma or semicolon, which the grammar allows nearly everywhere and wants nowhere. */
  private separator(): void {
    if (this.at.is(',') || this.at.is(';')) this.at.take();
  }

  private nested<T>(parse: () => T): T {
    if (this.depth >= MAX_NESTING) {
      const token = this.at.peek();
      this.at.errorOnce('THRIFT_NESTING_DEEP', `nesting is too deep at ${describe(token)}, wanted at most ${MAX_NESTING} levels`, token);
      throw new Unwind(true);
    }
    this.depth++;
    try {
      return parse();
    } finally {
      this.depth--;
    }
  }
}

const CLOSING: ReadonlyMap<TokenKind, TokenKind> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);
