// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { toError } from '@cloudwego/gopkg/errors';
import { ByteReader } from '@cloudwego/gopkg/io';
import type { ByteWriter } from '@cloudwego/gopkg/io';
import type { EngineFactory, EngineLink, RpcHead, RpcHeadInit, RpcTail, StreamEngine, StreamEvents } from '../engine.js';
import { PeerClosedError, RpcFrameError, RpcFrameTooLargeError, RpcStateError } from '../rpc/errors.js';
import { readException, TTStreamDecoder } from './decoder.js';
import { close, openData, prepareFrames, writeHeader, writeRst, writeTrailer } from './encoder.js';
import type { MethodFrames } from './encoder.js';
import { RST_WITHOUT_CODE, TTStreamCode } from './errors.js';
import { CANCEL_PATH, FRAME_HEAD, FrameType } from './frame.js';
import { ttstreamLimitsOf } from './limits.js';
import type { TTStreamLimits, TTStreamOptions } from './limits.js';
import { TTStream } from './stream.js';

const EMPTY = Buffer.alloc(0);
const MAX_PREPARED = 4096;
const INTERNAL_ERROR = 6;

/** Process-wide, as in Go; 0 and what is negative are left out, for `open()` says with -1 that there is no stream. */
let lastId = 0;

/** Frames of methods, shared by the connections that were made with the same options. */
const preparedOf: WeakMap<TTStreamLimits, Map<string, MethodFrames>> = new WeakMap();

/**
 * TTHeader streaming on one connection: many streams, each a header, messages and a trailer both ways.
 *
 *   client  H D… T ──▶         server learns of the end by `onTail`; a trailer or an RST of the server ends the stream, whatever the client still had to say
 *           ◀── H D… T | R
 *
 * The wire has no windows: what is shown and not credited counts per stream, and over the limit the whole connection pauses (`stallMs` bounds that).
 * Differs: a refusal is a trailer that Go clients understand, where Go's server says nothing and the caller hangs.
 * Source: cloudwego/kitex pkg/remote/trans/ttstream.
 */
export class TTStreamEngine implements StreamEngine<RpcHeadInit, RpcTail> {
  readonly protocol: string = 'ttstream';
  need: number = FRAME_HEAD;
  midMessage: boolean = false;
  /** The cancel path of the RST frame that `onReset` tells of; lent for the length of that call. */
  cancelPath: string = '';
  private readonly link: EngineLink;
  private readonly server: boolean;
  private readonly on: StreamEvents<RpcHead, RpcTail>;
  private readonly limits: TTStreamLimits;
  private readonly decoder: TTStreamDecoder;
  private readonly reader: ByteReader = new ByteReader(EMPTY);
  private readonly streams: Map<number, TTStream> = new Map();
  private readonly prepared: Map<string, MethodFrames>;
  /** Bytes of a frame that nobody waits for. */
  private skipping: number = 0;
  private stalled: number = 0;
  private draining: boolean = false;
  private dead: boolean = false;

  constructor(link: EngineLink, role: 'client' | 'server', on: StreamEvents<RpcHead, RpcTail>, o: TTStreamOptions) {
    this.link = link;
    this.server = role === 'server';
    this.on = on;
    this.limits = ttstreamLimitsOf(o);
    this.decoder = new TTStreamDecoder(this.limits, link.clock);
    this.prepared = preparedOf.get(this.limits) ?? new Map<string, MethodFrames>();
    preparedOf.set(this.limits, this.prepared);
  }

  get active(): number {
    return this.streams.size;
  }

  // ── bytes in ─────────────────────────────────────────────────────────────────────────────────

  receive(buf: Buffer, start: number, end: number): number {
    let p = start;
    while (!this.dead && p < end && this.stalled === 0) {
      let q: number;
      try {
        q = this.skipping > 0 ? this.skip(p, end) : this.takeFrame(buf, p, end);
      } catch (e) {
        if (!(e instanceof RpcFrameError || e instanceof RpcFrameTooLargeError)) throw e;
        this.fail(e);
        break;
      }
      if (q < 0) break;
      p = q;
    }
    if (this.dead) return end - start;
    if (p === end || this.stalled > 0) this.need = this.skipping > 0 ? 1 : FRAME_HEAD;
    this.midMessage = this.skipping > 0 || (p < end && this.stalled === 0);
    return p - start;
  }

