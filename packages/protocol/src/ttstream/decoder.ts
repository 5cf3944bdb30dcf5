// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteFormatError, ByteReader, ShortReadError } from '@cloudwego/gopkg/io';
import type { Clock } from '@cloudwego/gopkg/clock';
import { RpcFrameError, RpcFrameTooLargeError } from '../rpc/errors.js';
import { RpcHeadView } from '../rpc/head.js';
import { scanInfo } from '../rpc/info.js';
import type { InfoScan } from '../rpc/info.js';
import { HeaderFlags, InfoID, IntKey, MessageType } from '../rpc/keys.js';
import type { Route } from '../rpc/routes.js';
import { FRAME_HEAD, FrameType, PROTO_PROTOBUF_STRUCT, PROTO_THRIFT_STRUCT } from './frame.js';
import type { FrameException } from './frame.js';
import type { TTStreamLimits } from './limits.js';

/**
 * Reads the head of one frame.
 * Shape:  u32 LENGTH | u16 0x1000 | u16 flags with 0x0002 | i32 stream id, not 0 | u16 words | u8 0x10 | u8 0 | info blocks | zeros | payload
 * Source: cloudwego/kitex pkg/remote/trans/ttstream/frame.go, cloudwego/gopkg protocol/ttheader.
 */
export class TTStreamDecoder implements InfoScan {
  readonly view: RpcHeadView = new RpcHeadView();
  /** Bytes wanted, counted from the start of the frame, when `readHead` gave false. */
  need: number = FRAME_HEAD;
  type: number = 0;
  id: number = 0;
  payloadStart: number = 0;
  /** May lie behind the bytes that are there. */
  payloadEnd: number = 0;
  serviceStart: number = -1;
  serviceEnd: number = -1;
  timeoutMs: number = -1;
  private readonly limits: TTStreamLimits;
  private readonly clock: Clock;
  private readonly route: Route = { service: -1, method: -1 };

  constructor(limits: TTStreamLimits, clock: Clock) {
    this.limits = limits;
    this.clock = clock;
    this.view.wire = 'ttheader-streaming';
    this.view.payload = 'thrift';
  }

  /** True when all of the header is there. Errors: {@link RpcFrameError}, {@link RpcFrameTooLargeError}. */
  readHead(buf: Buffer, start: number, end: number): boolean {
    const left = end - start;
    if (left >= 8) checkMagic(buf, start);
    if (left < FRAME_HEAD) return this.wait(FRAME_HEAD);
    const length = buf.readUInt32BE(start);
    const info = buf.readUInt16BE(start + 12) * 4;
    const { maxHeaderBytes, maxMessageBytes } = this.limits;
    if (info > maxHeaderBytes) throw tooLarge('header', info, 'maxHeaderBytes', maxHeaderBytes);
    if (info < 4 || length < 10 + info) throw new RpcFrameError(`streaming frame: LENGTH ${length} with ${info} bytes of info, wanted at least ${10 + info} with at least 4`);
    if (length - 10 - info > maxMessageBytes) throw tooLarge('payload', length - 10 - info, 'maxMessageBytes', maxMessageBytes);
    if (left < FRAME_HEAD + info) return this.wait(FRAME_HEAD + info);
    this.id = buf.readInt32BE(start + 8);
    if (this.id === 0) throw new RpcFrameError('streaming frame: got the stream id 0, which is kept for the connection');
    this.readInfo(buf, start + FRAME_HEAD, start + FRAME_HEAD + info);
    this.payloadStart = start + FRAME_HEAD + info;
    this.payloadEnd = start + 4 + length;
    return true;
  }

