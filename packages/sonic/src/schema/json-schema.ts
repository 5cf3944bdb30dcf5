// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { show, SonicOptionError } from '../errors.js';
import type { FieldSchema, Schema } from './schema.js';

/** What is read of a JSON Schema; other keywords validate and do not shape, so they are passed over. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly default?: unknown;
  readonly contentEncoding?: string;
  readonly nullable?: boolean;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  readonly [key: string]: unknown;
}

/**
 * A {@link Schema} of a JSON Schema (draft 7 to 2020-12, and OpenAPI's `nullable`). `integer` with format int64 or uint64 is a bigint; a string of format byte or
 * contentEncoding base64 is bytes; `$ref` points into the same document.
 * Errors: {@link SonicOptionError} for a type that JSON lacks, a reference that leads nowhere.
 */
export function fromJsonSchema(root: JsonSchema): Schema {
  const seen = new Map<JsonSchema, Schema>();

  function resolve(pointer: string): JsonSchema {
    if (!pointer.startsWith('#')) throw new SonicOptionError(`$ref: got "${pointer}", wanted a reference into the same document`);
    let at: unknown = root;
    for (const step of pointer.slice(1).split('/').slice(1)) {
      const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
      at = typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined;
    }
    if (typeof at !== 'object' || at === null) throw new SonicOptionError(`$ref: "${pointer}" leads nowhere`);
    return at as JsonSchema;
  }

  function of(s: JsonSchema): Schema {
    if (typeof s === 'boolean') return { kind: 'any' };
    if (s.$ref !== undefined) {
      const target = resolve(s.$ref);
      return { kind: 'ref', get: () => known(target) };
    }
    const v = plain(s);
    return s.nullable === true ? { kind: 'nullable', of: v } : v;
  }

  function known(s: JsonSchema): Schema {
    let v = seen.get(s);
    if (v === undefined) seen.set(s, (v = of(s)));
    return v;
  }

  function plain(s: JsonSchema): Schema {
    if (s.const !== undefined) return literals([s.const]);
    if (s.enum !== undefined) return literals(s.enum);
    const variants = s.anyOf ?? s.oneOf;
    if (variants !== undefined) return either(variants.map((x) => ({ null: x.type === 'null', schema: of(x) })));
    if (Array.isArray(s.type)) return either((s.type as readonly string[]).map((type) => ({ null: type === 'null', schema: of({ ...s, type }) })));
    switch (s.type) {
      case undefined:
        return s.properties === undefined ? { kind: 'any' } : members(s);
      case 'null':
        return { kind: 'null' };
      case 'boolean':
        return { kind: 'boolean' };
      case 'number':
        return { kind: 'number' };
      case 'integer': {
        const wide = s.format === 'int64' || s.format === 'uint64';
        const bits = wide ? 64 : s.format === 'int32' || s.format === 'uint32' ? 32 : 53;
        return { kind: 'integer', bits, unsigned: s.format?.startsWith('u') === true, value: wide ? 'bigint' : 'number', text: 'number' };
      }
      case 'string':
        return s.format === 'byte' || s.contentEncoding === 'base64' ? { kind: 'bytes', encoding: 'base64' } : { kind: 'string' };
      case 'array':
        return { kind: 'array', items: s.items === undefined ? { kind: 'any' } : of(s.items) };
      case 'object':
        return members(s);
      default:
        throw new SonicOptionError(`type: got ${show(s.type)}, wanted null, boolean, number, integer, string, array or object`);
    }
  }

  function members(s: JsonSchema): Schema {
    const more = s.additionalProperties;
    if (s.properties === undefined) return { kind: 'map', keys: 'string', values: typeof more === 'object' ? of(more) : { kind: 'any' }, value: 'record' };
    const fields = Object.entries(s.properties).map(([name, p]): FieldSchema => ({
      name,
      key: name,
      schema: of(p),
      optional: s.required?.includes(name) !== true,
      ...(p.default === undefined ? {} : { default: p.default }),
    }));
    return { kind: 'object', fields, unknown: more === false ? 'error' : more === undefined ? 'skip' : 'keep' };
  }

  return known(root);
}

function literals(values: readonly unknown[]): Schema {
  const simple = values.every((v) => v === null || typeof v === 'string' || typeof v === 'number' || typeof v === 'boolean');
  return simple ? { kind: 'literal', values: values as readonly (string | number | boolean | null)[] } : { kind: 'any' };
}

function either(variants: readonly { readonly null: boolean; readonly schema: Schema }[]): Schema {
  const rest = variants.filter((v) => !v.null).map((v) => v.schema);
  if (rest.length === 0) return { kind: 'null' };
  const v: Schema = rest.length === 1 ? rest[0]! : { kind: 'union', of: rest };
  return rest.length < variants.length ? { kind: 'nullable', of: v } : v;
}
