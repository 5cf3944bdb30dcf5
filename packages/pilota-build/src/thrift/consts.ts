// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ConstNode, ResolvedConstant, ResolvedEntry, ResolvedFieldValue, ResolvedFile, ResolvedStruct, ResolvedType, ResolvedValue, UnderlyingType } from './ast.js';
import { unescapeLiteral } from './escapes.js';
import type { Report } from './report.js';
import { UNRESOLVED, describeDefinition, didYouMean } from './scope.js';
import type { Mutable, Scope } from './scope.js';
import { describeType, sameType, underlyingType } from './types.js';

/** How deep one value may lead through lists, maps and names of constants. */
const MAX_DEPTH = 1_000;

type IntKind = 'i8' | 'i16' | 'i32' | 'i64';
type Node<K extends ConstNode['kind']> = Extract<ConstNode, { kind: K }>;

const BITS: Readonly<Record<IntKind, bigint>> = { i8: 8n, i16: 16n, i32: 32n, i64: 64n };

/** Converts constants to the types of their places. What does not fit is reported, and undefined stands for it. */
export class ConstResolver {
  private readonly report: Report;
  private readonly scopes: ReadonlyMap<ResolvedFile, Scope>;
  /** `open` while the value is being found, which a constant that needs itself runs into. */
  private readonly states: Map<ResolvedConstant, 'open' | 'done' | 'failed'>;
  private depth: number;

  constructor(scopes: readonly Scope[], report: Report) {
    this.report = report;
    this.scopes = new Map(scopes.map((s) => [s.file, s]));
    this.states = new Map();
    this.depth = 0;
  }

  /** Finds the value of a constant, once. */
  constant(decl: Mutable<ResolvedConstant>): ResolvedValue | undefined {
    const state = this.states.get(decl);
    if (state === 'done') return decl.value;
    if (state === 'failed') return undefined;
    if (state === 'open') {
      this.report.error(decl.file.source, 'THRIFT_CONST_CYCLE', `constant "${decl.name}" needs its own value`, decl.node.nameSpan);
      return undefined;
    }
    this.states.set(decl, 'open');
    const value = this.convert(decl.node.value, decl.type, this.scopes.get(decl.file) as Scope, `constant "${decl.name}"`);
    this.states.set(decl, value === undefined ? 'failed' : 'done');
    if (value !== undefined) decl.value = value;
    return value;
  }

  /** Converts a value to a type. `what` names the place in messages. */
  convert(node: ConstNode, type: ResolvedType, scope: Scope, what: string): ResolvedValue | undefined {
    const target = underlyingType(type);
    if (target === UNRESOLVED) return undefined;
    if (this.depth >= MAX_DEPTH) {
      this.error(scope, 'THRIFT_NESTING_DEEP', `${what} is nested too deep, wanted at most ${MAX_DEPTH} levels`, node);
      return undefined;
    }
    this.depth++;
    try {
      return node.kind === 'identifier' ? this.named(node, type, target, scope, what) : this.literal(node, type, target, scope, what);
    } finally {
      this.depth--;
    }
  }

  private literal(node: Exclude<ConstNode, { kind: 'identifier' }>, type: ResolvedType, target: UnderlyingType, scope: Scope, what: string): ResolvedValue | undefined {
    switch (target.kind) {
      case 'bool':
        // thriftgo: a number is true if it is above zero.
        if (node.kind === 'bool') return { kind: 'bool', value: node.value, constant: undefined };
        if (node.kind === 'int' || node.kind === 'double') return { kind: 'bool', value: node.value > 0, constant: undefined };
        break;
      case 'i8':
      case 'i16':
      case 'i32':
      case 'i64':
        if (node.kind === 'int') return this.int(node.value, target.kind, node, scope, what);
        if (node.kind === 'bool') return { kind: target.kind, value: node.value ? 1n : 0n, constant: undefined };
        break;
      case 'double':
        if (node.kind === 'double') return { kind: 'double', value: node.value, constant: undefined };
        if (node.kind === 'int') return this.double(node.value, node, scope, what);
        if (node.kind === 'bool') return { kind: 'double', value: node.value ? 1 : 0, constant: undefined };
        break;
      case 'string':
      case 'binary':
        if (node.kind === 'string') return this.text(node, target.kind, scope, what);
        break;
      case 'enum':
        if (node.kind === 'int') return this.enumNumber(node, target, scope, what);
        break;
      case 'list':
      case 'set':
        if (node.kind === 'list') return this.items(node.items, target, scope, what);
        // thriftgo makes an empty container of whatever else is written; the empty brackets of the other sort are taken.
        if (node.kind === 'map' && node.entries.length === 0) return { kind: target.kind, items: [], constant: undefined };
        break;
      case 'map':
        if (node.kind === 'map') return this.entries(node, target, scope, what);
        if (node.kind === 'list' && node.items.length === 0) return { kind: 'map', entries: [], constant: undefined };
        break;
      case 'struct':
        if (node.kind === 'map') return this.struct(node, target.decl, scope, what);
        break;
    }
    return this.mismatch(NODE_NAMES[node.kind], type, node, scope, what);
  }

