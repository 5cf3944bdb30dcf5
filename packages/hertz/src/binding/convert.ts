// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { I64Shape, MapShape, Shape, StructShape } from '@cloudwego/pilota/thrift';
import { parse, SonicSyntaxError } from '@cloudwego/sonic';
import type { Issues, Source } from './errors.js';
import { jsonName } from './tags.js';

/** What a value is bound into: where faults are told, and how deep it may be. */
export interface Into {
  readonly source: Source;
  readonly issues: Issues;
  /** Empty texts are zero instead of faults. */
  readonly loose: boolean;
  /** Fields of JSON that the type does not know are faults. */
  readonly strict: boolean;
}

const MAX_DEPTH = 64;
const BITS: Readonly<Record<string, number>> = { i8: 8, i16: 16, i32: 32 };
const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/** The value that texts stand for; undefined when a fault was told. Source: cloudwego/hertz pkg/app/server/binding/internal/decoder. */
export function fromTexts(t: Shape, texts: readonly string[], path: string, o: Into): unknown {
  if (t.kind === 'list' || t.kind === 'set') {
    const items = texts.length === 1 && texts[0]!.trimStart().startsWith('[') ? fromJSONText(t, texts[0]!, path, o) : texts.map((x, i) => fromTexts(t.element, [x], `${path}[${i}]`, o));
    return t.kind === 'set' && Array.isArray(items) ? new Set(items) : items;
  }
  const text = texts[0]!;
  switch (t.kind) {
    case 'string':
      return text;
    case 'binary':
      return Uint8Array.from(Buffer.from(text));
    case 'map':
    case 'struct':
      return fromJSONText(t, text, path, o);
    default:
      return scalar(t, text, path, o);
  }
}

function scalar(t: Shape, text: string, path: string, o: Into): unknown {
  if (text === '' && o.loose) return t.kind === 'bool' ? false : t.kind === 'i64' ? i64(t, 0n, path, o) : 0;
  switch (t.kind) {
    case 'bool':
      if (TRUE.has(text)) return true;
      return FALSE.has(text) ? false : bad(path, o, text, 'a boolean');
    case 'double':
      return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : bad(path, o, text, 'a number');
    case 'i64':
      return /^[+-]?\d{1,20}$/.test(text) ? i64(t, BigInt(text.replace(/^\+/, '')), path, o) : bad(path, o, text, 'an integer');
    case 'enum': {
      if (Object.hasOwn(t.values, text)) return t.values[text];
      return /^-?\d{1,10}$/.test(text) ? integer(Number(text), 32, path, o) : bad(path, o, text, `a name or number of ${t.name}`);
    }
    default:
      return /^[+-]?\d{1,20}$/.test(text) ? integer(Number(text), BITS[t.kind]!, path, o) : bad(path, o, text, 'an integer');
  }
}

function integer(n: number, bits: number, path: string, o: Into): number | undefined {
  const half = 2 ** (bits - 1);
  if (n >= -half && n < half) return n;
  o.issues.add(path, o.source, 'range', `${path}: got ${n}, wanted an integer of ${bits} bits`);
  return undefined;
}

function i64(t: I64Shape, n: bigint, path: string, o: Into): bigint | number | string | undefined {
  if (BigInt.asIntN(64, n) !== n || (t.as === 'number' && !Number.isSafeInteger(Number(n)))) {
    o.issues.add(path, o.source, 'range', `${path}: got ${n}, wanted ${t.as === 'number' ? 'a safe integer' : 'an integer of 64 bits'}`);
    return undefined;
  }
  return t.as === 'bigint' ? n : t.as === 'number' ? Number(n) : n.toString();
}

function bad(path: string, o: Into, got: unknown, wanted: string): undefined {
  o.issues.add(path, o.source, 'type', `${path}: got ${show(got)}, wanted ${wanted}`);
  return undefined;
}

function show(v: unknown): string {
  if (typeof v === 'string') return `"${v.length > 60 ? `${v.slice(0, 60)}…` : v}"`;
  if (v === null || typeof v === 'number' || typeof v === 'bigint' || typeof v === 'boolean') return String(v);
  return Array.isArray(v) ? 'an array' : 'an object';
}

function fromJSONText(t: Shape, text: string, path: string, o: Into): unknown {
  let value: unknown;
  try {
    value = parse(text);
  } catch (e) {
    if (!(e instanceof SonicSyntaxError)) throw e;
    return bad(path, o, text, t.kind === 'list' || t.kind === 'set' ? 'a JSON array' : 'a JSON object');
  }
  return fromJSON(t, value, path, o);
}

