// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { RouteError } from '../errors.js';

/** What a path leads to. */
export interface Leaf<T> {
  /** As it was registered. */
  readonly pattern: string;
  readonly names: readonly string[];
  readonly value: T;
}

class Node<T> {
  prefix: string;
  /** By the first character of their prefix. */
  children: Node<T>[] = [];
  param: Node<T> | undefined = undefined;
  /** A param with text behind it in its segment: `{id}:cancel`. */
  part: Node<T> | undefined = undefined;
  any: Leaf<T> | undefined = undefined;
  leaf: Leaf<T> | undefined = undefined;

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  child(c: number): Node<T> | undefined {
    for (const n of this.children) if (n.prefix.charCodeAt(0) === c) return n;
    return undefined;
  }
}

/**
 * The routes of one method: a radix tree. At every node static text comes first, then `{param}suffix`, then `:param`, then `*any`, and a dead end goes back to
 * the next choice. A lookup is bounded by the tree and, where params have suffixes, by the length of a segment.
 * Source: the rules of cloudwego/hertz pkg/route/tree.go (after labstack/echo, MIT); written anew.
 */
export class RouteTree<T> {
  private readonly root: Node<T> = new Node('');
  /** Routes without params: static text wins at every node, so that a whole match of it wins over all. */
  private readonly statics: Map<string, Leaf<T>> = new Map();
  /** The values of the params of the last `find`, in the order of `leaf.names`. */
  values: string[] = [];

  /** Errors: {@link RouteError} for a pattern that is none, and for one that is taken. */
  add(pattern: string, value: T): void {
    const pieces = piecesOf(pattern);
    const names = pieces.filter((p) => p.kind !== 'static' && p.text !== '').map((p) => p.text);
    const leaf: Leaf<T> = { pattern, names, value };
    let at = this.root;
    for (const p of pieces) {
      if (p.kind === 'static') {
        at = this.descend(at, p.text);
      } else if (p.kind === 'param') {
        at = at.param ??= new Node('');
      } else if (p.kind === 'part') {
        at = at.part ??= new Node('');
      } else {
        if (at.any !== undefined) throw taken(pattern);
        at.any = leaf;
        return;
      }
    }
    if (at.leaf !== undefined) throw taken(pattern);
    at.leaf = leaf;
    if (names.length === 0) this.statics.set(pieces.map((p) => p.text).join(''), leaf);
  }

  /** The node behind `text`, splitting and growing nodes as needed. */
  private descend(from: Node<T>, text: string): Node<T> {
    let at = from;
    let rest = text;
    while (rest !== '') {
      const next = at.child(rest.charCodeAt(0));
      if (next === undefined) {
        const fresh = new Node<T>(rest);
        at.children.push(fresh);
        return fresh;
      }
      let n = 1;
      while (n < next.prefix.length && n < rest.length && next.prefix[n] === rest[n]) n++;
      if (n < next.prefix.length) {
        const above = new Node<T>(next.prefix.slice(0, n));
        above.children.push(next);
        at.children[at.children.indexOf(next)] = above;
        next.prefix = next.prefix.slice(n);
        at = above;
      } else {
        at = next;
      }
      rest = rest.slice(n);
    }
    return at;
  }

  find(path: string): Leaf<T> | undefined {
    return this.statics.get(path) ?? this.walk(this.root, path, 0, 0);
  }

  private walk(node: Node<T>, path: string, i: number, depth: number): Leaf<T> | undefined {
    if (i === path.length) {
      if (node.leaf !== undefined) return node.leaf;
    } else {
      const next = node.child(path.charCodeAt(i));
      if (next !== undefined && path.startsWith(next.prefix, i)) {
        const leaf = this.walk(next, path, i + next.prefix.length, depth);
        if (leaf !== undefined) return leaf;
      }
      if (node.part !== undefined) {
        for (let end = endOfSegment(path, i) - 1; end > i; end--) {
          this.values[depth] = path.slice(i, end);
          const leaf = this.walk(node.part, path, end, depth + 1);
          if (leaf !== undefined) return leaf;
        }
      }
      if (node.param !== undefined) {
        const end = endOfSegment(path, i);
        if (end > i) {
          this.values[depth] = path.slice(i, end);
          const leaf = this.walk(node.param, path, end, depth + 1);
          if (leaf !== undefined) return leaf;
        }
      }
    }
    if (node.any !== undefined) this.values[depth] = path.slice(i);
    return node.any;
  }

