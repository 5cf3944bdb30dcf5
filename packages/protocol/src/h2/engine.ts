// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';
import { ByteReader } from '@cloudwego/gopkg/io';
import type { EngineFactory, EngineLink, HttpHead, HttpHeadInit, HttpTail, StreamEngine, StreamEvents } from '../engine.js';
import { Age } from './age.js';
import { Bandwidth } from './bandwidth.js';
import { frameHead, readU32, u32 } from './encoder.js';
import type { H2Code } from './errors.js';
import { H2Error } from './errors.js';
import { DEFAULT_WINDOW, ErrorCode, errorName, Flag, FRAME_HEAD, FrameType, MAX_FRAME_SIZE, MAX_STREAM_ID, MAX_WINDOW, MIN_FRAME_SIZE, PREFACE, Setting } from './frame.js';
import { Guard } from './guard.js';
import type { HeadFacts } from './head.js';
import { H2HeadView, headFacts, tailFacts } from './head.js';
import type { HeaderBlock } from './hpack/decoder.js';
import { HpackDecoder } from './hpack/decoder.js';
import { KeepAlive } from './keep-alive.js';
import type { H2Limits, H2Options } from './limits.js';
import { h2LimitsOf } from './limits.js';
import { H2Output } from './output.js';
import type { OutputOwner } from './output.js';
import { H2Stream } from './stream.js';

/** Streams of a client before the server has said how many it takes. Source: nphttp2/grpc defaultMaxStreamsClient. */
const FIRST_STREAMS = 100;
/** Streams that were reset lately, whose late frames are passed over. */
const RECENT = 256;
const DRAIN_PING: readonly number[] = [1, 6, 1, 8, 0, 3, 3, 9];
const EMPTY: Buffer = Buffer.alloc(0);
const NO_FIELDS: readonly string[] = Object.freeze([]);

/**
 * HTTP/2 on one connection, either side: header lists, pieces of bodies and trailers as events; flow control, limits, keep-alive and goodbye are its own.
 * Shape:   a message that fits frame and windows is written in place, behind the head that was held back; what does not fit waits per stream and leaves in turn
 *          as the peer opens its windows.
 * Owns:    what waits is copied; bytes that arrive are lent for the length of the event.
 * Errors:  a peer that breaks a rule of one stream has that stream reset; one that breaks a rule of the connection gets GOAWAY and the connection is destroyed
 *          with an {@link H2Error}.
 * Source:  RFC 9113; behaviour of RPC beyond it: cloudwego/kitex pkg/remote/trans/nphttp2/grpc.
 */
export class H2Engine implements StreamEngine<HttpHeadInit, HttpTail>, OutputOwner {
  readonly protocol: string = 'h2';
  need: number = 1;
  midMessage: boolean = false;
  private readonly link: EngineLink;
  private readonly server: boolean;
  private readonly on: StreamEvents<HttpHead, HttpTail>;
  private readonly limits: H2Limits;
  private readonly streams: Map<number, H2Stream> = new Map();
  private readonly recent: Set<number> = new Set();
  private readonly decoder: HpackDecoder;
  private readonly out: H2Output;
  private readonly reader: ByteReader = new ByteReader(EMPTY);
  private readonly view: H2HeadView = new H2HeadView();
  private readonly guard: Guard;
  private readonly bandwidth: Bandwidth;
  private readonly keepAlive: KeepAlive;
  private readonly age: Age | undefined;

  private started: boolean = false;
  private prefaced: boolean;
  private settled: boolean = false;
  private settingsAt: number = 0;
  private nextId: number = 1;
  private lastRemote: number = 0;
  /** Streams above this are not served any more. */
  private acceptTo: number = MAX_STREAM_ID;
  private draining: boolean = false;
  /** Told goodbye for its age or idleness: it ends with its last stream, whatever the peer does. */
  private expiring: boolean = false;
  private peerGone: boolean = false;
  dead: boolean = false;

  private peerStreams: number;
  private peerWindow: number = DEFAULT_WINDOW;
  private recvWindow: number = DEFAULT_WINDOW;
  private connWindow: number;
  private streamWindow: number;
  private connCredit: number = 0;

  /** A header block whose CONTINUATION is awaited. */
  private blockId: number = 0;
  private blockEnd: boolean = false;
  private blockSelf: boolean = false;
  private blockParts: Buffer[] = [];
  private blockBytes: number = 0;


  constructor(link: EngineLink, role: 'client' | 'server', on: StreamEvents<HttpHead, HttpTail>, o: H2Options) {
    const l = h2LimitsOf(o);
    this.link = link;
    this.server = role === 'server';
    this.on = on;
    this.limits = l;
    this.decoder = new HpackDecoder(l.maxHeaderBytes);
    this.out = new H2Output(link, l, this);
    this.prefaced = !this.server;
    this.need = this.server ? PREFACE.length : FRAME_HEAD;
    this.peerStreams = this.server ? 0 : FIRST_STREAMS;
    this.connWindow = l.connectionWindowBytes;
    this.streamWindow = l.initialWindowBytes;
    this.guard = new Guard(l);
    this.bandwidth = new Bandwidth(l);
    this.keepAlive = new KeepAlive(l, this.server, link.clock.now());
    this.age = this.server && l.maxIdleMs + l.maxAgeMs > 0 ? new Age(l, link.clock.now(), Math.random()) : undefined;
    if (this.server) this.settingsAt = link.clock.now();
  }

