// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';
import { ByteReader } from '@cloudwego/gopkg/io';
import type { EngineFactory, EngineLink, HttpHead, HttpHeadInit, HttpTail, StreamEngine, StreamEvents } from '../engine.js';
import { ChunkLines } from './chunked.js';
import { Http1Decoder } from './decoder.js';
import { badHead, Http1Error, misused } from './errors.js';
import { CR, LF } from './frame.js';
import type { Http1Limits, Http1Options, Http1State } from './limits.js';
import { http1LimitsOf } from './limits.js';
import { Http1Output } from './output.js';
import { refusalText } from './status.js';
import { Framing, Http1Stream, StreamQueue } from './stream.js';

/** What is read next. */
const Stage = { Head: 0, Fixed: 1, ChunkLine: 2, Chunk: 3, Trailers: 4, UntilClose: 5 } as const;
/** Empty lines that are passed over before a request. Source: RFC 9112 section 2.2. */
const MAX_EMPTY_LINES = 4;
/** Interim answers before the final one. */
const MAX_INFORMS = 64;
const EMPTY: Buffer = Buffer.alloc(0);

/**
 * HTTP/1.1 on one connection, either side; HTTP/1.0 peers are served. Heads, pieces of bodies and trailers as events; framing, keep-alive, limits and the
 * answers to what is no request are its own.
 * Order:   message n+1 is shown when n is answered (`pipelineDepth` widens that; answers keep their order).
 * Bodies:  a head without `length` whose first message is its last gets a Content-Length, else it is chunked; HTTP/1.0 peers get it until the connection ends.
 *          Every body ends in `onMessage(end)`, or in `onTail` where trailers came. `wireBytes` are the bytes of the piece.
 * Interim: `sendHead` with a status below 200 goes at once; a client is shown such a head by `onHead`, before the final one. 101, and 2xx to CONNECT, hand the
 *          connection over: nothing more is consumed, whoever comes next attaches itself.
 * Errors:  what is no request is answered 400, 408 or 431 and the connection is destroyed with an {@link Http1Error}. The end of a client while its request is
 *          in work comes as `onGoAway`: it may have closed one side only, and is still answered.
 * Source:  RFC 9110, RFC 9112; cloudwego/hertz pkg/protocol/http1.
 */
export class Http1Engine implements StreamEngine<HttpHeadInit, HttpTail> {
  readonly protocol: string = 'http/1.1';
  need: number = 1;
  midMessage: boolean = false;
  private readonly link: EngineLink;
  private readonly server: boolean;
  private readonly on: StreamEvents<HttpHead, HttpTail>;
  private readonly limits: Http1Limits;
  private readonly decoder: Http1Decoder;
  private readonly chunks: ChunkLines;
  private readonly reader: ByteReader = new ByteReader(EMPTY);
  private readonly streams: StreamQueue = new StreamQueue();
  private readonly out: Http1Output;
  private nextId: number;
  private stage: number = Stage.Head;
  /** The stream whose body is read; undefined = that body is passed over. */
  private current: Http1Stream | undefined = undefined;
  private bodyLeft: number = 0;
  private skipped: number = 0;
  private emptyLines: number = 0;
  private receiving: boolean = false;
  private congested: boolean = false;
  private draining: boolean = false;
  /** A request to switch protocols is in work: what follows may be another protocol. */
  private gate: boolean = false;
  /** The connection is somebody else's. */
  private handed: boolean = false;
  private peerEnded: boolean = false;
  /** What is answered behind the requests that came before it. */
  private refusal: Http1Error | undefined = undefined;
  /** When the request that is being read began; 0 = none is. Clock.now() scale. */
  private beganAt: number = 0;
  private dead: boolean = false;

  constructor(link: EngineLink, role: 'client' | 'server', on: StreamEvents<HttpHead, HttpTail>, o: Http1Options) {
    const limits = http1LimitsOf(o);
    this.link = link;
    this.server = role === 'server';
    this.on = on;
    this.limits = limits;
    this.decoder = new Http1Decoder(limits, this.server);
    this.chunks = new ChunkLines(this.server);
    this.out = new Http1Output(link, this.server, this.streams);
    this.nextId = limits.nextId;
  }

