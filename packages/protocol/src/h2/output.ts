// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';
import { ByteWriter as Writer } from '@cloudwego/gopkg/io';
import type { EngineLink, HttpHeadInit, HttpTail } from '../engine.js';
import { frameHead, headFields, patchHead } from './encoder.js';
import { DEFAULT_WINDOW, Flag, FRAME_HEAD, FrameType, MIN_FRAME_SIZE } from './frame.js';
import { HpackEncoder } from './hpack/encoder.js';
import type { H2Limits } from './limits.js';
import type { H2Stream } from './stream.js';

/** What the output needs of its engine. */
export interface OutputOwner {
  readonly dead: boolean;
  isOpen(s: H2Stream): boolean;
  /** This side of the stream has ended. */
  settle(s: H2Stream): void;
  /** Heads or bodies left. */
  wrote(): void;
  onWritable(s: H2Stream): void;
}

/** Small messages that wait are put together in pieces of this size: that of a frame. Unit bytes. */
const PIECE = 16 * 1024;
/** The piece that a stream begins with, so that many streams with little to say cost little. */
const FIRST_PIECE = 1024;
/** A scratch that grew beyond this is not kept. */
const MAX_SCRATCH = 64 * 1024;

/**
 * What a connection sends: heads, messages and trailers within the windows, control frames between them.
 *
 *   beginMessage … endMessage ─▶ the connection's own section, when frame and windows hold it
 *                             └▶ the stream's queue ─▶ pump(): one frame of each stream in turn, as windows open and bytes leave
 */
export class H2Output {
  /** How much may be sent on the whole connection. */
  sendWindow: number = DEFAULT_WINDOW;
  peerFrame: number = MIN_FRAME_SIZE;
  congested: boolean = false;
  readonly encoder: HpackEncoder;
  private readonly link: EngineLink;
  private readonly limits: H2Limits;
  private readonly owner: OutputOwner;
  /** The stream whose message is open in the connection's own section. */
  private writing: H2Stream | undefined = undefined;
  /** Where a message is written that has to wait; undefined while one is being written there. */
  private scratch: Writer | undefined = undefined;
  private scratchTaken: boolean = false;
  /** Control frames that wait for that section to end. */
  private deferred: Writer | undefined = undefined;
  /** Streams with something to send. */
  readonly waiting: Set<H2Stream> = new Set();
  /** Streams that were told false and are owed `onWritable`. */
  private readonly owed: Set<H2Stream> = new Set();

  constructor(link: EngineLink, limits: H2Limits, owner: OutputOwner) {
    this.link = link;
    this.limits = limits;
    this.owner = owner;
    this.encoder = new HpackEncoder(4096, limits.indexPath);
  }

  /** A message is open in the connection's section. */
  get busy(): boolean {
    return this.writing !== undefined;
  }

  sent(below: boolean): void {
    if (!below) this.congested = true;
  }

  // ── control frames ───────────────────────────────────────────────────────────────────────────

  /** Writes a small frame, now or behind the message that is open. */
  control(type: number, flags: number, id: number, payload: readonly number[]): void {
    if (this.owner.dead) return;
    const aside = this.writing !== undefined;
    const w = aside ? (this.deferred ??= new Writer(64)) : this.link.beginWrite(FRAME_HEAD + payload.length);
    frameHead(w, payload.length, type, flags, id);
    for (const b of payload) w.u8(b);
    if (!aside) this.sent(this.link.endWrite());
  }

  /** The section of a message is closed: what waited for it goes out. */
  private release(): void {
    this.writing = undefined;
    const d = this.deferred;
    if (d === undefined || this.owner.dead) return;
    this.deferred = undefined;
    const w = this.link.beginWrite(d.length);
    w.bytes(d.view());
    this.sent(this.link.endWrite());
  }

  // ── heads ────────────────────────────────────────────────────────────────────────────────────

  /** Sends a head of its own, such as an informational one. */
  headNow(s: H2Stream, head: HttpHeadInit, end: boolean): void {
    const w = this.link.beginWrite(256);
    this.owner.wrote();
    this.encoder.begin();
    this.writeHead(w, s.id, head, end);
    this.encoder.commit();
    this.sent(this.link.endWrite());
  }

  /** Sends the head that is held back; false = a message is open and it leaves behind that. */
  flushHead(s: H2Stream): boolean {
    if (this.writing !== undefined) {
      this.waiting.add(s);
      return false;
    }
    const held = s.held!;
    s.held = undefined;
    s.headSent = true;
    const end = s.localEnd && s.queue === undefined && s.tail === undefined;
    this.headNow(s, held, end);
    if (end) {
      s.localDone = true;
      this.owner.settle(s);
    }
    return true;
  }

  private writeHead(w: ByteWriter, id: number, head: HttpHeadInit, end: boolean): void {
    const mark = w.mark();
    frameHead(w, 0, FrameType.HEADERS, 0, id);
    this.encoder.encode(w, headFields(head));
    this.closeBlock(w, mark, id, end);
  }

