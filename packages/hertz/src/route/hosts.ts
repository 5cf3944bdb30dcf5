// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { RouteError } from '../errors.js';

/** What a host leads to, with the labels that its pattern named. */
export interface HostMatch<T> {
  readonly value: T;
  readonly names: readonly string[];
  readonly values: readonly string[];
}

interface Wild<T> {
  /** With its leading dot. */
  readonly suffix: string;
  readonly name: string;
  readonly value: T;
}

/**
 * Routes by host: `api.example.com`, `:tenant.example.com` (one label, kept as a param), `*.example.com` (one label or more). Names count without their case,
 * ports not at all.
 * Differs: Go Hertz has no host routes.
 */
export class HostTable<T> {
  private readonly exact: Map<string, T> = new Map();
  private readonly labels: Wild<T>[] = [];
  private readonly suffixes: Wild<T>[] = [];
  private readonly make: () => T;

  constructor(make: () => T) {
    this.make = make;
  }

  /** The entry of a pattern, made where there is none. Errors: {@link RouteError} for what is no pattern of a host. */
  at(pattern: string): T {
    const text = pattern.toLowerCase();
    const wild = /^(?::(\w+)|\*)(\.[^:*/]+)$/.exec(pattern);
    if (wild === null) {
      if (text === '' || /[:*/\s]/.test(text.replace(/^\[.*\]$/, ''))) throw new RouteError(`host: got '${pattern}', wanted a name, ':label.name' or '*.name', without a port`);
      return getOr(this.exact, text, this.make);
    }
    const list = wild[1] === undefined ? this.suffixes : this.labels;
    const name = wild[1] ?? '';
    const suffix = wild[2]!.toLowerCase();
    const known = list.find((w) => w.suffix === suffix && w.name === name);
    if (known !== undefined) return known.value;
    const value = this.make();
    list.push({ suffix, name, value });
    // What says more is asked first.
    list.sort((a, b) => b.suffix.length - a.suffix.length);
    return value;
  }

  /** What a host leads to, the nearest first: its own name, then one label, then any. */
  matches(host: string): readonly HostMatch<T>[] {
    const name = withoutPort(host).toLowerCase();
    const out: HostMatch<T>[] = [];
    const own = this.exact.get(name);
    if (own !== undefined) out.push({ value: own, names: [], values: [] });
    for (const w of this.labels) {
      const label = name.slice(0, -w.suffix.length);
      if (name.endsWith(w.suffix) && label !== '' && !label.includes('.')) out.push({ value: w.value, names: [w.name], values: [label] });
    }
    for (const w of this.suffixes) if (name.endsWith(w.suffix) && name.length > w.suffix.length) out.push({ value: w.value, names: [], values: [] });
    return out;
  }

  *all(): IterableIterator<T> {
    yield* this.exact.values();
    for (const w of this.labels) yield w.value;
    for (const w of this.suffixes) yield w.value;
  }
}

function getOr<T>(m: Map<string, T>, key: string, make: () => T): T {
  let v = m.get(key);
  if (v === undefined) m.set(key, (v = make()));
  return v;
}

function withoutPort(host: string): string {
  const name = /^(\[[^\]]*\]|[^:]*)(?::\d*)?$/.exec(host)?.[1] ?? host;
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