  get active(): number {
    return this.streams.size;
  }

  // ── bytes in ─────────────────────────────────────────────────────────────────────────────────

  receive(buf: Buffer, start: number, end: number): number {
    let p = start;
    this.receiving = true;
    try {
      while (p < end && !this.dead && !this.handed) {
        const q = this.step(buf, p, end);
        if (q < 0) break;
        p = q;
      }
    } catch (e) {
      if (!(e instanceof Http1Error)) throw e;
      this.refuse(e);
    } finally {
      this.receiving = false;
    }
    if (p === end) this.need = 1;
    this.note(p < end);
    return this.dead ? end - start : p - start;
  }

  /** Whether a message has begun and is not whole: its time runs. */
  private note(left: boolean): void {
    this.midMessage = !this.dead && !this.handed && this.refusal === undefined && (this.stage !== Stage.Head ? this.stage !== Stage.UntilClose && !this.held() : left && !this.blocked());
    if (!this.midMessage) this.beganAt = 0;
    else if (this.beganAt === 0) this.beganAt = this.link.clock.now();
  }

  /** Takes what comes next; the position behind it, or -1 when more bytes, an answer or credit are wanted. */
  private step(buf: Buffer, p: number, end: number): number {
    switch (this.stage) {
      case Stage.Head:
        return this.takeHead(buf, p, end);
      case Stage.ChunkLine: {
        const q = this.chunks.read(buf, p, end);
        if (q < 0) return end;
        this.bodyLeft = this.chunks.size;
        this.stage = this.bodyLeft === 0 ? Stage.Trailers : Stage.Chunk;
        return q;
      }
      case Stage.Trailers:
        return this.takeTrailers(buf, p, end);
      default:
        return this.takeBody(buf, p, end);
    }
  }

  private blocked(): boolean {
    return this.congested || this.gate || this.streams.size >= this.limits.pipelineDepth;
  }

  private held(): boolean {
    return this.current !== undefined && this.current.uncredited >= this.limits.windowBytes;
  }

  private takeHead(buf: Buffer, p: number, end: number): number {
    this.need = 1;
    if (this.refusal !== undefined) return end;
    if (this.server) {
      if (this.blocked()) return -1;
      if (buf[p] === CR) return this.emptyLine(buf, p, end);
    } else if (this.streams.first?.headSent !== true) {
      throw badHead('the peer sent an answer that nobody asked for');
    }
    const d = this.decoder;
    const q = d.readHead(buf, p, end);
    if (q < 0) {
      this.need = d.need;
      return -1;
    }
    this.emptyLines = 0;
    if (this.server) this.request();
    else this.answer();
    return q;
  }

  private emptyLine(buf: Buffer, p: number, end: number): number {
    if (p + 1 === end) {
      this.need = 2;
      return -1;
    }
    if (buf[p + 1] !== LF || ++this.emptyLines > MAX_EMPTY_LINES) throw badHead('something else than a request line');
    return p + 2;
  }

  /** Server: a request's head was read. */
  private request(): void {
    const { view } = this.decoder;
    const s = new Http1Stream(this.nextId++, view.method);
    s.old = view.old;
    s.last = view.close || (view.old && !view.keepAlive);
    const end = !view.chunked && (view.length ?? 0) === 0;
    s.expects = view.expects && !end && !view.old;
    this.gate = view.upgrade || view.method === 'CONNECT';
    this.streams.add(s);
    if (!end) this.bodyOf(s, view.chunked, view.length!);
    this.on.onHead(s.id, view, end);
  }

  private bodyOf(s: Http1Stream, chunked: boolean, length: number): void {
    this.current = s;
    this.skipped = 0;
    if (chunked) {
      this.chunks.begin();
      this.stage = Stage.ChunkLine;
    } else {
      this.bodyLeft = length;
      this.stage = Stage.Fixed;
    }
  }