  get active(): number {
    return this.streams.size;
  }

  // ── bytes in ─────────────────────────────────────────────────────────────────────────────────

  receive(buf: Buffer, start: number, end: number): number {
    let p = start;
    this.keepAlive.heard(this.link.clock.now());
    try {
      while (!this.dead) {
        const q = this.prefaced ? this.frame(buf, p, end) : this.preface(buf, p, end);
        if (q < 0) break;
        p = q;
      }
    } catch (e) {
      if (!(e instanceof H2Error)) throw e;
      this.fail(e);
    }
    this.midMessage = !this.dead && (p < end || this.blockId !== 0);
    return this.dead ? end - start : p - start;
  }

  private preface(buf: Buffer, p: number, end: number): number {
    const n = Math.min(end - p, PREFACE.length);
    if (buf.compare(PREFACE, 0, n, p, p + n) !== 0) throw wrong('the connection preface is not that of HTTP/2');
    if (n < PREFACE.length) {
      this.need = PREFACE.length;
      return -1;
    }
    this.prefaced = true;
    this.need = FRAME_HEAD;
    this.start();
    return p + n;
  }

  /** Handles one whole frame; the position behind it, or -1. */
  private frame(buf: Buffer, p: number, end: number): number {
    if (end - p < FRAME_HEAD) {
      this.need = FRAME_HEAD;
      return -1;
    }
    const length = (buf[p]! << 16) | (buf[p + 1]! << 8) | buf[p + 2]!;
    if (length > this.limits.maxFrameBytes) throw new H2Error('H2_FRAME_SIZE_INVALID', ErrorCode.FRAME_SIZE_ERROR, `frame of ${length} bytes, wanted at most ${this.limits.maxFrameBytes}`);
    const stop = p + FRAME_HEAD + length;
    if (stop > end) {
      this.need = FRAME_HEAD + length;
      return -1;
    }
    const type = buf[p + 3]!;
    const flags = buf[p + 4]!;
    const id = (((buf[p + 5]! & 0x7f) << 24) | (buf[p + 6]! << 16) | (buf[p + 7]! << 8) | buf[p + 8]!) >>> 0;
    const at = p + FRAME_HEAD;
    this.need = FRAME_HEAD;
    if (this.blockId !== 0 && (type !== FrameType.CONTINUATION || id !== this.blockId)) throw wrong(`frame type ${type} inside the header block of stream ${this.blockId}`);
    if (!this.settled && type !== FrameType.SETTINGS) throw wrong(`frame type ${type} before SETTINGS`);
    switch (type) {
      case FrameType.DATA:
        this.data(buf, at, stop, flags, id);
        break;
      case FrameType.HEADERS:
        this.headers(buf, at, stop, flags, id);
        break;
      case FrameType.PRIORITY:
        this.priority(buf, at, length, id);
        break;
      case FrameType.RST_STREAM:
        this.resetByPeer(buf, at, length, id);
        break;
      case FrameType.SETTINGS:
        this.settings(buf, at, length, flags, id);
        break;
      case FrameType.PUSH_PROMISE:
        throw wrong('PUSH_PROMISE, which was not allowed');
      case FrameType.PING:
        this.ping(buf, at, length, flags, id);
        break;
      case FrameType.GOAWAY:
        this.goAway(buf, at, length, id);
        break;
      case FrameType.WINDOW_UPDATE:
        this.windowUpdate(buf, at, length, id);
        break;
      case FrameType.CONTINUATION:
        this.continuation(buf, at, stop, flags);
        break;
      default:
        // Frames of unknown types are passed over.
        this.guard.control(this.link.clock.now());
        break;
    }
    return stop;
  }

  // ── DATA ─────────────────────────────────────────────────────────────────────────────────────