  private skip(p: number, end: number): number {
    const n = Math.min(this.skipping, end - p);
    this.skipping -= n;
    return p + n;
  }

  /** Takes the next frame; the position behind it, or -1 when more of it is wanted. */
  private takeFrame(buf: Buffer, p: number, end: number): number {
    const d = this.decoder;
    if (!d.readHead(buf, p, end)) {
      this.need = d.need;
      return -1;
    }
    const stop = d.payloadEnd;
    const s = this.streams.get(d.id);
    if (s === undefined && !(this.server ? d.type === FrameType.Header : d.type === FrameType.Meta)) {
      // A stream that is over, or never was.
      this.skipping = stop - p;
      return p;
    }
    if (stop > end) {
      this.need = stop - p;
      return -1;
    }
    this.frame(s, buf, stop, stop - p);
    return stop;
  }

  private frame(s: TTStream | undefined, buf: Buffer, stop: number, wireBytes: number): void {
    const d = this.decoder;
    switch (d.type) {
      case FrameType.Meta:
        this.meta(buf, stop);
        return;
      case FrameType.Header:
        if (this.server) this.request(s, buf);
        else this.response(s!, buf);
        return;
      case FrameType.Data:
        this.data(s!, buf, stop, wireBytes);
        return;
      case FrameType.Trailer:
        this.trailer(s!, buf, stop);
        return;
      default:
        this.rst(s!, buf, stop);
    }
  }

  private meta(buf: Buffer, stop: number): void {
    const { onMeta } = this.limits;
    if (this.server || onMeta === undefined) return;
    try {
      onMeta(this.decoder.view, buf.subarray(this.decoder.payloadStart, stop));
    } catch (e) {
      this.fail(toError(e));
    }
  }

  private request(known: TTStream | undefined, buf: Buffer): void {
    const d = this.decoder;
    if (known !== undefined) throw unexpectedHeader(d.id);
    d.finishHead(buf, true);
    const { view } = d;
    const s = new TTStream(d.id, this.framesOf(undefined, view.methodName, view.methodIndex >= 0), undefined);
    this.streams.set(s.id, s);
    s.peerHead = true;
    if (this.streams.size > this.limits.maxConcurrent) {
      this.sendTail(s.id, { code: INTERNAL_ERROR, message: `too many streams on one connection, at most ${this.limits.maxConcurrent} are served at once`, details: undefined, strings: undefined });
      return;
    }
    this.on.onHead(s.id, view, false);
  }

  private response(s: TTStream, buf: Buffer): void {
    if (s.peerHead) throw unexpectedHeader(s.id);
    s.peerHead = true;
    this.decoder.finishHead(buf, false);
    this.on.onHead(s.id, this.decoder.view, false);
  }

  private data(s: TTStream, buf: Buffer, stop: number, wireBytes: number): void {
    if (s.peerEnded) {
      this.abort(s, TTStreamCode.IllegalFrame, 'a message behind the trailer');
      return;
    }
    s.queuedMessages++;
    s.queuedBytes += wireBytes;
    const r = this.reader;
    r.set(buf, this.decoder.payloadStart, stop);
    this.on.onMessage(s.id, r, false, wireBytes);
    if (s.stalledAt === Infinity && this.over(s) && this.streams.get(s.id) === s) {
      s.stalledAt = this.link.clock.now();
      if (++this.stalled === 1) this.link.pause();
    }
  }

  private over(s: TTStream): boolean {
    return s.queuedMessages > this.limits.maxQueuedMessages || (s.queuedBytes > this.limits.maxQueuedBytes && s.queuedMessages > 1);
  }

