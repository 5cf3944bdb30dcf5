// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { LogFields } from './logger.js';

/** Names of fields that are not shown unless a logger is told otherwise. */
export const DefaultRedacted: readonly string[] = [
  'password',
  'passwd',
  'secret',
  'token',
  'access_token',
  'refresh_token',
  'id_token',
  'api_key',
  'private_key',
  'client_secret',
  'authorization',
  'proxy_authorization',
  'cookie',
  'set_cookie',
];

const HIDDEN = '[redacted]';
const MAX_DEPTH = 8;

/** A function that gives back `fields` with the values of `names` hidden; what has nothing to hide is given back as it is. Cycles are cut. */
export function redactor(names: readonly string[]): (fields: LogFields) => LogFields {
  if (names.length === 0) return (fields) => fields;
  const secret = new Set(names.map(plain));
  return (fields) => new Redaction(secret).object(fields, 0);
}

/** One pass over the fields of a record; what is met twice is cleaned once. */
class Redaction {
  private readonly secret: ReadonlySet<string>;
  private seen: Map<object, unknown> | undefined = undefined;

  constructor(secret: ReadonlySet<string>) {
    this.secret = secret;
  }

  object(v: LogFields, depth: number): LogFields {
    let out: Record<string, unknown> | undefined;
    for (const k of Object.keys(v)) {
      const x = v[k];
      const y = x !== undefined && this.secret.has(plain(k)) ? HIDDEN : this.value(x, depth + 1);
      if (y !== x) (out ??= { ...v })[k] = y;
    }
    return out ?? v;
  }

  private value(v: unknown, depth: number): unknown {
    if (typeof v !== 'object' || v === null) return v;
    const list = Array.isArray(v);
    if (!list && !(v instanceof Map) && !isPlain(v)) return v;
    if (depth > MAX_DEPTH) return '[too deep]';
    const seen = (this.seen ??= new Map<object, unknown>());
    const known = seen.get(v);
    if (known !== undefined) return known;
    seen.set(v, '[circular]');
    const out = list ? this.list(v, depth) : v instanceof Map ? this.map(v, depth) : this.object(v as LogFields, depth);
    seen.set(v, out);
    return out;
  }

  private list(v: readonly unknown[], depth: number): readonly unknown[] {
    let out: unknown[] | undefined;
    for (let i = 0; i < v.length; i++) {
      const y = this.value(v[i], depth + 1);
      if (y !== v[i]) (out ??= [...v])[i] = y;
    }
    return out ?? v;
  }

  private map(v: ReadonlyMap<unknown, unknown>, depth: number): ReadonlyMap<unknown, unknown> {
    let out: Map<unknown, unknown> | undefined;
    for (const [k, x] of v) {
      const y = typeof k === 'string' && this.secret.has(plain(k)) ? HIDDEN : this.value(x, depth + 1);
      if (y !== x) (out ??= new Map(v)).set(k, y);
    }
    return out ?? v;
  }
}

function isPlain(v: object): boolean {
  const proto: unknown = Object.getPrototypeOf(v);
  return proto === Object.prototype || proto === null;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}