  private writeFields(w: ByteWriter, id: number, fields: readonly string[]): void {
    const mark = w.mark();
    frameHead(w, 0, FrameType.HEADERS, 0, id);
    this.encoder.encode(w, fields);
    this.closeBlock(w, mark, id, true);
  }

  /** Writes length and flags of a header block; one that is too large for a frame goes on in CONTINUATION. */
  private closeBlock(w: ByteWriter, mark: number, id: number, end: boolean): void {
    const n = w.mark() - mark - FRAME_HEAD;
    const flags = end ? Flag.END_STREAM : 0;
    if (n <= this.peerFrame) {
      patchHead(w, mark, n, FrameType.HEADERS, flags | Flag.END_HEADERS, id);
      return;
    }
    const whole = w.view();
    const block = Uint8Array.prototype.slice.call(whole, whole.length - n);
    w.rewind(mark);
    for (let p = 0; p < n; p += this.peerFrame) {
      const size = Math.min(this.peerFrame, n - p);
      frameHead(w, size, p === 0 ? FrameType.HEADERS : FrameType.CONTINUATION, (p === 0 ? flags : 0) | (p + size === n ? Flag.END_HEADERS : 0), id);
      w.bytes(block.subarray(p, p + size));
    }
  }

  // ── messages ─────────────────────────────────────────────────────────────────────────────────

  beginMessage(s: H2Stream, hint: number): ByteWriter {
    if (this.writing !== undefined || s.queue !== undefined || s.sendWindow <= 0 || this.sendWindow <= 0) return (s.writer = this.aside(hint));
    const w = this.link.beginWrite(hint + 64);
    this.writing = s;
    s.writer = w;
    this.encoder.begin();
    if (s.held !== undefined) this.writeHead(w, s.id, s.held, false);
    s.frameMark = w.mark();
    frameHead(w, 0, FrameType.DATA, 0, s.id);
    return w;
  }

  private aside(hint: number): Writer {
    if (this.scratchTaken) return new Writer(Math.max(256, hint));
    this.scratchTaken = true;
    const w = (this.scratch ??= new Writer(Math.max(1024, hint)));
    w.reset();
    return w;
  }

  /** The message that was written aside was copied, or dropped. */
  private freeAside(w: ByteWriter): void {
    if (w !== this.scratch) return;
    this.scratchTaken = false;
    if (this.scratch.length > MAX_SCRATCH) this.scratch = undefined;
  }

  /** Ends the open message; false = above high water, or more than a stream should queue. */
  endMessage(s: H2Stream, end: boolean): boolean {
    const w = s.writer!;
    s.writer = undefined;
    if (this.writing === s) {
      this.endDirect(s, w, end);
    } else {
      this.append(s, w.view(), end, false);
      this.freeAside(w);
      this.pump();
    }
    const below = !this.congested && s.queuedBytes <= this.limits.streamQueueBytes;
    if (!below && !s.localEnd) this.owed.add(s);
    return below;
  }

  private endDirect(s: H2Stream, w: ByteWriter, end: boolean): void {
    const n = w.mark() - s.frameMark - FRAME_HEAD;
    const fits = n <= Math.min(this.limits.maxWriteFrameBytes, this.peerFrame, s.sendWindow, this.sendWindow);
    let rest: Uint8Array | undefined;
    if (n === 0 && !end) {
      w.rewind(s.frameMark);
    } else if (fits) {
      patchHead(w, s.frameMark, n, FrameType.DATA, end ? Flag.END_STREAM : 0, s.id);
      s.sendWindow -= n;
      this.sendWindow -= n;
    } else {
      const whole = w.view();
      rest = Uint8Array.prototype.slice.call(whole, whole.length - n);
      w.rewind(s.frameMark);
    }
    this.encoder.commit();
    if (s.held !== undefined) {
      s.held = undefined;
      s.headSent = true;
    }
    this.owner.wrote();
    this.sent(this.link.endWrite());
    if (end && fits) s.localDone = true;
    this.release();
    if (rest !== undefined) this.append(s, rest, end, true);
    if (this.waiting.size > 0) this.pump();
  }

  /** Adds to what waits: into the room of the last piece where it fits, so that small messages cost a copy and nothing else. `owned` = `bytes` may be kept. */
  private append(s: H2Stream, bytes: Uint8Array, end: boolean, owned: boolean): void {
    const n = bytes.length;
    const q = (s.queue ??= []);
    s.queuedBytes += n;
    this.waiting.add(s);
    const last = q.at(-1);
    if (last?.open === true && last.to + n <= last.buf.length) {
      last.buf.set(bytes, last.to);
      last.to += n;
      last.end = end;
    } else if (owned || n >= PIECE / 2) {
      q.push({ buf: owned ? bytes : Uint8Array.prototype.slice.call(bytes), from: 0, to: n, end, open: false });
    } else {
      const buf = Buffer.allocUnsafeSlow(last === undefined ? Math.max(FIRST_PIECE, 2 * n) : PIECE);
      buf.set(bytes, 0);
      q.push({ buf, from: 0, to: n, end, open: true });
    }
  }

