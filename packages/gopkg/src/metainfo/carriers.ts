// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { MetaInfo } from './index.js';
import { emptyMetaInfo, MetaInfoNode, MetaPrefix } from './metainfo.js';

/**
 * Reads metainfo out of TTHeader's string keys: upstream, transient, persistent, in this order of prefixes; other keys are ignored, and so is a bare prefix.
 * Values of `base` are kept unless the strings say otherwise.
 * Source: bytedance/gopkg cloud/metainfo/utils.go SetMetaInfoFromMap.
 */
export function metaInfoFromStrings(strings: ReadonlyMap<string, string>, base: MetaInfoNode = emptyMetaInfo): MetaInfoNode {
  let transient: Map<string, string> | undefined;
  let persistent: Map<string, string> | undefined;
  let stale: Map<string, string> | undefined;
  for (const [k, v] of strings) {
    if (v === '' || !k.startsWith('RPC_')) continue;
    if (k.startsWith(MetaPrefix.TransientUpstream)) {
      if (k.length > MetaPrefix.TransientUpstream.length) (stale ??= new Map(base.stale)).set(k.slice(MetaPrefix.TransientUpstream.length), v);
    } else if (k.startsWith(MetaPrefix.Transient)) {
      if (k.length > MetaPrefix.Transient.length) (transient ??= new Map(base.transient)).set(k.slice(MetaPrefix.Transient.length), v);
    } else if (k.startsWith(MetaPrefix.Persistent) && k.length > MetaPrefix.Persistent.length) {
      (persistent ??= new Map(base.persistent)).set(k.slice(MetaPrefix.Persistent.length), v);
    }
  }
  if (transient === undefined && persistent === undefined && stale === undefined) return base;
  return new MetaInfoNode(transient ?? base.transient, persistent ?? base.persistent, stale ?? base.stale);
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
// A field value: visible characters, space, tab and everything beyond ASCII, no control characters.
const fieldValue = /^[\t\x20-\x7e\x80-\uffff]*$/;

/** True when the pair can be a field: Go checks the key as it was given, before it is converted. */
export function fitsHttp(k: string, v: string): boolean {
  return token.test(k) && fieldValue.test(v);
}

/** How metainfo is written as HTTP fields. */
export interface MetaToHttpOptions {
  /**
   * Write what arrived from upstream too, so that it travels on for ever, as Kitex does on HTTP/2 unless it is told `SingleHop`.
   * `Differs:` Kitex has it on, and the same value then behaves differently on TTHeader and on gRPC.
   * @defaultValue false
   */
  readonly upstream?: boolean | undefined;
}

/**
 * Writes metainfo as HTTP fields: (stale and) transient, then persistent. A pair whose key is no field name or whose value is no field value is dropped.
 * Values are text; a carrier that takes bytes as Latin-1, such as node:http, wants them through {@link httpValueToLatin1}.
 * Source: bytedance/gopkg cloud/metainfo/http.go ToHTTPHeader; cloudwego/kitex pkg/transmeta/metainfo_propagation.go.
 */
export function metaInfoToHttp(m: MetaInfo, set: (name: string, value: string) => void, o: MetaToHttpOptions = {}): void {
  const put = (prefix: string, k: string, v: string): void => {
    if (fitsHttp(k, v)) set(prefix + toHttpKey(k), v);
  };
  if (o.upstream === true) for (const [k, v] of m.stale) if (!m.transient.has(k)) put(MetaPrefix.HttpTransient, k, v);
  for (const [k, v] of m.transient) put(MetaPrefix.HttpTransient, k, v);
  for (const [k, v] of m.persistent) put(MetaPrefix.HttpPersistent, k, v);
}

/** HTTP fields: pairs, or an object as node:http and HTTP/2 give it. Of a repeated field the first value counts. */
export type HttpFields = Iterable<readonly [string, string]> | Readonly<Record<string, string | readonly string[] | undefined>>;

export function* fieldPairs(fields: HttpFields): Iterable<readonly [string, string]> {
  if (Symbol.iterator in fields) {
    yield* fields;
    return;
  }
  for (const [k, v] of Object.entries(fields)) {
    const first = typeof v === 'string' ? v : v?.[0];
    if (first !== undefined) yield [k, first];
  }
}

/**
 * Reads metainfo out of HTTP fields, any case of the prefix. What arrives as transient is transient here; the server forwards it.
 * `Differs:` two fields that become one key (`a-b`, `a_b`) make one value, the first; Go keeps both in its list and reads the first.
 * Source: FromHTTPHeader.
 */
export function metaInfoFromHttp(fields: HttpFields, base: MetaInfoNode = emptyMetaInfo): MetaInfoNode {
  const transient = new Map<string, string>();
  const persistent = new Map<string, string>();
  for (const [name, v] of fieldPairs(fields)) {
    if (v === '') continue;
    const lower = name.toLowerCase();
    const into = lower.startsWith(MetaPrefix.HttpTransient) ? transient : lower.startsWith(MetaPrefix.HttpPersistent) ? persistent : undefined;
    if (into === undefined) continue;
    // Both prefixes have one length.
    const key = fromHttpKey(lower.slice(MetaPrefix.HttpTransient.length));
    if (key !== '' && !into.has(key)) into.set(key, v);
  }
  if (transient.size === 0 && persistent.size === 0) return base;
  return new MetaInfoNode(merged(base.transient, transient), merged(base.persistent, persistent), base.stale);
}

function merged(base: ReadonlyMap<string, string>, more: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return more.size === 0 ? base : base.size === 0 ? more : new Map([...base, ...more]);
}

const beyondLatin1 = /[^\x00-\xff]/;
const beyondAscii = /[^\x00-\x7f]/;
let strict: InstanceType<typeof TextDecoder> | undefined;

/** Text as node:http wants it: Go writes the bytes of its UTF-8, Node takes each character of a header for one byte and refuses those beyond U+00FF. */
export function httpValueToLatin1(v: string): string {
  return beyondAscii.test(v) ? Buffer.from(v, 'utf8').toString('latin1') : v;
}

/** The way back. What is no UTF-8, such as a Latin-1 value of an older peer, stays as it came. */
export function httpValueFromLatin1(v: string): string {
  if (!beyondAscii.test(v) || beyondLatin1.test(v)) return v;
  strict ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    return strict.decode(Buffer.from(v, 'latin1'));
  } catch {
    return v;
  }
}