  private data(buf: Buffer, at: number, stop: number, flags: number, id: number): void {
    const length = stop - at;
    if (id === 0) throw wrong('DATA on stream 0');
    if ((flags & Flag.PADDED) !== 0) {
      const pad = length > 0 ? buf[at]! : 0;
      if (length === 0 || pad >= length) throw wrong(`padding of ${pad} bytes in a frame of ${length}`);
      at++;
      stop -= pad;
    }
    this.recvWindow -= length;
    if (this.recvWindow < 0) throw new H2Error('H2_FLOW_INVALID', ErrorCode.FLOW_CONTROL_ERROR, 'more DATA than the window of the connection');
    if (this.bandwidth.received(length, this.link.clock.now())) this.out.control(FrameType.PING, 0, 0, this.bandwidth.payload);
    const s = this.streams.get(id);
    if (s === undefined || s.remoteEnd) {
      this.creditConnection(length);
      if (s === undefined && this.isIdle(id)) throw wrong(`DATA on the idle stream ${id}`);
      if (!this.recent.has(id)) this.refuse(id, ErrorCode.STREAM_CLOSED, 'DATA on a closed stream');
      return;
    }
    s.recvWindow -= length;
    const end = (flags & Flag.END_STREAM) !== 0;
    if (s.recvWindow < 0) {
      this.creditConnection(length);
      this.refuse(id, ErrorCode.FLOW_CONTROL_ERROR, 'more DATA than the window of the stream');
      return;
    }
    s.got += stop - at;
    if (!s.headRead || (s.expected >= 0 && (s.got > s.expected || (end && s.got !== s.expected)))) {
      this.creditConnection(length);
      this.refuse(id, ErrorCode.PROTOCOL_ERROR, s.headRead ? `body of ${s.got} bytes, content-length said ${s.expected}` : 'DATA before the response');
      return;
    }
    if (end) s.remoteEnd = true;
    else if (stop === at) this.guard.empty(this.link.clock.now());
    if (stop === at && length === 0 && !end) return;
    const r = this.reader;
    r.set(buf, at, stop);
    this.on.onMessage(id, r, end, length);
    if (end) this.settle(s);
  }

  /** The peer's bytes were taken: its windows open again, told once half of one is due. */
  credit(id: number, wireBytes: number): void {
    if (this.dead) return;
    this.creditConnection(wireBytes);
    const s = this.streams.get(id);
    if (s === undefined || s.remoteEnd) return;
    s.credit += wireBytes;
    if (s.credit * 2 < this.streamWindow) return;
    s.recvWindow += s.credit;
    this.out.control(FrameType.WINDOW_UPDATE, 0, id, u32(s.credit));
    s.credit = 0;
  }

  private creditConnection(bytes: number): void {
    this.connCredit += bytes;
    if (this.connCredit * 2 < this.connWindow || this.dead) return;
    this.recvWindow += this.connCredit;
    this.out.control(FrameType.WINDOW_UPDATE, 0, 0, u32(this.connCredit));
    this.connCredit = 0;
  }

  // ── HEADERS ──────────────────────────────────────────────────────────────────────────────────

  private headers(buf: Buffer, at: number, stop: number, flags: number, id: number): void {
    if (id === 0) throw wrong('HEADERS on stream 0');
    const length = stop - at;
    if ((flags & Flag.PADDED) !== 0) {
      const pad = length > 0 ? buf[at]! : 0;
      at++;
      stop -= pad;
      if (length === 0 || stop < at) throw wrong(`padding of ${pad} bytes in a frame of ${length}`);
    }
    this.blockSelf = false;
    if ((flags & Flag.PRIORITY) !== 0) {
      if (stop - at < 5) throw new H2Error('H2_FRAME_SIZE_INVALID', ErrorCode.FRAME_SIZE_ERROR, 'HEADERS without room for its priority');
      this.blockSelf = (readU32(buf, at) & 0x7fffffff) === id;
      at += 5;
    }
    this.blockId = id;
    this.blockEnd = (flags & Flag.END_STREAM) !== 0;
    if ((flags & Flag.END_HEADERS) !== 0) {
      this.block(buf, at, stop);
      return;
    }
    this.keepBlock(buf, at, stop);
  }

  private keepBlock(buf: Buffer, at: number, stop: number): void {
    this.blockBytes += stop - at;
    this.guard.fragment(this.blockParts.length);
    if (this.blockBytes > this.limits.maxHeaderBytes) throw new H2Error('H2_PEER_ABUSIVE', ErrorCode.ENHANCE_YOUR_CALM, `header block of more than ${this.limits.maxHeaderBytes} bytes (maxHeaderBytes)`);
    this.blockParts.push(Buffer.from(buf.subarray(at, stop)));
  }

  private continuation(buf: Buffer, at: number, stop: number, flags: number): void {
    if (this.blockId === 0) throw wrong('CONTINUATION without a header block');
    this.keepBlock(buf, at, stop);
    if ((flags & Flag.END_HEADERS) === 0) return;
    const whole = Buffer.concat(this.blockParts);
    this.blockParts = [];
    this.blockBytes = 0;
    this.block(whole, 0, whole.length);
  }

  private block(buf: Buffer, at: number, stop: number): void {
    const id = this.blockId;
    const end = this.blockEnd;
    this.blockId = 0;
    // Decoded whatever becomes of it: the table has to follow the peer's.
    const list = this.decoder.decode(buf, at, stop);
    const s = this.streams.get(id);
    if (s !== undefined) this.more(s, list, end);
    else if (this.server) this.accept(id, list, end);
    else if (this.isIdle(id)) throw wrong(`HEADERS on the idle stream ${id}`);
    else if (!this.recent.has(id)) this.refuse(id, ErrorCode.STREAM_CLOSED, 'HEADERS on a closed stream');
  }