  /** Half of what made it stop has been read: a connection that stopped and went on for each message would pay two system calls for it. */
  private under(s: TTStream): boolean {
    return s.queuedMessages <= this.limits.maxQueuedMessages / 2 && (s.queuedBytes <= this.limits.maxQueuedBytes / 2 || s.queuedMessages <= 1);
  }

  private trailer(s: TTStream, buf: Buffer, stop: number): void {
    const d = this.decoder;
    if (this.server) {
      if (s.peerEnded) return;
      s.peerEnded = true;
      this.on.onTail(s.id, OK_TAIL);
      return;
    }
    const start = d.payloadStart;
    const e = stop > start ? readException(buf, start, stop) : undefined;
    const strings = d.view.strings();
    const tail: RpcTail = {
      code: e?.code ?? (stop > start ? RST_WITHOUT_CODE : 0),
      message: e?.message ?? '',
      details: undefined,
      strings: strings.size === 0 ? undefined : strings,
    };
    this.farewell(s);
    this.remove(s);
    this.on.onTail(s.id, tail);
    this.rested();
  }

  private rst(s: TTStream, buf: Buffer, stop: number): void {
    const d = this.decoder;
    const e = readException(buf, d.payloadStart, stop);
    if (!this.server) this.farewell(s);
    this.remove(s);
    this.cancelPath = d.view.str(CANCEL_PATH) ?? '';
    this.on.onReset(s.id, e?.code ?? RST_WITHOUT_CODE, e?.message ?? 'rst');
    this.cancelPath = '';
    this.rested();
  }

  /** Old servers wait for a client's trailer whatever happened before. */
  private farewell(s: TTStream): void {
    if (s.ended || !s.headSent || this.dead) return;
    s.ended = true;
    if (s.writer !== undefined) this.cancelMessage(s.id);
    writeTrailer(this.link.beginWrite(64), s.frames, s.id, undefined, undefined);
    this.link.endWrite();
  }

  receiveEnd(): void {
    if (this.dead) return;
    if (this.streams.size > 0) this.fail(new PeerClosedError('the peer closed the connection while a stream was open'));
    else if (this.midMessage) this.fail(new PeerClosedError('the peer closed the connection in the middle of a frame'));
    else {
      this.dead = true;
      this.link.end();
    }
  }

  writable(): void {
    for (const s of this.streams.values()) {
      if (this.dead) return;
      if (!s.congested) continue;
      s.congested = false;
      this.on.onWritable(s.id);
    }
  }

  closed(): void {
    this.dead = true;
    this.midMessage = false;
    this.streams.clear();
    this.stalled = 0;
  }

  /** Resets the streams that hold their connection back for too long; answers when the next one would. */
  tick(now: number): number {
    if (this.stalled === 0 || this.dead) return Infinity;
    let next = Infinity;
    for (const s of this.streams.values()) {
      const at = s.stalledAt + this.limits.stallMs;
      if (at <= now) this.abort(s, TTStreamCode.InternalCancel, `nobody read the ${s.queuedMessages} messages of this stream for ${this.limits.stallMs} ms (stallMs)`);
      else if (at < next) next = at;
    }
    return next;
  }

  /** The wire has no goodbye: a client opens no further stream, a server serves what still comes. */
  drain(): void {
    this.draining = true;
  }

  exportState(): { readonly protocol: 'ttstream' } {
    if (this.dead) throw new RpcStateError('exportState: the connection is closed');
    if (this.streams.size > 0 || this.skipping > 0) throw new RpcStateError(`exportState: ${this.streams.size} streams are open, wanted none, and no frame half read`);
    return { protocol: 'ttstream' };
  }

  private fail(e: Error): void {
    this.dead = true;
    this.link.destroy(e);
  }

  // ── frames out ───────────────────────────────────────────────────────────────────────────────

  /** Errors: {@link RpcStateError} on a server. With `end` the stream has no message of its own. */
  open(head: RpcHeadInit, end: boolean): number {
    if (this.server) throw new RpcStateError("open: got a server, wanted a client's stream");
    if (this.dead || this.draining || this.streams.size >= this.limits.maxConcurrent) return -1;
    do lastId = lastId === 0x7fff_ffff ? 1 : lastId + 1;
    while (this.streams.has(lastId));
    const s = new TTStream(lastId, this.framesOf(head.service, head.method, true), head);
    this.streams.set(s.id, s);
    if (end) this.sendTail(s.id, OK_TAIL);
    return s.id;
  }

