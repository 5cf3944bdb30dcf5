// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ResolvedConstant, ResolvedDefinition, ResolvedEnum, ResolvedEnumValue, ResolvedFile, ResolvedInclude, ResolvedType } from './ast.js';
import { nearest } from './nearest.js';
import { underlyingType } from './types.js';

/** A node while the resolver still fills it in. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Stands for a type that was not found, so that nothing else is reported about it. */
export const UNRESOLVED: ResolvedType = { kind: 'bool', annotations: [] };

/** What a name of a value can mean. */
export type NamedValue =
  | { readonly kind: 'const'; readonly decl: ResolvedConstant }
  | { readonly kind: 'enum'; readonly decl: ResolvedEnum; readonly member: ResolvedEnumValue };

/** The names one file can see: its own, and those of its includes behind their prefix. */
export class Scope {
  readonly file: ResolvedFile;
  readonly includes: readonly Mutable<ResolvedInclude>[];

  constructor(file: ResolvedFile, includes: readonly Mutable<ResolvedInclude>[]) {
    this.file = file;
    this.includes = includes;
  }

  /**
   * Finds a declaration by `Name` or `prefix.Name`; the prefix may have dots. If several includes have the prefix,
   * the first that declares the name is meant, as in thriftgo.
   */
  find(name: string): ResolvedDefinition | undefined {
    const dot = name.lastIndexOf('.');
    if (dot < 0) return this.file.names.get(name);
    for (const include of this.withPrefix(name.slice(0, dot))) {
      const found = include.file.names.get(name.slice(dot + 1));
      if (found === undefined) continue;
      include.used = true;
      return found;
    }
    return undefined;
  }

  /** Everything a name of a value can mean: `CONST`, `Enum.VALUE`, `prefix.CONST` and `prefix.Enum.VALUE`. */
  findValues(name: string): readonly NamedValue[] {
    const found: NamedValue[] = [];
    const dot = name.lastIndexOf('.');
    if (dot < 0) {
      addConstant(found, this.file.names.get(name));
      return found;
    }
    const before = name.slice(0, dot);
    const last = name.slice(dot + 1);
    addMember(found, this.file.names.get(before), last);
    for (const include of this.withPrefix(before)) {
      if (addConstant(found, include.file.names.get(last))) include.used = true;
    }
    const inner = before.lastIndexOf('.');
    if (inner < 0) return found;
    for (const include of this.withPrefix(before.slice(0, inner))) {
      if (addMember(found, include.file.names.get(before.slice(inner + 1)), last)) include.used = true;
    }
    return found;
  }

  /** The end of a message about an unknown name: what was probably meant, if anything comes near. `others` are meant too. */
  hint(name: string, wanted: (definition: ResolvedDefinition) => boolean, others: Iterable<string> = []): string {
    const dot = name.lastIndexOf('.');
    const prefix = dot < 0 ? undefined : name.slice(0, dot);
    if (prefix !== undefined && this.withPrefix(prefix).length === 0) {
      const near = nearest(prefix, this.includes.map((i) => i.prefix));
      return `, no file is included as "${prefix}"${near === undefined ? '' : `, did you mean "${near}"`}`;
    }
    return didYouMean(name, [...this.names(wanted), ...others]);
  }

  /** The end of a message about an unknown value. */
  valueHint(name: string): string {
    const near = nearest(name, this.valueNames());
    if (near !== undefined) return `, did you mean "${near}"`;
    // A bare member of an enum is the most common slip: Apache Thrift once took it.
    for (const qualified of this.valueNames()) {
      if (qualified.endsWith('.' + name)) return `, did you mean "${qualified}"`;
    }
    return '';
  }

  private withPrefix(prefix: string): readonly Mutable<ResolvedInclude>[] {
    return this.includes.filter((i) => i.prefix === prefix);
  }

  private *names(wanted: (definition: ResolvedDefinition) => boolean): Generator<string> {
    for (const [prefix, file] of this.files()) {
      for (const d of file.names.values()) if (wanted(d)) yield prefix + d.name;
    }
  }

  private *valueNames(): Generator<string> {
    for (const [prefix, file] of this.files()) {
      for (const d of file.names.values()) {
        if (d.kind === 'const') yield prefix + d.name;
        if (d.kind === 'enum') for (const v of d.values) yield `${prefix}${d.name}.${v.name}`;
      }
    }
  }

  private *files(): Generator<readonly [prefix: string, file: ResolvedFile]> {
    yield ['', this.file];
    for (const include of this.includes) yield [include.prefix + '.', include.file];
  }
}

/** `, did you mean "…"`, or nothing. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const near = nearest(name, candidates);
  return near === undefined ? '' : `, did you mean "${near}"`;
}

/** What a definition is, with its article, for messages. */
export function describeDefinition(definition: ResolvedDefinition): string {
  switch (definition.kind) {
    case 'const':
      return 'a constant';
    case 'enum':
      return 'an enum';
    case 'struct':
      return definition.structKind === 'exception' ? 'an exception' : `a ${definition.structKind}`;
    default:
      return `a ${definition.kind}`;
  }
}

function addConstant(found: NamedValue[], definition: ResolvedDefinition | undefined): boolean {
  if (definition?.kind !== 'const') return false;
  if (!found.some((f) => f.decl === definition)) found.push({ kind: 'const', decl: definition });
  return true;
}

/** Adds a member of an enum, which may be named by a typedef. */
function addMember(found: NamedValue[], definition: ResolvedDefinition | undefined, name: string): boolean {
  let decl = definition;
  if (decl?.kind === 'typedef') {
    const type = underlyingType(decl.type);
    decl = type.kind === 'enum' ? type.decl : undefined;
  }
  if (decl?.kind !== 'enum') return false;
  const member = decl.values.find((v) => v.name === name);
  if (member === undefined) return false;
  if (!found.some((f) => f.kind === 'enum' && f.member === member)) found.push({ kind: 'enum', decl, member });
  return true;
}