  /** Server: a request. */
  private accept(id: number, list: HeaderBlock, end: boolean): void {
    if (id % 2 === 0) throw wrong(`a request on the even stream ${id}`);
    if (id <= this.lastRemote) {
      if (this.recent.has(id)) return;
      throw new H2Error('H2_STREAM_CLOSED', ErrorCode.STREAM_CLOSED, `HEADERS on the closed stream ${id}`);
    }
    if (id > this.acceptTo) return;
    this.lastRemote = id;
    if (this.streams.size >= this.limits.maxConcurrentStreams) {
      this.guard.refused(this.link.clock.now());
      this.refuse(id, ErrorCode.REFUSED_STREAM, 'too many streams');
      return;
    }
    const facts = headFacts(list, true);
    if (facts.malformed !== undefined || this.blockSelf) {
      this.refuse(id, ErrorCode.PROTOCOL_ERROR, `malformed request: ${facts.malformed ?? 'it depends on itself'}`);
      return;
    }
    const s = new H2Stream(id, this.peerWindow, this.streamWindow);
    s.headRead = true;
    s.remoteEnd = end;
    s.expected = facts.length ?? -1;
    this.streams.set(id, s);
    if (list.tooLarge) {
      this.sendHead(id, { status: 431, headers: NO_FIELDS, length: 0 }, true);
      return;
    }
    if (end && s.expected > 0) {
      this.refuse(id, ErrorCode.PROTOCOL_ERROR, `no body, content-length said ${s.expected}`);
      return;
    }
    this.on.onHead(id, this.view.set(facts), end);
  }

  /** A response, or trailers. */
  private more(s: H2Stream, list: HeaderBlock, end: boolean): void {
    if (s.remoteEnd) {
      this.refuse(s.id, ErrorCode.STREAM_CLOSED, 'HEADERS behind the end of the stream');
      return;
    }
    if (this.blockSelf) {
      this.refuse(s.id, ErrorCode.PROTOCOL_ERROR, 'a stream that depends on itself');
      return;
    }
    if (s.headRead) {
      this.trailers(s, list, end);
      return;
    }
    const facts = headFacts(list, false);
    const bad = list.tooLarge ? `a header list of ${list.size} bytes, wanted at most ${this.limits.maxHeaderBytes} (maxHeaderBytes)` : facts.malformed;
    if (bad !== undefined || (facts.status < 200 && (end || facts.status === 101))) {
      this.refuse(s.id, ErrorCode.PROTOCOL_ERROR, `malformed response: ${bad ?? `status ${facts.status}`}`);
      return;
    }
    if (facts.status < 200) return;
    this.answered(s, facts, end);
  }

  private answered(s: H2Stream, facts: HeadFacts, end: boolean): void {
    s.headRead = true;
    s.expected = facts.length ?? -1;
    s.remoteEnd = end;
    this.on.onHead(s.id, this.view.set(facts), end);
    if (end) this.settle(s);
  }

  private trailers(s: H2Stream, list: HeaderBlock, end: boolean): void {
    const facts = tailFacts(list);
    const bad = list.tooLarge ? 'trailers beyond maxHeaderBytes' : (facts.malformed ?? (end ? undefined : 'HEADERS in the middle of a body'));
    if (bad !== undefined || (s.expected >= 0 && s.got !== s.expected)) {
      this.refuse(s.id, ErrorCode.PROTOCOL_ERROR, `malformed trailers: ${bad ?? `body of ${s.got} bytes, content-length said ${s.expected}`}`);
      return;
    }
    s.remoteEnd = true;
    this.on.onTail(s.id, facts.rawHeaders);
    this.settle(s);
  }

  // ── control frames ───────────────────────────────────────────────────────────────────────────

  private priority(buf: Buffer, at: number, length: number, id: number): void {
    if (id === 0) throw wrong('PRIORITY on stream 0');
    this.guard.control(this.link.clock.now());
    if (length !== 5) this.refuse(id, ErrorCode.FRAME_SIZE_ERROR, `PRIORITY of ${length} bytes`);
    else if ((readU32(buf, at) & 0x7fffffff) === id) this.refuse(id, ErrorCode.PROTOCOL_ERROR, 'a stream that depends on itself');
  }

  private resetByPeer(buf: Buffer, at: number, length: number, id: number): void {
    if (id === 0) throw wrong('RST_STREAM on stream 0');
    if (length !== 4) throw new H2Error('H2_FRAME_SIZE_INVALID', ErrorCode.FRAME_SIZE_ERROR, `RST_STREAM of ${length} bytes`);
    const s = this.streams.get(id);
    if (s === undefined) {
      if (this.isIdle(id)) throw wrong(`RST_STREAM on the idle stream ${id}`);
      this.guard.control(this.link.clock.now());
      return;
    }
    if (this.server && !s.localDone) this.guard.reset(this.link.clock.now());
    const code = readU32(buf, at);
    this.drop(s);
    // Whoever reset a stream may not go on with it.
    this.recent.delete(id);
    this.on.onReset(id, code, `the peer reset the stream: ${errorName(code)}`);
    this.quiet();
  }

