// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Span } from '../source.js';
import type { Program, ResolvedDefinition, ResolvedFile, ResolvedFunction, ResolvedService, ResolvedStruct, ResolvedType, ResolvedValue } from './ast.js';
import { loadThrift } from './loader.js';
import { allFunctions } from './types.js';

/** Options of {@link trimThrift}. Source: cloudwego/thriftgo tool/trimmer README.md. */
export interface TrimOptions {
  /**
   * Regular expressions for `Service.Method`; without a `.` they mean the root's last service. Only such methods stay. One that is a name is that name, and not
   * the beginning of a longer one. @defaultValue all methods
   */
  readonly methods?: readonly string[] | undefined;
  /** Structs with `@preserve` in the comment before them, and those named below, stay though nothing needs them. @defaultValue true */
  readonly preserve?: boolean | undefined;
  /** Names of structs that stay. */
  readonly preserveStructs?: readonly string[] | undefined;
  /** As the program was loaded with. */
  readonly includeDirs?: readonly string[] | undefined;
}

/** What is left, and what is not. */
export interface TrimResult {
  readonly program: Program;
  /** The texts it was read from, without what nothing needs. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly removedStructs: number;
  readonly removedFields: number;
  readonly removedMethods: number;
  /** Of `methods`: those that fit no method. */
  readonly unmatched: readonly string[];
}

/**
 * Cuts structs, unions, exceptions and methods out of a program that its services do not need. Constants, enums and typedefs stay, with what they need; so do
 * services of included files only if one of the root extends them. Everything else of the texts stays as it is.
 * Errors: OptionError for something that is no regular expression.
 */
export function trimThrift(program: Program, o: TrimOptions = {}): TrimResult {
  const keep = new Marks(program, o);
  const files = program.files.map((f) => ({ path: f.path, text: cutText(f, keep) }));
  const texts = new Map(files.map((f) => [f.path, f.text]));
  const trimmed = loadThrift(program.root.path, { includeDirs: o.includeDirs ?? [], readFile: (p) => texts.get(p) });
  const structs = program.files.flatMap((f) => f.definitions.filter((d): d is ResolvedStruct => d.kind === 'struct' && !keep.definitions.has(d)));
  return {
    program: trimmed,
    files: files.filter((f) => trimmed.files.some((x) => x.path === f.path)),
    removedStructs: structs.length,
    removedFields: structs.reduce((n, s) => n + s.fields.length, 0),
    removedMethods: program.files.reduce((n, f) => n + f.definitions.reduce((m, d) => (d.kind === 'service' ? m + d.functions.filter((x) => !keep.functions.has(x)).length : m), 0), 0),
    unmatched: keep.unmatched,
  };
}

class Marks {
  readonly definitions: Set<ResolvedDefinition>;
  readonly functions: Set<ResolvedFunction>;
  readonly unmatched: readonly string[];

  constructor(program: Program, o: TrimOptions) {
    this.definitions = new Set();
    this.functions = new Set();
    const services = program.root.definitions.filter((d): d is ResolvedService => d.kind === 'service');
    const patterns = (o.methods ?? []).map((m) => pattern(m, services.at(-1)?.name ?? ''));
    const used = new Set<string>();
    for (const s of services) this.service(s, patterns, used);
    this.unmatched = (o.methods ?? []).filter((m) => !used.has(m));
    const named = new Set(o.preserveStructs ?? []);
    for (const file of program.files) {
      for (const d of file.definitions) {
        if (d.kind === 'enum') this.definitions.add(d);
        else if (d.kind === 'typedef') this.typedef(d);
        else if (d.kind === 'const') {
          this.definitions.add(d);
          this.type(d.type);
          this.value(d.value);
        } else if (d.kind === 'struct' && o.preserve !== false && (named.has(d.name) || preserved(d))) this.struct(d);
      }
    }
  }

  private service(s: ResolvedService, patterns: readonly Pattern[], used: Set<string>): void {
    for (const f of allFunctions(s)) {
      const fits = patterns.filter((p) => p.fits(`${s.name}.${f.name}`) || p.fits(`${ownerOf(s, f).name}.${f.name}`));
      for (const p of fits) used.add(p.text);
      if (patterns.length > 0 && fits.length === 0) continue;
      this.functions.add(f);
      for (const x of [...f.args, ...f.throws]) {
        this.type(x.type);
        if (x.defaultValue !== undefined) this.value(x.defaultValue);
      }
      if (f.returnType !== undefined) this.type(f.returnType);
    }
    for (let x: ResolvedService | undefined = s; x !== undefined; x = x.extends) this.definitions.add(x);
  }

