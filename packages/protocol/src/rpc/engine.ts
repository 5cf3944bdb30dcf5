// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import type { EngineFactory, EngineLink, RpcHead, RpcHeadInit, RpcTail, StreamEngine, StreamEvents } from '../engine.js';
import { crc32cHex } from './crc32c.js';
import { RpcDecoder } from './decoder.js';
import type { HeaderExtras } from './encoder.js';
import { writeExceptionBody, writeMessageHead, writeTTHeader } from './encoder.js';
import { PeerClosedError, RpcFrameTooLargeError, RpcPayloadCorruptError, RpcStateError } from './errors.js';
import { CONTROL_METHOD, HeaderFlags, IntKey, INVALID_MESSAGE_TYPE, MAX_CHECKSUM_BYTES, MessageType, StrKey, VALIDATOR_KEY_PREFIX } from './keys.js';
import type { PayloadValidator, RpcEngineOptions, RpcEngineState, RpcLimits } from './limits.js';
import { limitsOf } from './limits.js';
import { ThriftScanner } from './scanner.js';
import { RpcStream, StreamSet } from './stream.js';

/** What the decoder is in the middle of. */
const Stage = { Head: 0, Payload: 1, Scan: 2 } as const;

/**
 * Ping-pong RPC on one connection: Buffered, Framed, TTHeader, Kitex-Protobuf, and multiplexed TTHeader (flag 0x0001).
 * A message is shown in two steps, its head before any of its payload is decoded. Where the wire answers in order, message n+1 is shown when message n is
 * answered (`pipelineDepth` widens that; replies keep their order). Bytes that are not consumed belong to the connection.
 * Source: cloudwego/kitex pkg/remote/codec/default_codec.go, pkg/remote/trans/default_server_handler.go, pkg/remote/trans/netpollmux.
 */
export class RpcEngine implements StreamEngine<RpcHeadInit, RpcTail> {
  readonly protocol: string = 'rpc';
  need: number = 8;
  midMessage: boolean = false;
  private readonly link: EngineLink;
  private readonly server: boolean;
  private readonly on: StreamEvents<RpcHead, RpcTail>;
  private readonly limits: RpcLimits;
  private readonly checked: boolean;
  private readonly decoder: RpcDecoder;
  private readonly reader: ByteReader;
  private scanner: ThriftScanner | undefined = undefined;
  private readonly streams: StreamSet = new StreamSet();
  private readonly extras: HeaderExtras;
  private nextId: number;
  private stage: number = Stage.Head;
  /** The stream whose payload is awaited; undefined = that payload is skipped. */
  private current: RpcStream | undefined = undefined;
  private payloadLeft: number = 0;
  private headBytes: number = 0;
  private receiving: boolean = false;
  private congested: boolean = false;
  private draining: boolean = false;
  /** A multiplexed request has come: the peer understands control messages. */
  private multiplexed: boolean = false;
  /** Server: the connection ends behind an answer that is still to come; nothing more is read. */
  private closing: boolean = false;
  private dead: boolean = false;

  constructor(link: EngineLink, role: 'client' | 'server', on: StreamEvents<RpcHead, RpcTail>, o: RpcEngineOptions) {
    this.link = link;
    this.server = role === 'server';
    this.on = on;
    const limits = limitsOf(o);
    this.limits = limits;
    this.checked = limits.crc32c || limits.validator !== undefined;
    this.decoder = new RpcDecoder(limits, this.server ? limits.routes : undefined, link.clock, this.checked ? (body, head) => verify(limits, body, head) : undefined);
    this.reader = new ByteReader(Buffer.alloc(0));
    this.extras = { flags: 0, frameSeq: 0, proto: 0, timeoutMs: Infinity, connReset: false, checksumKey: undefined, checksum: '' };
    this.nextId = limits.nextId;
  }

  get active(): number {
    return this.streams.size;
  }