  private settings(buf: Buffer, at: number, length: number, flags: number, id: number): void {
    if (id !== 0) throw wrong(`SETTINGS on stream ${id}`);
    if ((flags & Flag.ACK) !== 0) {
      if (length !== 0) throw new H2Error('H2_FRAME_SIZE_INVALID', ErrorCode.FRAME_SIZE_ERROR, `SETTINGS ACK of ${length} bytes`);
      this.decoder.setLimit(this.limits.headerTableBytes);
      if (!this.settled) throw wrong('SETTINGS ACK before SETTINGS');
      return;
    }
    if (length % 6 !== 0) throw new H2Error('H2_FRAME_SIZE_INVALID', ErrorCode.FRAME_SIZE_ERROR, `SETTINGS of ${length} bytes`);
    if (this.settled) this.guard.control(this.link.clock.now());
    const first = !this.settled;
    this.settled = true;
    this.settingsAt = 0;
    let streams = first && !this.server ? MAX_STREAM_ID : this.peerStreams;
    for (let p = at; p < at + length; p += 6) {
      const key = (buf[p]! << 8) | buf[p + 1]!;
      const value = readU32(buf, p + 2);
      switch (key) {
        case Setting.HEADER_TABLE_SIZE:
          this.out.encoder.setLimit(value);
          break;
        case Setting.ENABLE_PUSH:
          if (value > 1 || (!this.server && value === 1)) throw wrong(`ENABLE_PUSH ${value}`);
          break;
        case Setting.MAX_CONCURRENT_STREAMS:
          streams = value;
          break;
        case Setting.INITIAL_WINDOW_SIZE:
          this.peerInitialWindow(value);
          break;
        case Setting.MAX_FRAME_SIZE:
          if (value < MIN_FRAME_SIZE || value > MAX_FRAME_SIZE) throw wrong(`MAX_FRAME_SIZE ${value}`);
          this.out.peerFrame = value;
          break;
        default:
          break;
      }
    }
    const grew = streams > this.peerStreams;
    this.peerStreams = streams;
    this.out.control(FrameType.SETTINGS, Flag.ACK, 0, NO_BYTES);
    this.out.pump();
    if (grew && !this.server) this.link.idle();
  }

  private peerInitialWindow(value: number): void {
    if (value > MAX_WINDOW) throw new H2Error('H2_FLOW_INVALID', ErrorCode.FLOW_CONTROL_ERROR, `INITIAL_WINDOW_SIZE ${value}`);
    const by = value - this.peerWindow;
    this.peerWindow = value;
    for (const s of this.streams.values()) {
      s.sendWindow += by;
      if (s.sendWindow > MAX_WINDOW) throw new H2Error('H2_FLOW_INVALID', ErrorCode.FLOW_CONTROL_ERROR, `the window of stream ${s.id} passes 2^31 - 1`);
    }
  }

  private ping(buf: Buffer, at: number, length: number, flags: number, id: number): void {
    if (id !== 0) throw wrong(`PING on stream ${id}`);
    if (length !== 8) throw new H2Error('H2_FRAME_SIZE_INVALID', ErrorCode.FRAME_SIZE_ERROR, `PING of ${length} bytes`);
    const now = this.link.clock.now();
    if ((flags & Flag.ACK) === 0) {
      this.guard.control(now);
      if (this.server) this.keepAlive.pinged(now, this.streams.size > 0);
      this.out.control(FrameType.PING, Flag.ACK, 0, [...buf.subarray(at, at + 8)]);
      return;
    }
    this.keepAlive.answered();
    if (this.draining && DRAIN_PING.every((b, i) => buf[at + i] === b)) {
      this.lastGoodbye();
      return;
    }
    const grown = this.bandwidth.acknowledged(buf, at, now);
    if (grown > 0) this.widen(grown);
  }

  /** Windows follow what the link holds. */
  private widen(bytes: number): void {
    if (bytes > this.connWindow) {
      this.recvWindow += bytes - this.connWindow;
      this.out.control(FrameType.WINDOW_UPDATE, 0, 0, u32(bytes - this.connWindow));
      this.connWindow = bytes;
    }
    if (bytes <= this.streamWindow) return;
    for (const s of this.streams.values()) s.recvWindow += bytes - this.streamWindow;
    this.streamWindow = bytes;
    this.out.control(FrameType.SETTINGS, 0, 0, [0, Setting.INITIAL_WINDOW_SIZE, ...u32(bytes)]);
  }