  /** Whether the path with its trailing slash toggled leads anywhere. */
  hasToggled(path: string): boolean {
    return path !== '/' && this.find(toggleSlash(path)) !== undefined;
  }

  /** The path that matches when the case of static text does not count, perhaps with its trailing slash toggled. */
  findFolded(path: string, fixSlash: boolean): string | undefined {
    const found = this.fold(this.root, path, path.toLowerCase(), 0);
    if (found !== undefined || !fixSlash || path === '/') return found;
    const other = toggleSlash(path);
    return this.fold(this.root, other, other.toLowerCase(), 0);
  }

  private fold(node: Node<T>, path: string, lower: string, i: number): string | undefined {
    if (i === path.length) {
      if (node.leaf !== undefined) return '';
    } else {
      // Folded, several children may fit.
      for (const next of node.children) {
        if (!lower.startsWith(next.prefix.toLowerCase(), i)) continue;
        const rest = this.fold(next, path, lower, i + next.prefix.length);
        if (rest !== undefined) return next.prefix + rest;
      }
      if (node.part !== undefined) {
        for (let end = endOfSegment(path, i) - 1; end > i; end--) {
          const rest = this.fold(node.part, path, lower, end);
          if (rest !== undefined) return path.slice(i, end) + rest;
        }
      }
      if (node.param !== undefined) {
        const end = endOfSegment(path, i);
        const rest = end > i ? this.fold(node.param, path, lower, end) : undefined;
        if (rest !== undefined) return path.slice(i, end) + rest;
      }
    }
    return node.any === undefined ? undefined : path.slice(i);
  }
}

function endOfSegment(path: string, i: number): number {
  const slash = path.indexOf('/', i);
  return slash < 0 ? path.length : slash;
}

export function toggleSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : `${path}/`;
}

interface Piece {
  readonly kind: 'static' | 'param' | 'part' | 'any';
  readonly text: string;
}

function taken(pattern: string): RouteError {
  return new RouteError(`handlers are already registered for path '${pattern}'`);
}

/** A pattern cut into text, params and what is left. `\\:`, `\\*` and `\\{` are the characters themselves; a `*` without a name matches and keeps nothing. */
function piecesOf(pattern: string): readonly Piece[] {
  if (pattern === '') throw new RouteError('empty path');
  if (!pattern.startsWith('/')) throw new RouteError(`path must begin with '/' in path '${pattern}'`);
  const out: Piece[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') out.push({ kind: 'static', text });
    text = '';
  };
  for (let i = 0; i < pattern.length; ) {
    const c = pattern[i]!;
    if (c === '\\' && (pattern[i + 1] === ':' || pattern[i + 1] === '*' || pattern[i + 1] === '{')) {
      text += pattern[i + 1]!;
      i += 2;
    } else if (c === '{') {
      flush();
      const close = pattern.indexOf('}', i);
      const end = endOfSegment(pattern, i);
      const name = pattern.slice(i + 1, close);
      if (close < 0 || close > end) throw new RouteError(`a { without its } in path '${pattern}'`);
      if (!/^\w+$/.test(name)) throw new RouteError(`wildcards must be named with a non-empty name in path '${pattern}'`);
      if (/[:*{]/.test(pattern.slice(close + 1, end).replaceAll(/\\[:*{]|:/g, ''))) throw new RouteError(`only one wildcard per path segment is allowed, find multi in path '${pattern}'`);
      out.push({ kind: close + 1 === end ? 'param' : 'part', text: name });
      // Behind it, a colon is text: that is what this form is for.
      text = pattern.slice(close + 1, end).replaceAll(/\\([:*{])/g, '$1');
      i = end;
    } else if (c === ':') {
      flush();
      const end = endOfSegment(pattern, i);
      const name = pattern.slice(i + 1, end);
      if (name === '') throw new RouteError(`wildcards must be named with a non-empty name in path '${pattern}'`);
      if (/[:*{]/.test(name)) throw new RouteError(`only one wildcard per path segment is allowed, find multi in path '${pattern}'`);
      out.push({ kind: 'param', text: name });
      i = end;
    } else if (c === '*') {
      const name = pattern.slice(i + 1);
      if (pattern[i - 1] !== '/') throw new RouteError(`no / before wildcards in path '${pattern}'`);
      if (name.includes('/')) throw new RouteError(`catch-all routes are only allowed at the end of the path in path '${pattern}'`);
      flush();
      out.push({ kind: 'any', text: name });
      i = pattern.length;
    } else {
      text += c;
      i++;
    }
  }
  flush();
  return out;
}
