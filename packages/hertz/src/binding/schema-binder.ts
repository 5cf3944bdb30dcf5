// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import { isThenable } from '@cloudwego/gopkg/async';
import type { FormFile } from '../form/form-file.js';
import { setOwn } from '../own-property.js';
import type { BindingIssue, Source } from './errors.js';
import { BindingError } from './errors.js';
import type { RequestValues } from './sources.js';
import type { StandardSchema } from './standard-schema.js';

/** Where a schema by itself looks: what comes later wins. Cookies and headers must be asked for, since every request has some that nobody meant. */
const MERGED: readonly Source[] = ['json', 'query', 'form', 'path'];
const LATER: readonly Source[] = ['json', 'header', 'cookie', 'query', 'form', 'path'];

/** Validates one source with a schema. */
export function bindSource(schema: StandardSchema, r: RequestValues, source: Source): Awaitable<unknown> {
  const value = source === 'json' ? r.json() : source === 'raw_body' ? r.bytes : collect(r, source, shapeOfSchema(schema), {});
  return check(schema, value, source);
}

/** Validates the sources together. */
export function bindSchema(schema: StandardSchema, r: RequestValues, only: ReadonlySet<Source> | undefined): Awaitable<unknown> {
  const sources = only === undefined ? MERGED : LATER.filter((s) => only.has(s));
  const json = sources.includes('json') ? r.json() : undefined;
  // A body that is no object cannot be merged: it is the value.
  if (json !== undefined && (typeof json !== 'object' || json === null || Array.isArray(json))) return check(schema, json, 'json');
  const into: Record<string, unknown> = {};
  for (const [k, v] of Object.entries(json ?? {})) setOwn(into, k, v);
  const shape = shapeOfSchema(schema);
  for (const s of sources) if (s !== 'json') collect(r, s, shape, into);
  return check(schema, into, undefined);
}

function check(schema: StandardSchema, value: unknown, source: Source | undefined): Awaitable<unknown> {
  const done = schema['~standard'].validate(value);
  return isThenable(done) ? done.then((x) => outcome(x, source)) : outcome(done, source);
}

function outcome(r: Awaited<ReturnType<StandardSchema['~standard']['validate']>>, source: Source | undefined): unknown {
  if (r.issues === undefined) return r.value;
  throw new BindingError(
    r.issues.map((i): BindingIssue => {
      const path = pathText(i.path);
      return { path, source, code: 'schema', message: path === '' || i.message.includes(path) ? i.message : `${path}: ${i.message}` };
    }),
  );
}

function pathText(path: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined): string {
  let out = '';
  for (const p of path ?? []) {
    const key = typeof p === 'object' ? p.key : p;
    out += typeof key === 'number' ? `[${key}]` : `${out === '' ? '' : '.'}${String(key)}`;
  }
  return out;
}

/** Texts by name, several of one name as an array; what the schema says of a name decides where it says something. */
function collect(r: RequestValues, source: Source, shape: SchemaShape | undefined, into: Record<string, unknown>): Record<string, unknown> {
  const texts = new Map<string, (string | FormFile)[]>();
  for (const [name, text] of r.entries(source)) {
    const list = texts.get(name);
    if (list === undefined) texts.set(name, [text]);
    else list.push(text);
  }
  // Fields have no case, and schemas are written as it pleases.
  const names = source === 'header' && shape !== undefined ? new Map(Object.keys(shape).map((n) => [n.toLowerCase(), n])) : undefined;
  for (const [name, list] of texts) {
    const own = names?.get(name) ?? name;
    const kind = shape !== undefined && Object.hasOwn(shape, own) ? shape[own] : undefined;
    setOwn(into, own, kind?.items !== undefined ? list.map((t) => coerce(kind.items!, t)) : list.length > 1 && kind === undefined ? list : coerce(kind ?? TEXT, list[0]!));
  }
  return into;
}

interface Kind {
  readonly type: 'number' | 'integer' | 'boolean' | 'other';
  readonly items: Kind | undefined;
}

type SchemaShape = Readonly<Record<string, Kind>>;

const TEXT: Kind = { type: 'other', items: undefined };
const shapes = new WeakMap<StandardSchema, { readonly shape: SchemaShape | undefined }>();

/** What the library's JSON Schema says of the properties; undefined where it has none. */
function shapeOfSchema(schema: StandardSchema): SchemaShape | undefined {
  let known = shapes.get(schema);
  if (known === undefined) shapes.set(schema, (known = { shape: readShape(schema) }));
  return known.shape;
}

function readShape(schema: StandardSchema): SchemaShape | undefined {
  let json: Record<string, unknown> | undefined;
  try {
    json = schema['~standard'].jsonSchema?.input({ target: 'draft-2020-12' });
  } catch {
    // A schema with a part that JSON Schema cannot say: texts stay texts.
    return undefined;
  }
  const properties = json?.['properties'];
  if (typeof properties !== 'object' || properties === null) return undefined;
  return Object.fromEntries(Object.entries(properties).map(([k, v]) => [k, kindOf(v as Record<string, unknown>)]));
}

function kindOf(s: Record<string, unknown>): Kind {
  const one = (['anyOf', 'oneOf'] as const).map((k) => s[k]).find((v) => Array.isArray(v)) as Record<string, unknown>[] | undefined;
  if (one !== undefined) {
    const kinds = one.filter((x) => x['type'] !== 'null').map(kindOf);
    return kinds.length === 1 ? kinds[0]! : TEXT;
  }
  const { items } = s as { readonly items?: unknown };
  const types = [s['type']].flat().filter((t) => t !== 'null');
  const type = types.length === 1 ? types[0] : undefined;
  if (type === 'array') return { type: 'other', items: typeof items === 'object' && items !== null ? kindOf(items as Record<string, unknown>) : TEXT };
  return { type: type === 'number' || type === 'integer' || type === 'boolean' ? type : 'other', items: undefined };
}

/** A text as what the schema wants where it can be that; the schema judges what stays a text. */
function coerce(k: Kind, text: string | FormFile): unknown {
  if (typeof text !== 'string') return text;
  if (k.type === 'boolean') return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text;
  if (k.type === 'other') return text;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}
