// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// JSON for values that come from Thrift. `bigint` and `Map` mean nothing to JSON.stringify: amounts and counts become strings of digits, so that a browser loses
// none of them, and maps become objects. Once @cloudwego/sonic is there it takes this file's place.

export type Json = string | number | bigint | boolean | null | undefined | readonly Json[] | ReadonlyMap<string, Json> | { readonly [key: string]: Json };

/** Writes JSON. Errors: RangeError for a number that JSON cannot hold. */
export function toJson(v: Json): string {
  if (v === null || v === undefined) return 'null';
  switch (typeof v) {
    case 'bigint':
      return `"${v}"`;
    case 'number':
      if (!Number.isFinite(v)) throw new RangeError(`toJson: got ${v}, wanted a finite number`);
      return String(v);
    case 'boolean':
      return String(v);
    case 'string':
      return JSON.stringify(v);
    default:
      break;
  }
  if (Array.isArray(v)) return `[${(v as readonly Json[]).map(toJson).join(',')}]`;
  const pairs = v instanceof Map ? [...(v as ReadonlyMap<string, Json>)] : Object.entries(v as { readonly [key: string]: Json });
  return `{${pairs
    .filter(([, x]) => x !== undefined)
    .map(([k, x]) => `${JSON.stringify(k)}:${toJson(x)}`)
    .join(',')}}`;
}