  /** Client: an answer's head was read. */
  private answer(): void {
    const { view } = this.decoder;
    const s = this.streams.first!;
    const { status } = view;
    if (status < 200 && status !== 101) {
      if (++s.informed > MAX_INFORMS) throw badHead(`more than ${MAX_INFORMS} interim answers`);
      this.on.onHead(s.id, view, false);
      return;
    }
    if (status === 101 || (s.method === 'CONNECT' && status < 300)) {
      if (!s.handOver) throw badHead('101 to a request that did not ask to switch protocols');
      this.handed = true;
      this.streams.clear();
      this.on.onHead(s.id, view, true);
      return;
    }
    this.gate = false;
    s.last = s.last || view.close || (view.old && !view.keepAlive);
    const empty = s.method === 'HEAD' || status === 204 || status === 304 || (!view.chunked && view.length === 0);
    if (empty) {
      this.leaveClient(s);
      this.on.onHead(s.id, view, true);
      this.afterAnswer(s);
      return;
    }
    if (view.chunked || view.length !== undefined) {
      this.bodyOf(s, view.chunked, view.length!);
    } else {
      this.current = s;
      this.stage = Stage.UntilClose;
      s.last = true;
    }
    this.on.onHead(s.id, view, false);
  }

  private takeBody(buf: Buffer, p: number, end: number): number {
    if (this.held()) {
      this.need = 1;
      return -1;
    }
    const open = this.stage === Stage.UntilClose;
    const n = open ? end - p : Math.min(end - p, this.bodyLeft);
    if (!open) this.bodyLeft -= n;
    const stop = p + n;
    let last = false;
    if (this.bodyLeft === 0 && !open) {
      if (this.stage === Stage.Fixed) {
        last = true;
      } else {
        this.chunks.endChunk();
        this.stage = Stage.ChunkLine;
      }
    }
    this.give(buf, p, stop, last);
    return stop;
  }

  private takeTrailers(buf: Buffer, p: number, end: number): number {
    const tail: string[] = [];
    const q = this.decoder.readTrailers(buf, p, end, tail);
    if (q < 0) {
      this.need = this.decoder.need;
      return -1;
    }
    if (tail.length === 0) {
      this.give(EMPTY, 0, 0, true);
      return q;
    }
    const s = this.bodyOver();
    if (s === undefined) return q;
    if (!this.server) this.leaveClient(s);
    this.on.onTail(s.id, tail);
    if (!this.server) this.afterAnswer(s);
    return q;
  }

  private give(buf: Buffer, from: number, to: number, last: boolean): void {
    const s = last ? this.bodyOver() : this.current;
    const n = to - from;
    if (s === undefined) {
      this.skipped += n;
      if (this.skipped > this.limits.maxSkipBytes) this.stop();
      return;
    }
    s.uncredited += n;
    this.reader.set(buf, from, to);
    if (last && !this.server) this.leaveClient(s);
    this.on.onMessage(s.id, this.reader, last, n);
    if (last && !this.server) this.afterAnswer(s);
  }

  /** The stream whose body has come to its end. */
  private bodyOver(): Http1Stream | undefined {
    const s = this.current;
    this.stage = Stage.Head;
    this.current = undefined;
    return s;
  }

  /** Client: the answer is whole. Nothing can be opened from its event on a connection that is over. */
  private leaveClient(s: Http1Stream): void {
    this.streams.remove(s);
    if (!s.localEnd) s.last = true;
    if (s.last) this.draining = true;
  }

  private afterAnswer(s: Http1Stream): void {
    if (this.dead) return;
    if (s.last) this.stop();
    else this.link.idle();
  }