  // ── bytes in ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  receive(buf: Buffer, start: number, end: number): number {
    let p = start;
    this.receiving = true;
    try {
      while (!this.dead) {
        const q = this.stage === Stage.Head ? this.takeHead(buf, p, end) : this.takePayload(buf, p, end);
        if (q < 0) break;
        p = q;
      }
    } finally {
      this.receiving = false;
    }
    this.midMessage = !this.dead && (this.stage !== Stage.Head || (p < end && !(this.server && this.blocked())));
    return this.dead ? end - start : p - start;
  }

  /** Shows the next head; the position after it, or -1 when more bytes or an answer are wanted. */
  private takeHead(buf: Buffer, p: number, end: number): number {
    if (this.closing) {
      this.need = 1;
      return end > p ? end : -1;
    }
    if (this.server && this.blocked()) {
      this.need = 1;
      return -1;
    }
    if (p === end) {
      this.need = 8;
      return -1;
    }
    const d = this.decoder;
    try {
      if (!d.readHead(buf, p, end)) {
        this.need = d.need;
        return -1;
      }
    } catch (e) {
      this.fail(e as Error);
      return -1;
    }
    const view = d.view;
    const stream = this.server ? this.accept() : this.pending();
    if (this.dead) return -1;
    const at = d.payloadStart;
    this.current = stream;
    this.headBytes = at - p;
    if (d.payloadEnd >= 0) {
      this.stage = Stage.Payload;
      this.payloadLeft = d.payloadEnd - at;
    } else {
      this.stage = Stage.Scan;
      (this.scanner ??= new ThriftScanner(this.limits.maxDepth)).begin();
    }
    if (stream === undefined) return at;
    if (this.server && view.type !== MessageType.Call && view.type !== MessageType.Oneway) {
      this.reset(stream.id, INVALID_MESSAGE_TYPE, `server side, invalid message type ${view.type as number}`);
    } else {
      this.on.onHead(stream.id, view, false);
    }
    return at;
  }

  /** Gives the payload, or passes over it; the position after it, or -1. */
  private takePayload(buf: Buffer, p: number, end: number): number {
    let stop: number;
    if (this.stage === Stage.Scan) {
      const s = this.scanner!;
      try {
        const n = s.scan(buf, p, end, this.limits.maxMessageBytes);
        if (n < 0) {
          this.need = s.need;
          return -1;
        }
        stop = p + n;
      } catch (e) {
        this.fail(e as Error);
        return -1;
      }
    } else {
      stop = p + this.payloadLeft;
      if (stop > end) {
        const skipped = this.current === undefined ? end - p : 0;
        this.payloadLeft -= skipped;
        this.need = this.current === undefined ? 1 : this.payloadLeft;
        return skipped > 0 ? end : -1;
      }
    }
    const stream = this.current;
    this.stage = Stage.Head;
    this.current = undefined;
    if (stream !== undefined) {
      const r = this.reader;
      r.set(buf, p, stop);
      const wireBytes = this.headBytes + stop - p;
      const full = this.streams.unordered >= this.limits.maxConcurrent;
      if (!this.server) this.streams.remove(stream);
      this.on.onMessage(stream.id, r, true, wireBytes);
      if (!this.server && (full || this.streams.size === 0) && !this.dead) this.link.idle();
    }
    return stop;
  }

  private blocked(): boolean {
    return this.congested || this.streams.ordered >= this.limits.pipelineDepth || this.streams.unordered >= this.limits.maxConcurrent;
  }

  /** Server: the stream of a request. */
  private accept(): RpcStream {
    const v = this.decoder.view;
    const name = v.methodIndex >= 0 ? this.limits.routes!.services[v.serviceIndex]!.methods[v.methodIndex]! : v.methodName;
    const ordered = (v.flags & HeaderFlags.SupportOutOfOrder) === 0;
    if (!ordered) this.multiplexed = true;
    const s = new RpcStream(this.nextId++, v.wire, v.payload, v.frameSeq, v.seqId, name, ordered);
    this.streams.add(s);
    return s;
  }

  /** Client: the stream that a reply answers; undefined = a multiplexed reply that nobody waits for any more. */
  private pending(): RpcStream | undefined {
    const v = this.decoder.view;
    if (this.limits.outOfOrder) {
      // A message about the connection: its server is about to close, and answers what is in flight first.
      if (v.frameSeq === 0 && v.str(StrKey.ConnReset) === '1') this.on.onGoAway(this.nextId - 1, 0);
      return this.streams.bySeq(v.frameSeq);
    }
    const s = this.streams.first;
    if (s === undefined || s.writer !== undefined || s.held !== undefined) {
      this.fail(new RpcStateError('the peer sent a reply that nobody asked for'));
      return undefined;
    }
    return s;
  }

  receiveEnd(): void {
    if (this.dead) return;
    if (this.streams.size > 0) this.fail(new PeerClosedError('the peer closed the connection while a call was in flight'));
    else if (this.midMessage) this.fail(new PeerClosedError('the peer closed the connection in the middle of a message'));
    else this.stop();
  }

  writable(): void {
    if (!this.congested) return;
    this.congested = false;
    if (!this.dead) this.link.resume();
  }

  closed(): void {
    this.dead = true;
    this.midMessage = false;
    this.streams.clear();
    this.current = undefined;
  }

  tick(): number {
    return Infinity;
  }

  /** From now on every TTHeader reply says `crrst`; a multiplexed connection is told at once. Other wires have no goodbye. */
  drain(): void {
    if (this.draining) return;
    this.draining = true;
    if (!this.server || !this.multiplexed || this.dead) return;
    const w = this.link.beginWrite(64);
    const x = this.extras;
    x.frameSeq = 0;
    x.flags = 0;
    x.timeoutMs = Infinity;
    x.connReset = true;
    x.checksumKey = undefined;
    const mark = writeTTHeader(w, controlHead, x);
    writeMessageHead(w, 'thrift', controlHead.type, CONTROL_METHOD, 0);
    w.u8(0);
    w.patchU32(mark, w.mark() - mark - 4);
    if (!this.link.endWrite()) this.congested = true;
  }

  exportState(): RpcEngineState {
    if (this.dead) throw new RpcStateError('exportState: the connection is closed');
    if (this.streams.size > 0 || this.stage !== Stage.Head) throw new RpcStateError(`exportState: ${this.streams.size} streams are open, wanted none`);
    return { protocol: 'rpc', nextId: this.nextId };
  }

  /** The connection is of no more use. */
  private fail(e: Error): void {
    this.dead = true;
    this.link.destroy(e);
  }

  /** Sends what is queued, then closes; further bytes are ignored. */
  private stop(): void {
    this.dead = true;
    this.link.end();
  }

  // ── messages out ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Errors: {@link RpcStateError} on a server, for `end` = true, and for a sequence id that is in flight on a multiplexed connection. */
  open(head: RpcHeadInit, end: boolean): number {
    if (this.server || end) throw new RpcStateError(`open: got ${this.server ? 'a server' : 'end = true'}, wanted a client's call, which has a message`);
    if (this.dead) return -1;
    const l = this.limits;
    const ordered = !l.outOfOrder;
    if (ordered ? this.streams.ordered >= l.pipelineDepth : this.streams.unordered >= l.maxConcurrent) return -1;
    if (!ordered && (head.seqId === 0 || this.streams.bySeq(head.seqId) !== undefined)) {
      throw new RpcStateError(`open: sequence id ${head.seqId} is ${head.seqId === 0 ? 'that of control messages' : 'in flight already'}`);
    }
    const s = new RpcStream(this.nextId++, l.wire, l.payload, head.seqId, head.seqId, head.method, ordered);
    s.held = head;
    if (ordered) this.streams.add(s);
    else this.streams.addBySeq(s);
    return s.id;
  }

  sendHead(id: number, head: RpcHeadInit, end: boolean): void {
    const s = this.find(id);
    if (end) throw new RpcStateError('sendHead: a ping-pong answer has a message, wanted end = false');
    if (!this.server || s.writer !== undefined) throw new RpcStateError(`sendHead: ${this.server ? 'a message is open' : "a client's head goes with open()"}`);
    s.held = head;
  }

  beginMessage(id: number, hint: number): ByteWriter {
    const s = this.find(id);
    const head = s.held;
    if (head === undefined || s.writer !== undefined) throw new RpcStateError('beginMessage: wanted one head before and no open message');
    const headed = s.wire === 'ttheader' || s.wire === 'ttheader-framed';
    // A checksum travels before what it covers, and an answer that is not the oldest waits: both are put together aside. So is what nobody will read.
    s.direct = !(this.checked && headed) && (!this.server || !s.ordered || this.streams.first === s) && !this.dead;
    const w = s.direct ? this.link.beginWrite(hint) : new ByteWriter(hint > 0 ? hint : 1024);
    s.writer = w;
    s.lengthMark = -1;
    s.frameMark = -1;
    if (headed && !this.checked) s.lengthMark = writeTTHeader(w, head, this.extrasOf(s, head));
    s.bodyMark = w.mark();
    if (s.wire !== 'buffered' && s.wire !== 'ttheader') {
      s.frameMark = s.bodyMark;
      w.u32(0);
    }
    writeMessageHead(w, s.payload, head.type, head.method, head.seqId);
    return w;
  }

  private extrasOf(s: RpcStream, head: RpcHeadInit): HeaderExtras {
    const x = this.extras;
    x.frameSeq = s.frameSeq;
    x.flags = !this.server && !s.ordered ? HeaderFlags.SupportOutOfOrder : 0;
    x.timeoutMs = this.server || head.deadline === Infinity ? Infinity : head.deadline - this.link.clock.now();
    x.connReset = this.server && (this.draining || s.last);
    x.checksumKey = undefined;
    x.checksum = '';
    return x;
  }

  endMessage(id: number, end: boolean): boolean {
    const s = this.find(id);
    let w = s.writer;
    if (w === undefined || !end) throw new RpcStateError('endMessage: wanted an open message, and end = true on a ping-pong wire');
    const size = w.mark();
    const body = size - s.bodyMark;
    if (body > this.limits.maxMessageBytes) {
      throw new RpcFrameTooLargeError(`message: got ${body} bytes to send, wanted at most ${this.limits.maxMessageBytes} (maxMessageBytes)`);
    }
    if (s.frameMark >= 0) w.patchU32(s.frameMark, size - s.frameMark - 4);
    if (s.lengthMark >= 0) w.patchU32(s.lengthMark, size - s.lengthMark - 4);
    else if (this.checked && (s.wire === 'ttheader' || s.wire === 'ttheader-framed')) w = this.withChecksum(s, w);
    const head = s.held!;
    s.writer = undefined;
    s.held = undefined;
    let below = true;
    if (s.direct) {
      below = this.link.endWrite();
    } else if (this.dead) {
      // The connection is closing; its answer meets nobody.
    } else if (!this.server || !s.ordered || this.streams.first === s) {
      below = this.send(w);
    } else {
      s.out = w;
    }
    if (!below) this.congested = true;
    if (this.server) this.finished(s);
    else if (head.type === MessageType.Oneway) this.dropClient(s);
    return below;
  }

  /** Puts the TTHeader with the checksum of `body` before it. */
  private withChecksum(s: RpcStream, body: ByteWriter): ByteWriter {
    const bytes = body.view();
    const w = new ByteWriter(bytes.length + 512);
    const x = this.extrasOf(s, s.held!);
    if (this.limits.crc32c) {
      x.checksumKey = StrKey.CRC32C;
      x.checksum = crc32cHex(bytes);
    } else {
      const v = this.limits.validator!;
      const sum = checksumOf(v, bytes);
      if (sum !== undefined) {
        x.checksumKey = VALIDATOR_KEY_PREFIX + v.key;
        x.checksum = sum;
      }
    }
    const mark = writeTTHeader(w, s.held!, x);
    w.bytes(bytes);
    w.patchU32(mark, w.mark() - mark - 4);
    return w;
  }

  /** Sends what was put together aside. */
  private send(w: ByteWriter): boolean {
    const out = this.link.beginWrite(w.length);
    out.bytes(w.view());
    return this.link.endWrite();
  }

  cancelMessage(id: number): void {
    const s = this.streams.find(id);
    if (s === undefined || s.held === undefined) return;
    this.abandon(s);
    if (!this.server) this.dropClient(s);
  }

  /** Drops the held head and the open message. */
  private abandon(s: RpcStream): void {
    if (s.writer !== undefined && s.direct) this.link.cancelWrite();
    s.writer = undefined;
    s.held = undefined;
  }

  sendTail(): void {
    throw new RpcStateError('sendTail: ping-pong wires have no tail, wanted endMessage(id, true)');
  }

  finish(id: number): void {
    const s = this.streams.find(id);
    if (s === undefined || s.answered) return;
    if (!this.server) {
      this.reset(id);
      return;
    }
    this.abandon(s);
    this.finished(s);
  }

  reset(id: number, code: number = 0, reason: string = ''): void {
    const s = this.streams.find(id);
    if (s === undefined || s.answered || this.dead) return;
    const unsent = s.held !== undefined;
    this.abandon(s);
    if (!this.server) {
      if (unsent || !s.ordered) {
        // Nothing has left, or the reply is recognised by its sequence id and passed over.
        this.dropClient(s);
      } else {
        // A late reply must never meet the next call.
        this.streams.remove(s);
        this.fail(new RpcStateError(reason === '' ? 'the call was given up' : reason));
      }
      return;
    }
    if (s.ordered) {
      s.last = true;
      this.closing = true;
    }
    s.held = {
      service: '',
      method: s.method,
      type: MessageType.Exception,
      seqId: s.seqId,
      deadline: Infinity,
      wire: s.wire,
      ints: exceptionInts,
      strings: undefined,
    };
    try {
      const w = this.beginMessage(id, 0);
      writeExceptionBody(w, s.payload, code, reason);
      this.endMessage(id, true);
    } catch (e) {
      // The wire does not take even this, say because its checksum cannot be made.
      this.abandon(s);
      this.fail(e as Error);
    }
  }

  credit(): void {
    // Ping-pong messages come whole; reading is held back by not showing the next one.
  }

  private find(id: number): RpcStream {
    const s = this.streams.find(id);
    if (s === undefined || s.answered) throw new RpcStateError(`stream ${id} is not open`);
    return s;
  }

  private dropClient(s: RpcStream): void {
    if (this.current === s) this.current = undefined;
    if (this.streams.remove(s) && this.streams.size === 0 && !this.dead) this.link.idle();
  }

  /** Server: an answer is complete; it and those that waited for it leave in order. */
  private finished(s: RpcStream): void {
    s.answered = true;
    if (this.current === s) this.current = undefined;
    if (!s.ordered) {
      this.streams.remove(s);
      if (s.last) this.stop();
    } else {
      for (let f = this.streams.first; f !== undefined && f.answered && !this.dead; f = this.streams.first) {
        this.streams.remove(f);
        if (f.out !== undefined && !this.send(f.out)) this.congested = true;
        if (f.last) this.stop();
      }
    }
    if (this.dead) return;
    if (this.streams.size === 0) this.link.idle();
    if (!this.receiving && !this.dead && !this.blocked()) this.link.resume();
  }
}

