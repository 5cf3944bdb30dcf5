// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import { RpcFrameError, RpcFrameTooLargeError } from './errors.js';
import { RpcHeadView } from './head.js';
import type { InfoScan } from './info.js';
import { scanInfo, scanStrings } from './info.js';
import { HeaderFlags } from './keys.js';
import type { RpcLimits } from './limits.js';
import { recognise } from './recognise.js';
import type { Route, RouteTable } from './routes.js';

/** Looks at what stands behind a TTHeader, before any of it is decoded; throws to refuse it. */
export type PayloadCheck = (body: Buffer, head: RpcHeadView) => void;

/**
 * Reads the head of one message: TTHeader or MeshHeader if there is one, the frame word if there is one, the message's own version, name and sequence id.
 * Buffered, Framed, TTHeader and Kitex-Protobuf are told apart by magic numbers, anew for every message.
 * Shape:   `u32 LENGTH, 10 00` = TTHeader; `ff af` = MeshHeader; then `80 01` = Thrift, `u32 n, 80 01` = framed Thrift, `u32 n, 90 01` = Kitex-Protobuf.
 * Source:  cloudwego/kitex pkg/remote/codec/default_codec.go, header_codec.go.
 */
export class RpcDecoder implements InfoScan {
  readonly view: RpcHeadView = new RpcHeadView();
  /** Bytes wanted, counted from the start of the message, when `readHead` gave -1. */
  need: number = 8;
  /** Where the struct begins and ends; `payloadEnd` -1 = Buffered, the end has to be found. Offsets into the buffer given. */
  payloadStart: number = 0;
  payloadEnd: number = -1;
  serviceStart: number = -1;
  serviceEnd: number = -1;
  timeoutMs: number = -1;
  private readonly limits: RpcLimits;
  private readonly routes: RouteTable | undefined;
  private readonly clock: Clock;
  private readonly verify: PayloadCheck | undefined;
  private readonly route: Route = { service: -1, method: -1 };

  constructor(limits: RpcLimits, routes: RouteTable | undefined, clock: Clock, verify?: PayloadCheck) {
    this.limits = limits;
    this.routes = routes;
    this.clock = clock;
    this.verify = verify;
  }

  /**
   * True when the head is whole; the view then shows it. False = `need` bytes are wanted: with a checksum all of a message that has a TTHeader.
   * Errors: {@link RpcFrameError}, {@link RpcFrameTooLargeError}, and what `verify` throws.
   */
  readHead(buf: Buffer, start: number, end: number): boolean {
    const left = end - start;
    if (left < 8) return this.wait(8);
    const view = this.view;
    view.reset(buf);
    this.serviceStart = -1;
    this.timeoutMs = -1;
    let p = start;
    let total = -1;
    if (buf[p + 4] === 0x10 && buf[p + 5] === 0x00) {
      const length = u32(buf, p);
      if (left < 14) return this.wait(14);
      const info = u16(buf, p + 12) * 4;
      if (info > this.limits.maxHeaderBytes) throw tooLarge('TTHeader', info, 'maxHeaderBytes', this.limits.maxHeaderBytes);
      if (info < 4 || length < 10 + info + 8) {
        throw new RpcFrameError(`TTHeader: LENGTH ${length} with ${info} bytes of info leaves no room for a payload, wanted at least ${18 + info}`);
      }
      if (length - 10 - info > this.limits.maxMessageBytes) throw tooLarge('TTHeader payload', length - 10 - info, 'maxMessageBytes', this.limits.maxMessageBytes);
      if (left < 14 + info + 8) return this.wait(14 + info + 8);
      view.flags = u16(buf, p + 6);
      view.frameSeq = u32(buf, p + 8) | 0;
      p += 14;
      this.readInfo(buf, p, p + info);
      p += info;
      total = start + 4 + length;
      if (this.verify !== undefined) {
        if (end < total) return this.wait(4 + length);
        this.verify(buf.subarray(p, total), view);
      }
    } else if (buf[p] === 0xff && buf[p + 1] === 0xaf) {
      const size = u16(buf, p + 2);
      if (size > this.limits.maxHeaderBytes) throw tooLarge('MeshHeader', size, 'maxHeaderBytes', this.limits.maxHeaderBytes);
      if (left < 4 + size + 8) return this.wait(4 + size + 8);
      const meshEnd = p + 4 + size;
      if (size > 0) {
        scanStrings(buf, p + 4, meshEnd, this, 'MeshHeader');
        view.meshStart = p + 4;
        view.meshEnd = meshEnd;
      }
      p = meshEnd;
    }
    return this.readMessage(buf, start, p, end, total);
  }

