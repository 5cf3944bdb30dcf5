// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { RuleError } from './errors.js';

/** Bytes that a text takes in UTF-8, items of a container; 0 for what has no length. As Go's `len`. */
export function lengthOf(v: unknown): number {
  if (typeof v === 'string') return Buffer.byteLength(v);
  if (v instanceof Uint8Array || Array.isArray(v)) return v.length;
  if (v instanceof Set || v instanceof Map) return v.size;
  return typeof v === 'object' && v !== null ? Object.keys(v).length : 0;
}

/** Code points of a text. */
export function runesOf(v: unknown): number {
  const text = v instanceof Uint8Array ? Buffer.from(v).toString() : typeof v === 'string' ? v : '';
  let n = 0;
  for (const _ of text) n++;
  return n;
}

/** A regular expression of Go, whose inline flags stand at its start: `(?i)abc`. Errors: {@link RuleError} where JavaScript has no such thing. */
export function goRegExp(source: string): RegExp {
  const flags = /^\(\?([imsU]+)\)/.exec(source);
  const body = flags === null ? source : source.slice(flags[0].length);
  const own = [...(flags?.[1] ?? '')].filter((f) => 'ims'.includes(f)).join('');
  try {
    return new RegExp(body.replaceAll('\\A', '^').replaceAll('\\z', '$').replaceAll('(?P<', '(?<'), `u${own}`);
  } catch (e) {
    throw new RuleError(`regular expression ${source}: ${(e as Error).message}`, { cause: e });
  }
}

/** Go's fmt.Sprintf with the verbs that messages use: %v %s %q %d %x %f %e %g %t %%, with width and precision. */
export function sprintf(format: string, args: readonly unknown[]): string {
  let next = 0;
  return format.replaceAll(/%([-+0 #]*)(\d*)(?:\.(\d+))?([a-zA-Z%])/g, (all: string, flags: string, width: string, precision: string | undefined, verb: string) => {
    if (verb === '%') return '%';
    if (next >= args.length) return `%!${verb}(MISSING)`;
    const text = verbText(verb, args[next++], precision === undefined ? undefined : Number(precision), all);
    const size = Math.min(Number(width), 1000);
    if (flags.includes('-')) return text.padEnd(size);
    return flags.includes('0') ? text.padStart(size, '0') : text.padStart(size);
  });
}

function verbText(verb: string, v: unknown, precision: number | undefined, all: string): string {
  switch (verb) {
    case 'd':
      return typeof v === 'number' ? String(Math.trunc(v)) : plain(v);
    case 'f':
    case 'F':
      return Number(v).toFixed(Math.min(precision ?? 6, 100));
    case 'e':
      return Number(v).toExponential(Math.min(precision ?? 6, 100));
    case 'x':
      return typeof v === 'string' ? Buffer.from(v).toString('hex') : typeof v === 'number' || typeof v === 'bigint' ? v.toString(16) : plain(v);
    case 'q':
      return `"${plain(v).replaceAll(/["\\]/g, '\\$&')}"`;
    case 's':
      return precision === undefined ? plain(v) : plain(v).slice(0, precision);
    case 'v':
    case 'g':
    case 't':
      return plain(v);
    default:
      return all;
  }
}

/** As Go prints with %v. */
export function plain(v: unknown): string {
  if (v === undefined || v === null) return '<nil>';
  if (typeof v === 'object') {
    if (v instanceof Map) return `map[${[...v].map(([k, x]) => `${plain(k)}:${plain(x)}`).join(' ')}]`;
    if (v instanceof Set || Array.isArray(v) || v instanceof Uint8Array) return `[${[...(v as Iterable<unknown>)].map(plain).join(' ')}]`;
    return `{${Object.values(v).map(plain).join(' ')}}`;
  }
  return String(v);
}

/** Whether two values are the same, integers of any kind alike. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if ((a === undefined || a === null) && (b === undefined || b === null)) return true;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  if (typeof a === 'number' && typeof b === 'bigint') return Number.isInteger(a) && BigInt(a) === b;
  return typeof a === 'bigint' && typeof b === 'number' && sameValue(b, a);
}
