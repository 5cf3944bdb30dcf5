// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { MetaInfo } from './index.js';

const none: ReadonlyMap<string, string> = new Map();

/** Name prefixes of metainfo on the wire. Source: bytedance/gopkg cloud/metainfo/kv.go, http.go. */
export const MetaPrefix = {
  Transient: 'RPC_TRANSIT_',
  Persistent: 'RPC_PERSIST_',
  TransientUpstream: 'RPC_TRANSIT_UPSTREAM_',
  Backward: 'RPC_BACKWARD_',
  BackwardDownstream: 'RPC_BACKWARD_DOWNSTREAM_',
  HttpTransient: 'rpc-transit-',
  HttpPersistent: 'rpc-persist-',
  HttpBackward: 'rpc-backward-',
} as const;

/** An immutable {@link MetaInfo}; maps are copied on write and shared otherwise. */
export class MetaInfoNode implements MetaInfo {
  readonly transient: ReadonlyMap<string, string>;
  readonly persistent: ReadonlyMap<string, string>;
  readonly stale: ReadonlyMap<string, string>;

  constructor(transient: ReadonlyMap<string, string>, persistent: ReadonlyMap<string, string>, stale: ReadonlyMap<string, string>) {
    this.transient = transient;
    this.persistent = persistent;
    this.stale = stale;
  }

  get(k: string): string | undefined {
    return this.transient.get(k) ?? this.stale.get(k);
  }

  getPersistent(k: string): string | undefined {
    return this.persistent.get(k);
  }

  with(k: string, v: string): this {
    if (k === '' || v === '' || this.transient.get(k) === v) return this;
    let stale = this.stale;
    if (stale.has(k)) {
      const s = new Map(stale);
      s.delete(k);
      stale = s;
    }
    return this.copy(new Map(this.transient).set(k, v), this.persistent, stale);
  }

  withPersistent(k: string, v: string): this {
    if (k === '' || v === '' || this.persistent.get(k) === v) return this;
    return this.copy(this.transient, new Map(this.persistent).set(k, v), this.stale);
  }

  /** Removes a transient value: from stale if it is there, else from transient. Source: DelValue. */
  without(k: string): this {
    const from = this.stale.has(k) ? this.stale : this.transient;
    if (!from.has(k)) return this;
    const rest = new Map(from);
    rest.delete(k);
    return from === this.stale ? this.copy(this.transient, this.persistent, rest) : this.copy(rest, this.persistent, this.stale);
  }

  withoutPersistent(k: string): this {
    if (!this.persistent.has(k)) return this;
    const rest = new Map(this.persistent);
    rest.delete(k);
    return this.copy(this.transient, rest, this.stale);
  }

  forward(): this {
    if (this.transient.size === 0 && this.stale.size === 0) return this;
    return this.copy(none, this.persistent, this.transient);
  }

  /** A node of the same class; subclasses that carry more override it. */
  protected copy(transient: ReadonlyMap<string, string>, persistent: ReadonlyMap<string, string>, stale: ReadonlyMap<string, string>): this {
    return new MetaInfoNode(transient, persistent, stale) as this;
  }
}

/** Metainfo without any value. */
export const emptyMetaInfo: MetaInfoNode = new MetaInfoNode(none, none, none);

/** Makes metainfo from plain values; empty keys and values are dropped. */
export function createMetaInfo(o: {
  readonly transient?: Iterable<readonly [string, string]> | Readonly<Record<string, string>> | undefined;
  readonly persistent?: Iterable<readonly [string, string]> | Readonly<Record<string, string>> | undefined;
  readonly stale?: Iterable<readonly [string, string]> | Readonly<Record<string, string>> | undefined;
}): MetaInfoNode {
  return new MetaInfoNode(toMap(o.transient), toMap(o.persistent), toMap(o.stale));
}

function toMap(v: Iterable<readonly [string, string]> | Readonly<Record<string, string>> | undefined): ReadonlyMap<string, string> {
  if (v === undefined) return none;
  const out = new Map<string, string>();
  const pairs = Symbol.iterator in v ? (v as Iterable<readonly [string, string]>) : Object.entries(v as Record<string, string>);
  for (const [k, x] of pairs) if (k !== '' && x !== '') out.set(k, x);
  return out.size === 0 ? none : out;
}