  private readInfo(buf: Buffer, start: number, end: number): void {
    const proto = buf[start]!;
    if (proto !== 0x00 && proto !== 0x03 && proto !== 0x04 && proto !== 0x10 && proto !== 0x11) {
      throw new RpcFrameError(`TTHeader: unsupported ProtocolID 0x${proto.toString(16).padStart(2, '0')}`);
    }
    const transforms = buf[start + 1]!;
    const p = start + 2 + transforms;
    if (p > end) throw new RpcFrameError(`TTHeader: ${transforms} transforms end outside its header`);
    scanInfo(buf, p, end, this);
    this.view.infoStart = p;
    this.view.infoEnd = end;
    if ((this.view.flags & HeaderFlags.Streaming) !== 0) throw new RpcFrameError('TTHeader: a streaming frame on a ping-pong connection');
    if (this.timeoutMs > 0) this.view.deadline = this.clock.now() + this.timeoutMs;
  }

  /** `total`: where the TTHeader says that the message ends; -1 = there is none. At least 8 bytes are there from `at` on. */
  private readMessage(buf: Buffer, start: number, at: number, end: number, total: number): boolean {
    const view = this.view;
    const header = total >= 0;
    let p = at;
    let magic = u16(buf, p);
    let limit = total;
    if (magic === 0x8001) {
      view.wire = header ? 'ttheader' : 'buffered';
      view.payload = 'thrift';
    } else {
      magic = u16(buf, p + 4);
      if (magic !== 0x8001 && magic !== 0x9001) throw invalidPayload(buf, p);
      const n = u32(buf, p);
      if (header && p + 4 + n !== total) throw new RpcFrameError(`frame of ${n} bytes inside a TTHeader whose payload has ${total - p - 4}`);
      if (n > this.limits.maxMessageBytes) throw tooLarge('frame', n, 'maxMessageBytes', this.limits.maxMessageBytes);
      limit = p + 4 + n;
      p += 4;
      view.wire = header ? 'ttheader-framed' : 'framed';
      view.payload = magic === 0x8001 ? 'thrift' : 'protobuf';
    }
    // u32 version | u32 name length | name | i32 seq
    if (end - p < 8) return this.wait(p + 8 - start);
    const name = u32(buf, p + 4);
    if (name === 0) throw new RpcFrameError('message: got a method name of 0 bytes, wanted at least 1');
    if (name > this.limits.maxHeaderBytes) throw tooLarge('method name', name, 'maxHeaderBytes', this.limits.maxHeaderBytes);
    const payloadStart = p + 12 + name;
    if (limit >= 0 && payloadStart > limit) throw new RpcFrameError(`message: a method name of ${name} bytes ends outside its frame`);
    if (end < payloadStart) return this.wait(payloadStart - start);
    // A type of the wrong direction, or none at all, is for the engine to refuse: a server still has an answer for it.
    view.type = u16(buf, p + 2) as 1 | 2 | 3 | 4;
    view.nameStart = p + 8;
    view.nameEnd = p + 8 + name;
    view.seqId = u32(buf, p + 8 + name) | 0;
    this.payloadStart = payloadStart;
    this.payloadEnd = limit;
    if (this.routes !== undefined) {
      this.routes.find(buf, this.serviceStart, this.serviceEnd, view.nameStart, view.nameEnd, this.route);
      view.serviceIndex = this.route.service;
      view.methodIndex = this.route.method;
    }
    return true;
  }

  private wait(n: number): false {
    this.need = n;
    return false;
  }
}

function u16(b: Buffer, p: number): number {
  return (b[p]! << 8) | b[p + 1]!;
}

function u32(b: Buffer, p: number): number {
  return ((b[p]! << 24) | (b[p + 1]! << 16) | (b[p + 2]! << 8) | b[p + 3]!) >>> 0;
}

function tooLarge(what: string, got: number, option: string, max: number): RpcFrameTooLargeError {
  return new RpcFrameTooLargeError(`${what}: got ${got} bytes, wanted at most ${max} (${option})`);
}

function invalidPayload(buf: Buffer, p: number): RpcFrameError {
  const first = buf.toString('hex', p, p + 4);
  const second = buf.toString('hex', p + 4, p + 8);
  const hint = recognise(buf, p, p + 8);
  return new RpcFrameError(`invalid payload (first4Bytes=0x${first}, second4Bytes=0x${second})${hint === undefined ? '' : `: this looks like ${hint}`}`);
}