  receiveEnd(): void {
    if (this.dead || this.handed) return;
    if (!this.server && this.stage === Stage.UntilClose && this.current !== undefined) {
      this.give(EMPTY, 0, 0, true);
      return;
    }
    const cut = this.stage !== Stage.Head || this.midMessage;
    if (cut || (!this.server && this.streams.size > 0)) {
      this.fail(new Http1Error('HTTP1_PEER_CLOSED', 0, `the peer closed the connection ${cut ? 'in the middle of a message' : 'while an answer was awaited'}`));
    } else if (this.streams.size > 0) {
      this.peerEnded = true;
      for (let s = this.streams.first; s !== undefined; s = s.next) s.last = true;
      this.on.onGoAway(this.nextId - 1, 0);
    } else {
      this.stop();
    }
  }

  writable(): void {
    this.congested = false;
    if (this.dead) return;
    const s = this.streams.first;
    if (s?.owesWritable === true) {
      s.owesWritable = false;
      this.on.onWritable(s.id);
    }
    if (!this.dead && !this.handed) this.link.resume();
  }

  closed(): void {
    this.dead = true;
    this.midMessage = false;
    this.streams.clear();
    this.current = undefined;
  }

  /** Server: a request that does not become whole in its time is answered 408. */
  tick(now: number): number {
    const limit = this.limits.readTimeoutMs;
    if (!this.server || limit === 0 || this.dead || this.handed) return Infinity;
    if (this.beganAt === 0) return now + limit;
    if (now < this.beganAt + limit) return this.beganAt + limit;
    this.refuse(new Http1Error('HTTP1_PEER_SLOW', 408, `a request was not whole ${limit} ms after its first byte (readTimeoutMs)`));
    return Infinity;
  }

  /** From now on every answer says `Connection: close`. */
  drain(): void {
    this.draining = true;
  }

  exportState(): Http1State {
    if (this.dead || this.handed) throw misused('exportState: the connection is closed');
    if (this.streams.size > 0 || this.stage !== Stage.Head || this.midMessage) throw misused(`exportState: ${this.streams.size} streams are open, wanted none`);
    return { protocol: 'http1', nextId: this.nextId };
  }

  // ── the end ──────────────────────────────────────────────────────────────────────────────────

  /** What came is not HTTP: it is answered, behind what is in work, and the connection ends. */
  private refuse(e: Http1Error): void {
    if (!this.server || e.status === 0) {
      this.fail(e);
      return;
    }
    const s = this.bodyOver();
    if (s !== undefined) {
      // The head of a half-read request was shown. Whoever reads its body is told, and a refusal takes the place of its answer.
      const answering = s.headSent;
      this.out.drop(s);
      this.streams.remove(s);
      this.on.onReset(s.id, e.status, e.message);
      if (this.dead) return;
      if (answering) {
        this.fail(e);
        return;
      }
    }
    this.refusal = e;
    if (this.streams.size === 0) this.sendRefusal(e);
  }

  private sendRefusal(e: Http1Error): void {
    this.out.refusal(e.status, refusalText(e.status));
    this.fail(e);
  }

  private fail(e: Error): void {
    this.dead = true;
    this.link.destroy(e);
  }

  /** Sends what is queued, then closes. */
  private stop(): void {
    this.dead = true;
    this.link.end();
  }

  // ── messages out ─────────────────────────────────────────────────────────────────────────────

  /** Errors: {@link Http1Error} on a server, and for a method or target that cannot be sent. */
  open(head: HttpHeadInit, end: boolean): number {
    if (this.server) throw misused('open: got a server, wanted a client');
    this.out.checkRequest(head);
    const before = this.streams.last;
    if (this.dead || this.handed || this.draining || this.gate || this.streams.size >= this.limits.pipelineDepth || (before !== undefined && !before.localEnd)) return -1;
    const s = new Http1Stream(this.nextId++, head.method ?? 'GET');
    s.held = head;
    s.last = !this.limits.keepAlive;
    this.streams.add(s);
    if (end) this.sendWhole(s);
    return s.id;
  }

