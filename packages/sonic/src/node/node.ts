// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { show, SonicOptionError, SonicTypeError } from '../errors.js';
import { Document, keyEnd, nextItem, nextMember, readKey, typeAt } from '../lazy/document.js';
import { LazyValue } from '../lazy/lazy-value.js';
import type { ParseOptions } from '../options.js';
import { resolveParse } from '../options.js';
import { parseInside, parseWith } from '../parse/parse.js';
import { guarded, skipColon } from '../scan/skip.js';
import { stringify } from '../sonic.js';
import { quote } from '../stringify/quote.js';
import { utf8 } from '../text.js';
import type { JsonType, Path, Source } from '../types.js';

/** Levels that a document may have; what is deeper could not be read again. */
const MAX_DEPTH = 4096;

interface Child {
  /** undefined in arrays. */
  key: string | undefined;
  node: Node;
}

/** A container whose children are scanned as far as they were needed. */
interface Open {
  readonly type: 'array' | 'object';
  readonly children: Child[];
  /** Where scanning goes on; -1 = all of it is there. */
  at: number;
}

/**
 * A document that is read and edited without being parsed: a node is a window of the text until somebody asks for what is inside, and what nobody touched is
 * written as it came, blanks included. Children keep the order of the text; indexes are dense, so removing one moves those behind it.
 * Not to be shared by readers that may load it at once unless `load(true)` was called. Source: bytedance/sonic ast.Node.
 */
export class Node {
  private readonly doc: Document | undefined;
  private start: number;
  private end: number;
  private open: Open | undefined = undefined;
  private changed = false;

  private constructor(doc: Document | undefined, start: number, end: number) {
    this.doc = doc;
    this.start = start;
    this.end = end;
  }

  /** The document that `source` is; its grammar is checked as a whole. Errors: SonicSyntaxError. */
  static parse(source: Source): Node {
    const d = new Document(source, {});
    return guarded(source, d.bytes, () => {
      const { start, end } = d.check();
      // Nothing has to be checked again.
      d.trusted = true;
      return new Node(d, start, end);
    });
  }

  /** A node for any value. A Node is itself, a LazyValue its text. Errors: SonicTypeError for what has no JSON form. */
  static from(v: unknown): Node {
    if (v instanceof Node) return v;
    if (v instanceof LazyValue) return Node.parse(v.bytes);
    return Node.parse(stringify(v));
  }

  private get bytes(): Uint8Array {
    return this.doc!.bytes;
  }

  get type(): JsonType {
    return this.open?.type ?? typeAt(this.bytes, this.start, this.end);
  }

  // ── looking ──────────────────────────────────────────────────────────────────────────────────

  /** The node at `path`; undefined = absent. */
  get(...path: Path): Node | undefined {
    let n: Node | undefined = this;
    for (const step of path) {
      if (n === undefined) return undefined;
      n = typeof step === 'number' ? n.at(step) : n.member(step);
    }
    return n;
  }

  private member(key: string): Node | undefined {
    if (this.type !== 'object') return undefined;
    const o = this.opened('object');
    for (const c of o.children) if (c.key === key) return c.node;
    for (let c = this.scan(o); c !== undefined; c = this.scan(o)) if (c.key === key) return c.node;
    return undefined;
  }

  /** The i-th item of an array, or the value of the i-th member of an object. */
  at(i: number): Node | undefined {
    return this.childAt(i)?.node;
  }

  /** The i-th member of an object. */
  pairAt(i: number): [string, Node] | undefined {
    if (this.type !== 'object') return undefined;
    const c = this.childAt(i);
    return c === undefined ? undefined : [c.key!, c.node];
  }

  /** The i-th member if its key is `key`, else the member of that key: for objects whose order is nearly known. */
  indexOrGet(i: number, key: string): Node | undefined {
    const c = this.type === 'object' ? this.childAt(i) : undefined;
    return c?.key === key ? c.node : this.member(key);
  }

  private childAt(i: number): Child | undefined {
    const { type } = this;
    if (type !== 'array' && type !== 'object') return undefined;
    index(i);
    const o = this.opened(type);
    while (o.children.length <= i) if (this.scan(o) === undefined) return undefined;
    return o.children[i];
  }

  /** Number of items or members. Errors: {@link SonicTypeError} for anything else. */
  length(): number {
    return this.all().children.length;
  }

  /** Children with their key or index, in order. */
  *entries(): IterableIterator<[string | number, Node]> {
    const o = this.opened(this.container());
    for (let i = 0; ; i++) {
      if (i === o.children.length && this.scan(o) === undefined) return;
      const c = o.children[i]!;
      yield [c.key ?? i, c.node];
    }
  }

  /** Scans all children, those below them too if `deep`: afterwards several readers may use the node at once. */
  load(deep = false): this {
    const { type } = this;
    if (type === 'array' || type === 'object') {
      const { children } = this.all();
      if (deep) for (const c of children) c.node.load(true);
    }
    return this;
  }