  private goAway(buf: Buffer, at: number, length: number, id: number): void {
    if (id !== 0) throw wrong(`GOAWAY on stream ${id}`);
    if (length < 8) throw new H2Error('H2_FRAME_SIZE_INVALID', ErrorCode.FRAME_SIZE_ERROR, `GOAWAY of ${length} bytes`);
    this.guard.control(this.link.clock.now());
    const last = readU32(buf, at) & 0x7fffffff;
    const code = readU32(buf, at + 4);
    this.peerGone = true;
    this.on.onGoAway(last, code);
    if (this.server || this.dead) return;
    const why = buf.toString('latin1', at + 8, Math.min(at + length, at + 8 + 200));
    for (const s of [...this.streams.values()]) {
      if (s.id <= last || this.dead) continue;
      // The peer has not touched these: they may be sent again elsewhere.
      this.drop(s);
      this.on.onReset(s.id, ErrorCode.REFUSED_STREAM, `the peer goes away and did not process the stream: ${errorName(code)}${why === '' ? '' : ` "${why}"`}`);
    }
    this.quiet();
  }

  private windowUpdate(buf: Buffer, at: number, length: number, id: number): void {
    if (length !== 4) throw new H2Error('H2_FRAME_SIZE_INVALID', ErrorCode.FRAME_SIZE_ERROR, `WINDOW_UPDATE of ${length} bytes`);
    const by = readU32(buf, at) & 0x7fffffff;
    if (id === 0) {
      if (by === 0) throw wrong('WINDOW_UPDATE by 0');
      this.out.sendWindow += by;
      if (this.out.sendWindow > MAX_WINDOW) throw new H2Error('H2_FLOW_INVALID', ErrorCode.FLOW_CONTROL_ERROR, 'the window of the connection passes 2^31 - 1');
      this.out.pump();
      return;
    }
    const s = this.streams.get(id);
    if (s === undefined) {
      if (this.isIdle(id)) throw wrong(`WINDOW_UPDATE on the idle stream ${id}`);
      return;
    }
    if (by === 0) {
      this.refuse(id, ErrorCode.PROTOCOL_ERROR, 'WINDOW_UPDATE by 0');
      return;
    }
    s.sendWindow += by;
    if (s.sendWindow > MAX_WINDOW) this.refuse(id, ErrorCode.FLOW_CONTROL_ERROR, 'the window of the stream passes 2^31 - 1');
    else if (s.queuedBytes > 0) this.out.pump();
  }

  // ── life ─────────────────────────────────────────────────────────────────────────────────────

  receiveEnd(): void {
    if (this.dead) return;
    if (this.streams.size > 0 || this.midMessage) {
      this.lose(new H2Error('H2_PEER_CLOSED', ErrorCode.NO_ERROR, this.midMessage ? 'the peer closed the connection in the middle of a frame' : 'the peer closed the connection while streams were open'));
      return;
    }
    this.dead = true;
    this.link.end();
  }

  writable(): void {
    if (!this.out.congested || this.dead) return;
    this.out.congested = false;
    this.out.pump();
  }

  closed(): void {
    this.dead = true;
    this.midMessage = false;
    this.streams.clear();
    this.out.clear();
  }

  tick(now: number): number {
    if (this.dead) return Infinity;
    let next = Infinity;
    const { settingsTimeoutMs, stallMs } = this.limits;
    if (settingsTimeoutMs > 0 && this.settingsAt > 0) {
      const due = this.settingsAt + settingsTimeoutMs;
      if (due <= now) {
        this.fail(new H2Error('H2_PEER_SILENT', ErrorCode.SETTINGS_TIMEOUT, `no SETTINGS from the peer for ${settingsTimeoutMs} ms (settingsTimeoutMs)`));
        return Infinity;
      }
      next = due;
    }
    const k = this.keepAlive.tick(now, this.streams.size > 0);
    if (k.ping) this.out.control(FrameType.PING, 0, 0, KEEP_ALIVE_PING);
    if (k.dead) {
      this.fail(new H2Error('H2_PEER_SILENT', ErrorCode.NO_ERROR, `no answer to a PING for ${this.limits.keepAliveTimeoutMs} ms (keepAliveTimeoutMs)`));
      return Infinity;
    }
    next = Math.min(next, k.next);
    if (this.age !== undefined) {
      const a = this.age.tick(now, this.streams.size > 0, this.draining);
      if (a.drain) {
        this.expiring = true;
        this.drain();
      }
      if (a.over) {
        this.fail(new H2Error('H2_CONN_EXPIRED', ErrorCode.NO_ERROR, `the connection is older than maxAgeMs, its streams had ${this.limits.ageGraceMs} ms (ageGraceMs)`));
        return Infinity;
      }
      next = Math.min(next, a.next);
    }
    if (stallMs > 0) {
      for (const s of [...this.out.waiting]) {
        if (s.stalledAt === 0) continue;
        if (s.stalledAt + stallMs <= now) this.refuse(s.id, ErrorCode.CANCEL, `the peer gave no window for ${stallMs} ms (stallMs)`);
        else next = Math.min(next, s.stalledAt + stallMs);
      }
    }
    return next;
  }

