// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { SseError } from './errors.js';
import type { SseOptions } from './limits.js';
import { sseTable } from './limits.js';

/** An event that was read; undefined = the stream did not say it. */
export interface SseEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string | undefined;
  readonly retryMs: number | undefined;
}

const LF = 10;
const CR = 13;
const COLON = 58;
const DIGITS = /^[0-9]{1,15}$/;

/**
 * Reads a stream of events, in whatever pieces it comes.
 * Limits:  {@link SseError}: SSE_LINE_OVERSIZED above `maxLineBytes`, SSE_EVENT_OVERSIZED above `maxEventBytes`; nothing can be read behind it.
 * Differs: browsers drop an event without data; here, as in Hertz's reader, whoever reads is told of it.
 * Source:  WHATWG HTML, section Server-sent events; cloudwego/hertz pkg/protocol/sse/reader.go, whose first line of data is lost where it is empty.
 */
export class SseDecoder {
  /** The last id that was said; what a client that comes back sends as Last-Event-ID. */
  lastEventId: string;
  private readonly maxLine: number;
  private readonly maxEvent: number;
  /** Pieces of a line that is not whole. */
  private line: Buffer[] = [];
  private lineBytes: number = 0;
  private eventBytes: number = 0;
  /** A CR came last: an LF behind it is part of the same line end. */
  private behindCr: boolean = false;
  private fresh: boolean = true;
  private touched: boolean = false;
  private id: string | undefined = undefined;
  private event: string | undefined = undefined;
  private data: string | undefined = undefined;
  private retryMs: number | undefined = undefined;

  /** Errors: OptionError. */
  constructor(o: SseOptions = {}) {
    const { lastEventId, ...limits } = o;
    const l = sseTable.resolve(limits, 'sse');
    this.maxLine = l.maxLineBytes!;
    this.maxEvent = l.maxEventBytes!;
    this.lastEventId = lastEventId ?? '';
  }

  /** The events that became whole with these bytes, of which none are kept. */
  receive(bytes: Uint8Array): SseEvent[] {
    const out: SseEvent[] = [];
    const buf = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    let p = 0;
    if (this.behindCr && buf.length > 0) {
      if (buf[0] === LF) p = 1;
      this.behindCr = false;
    }
    let cr = buf.indexOf(CR, p);
    while (p < buf.length) {
      if (cr >= 0 && cr < p) cr = buf.indexOf(CR, p);
      const lf = buf.indexOf(LF, p);
      const stop = cr >= 0 && (lf < 0 || cr < lf) ? cr : lf;
      if (stop < 0) {
        this.keep(buf.subarray(p));
        break;
      }
      this.takeLine(buf, p, stop, out);
      p = stop + 1;
      if (buf[stop] === CR) {
        if (p === buf.length) this.behindCr = true;
        else if (buf[p] === LF) p++;
      }
    }
    return out;
  }

  /** The stream is over: its last event, where no empty line came behind it. Source: Hertz; a browser drops it. */
  end(): SseEvent | undefined {
    const out: SseEvent[] = [];
    if (this.lineBytes > 0) this.takeLine(Buffer.alloc(0), 0, 0, out);
    this.dispatch(out);
    return out[0];
  }

  private keep(piece: Buffer): void {
    this.lineBytes += piece.length;
    this.checkLine(this.lineBytes);
    this.line.push(Buffer.from(piece));
  }

  private checkLine(n: number): void {
    if (n > this.maxLine) throw new SseError('SSE_LINE_OVERSIZED', `a line: got ${n} bytes, wanted at most ${this.maxLine} (maxLineBytes)`);
  }

  private takeLine(buf: Buffer, from: number, to: number, out: SseEvent[]): void {
    const n = this.lineBytes + to - from;
    this.checkLine(n);
    let b = buf;
    let p = from;
    let end = to;
    if (this.line.length > 0) {
      b = Buffer.concat([...this.line, buf.subarray(from, to)]);
      p = 0;
      end = b.length;
      this.line = [];
      this.lineBytes = 0;
    }
    if (this.fresh) {
      this.fresh = false;
      if (b[p] === 0xef && b[p + 1] === 0xbb && b[p + 2] === 0xbf && end - p >= 3) p += 3;
    }
    if (p === end) {
      this.dispatch(out);
      return;
    }
    this.eventBytes += n;
    if (this.eventBytes > this.maxEvent) throw new SseError('SSE_EVENT_OVERSIZED', `an event: got ${this.eventBytes} bytes, wanted at most ${this.maxEvent} (maxEventBytes)`);
    if (b[p] === COLON) return;
    this.field(b.toString('utf8', p, end));
  }

  private field(text: string): void {
    const at = text.indexOf(':');
    const name = at < 0 ? text : text.slice(0, at);
    const value = at < 0 ? '' : text.slice(text.charCodeAt(at + 1) === 32 ? at + 2 : at + 1);
    switch (name) {
      case 'data':
        this.data = this.data === undefined ? value : `${this.data}\n${value}`;
        break;
      case 'event':
        this.event = value;
        break;
      case 'id':
        if (value.includes('\0')) return;
        this.id = value;
        break;
      case 'retry':
        if (!DIGITS.test(value)) return;
        this.retryMs = Number(value);
        break;
      default:
        return;
    }
    this.touched = true;
  }

  private dispatch(out: SseEvent[]): void {
    this.eventBytes = 0;
    if (!this.touched) return;
    const { id, event, data, retryMs } = this;
    if (id !== undefined) this.lastEventId = id;
    this.touched = false;
    this.id = undefined;
    this.event = undefined;
    this.data = undefined;
    this.retryMs = undefined;
    out.push({ id, event, data, retryMs });
  }
}