  /** The value itself, made by `parse`. */
  toJS<T = unknown>(o?: ParseOptions): T {
    if (this.isDirty()) return parseWith(this.toString(), resolveParse(o)) as T;
    const { doc, start, end } = this;
    return guarded(doc!.source, doc!.bytes, () => parseInside(doc!.bytes, start, end, resolveParse(o))) as T;
  }

  /** As an immutable value, with its casts. Later edits are not seen by it. */
  toLazy(): LazyValue {
    if (!this.isDirty()) return new LazyValue(this.doc!, this.start, this.end);
    const d = new Document(this.toString(), {});
    return new LazyValue(d, 0, d.end);
  }

  // ── editing ──────────────────────────────────────────────────────────────────────────────────

  /**
   * Sets a member, behind the others if it is new; whether it was there. On null it makes an object. Where the key is there several times, one is left, so that
   * whoever reads the document sees the new value.
   */
  set(key: string, v: unknown): boolean {
    if (this.type === 'null') this.become('object');
    const o = this.all('object');
    const node = this.adopt(v);
    this.changed = true;
    const i = o.children.findIndex((c) => c.key === key);
    if (i < 0) {
      o.children.push({ key, node });
      return false;
    }
    o.children[i]!.node = node;
    drop(o.children, key, i + 1);
    return true;
  }

  /** Replaces the i-th child. False = there is none, and nothing changed. */
  setAt(i: number, v: unknown): boolean {
    const c = this.childAt(i);
    if (c === undefined) return false;
    c.node = this.adopt(v);
    this.changed = true;
    return true;
  }

  /** Sets what is at `path`, making objects for keys that are missing on the way; whether it was there. An index has to exist, or be the next one. */
  setByPath(path: Path, v: unknown): boolean {
    const last = path[path.length - 1];
    if (last === undefined) throw new SonicOptionError('setByPath: got an empty path, wanted at least one step');
    let n: Node = this;
    let known = 0;
    for (let next: Node | undefined = n; known < path.length - 1 && (next = n.get(path[known]!)) !== undefined; known++) n = next;
    // What is missing is made whole before it is put in, so that an error leaves the document as it was.
    let node = this.adopt(v);
    for (let i = path.length - 1; i > known; i--) {
      const outer = Node.parse(typeof path[i] === 'number' ? '[]' : '{}');
      outer.put(path[i]!, node);
      node = outer;
    }
    return n.put(path[known]!, node);
  }

  private put(step: string | number, v: unknown): boolean {
    if (typeof step === 'string') return this.set(step, v);
    if (this.setAt(step, v)) return true;
    if (step !== this.length()) throw new SonicTypeError('SONIC_VALUE_RANGE', `setByPath: got the index ${step}, wanted 0 to ${this.length()}`);
    this.add(v);
    return false;
  }

  /** Removes a member, however often its key is there; whether it was. */
  unset(key: string): boolean {
    if (this.type !== 'object') return false;
    const dropped = drop(this.all().children, key, 0);
    this.changed ||= dropped;
    return dropped;
  }

  /** Removes the i-th child; those behind it move up. */
  unsetAt(i: number): boolean {
    if (this.childAt(i) === undefined) return false;
    this.all().children.splice(i, 1);
    this.changed = true;
    return true;
  }

  /** Appends to an array. On null it makes one. */
  add(v: unknown): this {
    if (this.type === 'null') this.become('array');
    this.all('array').children.push({ key: undefined, node: this.adopt(v) });
    this.changed = true;
    return this;
  }

  /** Removes the last item of an array and gives it. */
  pop(): Node | undefined {
    const c = this.all('array').children.pop();
    if (c !== undefined) this.changed = true;
    return c?.node;
  }

  /** Moves an item of an array from index `from` to index `to`. */
  move(to: number, from: number): void {
    const { children } = this.all('array');
    for (const i of [to, from]) if (index(i) >= children.length) throw new SonicTypeError('SONIC_VALUE_RANGE', `move: got the index ${i}, wanted 0 to ${children.length - 1}`);
    const [c] = children.splice(from, 1);
    children.splice(to, 0, c!);
    this.changed = true;
  }

  /** Sorts members by UTF-16 units, in nested objects too if `deep`. */
  sortKeys(o: { readonly deep?: boolean } = {}): this {
    const { type } = this;
    if (type !== 'array' && type !== 'object') return this;
    const { children } = this.all();
    if (type === 'object') {
      const sorted = children.every((c, i) => i === 0 || children[i - 1]!.key! <= c.key!);
      if (!sorted) {
        children.sort((a, b) => (a.key! < b.key! ? -1 : a.key! > b.key! ? 1 : 0));
        this.changed = true;
      }
    }
    if (o.deep === true) for (const c of children) c.node.sortKeys(o);
    return this;
  }

  private become(type: 'array' | 'object'): void {
    this.open = { type, children: [], at: -1 };
    this.changed = true;
  }