  /** GOAWAY that names every stream, then, when the peer has surely read it, one that names the last one served. */
  drain(): void {
    if (this.draining || this.dead) return;
    this.draining = true;
    if (!this.started) {
      if (!this.server) return;
      this.start();
    }
    if (!this.server) {
      this.sendGoAway(0, ErrorCode.NO_ERROR, '');
      return;
    }
    this.sendGoAway(MAX_STREAM_ID, ErrorCode.NO_ERROR, 'graceful shutdown');
    this.out.control(FrameType.PING, 0, 0, DRAIN_PING);
  }

  private lastGoodbye(): void {
    this.acceptTo = this.lastRemote;
    this.sendGoAway(this.lastRemote, ErrorCode.NO_ERROR, 'graceful shutdown');
    this.quiet();
  }

  private sendGoAway(last: number, code: number, text: string): void {
    this.out.control(FrameType.GOAWAY, 0, 0, [...u32(last), ...u32(code), ...Buffer.from(text.slice(0, 200), 'latin1')]);
  }

  /** The peer broke a rule of the connection: it is told, as far as it still reads. */
  private fail(e: H2Error): void {
    if (this.dead) return;
    this.out.clear();
    if (this.prefaced && this.started) {
      this.sendGoAway(this.lastRemote, e.wireCode, e.message);
      this.link.flush();
    }
    this.lose(e);
  }

  /** The connection is of no more use; whoever has a stream learns it when it is closed. */
  private lose(e: H2Error): void {
    this.dead = true;
    this.midMessage = false;
    this.link.destroy(e);
  }

  private isIdle(id: number): boolean {
    if (id % 2 === 0) return true;
    return this.server ? id > this.lastRemote : id >= this.nextId;
  }

  /** Resets one stream for what its peer did. */
  private refuse(id: number, code: number, why: string): void {
    const s = this.streams.get(id);
    if (s === undefined || !(s.localDone && s.remoteEnd)) this.out.control(FrameType.RST_STREAM, 0, id, u32(code));
    this.remember(id);
    if (s === undefined) return;
    this.drop(s);
    if (s.headRead || !this.server) this.on.onReset(id, code, why);
    this.quiet();
  }

  private remember(id: number): void {
    this.recent.add(id);
    if (this.recent.size > RECENT) this.recent.delete(this.recent.values().next().value!);
  }

  private drop(s: H2Stream): void {
    this.out.forget(s);
    this.streams.delete(s.id);
    this.remember(s.id);
  }

  isOpen(s: H2Stream): boolean {
    return this.streams.get(s.id) === s;
  }

  wrote(): void {
    this.keepAlive.wrote();
  }

  onWritable(s: H2Stream): void {
    this.on.onWritable(s.id);
  }

  /** A stream that is over on both sides, or on the side that matters, is gone. */
  settle(s: H2Stream): void {
    if (!this.streams.has(s.id)) return;
    if (s.localDone && s.remoteEnd) {
      this.streams.delete(s.id);
      this.out.forget(s);
    } else if (this.server ? s.localDone : s.remoteEnd) {
      // Answered before the request ended: whatever still comes has no reader.
      this.out.control(FrameType.RST_STREAM, 0, s.id, u32(ErrorCode.NO_ERROR));
      this.drop(s);
    } else {
      return;
    }
    this.quiet();
  }

  private quiet(): void {
    if (this.dead) return;
    if (this.streams.size === 0) {
      this.age?.rested(this.link.clock.now());
      if (this.expiring && this.acceptTo !== MAX_STREAM_ID) {
        this.link.end();
        return;
      }
    }
    if (this.streams.size === 0 || !this.server) this.link.idle();
  }

  // ── messages out ─────────────────────────────────────────────────────────────────────────────

  /** Preface and settings of this side. */
  private start(): void {
    if (this.started) return;
    this.started = true;
    const l = this.limits;
    const w = this.link.beginWrite(128);
    if (!this.server) w.bytes(PREFACE);
    const pairs: number[] = [Setting.INITIAL_WINDOW_SIZE, this.streamWindow, Setting.MAX_HEADER_LIST_SIZE, l.maxHeaderBytes];
    if (this.server) pairs.push(Setting.MAX_CONCURRENT_STREAMS, l.maxConcurrentStreams);
    else pairs.push(Setting.ENABLE_PUSH, 0);
    if (l.maxFrameBytes !== MIN_FRAME_SIZE) pairs.push(Setting.MAX_FRAME_SIZE, l.maxFrameBytes);
    if (l.headerTableBytes !== 4096) pairs.push(Setting.HEADER_TABLE_SIZE, l.headerTableBytes);
    frameHead(w, pairs.length * 3, FrameType.SETTINGS, 0, 0);
    for (let i = 0; i < pairs.length; i += 2) {
      w.u16(pairs[i]!);
      w.u32(pairs[i + 1]!);
    }
    if (this.connWindow > DEFAULT_WINDOW) {
      this.recvWindow += this.connWindow - DEFAULT_WINDOW;
      frameHead(w, 4, FrameType.WINDOW_UPDATE, 0, 0);
      w.u32(this.connWindow - DEFAULT_WINDOW);
    }
    if (!this.server) this.settingsAt = this.link.clock.now();
    this.out.sent(this.link.endWrite());
  }