  /** Drops the open message, and what compressing its head had put into the table. */
  cancel(s: H2Stream): void {
    if (this.writing === s) {
      this.link.cancelWrite();
      this.encoder.rollback();
      this.release();
    } else if (s.writer !== undefined) {
      this.freeAside(s.writer);
    }
    s.writer = undefined;
  }

  /** Ends the stream by trailers, or without any. */
  tail(s: H2Stream, tail: HttpTail): void {
    if (this.writing !== undefined || s.queue !== undefined) {
      s.tail = tail;
      this.waiting.add(s);
    } else {
      this.tailNow(s, tail);
    }
  }

  private tailNow(s: H2Stream, tail: HttpTail): void {
    const w = this.link.beginWrite(128);
    this.encoder.begin();
    this.owner.wrote();
    const alone = tail.length === 0;
    if (s.held !== undefined) this.writeHead(w, s.id, s.held, alone);
    if (!alone) this.writeFields(w, s.id, tail);
    else if (s.held === undefined) frameHead(w, 0, FrameType.DATA, Flag.END_STREAM, s.id);
    s.held = undefined;
    s.headSent = true;
    s.localDone = true;
    this.encoder.commit();
    this.sent(this.link.endWrite());
    this.owner.settle(s);
  }

  /** The stream is gone. */
  forget(s: H2Stream): void {
    this.cancel(s);
    this.waiting.delete(s);
    this.owed.delete(s);
    s.queue = undefined;
    s.queuedBytes = 0;
  }

  /** Everything is gone. */
  clear(): void {
    if (this.writing !== undefined) this.link.cancelWrite();
    this.writing = undefined;
    this.deferred = undefined;
    this.waiting.clear();
    this.owed.clear();
  }

  // ── queues ───────────────────────────────────────────────────────────────────────────────────

  /** Sends what waits, one frame of each stream in turn, as far as windows and high water go; then tells who may go on. */
  pump(): void {
    while (this.waiting.size > 0 && !this.owner.dead && !this.congested && this.writing === undefined) {
      let moved = false;
      for (const s of [...this.waiting]) {
        if (this.owner.dead || this.congested) break;
        if (this.pumpOne(s)) moved = true;
      }
      if (!moved) break;
    }
    if (this.owed.size > 0) this.tellWritable();
  }

  private pumpOne(s: H2Stream): boolean {
    if (!this.owner.isOpen(s)) {
      this.forget(s);
      return false;
    }
    if (s.held !== undefined && s.queue === undefined && s.tail === undefined) {
      this.waiting.delete(s);
      return this.flushHead(s);
    }
    const q = s.queue?.[0];
    if (q === undefined) {
      this.waiting.delete(s);
      s.queue = undefined;
      if (s.tail === undefined) return false;
      const { tail } = s;
      s.tail = undefined;
      this.tailNow(s, tail);
      return true;
    }
    const left = q.to - q.from;
    const n = Math.min(left, this.limits.maxWriteFrameBytes, this.peerFrame, s.sendWindow, this.sendWindow);
    if (n <= 0 && left > 0) {
      if (s.stalledAt === 0) s.stalledAt = this.link.clock.now();
      return false;
    }
    s.stalledAt = 0;
    const last = n === left;
    const end = last && q.end;
    const w = this.link.beginWrite(n + 64);
    this.encoder.begin();
    this.owner.wrote();
    if (s.held !== undefined) {
      this.writeHead(w, s.id, s.held, false);
      s.held = undefined;
      s.headSent = true;
    }
    if (n > 0 || end) {
      frameHead(w, n, FrameType.DATA, end ? Flag.END_STREAM : 0, s.id);
      w.bytes(q.buf.subarray(q.from, q.from + n));
    }
    this.encoder.commit();
    this.sent(this.link.endWrite());
    s.sendWindow -= n;
    this.sendWindow -= n;
    s.queuedBytes -= n;
    if (!last) {
      q.from += n;
      return true;
    }
    s.queue!.shift();
    if (s.queue!.length === 0 && s.tail === undefined) {
      s.queue = undefined;
      this.waiting.delete(s);
    }
    if (end) {
      s.localDone = true;
      this.owner.settle(s);
    }
    return true;
  }

  private tellWritable(): void {
    for (const s of [...this.owed]) {
      if (this.owner.dead || this.congested) return;
      if (s.queuedBytes > this.limits.streamQueueBytes / 2) continue;
      this.owed.delete(s);
      if (!s.localEnd && this.owner.isOpen(s)) this.owner.onWritable(s);
    }
  }
}