  private typedef(d: Extract<ResolvedDefinition, { kind: 'typedef' }>): void {
    this.definitions.add(d);
    this.type(d.type);
  }

  private type(t: ResolvedType): void {
    switch (t.kind) {
      case 'list':
      case 'set':
        this.type(t.element);
        return;
      case 'map':
        this.type(t.key);
        this.type(t.value);
        return;
      case 'struct':
        this.struct(t.decl);
        return;
      case 'typedef':
        this.type(t.decl.type);
        return;
      default:
    }
  }

  private struct(s: ResolvedStruct): void {
    const open = [s];
    for (let d = open.pop(); d !== undefined; d = open.pop()) {
      if (this.definitions.has(d)) continue;
      this.definitions.add(d);
      for (const f of d.fields) {
        this.type(f.type);
        if (f.defaultValue !== undefined) this.value(f.defaultValue);
      }
    }
  }

  private value(v: ResolvedValue): void {
    if (v.kind === 'struct') {
      this.struct(v.decl);
      for (const f of v.fields) this.value(f.value);
    }
    if (v.kind === 'list' || v.kind === 'set') for (const x of v.items) this.value(x);
    if (v.kind === 'map') {
      for (const e of v.entries) {
        this.value(e.key);
        this.value(e.value);
      }
    }
  }
}

interface Pattern {
  readonly text: string;
  fits(method: string): boolean;
}

function pattern(text: string, last: string): Pattern {
  const full = text.includes('.') ? text : `${last}.${text}`;
  let re: RegExp;
  try {
    re = new RegExp(full, 'u');
  } catch (e) {
    throw new OptionError('trim.methods', `trim.methods: got ${text}: ${(e as Error).message}`, { cause: e });
  }
  return { text, fits: (m) => re.test(m) && (m === full || !m.startsWith(full)) };
}

function ownerOf(s: ResolvedService, f: ResolvedFunction): ResolvedService {
  for (let o: ResolvedService | undefined = s; o !== undefined; o = o.extends) if (o.functions.includes(f)) return o;
  return s;
}

function preserved(s: ResolvedStruct): boolean {
  return /^\s*@preserve\s*$/im.test(s.doc ?? '');
}

/** The text of a file without the definitions and methods that are not marked. */
function cutText(file: ResolvedFile, keep: Marks): string {
  const text = file.source.text;
  const cuts: { from: number; to: number }[] = [];
  let behind = 0;
  const headers = [...file.document.includes, ...file.document.namespaces].map((n) => n.span.end);
  const head = Math.max(0, ...headers);
  for (const d of [...file.definitions].sort((a, b) => a.node.span.start - b.node.span.start)) {
    const before = Math.max(behind, d.node.span.start >= head ? head : 0);
    if (!keep.definitions.has(d)) cuts.push(range(text, before, d.node.span));
    else if (d.kind === 'service') cuts.push(...methodCuts(text, d, keep));
    behind = d.node.span.end;
  }
  let out = '';
  let at = 0;
  for (const c of cuts) {
    out += text.slice(at, c.from);
    at = c.to;
  }
  return (out + text.slice(at)).replace(/\n{3,}/g, '\n\n');
}

function methodCuts(text: string, s: ResolvedService, keep: Marks): { from: number; to: number }[] {
  let behind = text.indexOf('{', s.node.nameSpan.end) + 1;
  return s.functions.flatMap((f) => {
    const cut = range(text, behind, f.node.span);
    behind = f.node.span.end;
    return keep.functions.has(f) ? [] : [cut];
  });
}

/** A declaration with the comments right before it and the separator behind it. Comments that a blank line divides from it stay. */
function range(text: string, behind: number, span: Span): { from: number; to: number } {
  const between = text.slice(behind, span.start);
  const blank = [...between.matchAll(/\n[ \t]*\r?\n/g)].at(-1);
  const line = between.indexOf('\n');
  const from = blank !== undefined ? behind + blank.index + blank[0].length : line >= 0 ? behind + line + 1 : span.start;
  const separator = /^[ \t]*[,;]?[ \t]*(?:(?:\/\/|#)[^\n]*)?\r?\n?/.exec(text.slice(span.end))?.[0].length ?? 0;
  return { from: Math.min(from, span.start), to: span.end + separator };
}