  sendHead(id: number, head: HttpHeadInit, end: boolean): void {
    const s = this.find(id);
    if (!this.server || s.headSent || s.writer !== undefined) throw misused(`sendHead: ${this.server ? 'the head was sent already' : "a client's head goes with open()"}`);
    const status = head.status ?? 200;
    if (status < 200 && status !== 101) {
      // HTTP/1.0 knows of no interim answers.
      if (!s.old) this.out.interim(s, head);
      if (status === 100) s.expects = false;
      return;
    }
    const handing = status === 101 || (s.method === 'CONNECT' && status < 300);
    if (handing && this.current === s) throw misused(`sendHead: ${status} before the request is whole`);
    if (handing) s.handOver = true;
    s.held = head;
    if (end || handing) this.sendWhole(s);
  }

  flushHead(id: number): void {
    const s = this.find(id);
    if (s.held === undefined || s.writer !== undefined) return;
    this.aboutToAnswer(s);
    this.below(s, this.out.head(s, -1));
  }

  private sendWhole(s: Http1Stream): void {
    this.aboutToAnswer(s);
    const below = this.out.head(s, 0);
    this.below(s, below);
    this.ended(s);
  }

  /** Whether the connection ends behind this answer must be known before its head is written. */
  private aboutToAnswer(s: Http1Stream): void {
    if (!this.server) {
      this.gate = s.handOver = asksToSwitch(s);
      return;
    }
    if (this.draining || !this.limits.keepAlive || this.peerEnded || (this.current === s && this.unreadable(s))) s.last = true;
  }

  /** Server: what is left of a request's body is more than is passed over, or may never come. */
  private unreadable(s: Http1Stream): boolean {
    return s.expects || (this.stage === Stage.Fixed && this.bodyLeft > this.limits.maxSkipBytes);
  }

  beginMessage(id: number, hint: number): ByteWriter {
    const s = this.find(id);
    if (s.writer !== undefined) throw misused('beginMessage: a message is open already');
    if (s.held === undefined && !s.headSent) throw misused('beginMessage: wanted sendHead() before');
    if (!s.headSent) this.aboutToAnswer(s);
    return this.out.begin(s, hint);
  }

  endMessage(id: number, end: boolean): boolean {
    const s = this.find(id);
    if (s.writer === undefined) throw misused('endMessage: no message is open');
    const below = this.below(s, this.out.end(s, end));
    if (end) this.ended(s);
    return below;
  }

  private below(s: Http1Stream, below: boolean): boolean {
    if (!below) {
      s.owesWritable = true;
      if (this.streams.first === s) this.congested = true;
    }
    return below;
  }

  cancelMessage(id: number): void {
    const s = this.streams.find(id);
    if (s === undefined || s.localEnd) return;
    const unsent = !s.headSent;
    this.out.drop(s);
    if (!unsent || this.server) return;
    this.gate = false;
    this.streams.remove(s);
    if (this.streams.size === 0 && !this.dead) this.link.idle();
  }

  /** Trailers; without any, the end of the body. HTTP/1.0 peers and bodies of a said length have none. */
  sendTail(id: number, tail: HttpTail): void {
    const s = this.find(id);
    if (s.writer !== undefined) throw misused('sendTail: a message is open');
    if (s.held === undefined && !s.headSent) throw misused('sendTail: wanted sendHead() before');
    if (!s.headSent && tail.length === 0) {
      this.sendWhole(s);
      return;
    }
    if (!s.headSent) this.aboutToAnswer(s);
    this.below(s, this.out.tail(s, tail));
    this.ended(s);
  }

  finish(id: number): void {
    const s = this.streams.find(id);
    if (s === undefined || s.localEnd) return;
    if (!this.server) {
      this.reset(id);
      return;
    }
    const head = s.held;
    this.out.drop(s);
    s.held = head;
    if (head === undefined && !s.headSent) this.reset(id, 500);
    else this.sendTail(id, []);
  }

