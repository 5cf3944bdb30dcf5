// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import { httpValueFromLatin1 } from '@cloudwego/gopkg/metainfo';
import type { RpcHead, RpcTail } from '@cloudwego/protocol';

/** Text, or bytes under a key that ends in `-bin`. */
export type MetadataValue = string | Uint8Array;

/** What may be given as metadata. Keys are lower-cased. */
export type MetadataInput = Metadata | Readonly<Record<string, MetadataValue | readonly MetadataValue[]>>;

type WireValue = string | readonly string[];

/** Metadata as it travels: values of `-bin` keys in base64. */
export type WireMetadata = Map<string, WireValue>;

/** Fields that belong to the protocol and not to its users. Source: nphttp2/grpc http_util.go isReservedHeader, isWhitelistedHeader. */
const RESERVED: ReadonlySet<string> = new Set([
  'content-type', 'te', 'grpc-message-type', 'grpc-encoding', 'grpc-accept-encoding', 'grpc-message', 'grpc-status', 'grpc-timeout', 'grpc-status-details-bin',
]);

const KEY = /^[0-9a-z_.-]+$/;
// eslint-disable-next-line no-control-regex
const BAD_TEXT = /[\u0000\r\n]|^[ \t]|[ \t]$/;

/**
 * What travels beside the messages of a call, in both directions. A key may have several values; keys that end in `-bin` have bytes.
 * Source: cloudwego/kitex pkg/remote/trans/nphttp2/metadata.
 */
export class Metadata implements Iterable<readonly [string, MetadataValue]> {
  private readonly wire: ReadonlyMap<string, WireValue>;

  /** Made by the framework; give records where metadata is wanted. */
  constructor(wire: ReadonlyMap<string, WireValue>) {
    this.wire = wire;
  }

  get size(): number {
    return this.wire.size;
  }

  has(key: string): boolean {
    return this.wire.has(key.toLowerCase());
  }

  /** The first value as text; of a `-bin` key its base64. */
  get(key: string): string | undefined {
    const v = this.wire.get(key.toLowerCase());
    return typeof v === 'string' ? v : v?.[0];
  }

  /** The first value of a `-bin` key. */
  getBinary(key: string): Uint8Array | undefined {
    if (!isBinary(key.toLowerCase())) return undefined;
    return this.getAll(key)[0] as Uint8Array | undefined;
  }

  /** Every value, bytes for a `-bin` key. */
  getAll(key: string): readonly MetadataValue[] {
    const name = key.toLowerCase();
    const v = this.wire.get(name);
    if (v === undefined) return [];
    const all = typeof v === 'string' ? [v] : v;
    // Values of one key may be joined by commas on their way, which base64 does not have.
    return isBinary(name) ? all.flatMap((x) => x.split(',').map(fromBase64)) : all;
  }

  *[Symbol.iterator](): Iterator<readonly [string, MetadataValue]> {
    for (const key of this.wire.keys()) for (const v of this.getAll(key)) yield [key, v];
  }

  /** As it travels. */
  toWire(): ReadonlyMap<string, WireValue> {
    return this.wire;
  }
}

export const noMetadata: Metadata = new Metadata(new Map());

function isBinary(lowerKey: string): boolean {
  return lowerKey.endsWith('-bin');
}

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.trim(), 'base64'));
}

function toBase64(b: Uint8Array): string {
  return Buffer.from(b.buffer, b.byteOffset, b.byteLength).toString('base64').replace(/=+$/, '');
}

/**
 * Adds metadata to what is there; values of a key that is there come behind them.
 * Errors: {@link OptionError} that names the key: one that is no field name, is reserved, or has a value of the wrong kind.
 */
export function addMetadata(before: WireMetadata | undefined, given: MetadataInput, path: string): WireMetadata {
  const to: WireMetadata = before ?? new Map<string, WireValue>();
  const pairs = given instanceof Metadata ? given.toWire() : Object.entries(given);
  for (const [key, v] of pairs as Iterable<readonly [string, MetadataValue | readonly MetadataValue[]]>) {
    const name = key.toLowerCase();
    if (!KEY.test(name) || RESERVED.has(name)) {
      throw new OptionError(path, `${path}: got the key "${key.slice(0, 60)}", wanted letters, digits and _ . - only, and none of the protocol's own`);
    }
    const texts = (Array.isArray(v) ? (v as readonly MetadataValue[]) : [v as MetadataValue]).map((x) => (given instanceof Metadata ? (x as string) : text(name, x, path)));
    const there = to.get(name);
    const all = there === undefined ? texts : [...(typeof there === 'string' ? [there] : there), ...texts];
    if (all.length > 0) to.set(name, all.length === 1 ? all[0]! : all);
  }
  return to;
}

function text(name: string, v: unknown, path: string): string {
  if (isBinary(name)) {
    if (v instanceof Uint8Array) return toBase64(v);
    throw new OptionError(path, `${path}: the key "${name}" has bytes, got ${typeof v}, wanted a Uint8Array`);
  }
  if (typeof v !== 'string') throw new OptionError(path, `${path}: the key "${name}" has text, got ${v instanceof Uint8Array ? 'bytes, wanted a key that ends in "-bin"' : `${typeof v}, wanted a string`}`);
  if (BAD_TEXT.test(v)) throw new OptionError(path, `${path}: the value of "${name}" has a line end, a zero byte or blanks around it, which no header carries`);
  return v;
}

/** What came with a head. */
export function metadataOfHead(head: RpcHead): Metadata {
  const raw = head.all;
  if (raw === undefined) return new Metadata(lowerCased(head.strings()));
  const out: WireMetadata = new Map();
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!;
    if (RESERVED.has(name)) continue;
    const value = httpValueFromLatin1(raw[i + 1]!);
    const before = out.get(name);
    out.set(name, before === undefined ? value : typeof before === 'string' ? [before, value] : [...before, value]);
  }
  return out.size === 0 ? noMetadata : new Metadata(out);
}

/** What came with the end of a stream. */
export function metadataOfTail(tail: RpcTail): Metadata {
  return tail.strings === undefined ? noMetadata : new Metadata(lowerCased(tail.strings));
}

/** TTHeader keeps the case of keys, and users ask for them in any. */
function lowerCased(strings: ReadonlyMap<string, WireValue>): ReadonlyMap<string, WireValue> {
  for (const key of strings.keys()) {
    if (key !== key.toLowerCase()) return new Map([...strings].map(([k, v]) => [k.toLowerCase(), v]));
  }
  return strings;
}