/**
 * Reads metainfo out of TTHeader's string keys: upstream, transient, persistent, in this order of prefixes; other keys are ignored.
 * Source: bytedance/gopkg cloud/metainfo/utils.go SetMetaInfoFromMap.
 */
export function metaInfoFromStrings(strings: ReadonlyMap<string, string>): MetaInfoNode {
  let transient: Map<string, string> | undefined;
  let persistent: Map<string, string> | undefined;
  let stale: Map<string, string> | undefined;
  for (const [k, v] of strings) {
    if (v === '' || !k.startsWith('RPC_')) continue;
    if (k.startsWith(MetaPrefix.TransientUpstream)) {
      if (k.length > MetaPrefix.TransientUpstream.length) (stale ??= new Map()).set(k.slice(MetaPrefix.TransientUpstream.length), v);
    } else if (k.startsWith(MetaPrefix.Transient)) {
      if (k.length > MetaPrefix.Transient.length) (transient ??= new Map()).set(k.slice(MetaPrefix.Transient.length), v);
    } else if (k.startsWith(MetaPrefix.Persistent) && k.length > MetaPrefix.Persistent.length) {
      (persistent ??= new Map()).set(k.slice(MetaPrefix.Persistent.length), v);
    }
  }
  if (transient === undefined && persistent === undefined && stale === undefined) return emptyMetaInfo;
  return new MetaInfoNode(transient ?? none, persistent ?? none, stale ?? none);
}

/** Writes metainfo as TTHeader string keys; stale values do not travel on. Source: SaveMetaInfoToMap. */
export function metaInfoToStrings(m: MetaInfo, set: (key: string, value: string) => void): void {
  for (const [k, v] of m.transient) set(MetaPrefix.Transient + k, v);
  for (const [k, v] of m.persistent) set(MetaPrefix.Persistent + k, v);
}

/** A metainfo key as an HTTP field name: lower case, `_` becomes `-`. Only UPPER_SNAKE keys survive the way there and back. */
export function toHttpKey(k: string): string {
  return k.toLowerCase().replaceAll('_', '-');
}

/** The way back: upper case, `-` becomes `_`. */
export function fromHttpKey(k: string): string {
  return k.toUpperCase().replaceAll('-', '_');
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// A field value: visible characters, space, tab and obs-text, no control characters.
const fieldValue = /^[\t\x20-\x7e\x80-\uffff]*$/;

/**
 * Writes metainfo as HTTP fields: stale and transient, then persistent. A pair whose key is no field name or whose value is no field value is dropped.
 * Source: bytedance/gopkg cloud/metainfo/http.go ToHTTPHeader.
 */
export function metaInfoToHttp(m: MetaInfo, set: (name: string, value: string) => void): void {
  const put = (prefix: string, k: string, v: string): void => {
    if (token.test(k) && fieldValue.test(v)) set(prefix + toHttpKey(k), v);
  };
  for (const [k, v] of m.stale) if (!m.transient.has(k)) put(MetaPrefix.HttpTransient, k, v);
  for (const [k, v] of m.transient) put(MetaPrefix.HttpTransient, k, v);
  for (const [k, v] of m.persistent) put(MetaPrefix.HttpPersistent, k, v);
}

/** Reads metainfo out of HTTP fields, any case of the prefix; the first field of a name wins. Source: FromHTTPHeader. */
export function metaInfoFromHttp(fields: Iterable<readonly [string, string]>): MetaInfoNode {
  const transient = new Map<string, string>();
  const persistent = new Map<string, string>();
  for (const [name, v] of fields) {
    if (v === '') continue;
    const lower = name.toLowerCase();
    const into = lower.startsWith(MetaPrefix.HttpTransient) ? transient : lower.startsWith(MetaPrefix.HttpPersistent) ? persistent : undefined;
    if (into === undefined) continue;
    const key = fromHttpKey(lower.slice(MetaPrefix.HttpTransient.length));
    if (key !== '' && !into.has(key)) into.set(key, v);
  }
  if (transient.size === 0 && persistent.size === 0) return emptyMetaInfo;
  return new MetaInfoNode(transient, persistent, none);
}