  /** Server: 400 to 599 are a status, anything else is 500; behind a head that was sent the connection is cut, so that the peer sees that something is missing. */
  reset(id: number, code: number = 0, reason: string = ''): void {
    const s = this.streams.find(id);
    if (s === undefined || this.dead) return;
    const unsent = !s.headSent;
    this.out.drop(s);
    if (!this.server) {
      this.streams.remove(s);
      if (!unsent) this.fail(new Http1Error('HTTP1_CALL_ABANDONED', 0, reason === '' ? 'the call was given up' : reason));
      else if (this.streams.size === 0) this.link.idle();
      return;
    }
    if (s.localEnd) return;
    if (!unsent) {
      this.streams.remove(s);
      this.fail(new Http1Error('HTTP1_CALL_ABANDONED', 0, reason === '' ? 'an answer was given up' : reason));
      return;
    }
    const status = code >= 400 && code <= 599 ? code : 500;
    s.last = true;
    s.held = { status, headers: TEXT, length: undefined };
    const w = this.beginMessage(id, 64);
    w.string(refusalText(status));
    this.endMessage(id, true);
  }

  credit(id: number, wireBytes: number): void {
    const s = this.streams.find(id);
    if (s === undefined) return;
    const held = s === this.current && this.held();
    s.uncredited -= wireBytes;
    if (held && !this.held() && !this.receiving && !this.dead) this.link.resume();
  }

  /** Server: behind the answer of this stream the connection is handed over: nothing more is consumed. */
  handOver(id: number): void {
    const s = this.find(id);
    s.handOver = true;
    this.gate = true;
  }

  private find(id: number): Http1Stream {
    const s = this.streams.find(id);
    if (s === undefined || s.localEnd) throw misused(`stream ${id} is not open`);
    return s;
  }

  /** This side's message is complete. */
  private ended(s: Http1Stream): void {
    s.localEnd = true;
    if (s.framing === Framing.Length && s.left > 0 && !this.dead) {
      this.streams.remove(s);
      this.fail(new Http1Error('HTTP1_BODY_MISMATCH', 0, `a body ended ${s.left} bytes before the length that its head said`));
      return;
    }
    if (this.server) this.leave();
  }

  /** Server: answers that are complete leave in order. */
  private leave(): void {
    for (let f = this.streams.first; f?.localEnd === true && !this.dead; f = this.streams.first) {
      this.streams.remove(f);
      this.gate = false;
      if (this.current === f) this.passOver();
      if (f.last && !f.handOver) this.stop();
      else if (f.handOver) this.handed = true;
      const next = this.streams.first;
      if (next !== undefined && !this.dead) this.turnOf(next);
    }
    if (this.dead || this.handed) return;
    if (this.streams.size === 0) {
      if (this.refusal !== undefined) {
        this.sendRefusal(this.refusal);
        return;
      }
      this.link.idle();
    }
    if (!this.receiving && !this.dead && !this.blocked()) this.link.resume();
  }

  /** What waited for older answers is sent. */
  private turnOf(s: Http1Stream): void {
    if (!this.out.release(s)) this.congested = true;
    else if (s.owesWritable && !s.localEnd) {
      s.owesWritable = false;
      this.on.onWritable(s.id);
    }
  }

  /** The rest of a request that was answered has no reader. */
  private passOver(): void {
    this.current = undefined;
    this.skipped = 0;
    if (this.stage === Stage.Fixed && this.bodyLeft > this.limits.maxSkipBytes) this.stop();
  }
}

const TEXT: readonly string[] = Object.freeze(['Content-Type', 'text/plain; charset=utf-8']);

function asksToSwitch(s: Http1Stream): boolean {
  if (s.method === 'CONNECT') return true;
  const headers = s.held?.headers ?? [];
  for (let i = 0; i < headers.length; i += 2) if (headers[i]!.length === 7 && headers[i]!.toLowerCase() === 'upgrade') return true;
  return false;
}

/** Makes the HTTP/1 engine of one connection. */
export const createHttp1Engine: EngineFactory<HttpHead, HttpHeadInit, HttpTail, Http1Options> = (link, role, on, o) => new Http1Engine(link, role, on, o);
