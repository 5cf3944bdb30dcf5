// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteWriter } from '@cloudwego/gopkg/io';
import type { RpcHeadInit } from '../engine.js';
import { RpcHeaderTooLargeError } from './errors.js';
import { InfoID, IntKey, StrKey } from './keys.js';

const MAX_STRING = 65_535;
const MAX_HEADER = 4 * 65_535;

/**
 * Pairs that many messages share, encoded once. A message's own `ints` and `strings` follow them in the same blocks; where a key comes twice, readers keep the
 * later one.
 * Owns: its bytes; the maps that it was made from may change afterwards without effect.
 */
export interface PreparedInfo {
  /** ACL token, which has a block of its own. */
  readonly token: string | undefined;
  readonly stringCount: number;
  readonly strings: Uint8Array;
  readonly intCount: number;
  readonly ints: Uint8Array;
}

/** Encodes pairs once. Errors: {@link RpcHeaderTooLargeError}. */
export function prepareInfo(ints: ReadonlyMap<number, string> | undefined, strings: ReadonlyMap<string, string> | undefined): PreparedInfo {
  const w = new ByteWriter(256);
  const stringCount = strings === undefined ? 0 : writeStrings(w, strings);
  const s = w.toBytes();
  w.reset();
  const intCount = ints === undefined ? 0 : writeInts(w, ints);
  return { token: strings?.get(StrKey.GDPRToken), stringCount, strings: s, intCount, ints: w.toBytes() };
}

/** What the engine itself adds to a header. */
export interface HeaderExtras {
  flags: number;
  frameSeq: number;
  /** ProtocolID: what the payload is. */
  proto: number;
  /** Unit ms, rounded up; Infinity = none. */
  timeoutMs: number;
  /** The peer shall not use the connection again. */
  connReset: boolean;
  checksumKey: string | undefined;
  checksum: string;
}

/**
 * Writes a TTHeader up to the payload and returns the mark of LENGTH, which the caller patches when the payload is in.
 * Shape:  u32 LENGTH | u16 0x1000 | u16 flags | i32 seq | u16 words | u8 proto | u8 0 | [0x11 token] [0x01 strings] [0x10 ints] | zeros up to 4
 * Units:  LENGTH counts what follows it; words counts 4 bytes from offset 14 on.
 * Errors: {@link RpcHeaderTooLargeError} for a string above 65,535 bytes or a block above 262,140.
 * Source: cloudwego/gopkg protocol/ttheader/encode.go Encode.
 */
export function writeTTHeader(w: ByteWriter, head: RpcHeadInit, x: HeaderExtras): number {
  const mark = w.mark();
  w.u32(0);
  w.u32(0x10000000 | x.flags);
  w.i32(x.frameSeq);
  w.u32(x.proto << 8);
  const prepared = head.info;
  const ownToken = head.strings?.get(StrKey.GDPRToken);
  const token = ownToken ?? prepared?.token;
  if (token !== undefined) {
    w.u8(InfoID.ACLToken);
    sized(w, one(token));
  }
  let n = (prepared?.stringCount ?? 0) + (x.connReset ? 1 : 0) + (x.checksumKey === undefined ? 0 : 1);
  const own = head.strings;
  if (own !== undefined) n += ownToken === undefined ? own.size : own.size - 1;
  if (n > 0) {
    if (n > MAX_STRING) throw new RpcHeaderTooLargeError(`TTHeader: got ${n} string keys, wanted at most ${MAX_STRING}`);
    w.u8(InfoID.KeyValue);
    w.u16(n);
    if (prepared !== undefined && prepared.stringCount > 0) w.bytes(prepared.strings);
    if (own !== undefined && own.size > 0) writeStrings(w, own);
    if (x.connReset) {
      sized(w, StrKey.ConnReset);
      sized(w, '1');
    }
    if (x.checksumKey !== undefined) {
      sized(w, x.checksumKey);
      sized(w, x.checksum);
    }
  }
  const timed = x.timeoutMs !== Infinity;
  const ints = (prepared?.intCount ?? 0) + (head.ints?.size ?? 0) + (timed ? 1 : 0);
  if (ints > 0) {
    if (ints > MAX_STRING) throw new RpcHeaderTooLargeError(`TTHeader: got ${ints} int keys, wanted at most ${MAX_STRING}`);
    w.u8(InfoID.IntKeyValue);
    w.u16(ints);
    if (prepared !== undefined && prepared.intCount > 0) w.bytes(prepared.ints);
    if (head.ints !== undefined) writeInts(w, head.ints);
    if (timed) {
      w.u16(IntKey.RPCTimeout);
      sized(w, String(Math.max(1, Math.ceil(x.timeoutMs))));
    }
  }
  let size = w.mark() - mark - 14;
  for (; (size & 3) !== 0; size++) w.u8(0);
  if (size > MAX_HEADER) throw new RpcHeaderTooLargeError(`TTHeader: got ${size} bytes of keys, wanted at most ${MAX_HEADER}`);
  w.patchU16(mark + 12, size >>> 2);
  return mark;
}

/** Pairs of a string block, without the block's head and without the ACL token. Returns how many. */
function writeStrings(w: ByteWriter, m: ReadonlyMap<string, string | readonly string[]>): number {
  let n = 0;
  for (const [k, v] of m) {
    if (k === StrKey.GDPRToken) continue;
    sized(w, k);
    sized(w, one(v));
    n++;
  }
  return n;
}

function writeInts(w: ByteWriter, m: ReadonlyMap<number, string>): number {
  for (const [k, v] of m) {
    if (!(k >= 0 && k <= 0xffff && Number.isInteger(k))) throw new RpcHeaderTooLargeError(`TTHeader: got the int key ${k}, wanted 0 to ${MAX_STRING}`);
    w.u16(k);
    sized(w, v);
  }
  return m.size;
}

/** TTHeader holds one value per key: the last of several. */
function one(v: string | readonly string[]): string {
  return typeof v === 'string' ? v : (v.at(-1) ?? '');
}

function sized(w: ByteWriter, v: string): void {
  const at = w.mark();
  w.u16(0);
  const n = w.string(v);
  if (n > MAX_STRING) throw new RpcHeaderTooLargeError(`TTHeader: got a string of ${n} bytes, wanted at most ${MAX_STRING}`);
  w.patchU16(at, n);
}

/** The head of a Thrift or Kitex-Protobuf message: magic and type, name, sequence id. */
export function writeMessageHead(w: ByteWriter, payload: 'thrift' | 'protobuf', type: number, name: string, seqId: number): void {
  w.u32(((payload === 'thrift' ? 0x80010000 : 0x90010000) | type) >>> 0);
  w.string32(name);
  w.i32(seqId);
}

/**
 * The body of an EXCEPTION.
 * Shape: Thrift: TApplicationException { 1: string message, 2: i32 type }; Protobuf: ErrorProto { int32 TypeID = 1; string Message = 2 }.
 */
export function writeExceptionBody(w: ByteWriter, payload: 'thrift' | 'protobuf', code: number, message: string): void {
  if (payload === 'thrift') {
    w.u8(11);
    w.i16(1);
    w.string32(message);
    w.u8(8);
    w.i16(2);
    w.i32(code);
    w.u8(0);
    return;
  }
  if (code !== 0) {
    w.u8(0x08);
    if (code > 0) w.varint(code);
    else w.varint64(BigInt(code));
  }
  if (message !== '') {
    w.u8(0x12);
    w.varint(Buffer.byteLength(message));
    w.string(message);
  }
}
