// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ResolvedParse } from '../options.js';
import { resolveParse } from '../options.js';
import { parseInside } from '../parse/parse.js';
import { blanks, guarded, skipColon, skipString } from '../scan/skip.js';
import type { Path, Source } from '../types.js';
import type { KeyBytes, SearchOptions } from './document.js';
import { Document, isKey, keyBytes, keyEnd, nextItem, nextMember, readKey, seek, stepIndex, typeAt } from './document.js';
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
      for (const step of p) at = typeof step === 'number' ? at.item(stepIndex(step)) : at.member(step);
      at.wanted.push(i);
    });
  }
}

class Branch {
  readonly wanted: number[] = [];
  items: Map<number, Branch> | undefined = undefined;
  members: Member[] | undefined = undefined;

  item(i: number): Branch {
    const items = (this.items ??= new Map<number, Branch>());
    let b = items.get(i);
    if (b === undefined) items.set(i, (b = new Branch()));
    return b;
  }

  member(key: string): Branch {
    const members = (this.members ??= []);
    let m = members.find((x) => x.key.text === key);
    if (m === undefined) members.push((m = { key: keyBytes(key), branch: new Branch() }));
    return m.branch;
  }
}

interface Member {
  readonly key: KeyBytes;
  readonly branch: Branch;
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
    d.begin();
    const end = w.walk(tree.root, blanks(d.bytes, 0, d.end), 0);
    d.checkUtf8(0, end >= 0 ? end : w.seen);
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
  walk(t: Branch, p: number, depth: number): number {
    const { d } = this;
    if (t.items === undefined && t.members === undefined) return this.take(t, p, d.skip(p, d.end, depth));
    const type = typeAt(d.bytes, p, d.end);
    let end: number;
    if (type === 'object' && t.members !== undefined) end = this.object(t.members, p + 1, depth + 1);
    else if (type === 'array' && t.items !== undefined) end = this.array(t.items, p + 1, depth + 1);
    else end = d.skip(p, d.end, depth);
    return end < 0 && t.wanted.length === 0 ? -1 : this.take(t, p, end < 0 ? d.skip(p, d.end, depth) : end);
  }

  private take(t: Branch, p: number, end: number): number {
    for (const i of t.wanted) {
      this.left--;
      this.out[i] = made(this.d, p, end);
    }
    this.seen = end;
    return this.left === 0 ? -1 : end;
  }

  private object(wanted: readonly Member[], p: number, depth: number): number {
    const b = this.d.bytes;
    const { end } = this.d;
    const seen = new Set<Branch>();
    for (let first = true; ; first = false) {
      const key = nextMember(b, p, end, first);
      if (key < 0) return blanks(b, p, end) + 1;
      const stop = skipString(b, key + 1, end);
      p = skipColon(b, stop, end);
      const t = wanted.find((m) => isKey(b, key, stop, m.key))?.branch;
      const again = t !== undefined && seen.has(t);
      if (t === undefined || (again && !this.d.last)) {
        p = this.d.skip(p, end, depth);
      } else {
        if (again) this.forget(t);
        seen.add(t);
        p = this.walk(t, p, depth);
        if (p < 0) return -1;
      }
    }
  }

  /** What was found below a key is void when the key comes again. */
  private forget(t: Branch): void {
    for (const i of t.wanted) this.out[i] = undefined;
    for (const m of t.members ?? []) this.forget(m.branch);
    for (const x of t.items?.values() ?? []) this.forget(x);
  }

  private array(wanted: ReadonlyMap<number, Branch>, p: number, depth: number): number {
    const b = this.d.bytes;
    const { end } = this.d;
    for (let i = 0; ; i++) {
      const at = nextItem(b, p, end, i === 0);
      if (at < 0) return blanks(b, p, end) + 1;
      const t = wanted.get(i);
      p = t === undefined ? this.d.skip(at, end, depth) : this.walk(t, at, depth);
      if (p < 0) return -1;
    }
  }
}

/** Items of the array at `path`, made one after another as they are asked for; nothing where the path is absent. Source: sonic-rs to_array_iter. */
export function* arrayIter(source: Source, path: Path = [], o?: SearchOptions): IterableIterator<LazyValue> {
  const d = new Document(source, o);
  const p = guarded(source, d.bytes, () => {
    d.begin();
    const at = seek(d, 0, path);
    if (at >= 0) d.checkUtf8(0, at);
    return at;
  });
  if (p >= 0) for (const [, v] of itemsOf(d, p)) yield v;
}

/** Members of the object at `path`, in the order of the text. Source: sonic-rs to_object_iter. */
export function* objectIter(source: Source, path: Path = [], o?: SearchOptions): IterableIterator<[string, LazyValue]> {
  const d = new Document(source, o);
  const p = guarded(source, d.bytes, () => {
    d.begin();
    const at = seek(d, 0, path);
    if (at >= 0) d.checkUtf8(0, at);
    return at;
  });
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
    // One look at the whole text, and then nothing has to be checked again.
    const start = d.trusted ? blanks(d.bytes, 0, d.end) : d.check().start;
    d.trusted = true;
    return project(d, start, defaults, resolveParse({ maxDepth: d.maxDepth })).value as T;
  });
}

function project(d: Document, p: number, shape: unknown, o: ResolvedParse): { readonly value: unknown; readonly end: number } {
  const b = d.bytes;
  const filled = typeof shape === 'object' && shape !== null && !Array.isArray(shape) && Object.keys(shape).length > 0;
  if (!filled || typeAt(b, p, d.end) !== 'object') {
    const end = d.skip(p, d.end, 0);
    return { value: parseInside(b, p, end, o), end };
  }
  const out: Record<string, unknown> = { ...(shape as Record<string, unknown>) };
  const seen = new Set<string>();
  p++;
  for (let first = true; ; first = false) {
    const key = nextMember(b, p, d.end, first);
    if (key < 0) return { value: out, end: blanks(b, p, d.end) + 1 };
    const name = readKey(b, key, d.end);
    p = skipColon(b, keyEnd, d.end);
    if (!Object.hasOwn(shape as object, name) || (!d.last && seen.has(name))) {
      p = d.skip(p, d.end, 0);
      continue;
    }
    seen.add(name);
    const x = project(d, p, (shape as Record<string, unknown>)[name], o);
    out[name] = x.value;
    p = x.end;
  }
}