  private adopt(v: unknown): Node {
    const n = Node.from(v);
    if (n.holds(this)) throw new SonicTypeError('SONIC_VALUE_CIRCULAR', 'a node cannot be put into itself');
    return n;
  }

  private holds(x: Node): boolean {
    return this.some((n) => n === x);
  }

  /** Whether this node or one that was made below it passes `test`. */
  private some(test: (n: Node) => boolean): boolean {
    const left: Node[] = [this];
    for (let n = left.pop(); n !== undefined; n = left.pop()) {
      if (test(n)) return true;
      for (const c of n.open?.children ?? []) left.push(c.node);
    }
    return false;
  }

  // ── writing ──────────────────────────────────────────────────────────────────────────────────

  private isDirty(): boolean {
    return this.some((n) => n.changed);
  }

  /** The document's text: what nobody changed verbatim. Errors: SonicTypeError (SONIC_VALUE_DEPTH) for what was nested deeper than 4096 levels by edits. */
  toString(): string {
    const changed = new Set<Node>();
    this.mark(changed, 0);
    return this.write(changed);
  }

  /** Collects the nodes in which something changed; whether this is one. */
  private mark(into: Set<Node>, depth: number): boolean {
    if (depth >= MAX_DEPTH && (this.type === 'array' || this.type === 'object')) throw new SonicTypeError('SONIC_VALUE_DEPTH', `nested deeper than ${MAX_DEPTH}`);
    let { changed } = this;
    for (const c of this.open?.children ?? []) if (c.node.mark(into, depth + 1)) changed = true;
    if (changed) into.add(this);
    return changed;
  }

  private write(changed: ReadonlySet<Node>): string {
    if (!changed.has(this)) return utf8(this.bytes, this.start, this.end);
    const o = this.all();
    let out = '';
    for (const c of o.children) out += (out === '' ? '' : ',') + (c.key === undefined ? '' : quote(c.key) + ':') + c.node.write(changed);
    return o.type === 'array' ? `[${out}]` : `{${out}}`;
  }

  /** The document's text without a blank outside of strings, duplicate keys and numbers as they are. */
  compact(): string {
    return compact(this.toString());
  }

  /** The document's UTF-8 bytes, owned by the caller. */
  toBytes(): Uint8Array {
    return Buffer.from(this.toString(), 'utf8');
  }

  // ── scanning ─────────────────────────────────────────────────────────────────────────────────

  private container(): 'array' | 'object' {
    const { type } = this;
    if (type !== 'array' && type !== 'object') throw new SonicTypeError('SONIC_TYPE_MISMATCH', `got ${type}, wanted an array or object`, [], this.start);
    return type;
  }

  private opened(type: 'array' | 'object'): Open {
    return (this.open ??= { type, children: [], at: this.start + 1 });
  }

  private all(type: 'array' | 'object' = this.container()): Open {
    if (this.type !== type) throw new SonicTypeError('SONIC_TYPE_MISMATCH', `got ${this.type}, wanted an ${type}`, [], this.start);
    const o = this.opened(type);
    while (this.scan(o) !== undefined);
    return o;
  }

  /** The next child that was not scanned yet. */
  private scan(o: Open): Child | undefined {
    if (o.at < 0) return undefined;
    const d = this.doc!;
    const b = d.bytes;
    const first = o.at === this.start + 1;
    let p = o.type === 'object' ? nextMember(b, o.at, this.end, first) : nextItem(b, o.at, this.end, first);
    if (p < 0) {
      o.at = -1;
      return undefined;
    }
    let key: string | undefined;
    if (o.type === 'object') {
      key = readKey(b, p, this.end);
      p = skipColon(b, keyEnd, this.end);
    }
    o.at = d.skip(p, this.end, 0);
    const c: Child = { key, node: new Node(d, p, o.at) };
    o.children.push(c);
    return c;
  }
}

/** Removes the members of that key from index `from` on; whether there were any. */
function drop(children: Child[], key: string, from: number): boolean {
  let kept = from;
  for (let i = from; i < children.length; i++) {
    const c = children[i]!;
    if (c.key !== key) children[kept++] = c;
  }
  const dropped = kept < children.length;
  children.length = kept;
  return dropped;
}

/** Strings are kept, blanks between them are not. */
function compact(json: string): string {
  let out = '';
  let from = 0;
  for (let p = 0; p < json.length; ) {
    const c = json.charCodeAt(p);
    if (c === 0x22) {
      for (p++; json.charCodeAt(p) !== 0x22; p++) if (json.charCodeAt(p) === 0x5c) p++;
      p++;
    } else if (c <= 0x20) {
      out += json.slice(from, p);
      while (json.charCodeAt(p) <= 0x20) p++;
      from = p;
    } else {
      p++;
    }
  }
  return out + json.slice(from);
}

function index(i: number): number {
  if (!Number.isSafeInteger(i) || i < 0) throw new SonicOptionError(`index: got ${show(i)}, wanted an integer >= 0`);
  return i;
}