const exceptionInts: ReadonlyMap<number, string> = new Map([[IntKey.MsgType, String(MessageType.Exception)]]);

const controlHead: RpcHeadInit = {
  service: '',
  method: CONTROL_METHOD,
  type: MessageType.Reply,
  seqId: 0,
  deadline: Infinity,
  wire: 'ttheader',
  ints: undefined,
  strings: undefined,
};

/** Checks what stands behind a TTHeader. Errors: {@link RpcPayloadCorruptError}. */
function verify(limits: RpcLimits, body: Buffer, head: RpcHead): void {
  if (limits.crc32c) {
    const sent = head.str(StrKey.CRC32C);
    if (sent === undefined || sent === '') return;
    const got = crc32cHex(body);
    if (got !== sent.toLowerCase()) throw new RpcPayloadCorruptError(`payload checksum: got crc32c ${got}, the peer sent ${shown(sent)}`);
    return;
  }
  const v = limits.validator!;
  let valid: boolean;
  try {
    valid = v.validate(head.str(VALIDATOR_KEY_PREFIX + v.key) ?? '', body, head);
  } catch (e) {
    throw new RpcPayloadCorruptError(`payload checksum: the validator "${v.key}" failed`, { cause: e });
  }
  if (!valid) throw new RpcPayloadCorruptError(`payload checksum: the validator "${v.key}" refused the payload`);
}

/** What the validator makes of a payload. Errors: {@link RpcPayloadCorruptError}. */
function checksumOf(v: PayloadValidator, payload: Uint8Array): string | undefined {
  let sum: string | undefined;
  try {
    sum = v.generate(payload);
  } catch (e) {
    throw new RpcPayloadCorruptError(`payload checksum: the validator "${v.key}" failed`, { cause: e });
  }
  const size = sum === undefined ? 0 : Buffer.byteLength(sum);
  if (size > MAX_CHECKSUM_BYTES) throw new RpcPayloadCorruptError(`payload checksum: the validator "${v.key}" gave ${size} bytes, wanted at most ${MAX_CHECKSUM_BYTES}`);
  return sum;
}

function shown(text: string): string {
  return text.length > 20 ? `${text.slice(0, 20)}…` : text;
}

/** Makes the ping-pong RPC engine of one connection. */
export const createRpcEngine: EngineFactory<RpcHead, RpcHeadInit, RpcTail, RpcEngineOptions> = (link, role, on, o) => new RpcEngine(link, role, on, o);
