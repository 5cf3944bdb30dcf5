// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { inherits, literalOf, range } from './common.js';
import type { ObjectSchema, Schema } from './schema.js';

/*
 * Long lists are the one thing that JSON.stringify writes faster than concatenation does: it writes digits and characters where they will stay. So where it
 * writes a list as the schema has it, which takes a look at all of the list, it may.
 */

/** A test for a list that JSON.stringify writes as the schema has it, and the length from which on it is the faster way. */
export interface NativeList {
  readonly from: number;
  fits(a: readonly unknown[]): boolean;
}

/** Undefined: lists of `items` are never left to JSON.stringify. */
export function nativeList(items: Schema): NativeList | undefined {
  const test = condition(items);
  if (test === undefined) return undefined;
  // eslint-disable-next-line no-new-func, @typescript-eslint/no-implied-eval
  const fits = new Function('a', `"use strict"; if (a.toJSON !== undefined) return false; let x; for (let i = 0; i < a.length; i++) { x = a[i]; ${test} } return true;`) as NativeList['fits'];
  return { from: items.kind === 'object' ? 128 : 16, fits };
}

/** Statements that return false unless `x` is written by JSON.stringify as the schema has it. */
function condition(s: Schema): string | undefined {
  switch (s.kind) {
    case 'string':
    case 'number':
    case 'boolean':
      return `if (typeof x !== ${literalOf(s.kind)}) return false;`;
    case 'integer': {
      const { min, max } = range(s);
      return s.text === 'number' && s.bits <= 53 ? `if (!(Number.isSafeInteger(x) && x >= ${min} && x <= ${max})) return false;` : undefined;
    }
    case 'object':
      return members(s);
    default:
      return undefined;
  }
}

/** Objects whose keys are those of the schema, all of them and in its order, and nothing else. */
function members(s: ObjectSchema): string | undefined {
  const lines = ['if (typeof x !== "object" || x === null || x.toJSON !== undefined) return false;', 'const o = x; let n = 0;'];
  const keys: string[] = [];
  const tests: string[] = [];
  for (const [i, f] of s.fields.entries()) {
    const test = f.schema.kind === 'object' ? undefined : condition(f.schema);
    if (test === undefined || f.optional || f.name !== f.key || inherits(f.name)) return undefined;
    keys.push(`case ${i}: if (k !== ${literalOf(f.name)}) return false; break;`);
    tests.push(`x = o[${literalOf(f.name)}]; ${test}`);
  }
  lines.push(`for (const k in o) switch (n++) { ${keys.join(' ')} default: return false; }`, `if (n !== ${keys.length}) return false;`, ...tests);
  return lines.join(' ');
}
