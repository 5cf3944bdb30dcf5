// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import type { AppliedOption } from './types.js';

/**
 * A named bundle of options. Suites nest; they are applied in order, before the options they are given with. One with `last: true` is applied after everything
 * else instead, and so has the final word. Source: cloudwego/kitex client/option.go WithSuite, option_advanced.go TailOption.
 */
export type Suite<O> = { readonly name: string; readonly last?: boolean } & { readonly [K in keyof O]?: O[K] };

interface Merged<O> {
  readonly options: O;
  /** Where each key got its value. */
  readonly sources: ReadonlyMap<string, string>;
}

const MAX_NESTING = 16;

/**
 * Expands suites: keys in `listKeys` are appended, all others are overwritten by what comes later. Own options come last.
 * Source: cloudwego/kitex client/option.go WithSuite.
 */
export function mergeSuites<O extends { readonly suites?: readonly Suite<O>[] | undefined }>(o: O, listKeys: ReadonlySet<string>, path: string): Merged<O> {
  const out: Record<string, unknown> = {};
  const sources = new Map<string, string>();
  const tail: (() => void)[] = [];
  const add = (given: object, source: string, depth: number): void => {
    if (depth > MAX_NESTING) throw new OptionError(`${path}.suites`, `${path}.suites: nested deeper than ${MAX_NESTING}; does a suite contain itself?`);
    const bag = given as Record<string, unknown>;
    const suites = bag['suites'];
    if (suites !== undefined) {
      if (!Array.isArray(suites)) throw new OptionError(`${path}.suites`, `${path}.suites: wanted an array of suites`);
      for (const s of suites as unknown[]) {
        const name = typeof s === 'object' && s !== null ? (s as { name?: unknown }).name : undefined;
        if (typeof name !== 'string' || name === '') throw new OptionError(`${path}.suites`, `${path}.suites: each suite is an object with a non-empty name`);
        const run = (): void => {
          add(s as object, (source === 'options' ? '' : source + '/') + 'suite:' + name, depth + 1);
        };
        if ((s as { last?: unknown }).last === true) tail.push(run);
        else run();
      }
    }
    for (const [k, v] of Object.entries(bag)) {
      if (k === 'suites' || v === undefined || ((k === 'name' || k === 'last') && source !== 'options')) continue;
      if (listKeys.has(k) && Array.isArray(v)) {
        out[k] = [...((out[k] as unknown[] | undefined) ?? []), ...(v as unknown[])];
        sources.set(k, sources.has(k) ? `${sources.get(k)!} + ${source}` : source);
      } else {
        out[k] = v;
        sources.set(k, source);
      }
    }
  };
  add(o, 'options', 0);
  for (let i = 0; i < tail.length; i++) tail[i]!();
  return { options: out as unknown as O, sources };
}

/** The readable record of what was applied. Values of functions and objects are named, never printed whole; keys in `secret` are hidden. */
export function describeOptions(resolved: object, sources: ReadonlyMap<string, string>, secret: ReadonlySet<string>): readonly AppliedOption[] {
  return Object.entries(resolved)
    .filter(([, v]) => v !== undefined)
    .map(([name, v]) => ({ name, value: secret.has(name) ? '(hidden)' : describe(v, 0), source: sources.get(name) ?? 'default' }));
}

function describe(v: unknown, depth: number): string {
  if (typeof v === 'function') return `function ${v.name === '' ? '(anonymous)' : v.name}`;
  if (Array.isArray(v)) return depth > 1 ? `array(${v.length})` : `[${v.map((x) => describe(x, depth + 1)).join(', ')}]`;
  if (typeof v === 'object' && v !== null) {
    const name = (v as { name?: unknown }).name;
    if (typeof name === 'string') return name;
    const proto = Object.getPrototypeOf(v) as { constructor?: { name?: string } } | null;
    if (proto !== Object.prototype && proto !== null) return proto.constructor?.name ?? 'object';
    if (depth > 1) return '{…}';
    return `{ ${Object.entries(v)
      .map(([k, x]) => `${k}: ${describe(x, depth + 1)}`)
      .join(', ')} }`;
  }
  return typeof v === 'string' ? `"${v}"` : String(v);
}
