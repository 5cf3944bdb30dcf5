// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { FieldShape, Shape, StructShape } from '@cloudwego/pilota/thrift';
import { isLeftOut, jsonName } from '../binding/tags.js';
import { setOwn } from '../own-property.js';
import { RenderError } from './errors.js';

/** A response that an IDL describes, taken apart. */
export interface IdlResponse {
  /** Of `api.http_code`. */
  readonly status: number | undefined;
  /** Of `api.header`, name and value in turn. */
  readonly headers: readonly string[];
  /** Of `api.raw_body`: stands for the JSON. */
  readonly raw: string | Uint8Array | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

const MAX_DEPTH = 64;

/**
 * Takes a value of a generated type apart: fields with `api.header` and `api.http_code` leave the body, `api.none` is nowhere, the rest is JSON under the names
 * of `api.body`, of `go.tag`, or of the IDL; i64 with `api.js_conv` are texts, absent optional fields are left out.
 * Source: cloudwego/kitex pkg/generic/descriptor (response mappings), which Go's hz does not have: there all fields are JSON.
 */
export function responseOf(s: StructShape, value: unknown): IdlResponse {
  const headers: string[] = [];
  let status: number | undefined;
  let raw: string | Uint8Array | undefined;
  const body: Record<string, unknown> = {};
  for (const f of s.fields) {
    const v = read(value, f);
    if (v === undefined || isLeftOut(f)) continue;
    const header = f.annotations?.['api.header']?.at(-1);
    if (f.annotations?.['api.http_code'] !== undefined) status = Number(v);
    else if (header !== undefined) for (const x of f.type.kind === 'list' || f.type.kind === 'set' ? (v as Iterable<unknown>) : [v]) headers.push(header, String(x));
    else if (f.annotations?.['api.raw_body'] !== undefined) raw = typeof v === 'string' || v instanceof Uint8Array ? v : String(v);
    else put(body, f, v, MAX_DEPTH);
  }
  return { status, headers, raw, body };
}

function read(value: unknown, f: FieldShape): unknown {
  const v = (value as Readonly<Record<string, unknown>>)[f.key] ?? undefined;
  return v === undefined && f.requiredness !== 'optional' ? f.absent?.() : v;
}

function put(out: Record<string, unknown>, f: FieldShape, v: unknown, depth: number): void {
  const name = jsonName(f);
  if (name === undefined) return;
  setOwn(out, name, f.type.kind === 'i64' && f.annotations?.['api.js_conv'] !== undefined ? String(v) : view(f.type, v, depth));
}

/** A value as sonic writes it. */
function view(t: Shape, v: unknown, depth: number): unknown {
  switch (t.kind) {
    case 'i64':
      return BigInt(v as bigint);
    case 'list':
    case 'set':
      return Array.from(v as Iterable<unknown>, (x) => view(t.element, x, depth));
    case 'map':
      return new Map(Array.from(v instanceof Map ? (v as Map<unknown, unknown>) : Object.entries(v as object), ([k, x]) => [String(k), view(t.value, x, depth)]));
    case 'struct': {
      if (depth <= 0) throw new RenderError(`${t.name}: more than ${MAX_DEPTH} levels, or a cycle`);
      const out: Record<string, unknown> = {};
      for (const f of t.fields) {
        const x = read(v, f);
        if (x !== undefined && !isLeftOut(f)) put(out, f, x, depth - 1);
      }
      return out;
    }
    default:
      return v;
  }
}