/** The value that parsed JSON stands for; undefined when a fault was told. Fields go by `api.body`, else by the json name of `go.tag`, else by their IDL name. */
export function fromJSON(t: Shape, v: unknown, path: string, o: Into, depth: number = MAX_DEPTH): unknown {
  switch (t.kind) {
    case 'bool':
      return typeof v === 'boolean' ? v : bad(path, o, v, 'a boolean');
    case 'string':
      return typeof v === 'string' ? v : bad(path, o, v, 'a string');
    case 'double':
      return typeof v === 'number' || typeof v === 'bigint' ? Number(v) : bad(path, o, v, 'a number');
    case 'binary':
      return typeof v === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(v) ? Uint8Array.from(Buffer.from(v, 'base64')) : bad(path, o, v, 'base64');
    case 'i64':
      if (typeof v === 'string' && /^-?\d{1,20}$/.test(v)) return i64(t, BigInt(v), path, o);
      return typeof v === 'bigint' || (typeof v === 'number' && Number.isInteger(v)) ? i64(t, BigInt(v), path, o) : bad(path, o, v, 'an integer');
    case 'enum':
      if (typeof v === 'string' && Object.hasOwn(t.values, v)) return t.values[v];
      return typeof v === 'number' && Number.isInteger(v) ? integer(v, 32, path, o) : bad(path, o, v, `a name or number of ${t.name}`);
    case 'list':
    case 'set': {
      if (!Array.isArray(v)) return bad(path, o, v, 'an array');
      const list = v.map((x: unknown, i) => fromJSON(t.element, x, `${path}[${i}]`, o, depth));
      return t.kind === 'set' ? new Set(list) : list;
    }
    case 'map':
      return map(t, v, path, o, depth);
    case 'struct':
      return struct(t, v, path, o, depth);
    default:
      return typeof v === 'number' && Number.isInteger(v) ? integer(v, BITS[t.kind]!, path, o) : bad(path, o, v, 'an integer');
  }
}

function map(t: MapShape, v: unknown, path: string, o: Into, depth: number): unknown {
  if (typeof v !== 'object' || v === null || Array.isArray(v)) return bad(path, o, v, 'an object');
  return new Map(Object.entries(v).map(([k, x]) => [fromTexts(t.key, [k], `${path}["${k}"]`, o), fromJSON(t.value, x, `${path}["${k}"]`, o, depth)]));
}

/** A struct of JSON, with what the IDL gives for what is absent. */
function struct(s: StructShape, v: unknown, path: string, o: Into, depth: number): unknown {
  if (typeof v !== 'object' || v === null || Array.isArray(v)) return bad(path === '' ? s.name : path, o, v, 'an object');
  if (depth <= 0) return bad(path, o, v, `a value of at most ${MAX_DEPTH} levels`);
  const from = v as Record<string, unknown>;
  const out: Record<string, unknown> = {};
  const known = new Set<string>();
  let set = 0;
  for (const f of s.fields) {
    const name = jsonName(f);
    if (name !== undefined) known.add(name);
    const x = name !== undefined && Object.hasOwn(from, name) ? (from[name] ?? undefined) : undefined;
    const at = path === '' ? (name ?? f.name) : `${path}.${name ?? f.name}`;
    if (x !== undefined) {
      set++;
      out[f.key] = fromJSON(f.type, x, at, o, depth - 1);
    } else if (f.requiredness === 'required') {
      o.issues.add(at, o.source, 'required', missing(at));
    } else if (s.structKind !== 'union') {
      out[f.key] = f.absent?.();
    }
  }
  if (s.structKind === 'union' && set !== 1) return bad(path === '' ? s.name : path, o, v, 'an object with exactly one field of the union');
  if (o.strict) unknown(from, known, path, o);
  return s.make === undefined ? out : s.make(out as never);
}

/** Tells fields that nobody knows. */
export function unknown(from: Readonly<Record<string, unknown>>, known: ReadonlySet<string>, path: string, o: Into): void {
  for (const k of Object.keys(from)) {
    if (known.has(k)) continue;
    const at = path === '' ? k : `${path}.${k}`;
    o.issues.add(at, o.source, 'unknown', `${at}: the type has no such field`);
  }
}

/** Source: the text of cloudwego/hertz. */
export function missing(path: string): string {
  return `'${path}' field is a 'required' parameter, but the request does not have this parameter`;
}
