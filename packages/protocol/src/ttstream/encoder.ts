// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteWriter } from '@cloudwego/gopkg/io';
import type { RpcHeadInit } from '../engine.js';
import { prepareInfo, writeExceptionBody, writeMessageHead, writeTTHeader } from '../rpc/encoder.js';
import type { HeaderExtras, PreparedInfo } from '../rpc/encoder.js';
import { HeaderFlags, IntKey, MessageType, StrKey } from '../rpc/keys.js';
import { CANCEL_PATH, FrameType, PROTO_THRIFT_STRUCT } from './frame.js';
import type { FrameException } from './frame.js';

/** What all frames of one method share, encoded once. */
export interface MethodFrames {
  readonly method: string;
  /** Header frames of a client name the service, those of a server do not. */
  readonly header: PreparedInfo;
  readonly trailer: PreparedInfo;
  readonly rst: PreparedInfo;
  /** All of a data frame's head behind the stream id. */
  readonly data: Uint8Array;
}

/** `service` undefined: a server's. */
export function prepareFrames(service: string | undefined, method: string): MethodFrames {
  const ints = (type: number): Map<number, string> => new Map([[IntKey.FrameType, String(type)], [IntKey.ToMethod, method]]);
  const w = new ByteWriter(64);
  writeTTHeader(w, headOf(method, prepareInfo(ints(FrameType.Data), undefined), undefined), extrasOf(0, Infinity));
  return {
    method,
    header: prepareInfo(ints(FrameType.Header), service === undefined || service === '' ? undefined : new Map([[StrKey.IDLServiceName, service]])),
    trailer: prepareInfo(ints(FrameType.Trailer), undefined),
    rst: prepareInfo(ints(FrameType.Rst), undefined),
    data: w.toBytes().subarray(12),
  };
}

type Strings = RpcHeadInit['strings'];

function headOf(method: string, info: PreparedInfo, strings: Strings, ints?: ReadonlyMap<number, string>): RpcHeadInit {
  return { service: '', method, type: 1, seqId: 0, deadline: Infinity, wire: 'ttheader-streaming', info, ints, strings };
}

function extrasOf(id: number, timeoutMs: number): HeaderExtras {
  return { flags: HeaderFlags.Streaming, frameSeq: id, proto: PROTO_THRIFT_STRUCT, timeoutMs, connReset: false, checksumKey: undefined, checksum: '' };
}

/** A whole header frame. `timeoutMs`: what is left of the deadline, Infinity = none. */
export function writeHeader(w: ByteWriter, f: MethodFrames, id: number, head: RpcHeadInit, timeoutMs: number): void {
  const mark = writeTTHeader(w, headOf(f.method, f.header, head.strings, head.ints), extrasOf(id, timeoutMs));
  close(w, mark);
}

/** Opens a data frame; its payload follows, then {@link close} with the mark that comes back. */
export function openData(w: ByteWriter, f: MethodFrames, id: number): number {
  const mark = w.mark();
  w.u32(0);
  w.u32(0x1000_0000 | HeaderFlags.Streaming);
  w.i32(id);
  w.bytes(f.data);
  return mark;
}

/** A whole trailer frame. */
export function writeTrailer(w: ByteWriter, f: MethodFrames, id: number, strings: Strings, e: FrameException | undefined): void {
  const mark = writeTTHeader(w, headOf(f.method, f.trailer, strings), extrasOf(id, Infinity));
  if (e !== undefined) writeException(w, f.method, id, e);
  close(w, mark);
}

/** A whole RST frame. */
export function writeRst(w: ByteWriter, f: MethodFrames, id: number, path: string, e: FrameException): void {
  const mark = writeTTHeader(w, headOf(f.method, f.rst, path === '' ? undefined : new Map([[CANCEL_PATH, path]])), extrasOf(id, Infinity));
  writeException(w, f.method, id, e);
  close(w, mark);
}

function writeException(w: ByteWriter, method: string, id: number, e: FrameException): void {
  writeMessageHead(w, 'thrift', MessageType.Exception, method, id);
  writeExceptionBody(w, 'thrift', e.code, e.message);
}

/** The frame that began at `mark` is whole. */
export function close(w: ByteWriter, mark: number): void {
  w.patchU32(mark, w.mark() - mark - 4);
}