  /** `known`: the method is one of those that are served, so that what peers make up fills no memory. */
  private framesOf(service: string | undefined, method: string, known: boolean): MethodFrames {
    const key = service === undefined ? method : `${service}/${method}`;
    let f = this.prepared.get(key);
    if (f === undefined) {
      f = prepareFrames(service, method);
      if (known && this.prepared.size < MAX_PREPARED) this.prepared.set(key, f);
    }
    return f;
  }

  sendHead(id: number, head: RpcHeadInit, end: boolean): void {
    const s = this.find(id);
    if (!this.server || s.headSent || s.writer !== undefined || end) {
      throw new RpcStateError(`sendHead: ${!this.server ? "a client's head goes with open()" : end ? 'a stream ends by its trailer, wanted end = false' : s.headSent ? 'the head was sent already' : 'a message is open'}`);
    }
    s.held = head;
  }

  flushHead(id: number): void {
    const s = this.find(id);
    if (s.held === undefined || s.headSent || s.writer !== undefined) return;
    this.passHead(s, this.link.beginWrite(256));
    s.headSent = true;
    s.congested = !this.link.endWrite() || s.congested;
  }

  /** Writes the held head, if it has not left, into a section that is open. */
  private passHead(s: TTStream, w: ByteWriter): void {
    const head = s.held;
    if (s.headSent || head === undefined) return;
    s.held = undefined;
    writeHeader(w, s.frames, s.id, head, this.server || head.deadline === Infinity ? Infinity : head.deadline - this.link.clock.now());
  }

  beginMessage(id: number, hint: number): ByteWriter {
    const s = this.find(id);
    if (s.writer !== undefined || s.ended || (!s.headSent && s.held === undefined)) {
      throw new RpcStateError(`beginMessage: ${s.writer !== undefined ? 'a message is open already' : s.ended ? 'this side ended the stream' : 'wanted sendHead() before'}`);
    }
    const w = this.link.beginWrite(hint + 64);
    s.writer = w;
    try {
      s.headOpen = s.held !== undefined;
      this.passHead(s, w);
      s.frameMark = openData(w, s.frames, id);
      s.bodyMark = w.mark();
    } catch (e) {
      this.cancelMessage(id);
      throw e;
    }
    return w;
  }

  endMessage(id: number, end: boolean): boolean {
    const s = this.find(id);
    const w = s.writer;
    if (w === undefined) throw new RpcStateError('endMessage: no message is open');
    if (this.server && end) throw new RpcStateError('endMessage: a server ends its streams by sendTail(), wanted end = false');
    const size = w.mark() - s.bodyMark;
    if (size > this.limits.maxMessageBytes) throw new RpcFrameTooLargeError(`message: got ${size} bytes to send, wanted at most ${this.limits.maxMessageBytes} (maxMessageBytes)`);
    close(w, s.frameMark);
    s.writer = undefined;
    s.headSent = true;
    s.headOpen = false;
    if (end) {
      s.ended = true;
      writeTrailer(w, s.frames, id, undefined, undefined);
    }
    const below = this.link.endWrite();
    if (!below) s.congested = true;
    return below;
  }

  cancelMessage(id: number): void {
    const s = this.streams.get(id);
    if (s?.writer === undefined) {
      if (s !== undefined && this.server && !s.headSent) s.held = undefined;
      return;
    }
    s.writer = undefined;
    s.headOpen = false;
    this.link.cancelWrite();
    if (s.headSent) return;
    s.held = undefined;
    // Nobody ever heard of a call whose first message was dropped.
    if (!this.server) this.leave(s);
  }