  private int(value: bigint, kind: IntKind, node: ConstNode, scope: Scope, what: string): ResolvedValue | undefined {
    const half = 1n << (BITS[kind] - 1n);
    if (value >= -half && value < half) return { kind, value, constant: undefined };
    this.error(scope, 'THRIFT_CONST_RANGE', `${what} does not fit ${kind}, got ${value}, wanted ${-half} to ${half - 1n}`, node);
    return undefined;
  }

  private double(value: bigint, node: ConstNode, scope: Scope, what: string): ResolvedValue {
    const number = Number(value);
    if (BigInt(number) !== value) this.report.warn(scope.file.source, 'THRIFT_CONST_INEXACT', `${what} cannot be held exactly by a double, ${value} becomes ${BigInt(number)}`, node.span);
    return { kind: 'double', value: number, constant: undefined };
  }

  private text(node: Node<'string'>, kind: 'string' | 'binary', scope: Scope, what: string): ResolvedValue {
    const { text, bytes, valid, unknown } = unescapeLiteral(node.value);
    if (unknown !== undefined) {
      this.report.warn(scope.file.source, 'THRIFT_ESCAPE_UNKNOWN', `${what} has the unknown escape ${unknown}, kept as it is`, node.span);
    }
    if (kind === 'binary') return { kind, value: text, bytes, constant: undefined };
    if (!valid) this.report.warn(scope.file.source, 'THRIFT_LITERAL_UTF8', `${what} is not UTF-8, wanted type binary for such bytes`, node.span);
    return { kind, value: text, constant: undefined };
  }

  private enumNumber(node: Node<'int'>, target: Extract<UnderlyingType, { kind: 'enum' }>, scope: Scope, what: string): ResolvedValue | undefined {
    if (this.int(node.value, 'i32', node, scope, what) === undefined) return undefined;
    const value = Number(node.value);
    const member = target.decl.values.find((v) => v.value === value);
    if (member === undefined) {
      this.report.warn(scope.file.source, 'THRIFT_ENUM_UNKNOWN', `${what} is no value of the enum "${target.decl.name}", got ${value}`, node.span);
    }
    return { kind: 'enum', decl: target.decl, value, member, constant: undefined };
  }

  private items(nodes: readonly ConstNode[], target: Extract<UnderlyingType, { kind: 'list' | 'set' }>, scope: Scope, what: string): ResolvedValue | undefined {
    const items: ResolvedValue[] = [];
    for (const node of nodes) {
      const item = this.convert(node, target.element, scope, elementOf(what));
      if (item !== undefined) items.push(item);
    }
    return items.length === nodes.length ? { kind: target.kind, items, constant: undefined } : undefined;
  }

  private entries(node: Node<'map'>, target: Extract<UnderlyingType, { kind: 'map' }>, scope: Scope, what: string): ResolvedValue | undefined {
    const entries: ResolvedEntry[] = [];
    const keys = new Set<unknown>();
    for (const entry of node.entries) {
      const key = this.convert(entry.key, target.key, scope, partOf('key', what));
      const value = this.convert(entry.value, target.value, scope, partOf('value', what));
      if (key === undefined || value === undefined) continue;
      if ('value' in key) {
        if (keys.has(key.value)) this.error(scope, 'THRIFT_KEY_DUPLICATE', `${what} has a key twice, got ${shownKey(key.value)}`, entry.key);
        keys.add(key.value);
      }
      entries.push({ key, value });
    }
    return entries.length === node.entries.length ? { kind: 'map', entries, constant: undefined } : undefined;
  }

  private struct(node: Node<'map'>, decl: ResolvedStruct, scope: Scope, what: string): ResolvedValue | undefined {
    const fields: ResolvedFieldValue[] = [];
    for (const entry of node.entries) {
      const { key } = entry;
      if (key.kind !== 'string') {
        this.error(scope, 'THRIFT_CONST_TYPE', `key of ${what} is ${NODE_NAMES[key.kind]}, wanted a literal with the name of a field of "${decl.name}"`, key);
        continue;
      }
      const field = decl.fields.find((f) => f.name === key.value);
      if (field === undefined) {
        const hint = didYouMean(key.value, decl.fields.map((f) => f.name));
        this.error(scope, 'THRIFT_FIELD_UNKNOWN', `${decl.structKind} "${decl.name}" has no field "${shorten(key.value)}"${hint}`, key);
        continue;
      }
      if (fields.some((f) => f.field === field)) {
        this.error(scope, 'THRIFT_KEY_DUPLICATE', `${what} gives the field "${field.name}" twice`, key);
        continue;
      }
      const value = this.convert(entry.value, field.type, scope, `field "${field.name}" of ${what}`);
      if (value !== undefined) fields.push({ field, value });
    }
    if (decl.structKind === 'union' && node.entries.length !== 1) {
      this.error(scope, 'THRIFT_UNION_VALUE', `${what} sets ${node.entries.length} fields of the union "${decl.name}", wanted exactly one`, node);
    }
    return fields.length === node.entries.length ? { kind: 'struct', decl, fields, constant: undefined } : undefined;
  }