  open(head: HttpHeadInit, end: boolean): number {
    if (this.server) throw state('open: got a server, wanted a client');
    if (this.dead || this.peerGone || this.draining || this.nextId > MAX_STREAM_ID - 2 || this.streams.size >= this.peerStreams) return -1;
    this.start();
    const id = this.nextId;
    this.nextId += 2;
    const s = new H2Stream(id, this.peerWindow, this.streamWindow);
    s.held = head;
    this.streams.set(id, s);
    if (end) {
      s.localEnd = true;
      this.flushHead(id);
    }
    return id;
  }

  sendHead(id: number, head: HttpHeadInit, end: boolean): void {
    const s = this.find(id);
    if (!this.server || s.headSent || s.localEnd) throw state(`sendHead: ${this.server ? 'the head was sent already' : "a client's head goes with open()"}`);
    if (head.status !== undefined && head.status < 200) {
      this.out.headNow(s, head, false);
      return;
    }
    s.held = head;
    if (!end) return;
    s.localEnd = true;
    this.flushHead(id);
  }

  /** Sends a held head now: for a stream whose first message is not at hand. */
  flushHead(id: number): void {
    const s = this.find(id);
    if (s.held !== undefined && s.writer === undefined) this.out.flushHead(s);
  }

  beginMessage(id: number, hint: number): ByteWriter {
    const s = this.find(id);
    if (s.writer !== undefined || s.localEnd) throw state(`beginMessage: ${s.localEnd ? 'the stream was ended' : 'a message is open already'}`);
    if (this.server && s.held === undefined && !s.headSent) throw state('beginMessage: wanted sendHead() before');
    return this.out.beginMessage(s, hint);
  }

  endMessage(id: number, end: boolean): boolean {
    const s = this.find(id);
    if (s.writer === undefined) throw state('endMessage: no message is open');
    if (end) s.localEnd = true;
    const below = this.out.endMessage(s, end);
    this.settle(s);
    return below;
  }

  cancelMessage(id: number): void {
    const s = this.streams.get(id);
    if (s === undefined) return;
    this.out.cancel(s);
    if (s.headSent) return;
    s.held = undefined;
    if (!this.server) {
      // Nothing of it has left; its number is passed over.
      this.streams.delete(id);
      this.out.forget(s);
      this.quiet();
    }
  }

  /** Trailers; none is an end of the stream without them. */
  sendTail(id: number, tail: HttpTail): void {
    const s = this.find(id);
    if (s.writer !== undefined || s.localEnd) throw state(`sendTail: ${s.localEnd ? 'the stream was ended' : 'a message is open'}`);
    if (this.server && s.held === undefined && !s.headSent) throw state('sendTail: wanted sendHead() before');
    s.localEnd = true;
    this.out.tail(s, tail);
  }

  finish(id: number): void {
    const s = this.streams.get(id);
    if (s === undefined || s.localEnd) return;
    if (!this.server) {
      this.reset(id, ErrorCode.CANCEL);
      return;
    }
    if (s.writer !== undefined) {
      const kept = s.held;
      this.cancelMessage(id);
      s.held = kept;
    }
    if (s.held === undefined && !s.headSent) this.reset(id, ErrorCode.NO_ERROR);
    else this.sendTail(id, NO_FIELDS);
  }

  reset(id: number, code: number, _reason?: string): void {
    const s = this.streams.get(id);
    if (s === undefined || this.dead) return;
    const unsent = !this.server && s.held !== undefined && !s.headSent;
    this.drop(s);
    if (!unsent) this.out.control(FrameType.RST_STREAM, 0, id, u32(code));
    this.quiet();
  }

  /** Whether the head of a stream has left; undefined = there is no such stream. */
  headSent(id: number): boolean | undefined {
    return this.streams.get(id)?.headSent;
  }

  private find(id: number): H2Stream {
    const s = this.streams.get(id);
    if (s === undefined) throw state(`stream ${id} is not open`);
    return s;
  }
}

const KEEP_ALIVE_PING: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0];
const NO_BYTES: readonly number[] = [];

function wrong(what: string): H2Error {
  return new H2Error('H2_PROTOCOL_INVALID', ErrorCode.PROTOCOL_ERROR, what);
}

function state(what: string): H2Error {
  return new H2Error('H2_STATE_INVALID' satisfies H2Code, ErrorCode.INTERNAL_ERROR, what);
}

/** Makes the HTTP/2 engine of one connection. */
export const createH2Engine: EngineFactory<HttpHead, HttpHeadInit, HttpTail, H2Options> = (link, role, on, o) => new H2Engine(link, role, on, o);
