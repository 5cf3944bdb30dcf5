// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { DescriptorError } from '../../descriptor/index.js';
import type { LinkedFunction } from '../../descriptor/index.js';

/** The method and parameters that a request leads to. */
export interface HttpMatch {
  readonly function: LinkedFunction;
  readonly params: ReadonlyMap<string, string>;
}

/** `Differs:` Kitex registers the first four only; dynamicgo knows all of them. */
const VERBS: readonly (readonly [string, string])[] = ['get', 'post', 'put', 'delete', 'patch', 'head', 'options', 'connect', 'trace'].map((v) => [`api.${v}`, v.toUpperCase()] as const);

/** A place on the way of routes: what follows it as text, as a parameter, as all the rest. */
interface Place {
  texts: { readonly text: string; readonly next: Place }[];
  param: Place | undefined;
  rest: Leaf | undefined;
  leaf: Leaf | undefined;
}

interface Leaf {
  readonly function: LinkedFunction;
  readonly names: readonly string[];
  readonly route: string;
}

/**
 * Finds methods by verb and path: `api.get = "/user/:id"`. `:name` is one segment or what is left of one, `*name` all the rest. Text goes before a parameter,
 * a parameter before the rest, and where one leads nowhere the next is tried.
 * Errors: DescriptorError at construction, for a route that does not begin with "/", names a parameter twice, or is there twice.
 * Source: cloudwego/kitex pkg/generic/descriptor/{route,router,tree}.go.
 */
export class HttpRoutes {
  /** Routes without parameters, by verb and path. */
  private readonly exact = new Map<string, Leaf>();
  private readonly roots = new Map<string, Place>();

  constructor(functions: Iterable<LinkedFunction>) {
    for (const f of functions) {
      for (const [annotation, verb] of VERBS) for (const route of f.annotations[annotation] ?? []) this.add(verb, route, f);
    }
  }

  /** Undefined = no route matches. */
  lookup(method: string, path: string): HttpMatch | undefined {
    const exact = this.exact.get(`${method} ${path}`);
    if (exact !== undefined) return { function: exact.function, params: new Map() };
    const root = this.roots.get(method);
    const values: string[] = [];
    const leaf = root === undefined ? undefined : walk(root, path, 0, values);
    if (leaf === undefined) return undefined;
    return { function: leaf.function, params: new Map(leaf.names.map((name, i) => [name, values[i]!])) };
  }

  private add(verb: string, route: string, f: LinkedFunction): void {
    if (!route.startsWith('/')) throw new DescriptorError(`route of ${f.name}: got "${route}", wanted one that begins with "/"`);
    const parts = route.split(/([:*][^/]*)/);
    const names = parts.filter((_, i) => i % 2 === 1).map((p) => p.slice(1));
    const leaf: Leaf = { function: f, names, route };
    if (new Set(names).size < names.length || names.includes('')) throw new DescriptorError(`route of ${f.name}: got "${route}", wanted parameters with names of their own`);
    const twice = (other: Leaf): DescriptorError => new DescriptorError(`route of ${f.name}: ${verb} ${route} is that of ${other.function.name} (${other.route})`);
    if (names.length === 0) {
      const key = `${verb} ${route}`;
      const other = this.exact.get(key);
      if (other !== undefined) throw twice(other);
      this.exact.set(key, leaf);
      return;
    }
    let place = this.roots.get(verb);
    if (place === undefined) this.roots.set(verb, (place = newPlace()));
    for (const [i, part] of parts.entries()) {
      if (part === '') continue;
      if (i % 2 === 0) place = textBehind(place, part);
      else if (part.startsWith(':')) place = place.param ??= newPlace();
      else {
        if (i !== parts.length - 2 || parts.at(-1) !== '') throw new DescriptorError(`route of ${f.name}: got "${route}", wanted "${part}" at its end`);
        if (place.rest !== undefined) throw twice(place.rest);
        place.rest = leaf;
        return;
      }
    }
    if (place.leaf !== undefined) throw twice(place.leaf);
    place.leaf = leaf;
  }
}

function newPlace(): Place {
  return { texts: [], param: undefined, rest: undefined, leaf: undefined };
}

/** Longer texts first: they say more. */
function textBehind(place: Place, text: string): Place {
  const known = place.texts.find((t) => t.text === text);
  if (known !== undefined) return known.next;
  const next = newPlace();
  place.texts.push({ text, next });
  place.texts.sort((a, b) => b.text.length - a.text.length);
  return next;
}

/** Each place is reached at one position of the path at most, so that trying again costs no more than there are routes. */
function walk(place: Place, path: string, at: number, values: string[]): Leaf | undefined {
  if (at === path.length && place.leaf !== undefined) return place.leaf;
  for (const { text, next } of place.texts) {
    const found = path.startsWith(text, at) ? walk(next, path, at + text.length, values) : undefined;
    if (found !== undefined) return found;
  }
  const count = values.length;
  if (place.param !== undefined) {
    const slash = path.indexOf('/', at);
    const end = slash < 0 ? path.length : slash;
    if (end > at) {
      values.push(path.slice(at, end));
      const found = walk(place.param, path, end, values);
      if (found !== undefined) return found;
      values.length = count;
    }
  }
  if (place.rest !== undefined) values.push(path.slice(at));
  return place.rest;
}