  // ---- Names

  private named(node: Node<'identifier'>, type: ResolvedType, target: UnderlyingType, scope: Scope, what: string): ResolvedValue | undefined {
    const found = scope.findValues(node.name);
    const [first] = found;
    if (first === undefined) {
      const other = scope.find(node.name);
      const message = other === undefined ? `unknown value "${node.name}"${scope.valueHint(node.name)}` : `"${node.name}" is ${describeDefinition(other)}, wanted a value`;
      this.error(scope, 'THRIFT_VALUE_UNKNOWN', message, node);
      return undefined;
    }
    if (found.length > 1) {
      this.error(scope, 'THRIFT_VALUE_AMBIGUOUS', `value "${node.name}" is ambiguous, it can mean ${found.length} things`, node);
      return undefined;
    }
    if (first.kind === 'enum') {
      const { decl, member } = first;
      if (target.kind === 'enum' && target.decl === decl) return { kind: 'enum', decl, value: member.value, member, constant: undefined };
      if (isInt(target.kind)) return this.int(BigInt(member.value), target.kind, node, scope, what);
      return this.mismatch(`a value of the enum "${decl.name}"`, type, node, scope, what);
    }
    if (first.decl.type === UNRESOLVED) return undefined;
    const value = this.constant(first.decl);
    if (value === undefined) return undefined;
    const converted = this.fromConstant(value, first.decl, target, node, scope, what);
    if (converted === undefined) return this.mismatch(`the ${describeType(first.decl.type)} "${node.name}"`, type, node, scope, what);
    return converted === 'reported' ? undefined : { ...converted, constant: first.decl };
  }

  /** Converts the value of a constant; undefined if its type does not go into the target. */
  private fromConstant(value: ResolvedValue, decl: ResolvedConstant, target: UnderlyingType, node: ConstNode, scope: Scope, what: string): ResolvedValue | 'reported' | undefined {
    if (sameType(decl.type, target)) return value;
    if (isInt(target.kind)) {
      if (value.kind === 'enum') return this.int(BigInt(value.value), target.kind, node, scope, what) ?? 'reported';
      return isIntValue(value) ? (this.int(value.value, target.kind, node, scope, what) ?? 'reported') : undefined;
    }
    if (target.kind === 'double') return isIntValue(value) ? this.double(value.value, node, scope, what) : undefined;
    if (target.kind === 'binary' && value.kind === 'string') {
      return { kind: 'binary', value: value.value, bytes: new TextEncoder().encode(value.value), constant: undefined };
    }
    // thriftgo lets a set stand for a list of the same elements.
    const source = underlyingType(decl.type);
    if (target.kind === 'list' && value.kind === 'set' && source.kind === 'set' && sameType(source.element, target.element)) {
      return { ...value, kind: 'list' };
    }
    return undefined;
  }

  private mismatch(got: string, type: ResolvedType, node: ConstNode, scope: Scope, what: string): undefined {
    this.error(scope, 'THRIFT_CONST_TYPE', `${what} has the wrong type, got ${got}, wanted ${describeType(type)}`, node);
    return undefined;
  }

  private error(scope: Scope, code: string, message: string, node: ConstNode): void {
    this.report.error(scope.file.source, code, message, node.span);
  }
}

const NODE_NAMES: Readonly<Record<ConstNode['kind'], string>> = {
  int: 'an integer',
  double: 'a double',
  string: 'a literal',
  bool: 'a bool',
  identifier: 'a name',
  list: 'a list',
  map: 'a map',
};

function isInt(kind: UnderlyingType['kind']): kind is IntKind {
  return kind in BITS;
}

function isIntValue(value: ResolvedValue): value is Extract<ResolvedValue, { kind: IntKind }> {
  return isInt(value.kind);
}

function elementOf(what: string): string {
  return what.startsWith('an element of ') ? what : `an element of ${what}`;
}

/** Keeps the message short however deep the value is. */
function partOf(part: string, what: string): string {
  return `a ${part} in ${what.replace(/^an? (?:element|key|value) (?:of|in) /, '')}`;
}

function shownKey(value: unknown): string {
  return typeof value === 'string' ? `"${shorten(value)}"` : String(value);
}

function shorten(text: string): string {
  return text.length > 40 ? text.slice(0, 40) + '…' : text;
}