  /** A server's answer ends: a code other than 0 travels as an EXCEPTION. A client's tail is its half-close, whatever it says. */
  sendTail(id: number, tail: RpcTail): void {
    const s = this.find(id);
    if (s.writer !== undefined || s.ended) throw new RpcStateError(`sendTail: ${s.ended ? 'this side ended the stream already' : 'a message is open'}`);
    s.ended = true;
    const w = this.link.beginWrite(256);
    try {
      // Peers of every age take an answer without a header frame; with one they learn the headers of a stream that had no message.
      this.passHead(s, w);
      if (this.server) writeTrailer(w, s.frames, id, tail.strings, tail.code === 0 ? undefined : { code: tail.code, message: tail.message });
      else writeTrailer(w, s.frames, id, undefined, undefined);
    } catch (e) {
      s.ended = false;
      this.link.cancelWrite();
      throw e;
    }
    s.headSent = true;
    this.link.endWrite();
    if (this.server) this.leave(s);
  }

  /** A server answers with nothing, in good order; a client leaves. */
  finish(id: number): void {
    const s = this.streams.get(id);
    if (s === undefined) return;
    if (!this.server) {
      this.reset(id);
      return;
    }
    if (s.writer !== undefined) this.cancelMessage(id);
    if (this.streams.get(id) === s) this.sendTail(id, OK_TAIL);
  }

  /** Ends the stream at once. `code` 0: 12007 on a client, 12011 on a server. */
  reset(id: number, code: number = 0, reason: string = ''): void {
    this.cancel(id, code, reason, this.limits.serviceName);
  }

  /** `reset` with a cancel path of its own: the path that led here, with this hop at its end. */
  cancel(id: number, code: number, reason: string, path: string): void {
    const s = this.streams.get(id);
    if (s === undefined) return;
    if (s.writer !== undefined) this.cancelMessage(id);
    if (this.streams.get(id) !== s) return;
    if (!this.dead && (this.server || s.headSent)) {
      const w = this.link.beginWrite(256);
      writeRst(w, s.frames, id, path, { code: code !== 0 ? code : this.server ? TTStreamCode.InternalCancel : TTStreamCode.CallerCancelled, message: reason });
      if (!this.server && !s.ended) writeTrailer(w, s.frames, id, undefined, undefined);
      this.link.endWrite();
    }
    this.leave(s);
  }

  /** This side ends a stream that its user still holds. */
  private abort(s: TTStream, code: number, reason: string): void {
    this.reset(s.id, code, reason);
    this.on.onReset(s.id, code, reason);
  }

  credit(id: number, wireBytes: number): void {
    const s = this.streams.get(id);
    if (s === undefined) return;
    s.queuedBytes = Math.max(0, s.queuedBytes - wireBytes);
    s.queuedMessages = s.queuedBytes === 0 ? 0 : Math.max(0, s.queuedMessages - 1);
    if (s.stalledAt !== Infinity && this.under(s)) this.moves(s);
  }

  /** It no longer holds the connection back. */
  private moves(s: TTStream): void {
    if (s.stalledAt === Infinity) return;
    s.stalledAt = Infinity;
    if (--this.stalled === 0 && !this.dead) this.link.resume();
  }

  private remove(s: TTStream): void {
    this.streams.delete(s.id);
    this.moves(s);
  }

  private leave(s: TTStream): void {
    this.remove(s);
    this.rested();
  }

  private rested(): void {
    if (this.streams.size === 0 && !this.dead) this.link.idle();
  }

  private find(id: number): TTStream {
    const s = this.streams.get(id);
    if (s === undefined) throw new RpcStateError(`stream ${id} is not open`);
    return s;
  }
}

const OK_TAIL: RpcTail = Object.freeze({ code: 0, message: '', details: undefined, strings: undefined });

function unexpectedHeader(id: number): RpcFrameError {
  return new RpcFrameError(`streaming frame: a second header frame on stream ${id} (${TTStreamCode.UnexpectedHeader})`);
}

/** Makes the TTHeader streaming engine of one connection. */
export const createTTStreamEngine: EngineFactory<RpcHead, RpcHeadInit, RpcTail, TTStreamOptions> = (link, role, on, o) => new TTStreamEngine(link, role, on, o);
