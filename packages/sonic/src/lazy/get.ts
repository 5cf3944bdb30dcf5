// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { blanks, Fault, guarded, skipColon } from '../scan/skip.js';
import { parse } from '../sonic.js';
import type { Path, Source } from '../types.js';
import type { SearchOptions } from './document.js';
import { Document, keyEnd, nextItem, nextMember, readKey, seek, typeAt } from './document.js';
import { find, itemsOf, made, membersOf } from './lazy-value.js';
import type { LazyValue } from './lazy-value.js';

/**
 * Finds the value at `path` without making the rest: undefined = absent. A string is encoded first, so bytes are the faster source.
 * Of two equal keys the first counts (as in the original), while `parse` takes the last: say `duplicates: 'last'` where both see one text.
 * Errors: SonicSyntaxError for a text that is no JSON as far as it was looked at.
 * Source: bytedance/sonic Get, ast.Searcher; sonic-rs get.
 */
export function get(source: Source, path: Path, o?: SearchOptions): LazyValue | undefined {
  return find(new Document(source, o), 0, path);
}

/** Paths merged into a tree, for {@link getMany}: made once, used for many texts. Source: sonic-rs PointerTree. */
export class PointerTree {
  readonly size: number;
  /** Internal. */
  readonly root: Branch;

  constructor(paths: readonly Path[]) {
    this.root = new Branch();
    this.size = paths.length;
    paths.forEach((p, i) => {
      let at = this.root;
      for (const step of p) at = typeof step === 'number' ? child((at.items ??= new Map()), step) : child((at.members ??= new Map()), step);
      at.wanted.push(i);
    });
  }
}

class Branch {
  readonly wanted: number[] = [];
  items: Map<number, Branch> | undefined = undefined;
  members: Map<string, Branch> | undefined = undefined;
}

function child<K>(m: Map<K, Branch>, key: K): Branch {
  let b = m.get(key);
  if (b === undefined) m.set(key, (b = new Branch()));
  return b;
}

/**
 * Finds several values in one pass, in the order of `paths`; stops when all were found.
 * Errors: as {@link get}.
 */
export function getMany<const P extends readonly Path[]>(source: Source, paths: P | PointerTree, o?: SearchOptions): { -readonly [I in keyof P]: LazyValue | undefined } {
  const tree = paths instanceof PointerTree ? paths : new PointerTree(paths as readonly Path[]);
  const d = new Document(source, o);
  const out = new Array<LazyValue | undefined>(tree.size).fill(undefined);
  const w = new Walk(d, out);
  guarded(source, d.bytes, () => {
    const end = w.walk(tree.root, blanks(d.bytes, 0, d.end));
    d.checkUtf8(end >= 0 ? end : w.seen);
    if (d.whole) find(d, 0, []);
  });
  return out as { -readonly [I in keyof P]: LazyValue | undefined };
}

class Walk {
  private readonly d: Document;
  private readonly out: (LazyValue | undefined)[];
  private left: number;
  /** Behind the last value found. */
  seen: number = 0;

  constructor(d: Document, out: (LazyValue | undefined)[]) {
    this.d = d;
    this.out = out;
    this.left = d.last ? Infinity : out.length;
  }

  /** Behind the value at `p`, or -1 when everything was found on the way. */
  walk(t: Branch, p: number): number {
    const { d } = this;
    if (t.items === undefined && t.members === undefined) return this.take(t, p, d.skip(p, d.end));
    const type = typeAt(d.bytes, p, d.end);
    let end: number;
    if (type === 'object' && t.members !== undefined) end = this.object(t.members, p + 1);
    else if (type === 'array' && t.items !== undefined) end = this.array(t.items, p + 1);
    else end = d.skip(p, d.end);
    return end < 0 && t.wanted.length === 0 ? -1 : this.take(t, p, end < 0 ? d.skip(p, d.end) : end);
  }

  private take(t: Branch, p: number, end: number): number {
    for (const i of t.wanted) {
      if (this.out[i] === undefined) this.left--;
      else if (!this.d.last) continue;
      this.out[i] = made(this.d, p, end);
    }
    this.seen = end;
    return this.left === 0 ? -1 : end;
  }

  private object(wanted: ReadonlyMap<string, Branch>, p: number): number {
    const b = this.d.bytes;
    const { end } = this.d;
    const seen = new Set<string>();
    for (let first = true; ; first = false) {
      const key = nextMember(b, p, end, first);
      if (key < 0) return blanks(b, p, end) + 1;
      const name = readKey(b, key, end);
      p = skipColon(b, keyEnd, end);
      const t = wanted.get(name);
      if (t === undefined || (seen.has(name) && !this.d.last)) {
        p = this.d.skip(p, end);
      } else {
        seen.add(name);
        p = this.walk(t, p);
        if (p < 0) return -1;
      }
    }
  }

  private array(wanted: ReadonlyMap<number, Branch>, p: number): number {
    const b = this.d.bytes;
    const { end } = this.d;
    for (let i = 0; ; i++) {
      const at = nextItem(b, p, end, i === 0);
      if (at < 0) return blanks(b, p, end) + 1;
      const t = wanted.get(i);
      p = t === undefined ? this.d.skip(at, end) : this.walk(t, at);
      if (p < 0) return -1;
    }
  }
}

/** Items of the array at `path`, made one after another as they are asked for; nothing where the path is absent. Source: sonic-rs to_array_iter. */
export function* arrayIter(source: Source, path: Path = [], o?: SearchOptions): IterableIterator<LazyValue> {
  const d = new Document(source, o);
  const p = guarded(source, d.bytes, () => seek(d, 0, path));
  if (p >= 0) for (const [, v] of itemsOf(d, p)) yield v;
}

/** Members of the object at `path`, in the order of the text. Source: sonic-rs to_object_iter. */
export function* objectIter(source: Source, path: Path = [], o?: SearchOptions): IterableIterator<[string, LazyValue]> {
  const d = new Document(source, o);
  const p = guarded(source, d.bytes, () => seek(d, 0, path));
  if (p >= 0) yield* membersOf(d, p);
}

/**
 * Fills the shape of `defaults` from a text: keys that are not in it are passed over, those that the text lacks keep their default, `{}` and null take what the
 * text has. Wins over `parse` where little of the text is wanted.
 * Source: sonic-rs get_by_schema.
 */
export function bySchema<T>(source: Source, defaults: T, o?: SearchOptions): T {
  const d = new Document(source, o);
  return guarded(source, d.bytes, () => {
    const start = blanks(d.bytes, 0, d.end);
    const end = d.skip(start, d.end);
    const tail = blanks(d.bytes, end, d.end);
    if (tail < d.end) throw new Fault('SONIC_CHAR_INVALID', tail);
    d.checkUtf8(end);
    return project(d, start, defaults) as T;
  });
}

function project(d: Document, p: number, shape: unknown): unknown {
  const b = d.bytes;
  const keys = typeof shape === 'object' && shape !== null && !Array.isArray(shape) ? Object.keys(shape) : [];
  if (keys.length === 0 || typeAt(b, p, d.end) !== 'object') return parse(b.subarray(p, d.skip(p, d.end)));
  const out: Record<string, unknown> = { ...(shape as Record<string, unknown>) };
  p++;
  for (let first = true; ; first = false) {
    const key = nextMember(b, p, d.end, first);
    if (key < 0) return out;
    const name = readKey(b, key, d.end);
    p = skipColon(b, keyEnd, d.end);
    if (Object.hasOwn(shape as object, name)) out[name] = project(d, p, (shape as Record<string, unknown>)[name]);
    p = d.skip(p, d.end);
  }
}