  private readInfo(buf: Buffer, start: number, end: number): void {
    const proto = buf[start]!;
    if (proto === PROTO_PROTOBUF_STRUCT) throw new RpcFrameError('streaming frame: got ProtocolID 0x11 (Protobuf), wanted Thrift: TTHeader streaming carries nothing else');
    if (proto !== PROTO_THRIFT_STRUCT && proto !== 0) throw new RpcFrameError(`streaming frame: unsupported ProtocolID 0x${proto.toString(16).padStart(2, '0')}`);
    const p = start + 2 + buf[start + 1]!;
    if (p > end) throw new RpcFrameError('streaming frame: the transforms end outside the header');
    const view = this.view;
    view.reset(buf);
    this.serviceStart = -1;
    this.timeoutMs = -1;
    scanInfo(buf, p, end, this);
    view.infoStart = p;
    view.infoEnd = end;
    view.flags = HeaderFlags.Streaming;
    view.frameSeq = this.id;
    view.seqId = this.id;
    this.type = 0;
    this.findInts(buf, p, end);
    if (this.type === 0) throw new RpcFrameError('streaming frame: got no frame type 1 to 5 (int key 27)');
  }

  /** Frame type and method name. The blocks were checked. */
  private findInts(buf: Buffer, start: number, end: number): void {
    const view = this.view;
    for (let p = start; p < end; ) {
      const id = buf[p++]!;
      if (id === InfoID.Padding) continue;
      if (id === InfoID.ACLToken) {
        p += 2 + u16(buf, p);
        continue;
      }
      let n = u16(buf, p);
      p += 2;
      for (; n > 0; n--) {
        const key = id === InfoID.IntKeyValue ? u16(buf, p) : -1;
        p += key < 0 ? 2 + u16(buf, p) : 2;
        const size = u16(buf, p);
        p += 2;
        if (key === IntKey.FrameType) {
          const digit = buf[p]! - 0x30;
          this.type = size === 1 && digit >= FrameType.Meta && digit <= FrameType.Rst ? digit : 0;
        } else if (key === IntKey.ToMethod) {
          view.nameStart = p;
          view.nameEnd = p + size;
        }
        p += size;
      }
    }
  }

  /** A header frame opens a stream, or answers one: the rest of what a head says. */
  finishHead(buf: Buffer, server: boolean): void {
    const view = this.view;
    view.type = server ? MessageType.Call : MessageType.Reply;
    if (!server) return;
    if (this.timeoutMs > 0) view.deadline = this.clock.now() + this.timeoutMs;
    const { routes } = this.limits;
    if (routes === undefined) return;
    routes.find(buf, this.serviceStart, this.serviceEnd, view.nameStart, view.nameEnd, this.route);
    view.serviceIndex = this.route.service;
    view.methodIndex = this.route.method;
  }

  private wait(n: number): false {
    this.need = n;
    return false;
  }
}

/**
 * The EXCEPTION in the payload of a trailer or an RST frame; undefined where there is none that can be read. Fields that nobody knows end it.
 * Shape: u32 0x80010003 | u32 n, name | i32 seq | { 1: string message, 2: i32 type }
 */
export function readException(buf: Buffer, start: number, end: number): FrameException | undefined {
  if (end - start < 12) return undefined;
  const r = new ByteReader(buf, start, end);
  let code: number | undefined;
  let message = '';
  try {
    if (r.u32() !== 0x8001_0003) return undefined;
    r.skip(r.u32());
    r.i32();
    for (let type = r.u8(); type !== 0; type = r.u8()) {
      const field = r.i16();
      if (type === 11 && field === 1) message = r.string32();
      else if (type === 8 && field === 2) code = r.i32();
      else break;
    }
  } catch (e) {
    if (!(e instanceof ByteFormatError || e instanceof ShortReadError)) throw e;
  }
  return code === undefined ? undefined : { code, message };
}

function checkMagic(buf: Buffer, p: number): void {
  if (buf[p + 4] !== 0x10 || buf[p + 5] !== 0x00) throw new RpcFrameError(`streaming frame: got 0x${buf.toString('hex', p + 4, p + 6)}, wanted TTHeader's 0x1000`);
  if ((buf[p + 7]! & HeaderFlags.Streaming) === 0) throw new RpcFrameError('streaming frame: a TTHeader without the flag 0x0002 on a streaming connection');
}

function u16(b: Buffer, p: number): number {
  return (b[p]! << 8) | b[p + 1]!;
}

function tooLarge(what: string, got: number, option: string, max: number): RpcFrameTooLargeError {
  return new RpcFrameTooLargeError(`streaming frame, ${what}: got ${got} bytes, wanted at most ${max} (${option})`);
}
