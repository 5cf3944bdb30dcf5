// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isPlain } from '../stringify/quote.js';
import { inherits, literalOf, MISFIT, MISS, range } from './common.js';
import { NATIVE_FROM, nativeList } from './native-list.js';
import type { FieldSchema, IntegerSchema, Schema } from './schema.js';
import type { Shape } from './shape.js';
import { unitList, UNITS_FROM } from './unit-list.js';
import type { CompiledField, Write } from './write.js';

/*
 * Functions from source, one for each object and list of a schema, so that each knows its types: primitives are handled in place, the rest by a call. Names
 * enter the source as JSON strings alone.
 */

function make(parameters: Readonly<Record<string, unknown>>, body: readonly string[]): unknown {
  // eslint-disable-next-line no-new-func, @typescript-eslint/no-implied-eval
  return (new Function(...Object.keys(parameters), `"use strict"; return function (v) { ${body.join('\n')} };`) as (...a: unknown[]) => unknown)(...Object.values(parameters));
}

/** Reads property `name` of `from`, which it has to have of its own where every object inherits one. */
function property(from: string, name: string): string {
  const key = literalOf(name);
  return inherits(name) ? `(Object.hasOwn(${from}, ${key}) ? ${from}[${key}] : undefined)` : `${from}[${key}]`;
}

// ── writing ────────────────────────────────────────────────────────────────────────────────────

/** Keys and commas are constants. */
export function objectWriter(fields: readonly CompiledField[]): Write {
  const body: string[] = ['if (typeof v !== "object" || v === null) throw misfit;', 'let x, o = "";'];
  // Whether a member surely precedes: then its comma is a constant.
  let sure = false;
  fields.forEach((f, i) => {
    const key = JSON.stringify(f.key) + ':';
    body.push(`x = ${property('v', f.name)};`);
    const put =
      sure || i === 0
        ? `o += ${written(f.schema, `w[${i}]`, (sure ? ',' : '{') + key)};`
        : `o += (o === "" ? "{" : ",") + ${written(f.schema, `w[${i}]`, key)};`;
    body.push(f.optional ? `if (x !== undefined) { ${put} }` : put);
    sure ||= !f.optional;
  });
  body.push(sure ? 'return o + "}";' : 'return o === "" ? "{}" : o + "}";');
  return make({ misfit: MISFIT, isPlain, w: fields.map((f) => f.write) }, body) as Write;
}

/** Long lists are written unit by unit, or go to JSON.stringify where it writes the same. */
export function listWriter(items: Schema, w: Write): Write {
  const plain = unitList(items);
  const native = nativeList(items);
  const item = (before: string): string => written(items, 'w', before);
  return make({ misfit: MISFIT, isPlain, w, plain, fits: native }, [
    'if (!Array.isArray(v)) throw misfit;',
    'const n = v.length;',
    plain === undefined ? '' : `if (n >= ${UNITS_FROM}) { const text = plain(v); if (text !== undefined) return text; }`,
    native === undefined ? '' : `if (n >= ${NATIVE_FROM} && fits(v)) return JSON.stringify(v);`,
    'if (n === 0) return "[]";',
    `let x = v[0], o = ${item('[')};`,
    `for (let i = 1; i < n; i++) { x = v[i]; o += ${item(',')}; }`,
    'return o + "]";',
  ]) as Write;
}

/**
 * An expression for the text of `x` behind `before`; `w` writes what is not as plain as it mostly is. The fewer pieces there are, the less there is to put
 * together, so constants that follow each other are one.
 */
function written(s: Schema, w: string, before: string): string {
  const other = `${literalOf(before)} + ${w}(x)`;
  switch (s.kind) {
    case 'string':
      return `(typeof x !== "string" ? ${other} : isPlain(x) ? ${literalOf(before + '"')} + x + '"' : ${literalOf(before)} + JSON.stringify(x))`;
    case 'number':
      return `(typeof x === "number" && x - x === 0 ? ${literalOf(before)} + x : ${other})`;
    case 'boolean':
      return `(x === true ? ${literalOf(before + 'true')} : x === false ? ${literalOf(before + 'false')} : ${other})`;
    case 'integer':
      return s.text === 'number' && s.bits >= 32 ? `(typeof x === "number" && (x ${s.unsigned ? '>>>' : '|'} 0) === x ? ${literalOf(before)} + x : ${other})` : other;
    default:
      return other;
  }
}

// ── reading ────────────────────────────────────────────────────────────────────────────────────

/** A field with the shape of its values. */
export type ShapedField = FieldSchema & { readonly shape: Shape };

/** An object whose keys are fields, all of them, is given as it is, its values in place; `rebuild` makes one of any other. */
export function objectShape(fields: readonly ShapedField[], rebuild: (o: Record<string, unknown>, unknown: boolean) => unknown): Shape {
  const body: string[] = ['if (typeof v !== "object" || v === null || Array.isArray(v)) return miss;', 'let x, y, n = 0;'];
  fields.forEach((f, i) => {
    const put = `v[${literalOf(f.key)}] = y`;
    const present = `{ n++; ${shaped(f.schema, `s[${i}]`, put)} }`;
    const absent = f.optional || f.default !== undefined ? '' : ' else return miss;';
    body.push(`x = ${property('v', f.key)};`, `if (x !== undefined) ${present}${absent}`);
  });
  body.push('let k = 0;', 'for (const _ in v) k++;');
  const whole = fields.every((f) => f.name === f.key);
  body.push(whole ? `return k === n && n === ${fields.length} ? v : rebuild(v, k > n);` : 'return rebuild(v, k > n);');
  return make({ miss: MISS, s: fields.map((f) => f.shape), rebuild }, body) as Shape;
}

/** A list, its items in place. */
export function listShape(items: Schema, s: Shape): Shape {
  return make({ miss: MISS, s }, ['if (!Array.isArray(v)) return miss;', 'let x, y;', `for (let i = 0; i < v.length; i++) { x = v[i]; ${shaped(items, 's', 'v[i] = y')} }`, 'return v;']) as Shape;
}

/** Statements that leave with `miss` unless `x` fits, and put what the schema has in its place. */
function shaped(schema: Schema, s: string, put: string): string {
  switch (schema.kind) {
    case 'string':
    case 'boolean':
      return `if (typeof x !== "${schema.kind}") return miss;`;
    case 'number':
      return `if (typeof x !== "number") { y = ${s}(x); if (y === miss) return miss; ${put}; }`;
    case 'integer':
      if (schema.value === 'number') return `if (!(${whole(schema)})) { y = ${s}(x); if (y === miss) return miss; ${put}; }`;
      break;
    case 'any':
      return '';
    default:
      break;
  }
  return `y = ${s}(x); if (y === miss) return miss; if (y !== x) ${put};`;
}

function whole(s: IntegerSchema): string {
  const { min, max } = range(s);
  return s.bits === 53 && !s.unsigned ? 'Number.isSafeInteger(x)' : `Number.isSafeInteger(x) && x >= ${min} && x <= ${max}`;
}
