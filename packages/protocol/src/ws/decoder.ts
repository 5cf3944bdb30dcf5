// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isUtf8 } from 'node:buffer';
import type { Deflate } from './deflate.js';
import { badFrame, badText, maySend, tooBig, CloseCode } from './errors.js';
import { applyMask, FIN, MASK, MAX_CONTROL, Opcode, RSV, RSV1 } from './frame.js';
import type { WsLimits } from './limits.js';
import { Utf8Validator } from './utf8.js';

/** What a decoder tells. */
export interface WsSink {
  message(data: string | Buffer): void;
  ping(payload: Buffer): void;
  pong(payload: Buffer): void;
  close(code: number, reason: string): void;
  /** Nothing more is taken now. */
  readonly stopped: boolean;
}

const FIRST_CAPACITY = 4096;
/** Above it what a message was put together in is not kept for the next. */
const MAX_KEPT = 64 * 1024;
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Reads frames and puts messages together. A frame that is there as a whole is taken where it lies; one that is not is taken as it comes, its text checked byte
 * by byte, and what it is put together in grows with what arrived, not with what was announced.
 * Errors: {@link WsError}, with what the peer is told.
 * Source: RFC 6455 section 5, RFC 7692 section 6.
 */
export class WsDecoder {
  need: number = 2;
  private readonly limits: WsLimits;
  private readonly server: boolean;
  private readonly deflate: Deflate | undefined;
  private readonly sink: WsSink;
  private readonly key: Uint8Array = new Uint8Array(4);
  private readonly utf8: Utf8Validator = new Utf8Validator();
  /** Of the message that has begun; 0 = none. */
  private opcode: number = 0;
  private compressed: boolean = false;
  private fragments: number = 0;
  private fin: boolean = false;
  /** Bytes of the present frame that have not come; -1 = a header is next. */
  private left: number = -1;
  private phase: number = 0;
  private masked: boolean = false;
  private store: Buffer = NOTHING;
  private size: number = 0;

  constructor(limits: WsLimits, server: boolean, deflate: Deflate | undefined, sink: WsSink) {
    this.limits = limits;
    this.server = server;
    this.deflate = deflate;
    this.sink = sink;
  }

  /** A message has begun and is not whole. */
  get isInside(): boolean {
    return this.opcode !== 0 || this.left >= 0;
  }

  receive(buf: Buffer, start: number, end: number): number {
    let p = start;
    while (p < end && !this.sink.stopped) {
      const q = this.left >= 0 ? this.payload(buf, p, end) : this.header(buf, p, end);
      if (q < 0) break;
      p = q;
    }
    return p - start;
  }

  private header(buf: Buffer, p: number, end: number): number {
    if (end - p < 2) {
      this.need = 2;
      return -1;
    }
    const b0 = buf[p]!;
    const b1 = buf[p + 1]!;
    const opcode = b0 & 0x0f;
    const fin = (b0 & FIN) !== 0;
    const masked = (b1 & MASK) !== 0;
    const short = b1 & 0x7f;
    this.check(b0, opcode, fin, masked, short);
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    const headBytes = 2 + lengthBytes + (masked ? 4 : 0);
    if (end - p < headBytes) {
      this.need = headBytes;
      return -1;
    }
    const n = lengthBytes === 0 ? short : longLength(buf, p + 2, lengthBytes);
    const at = p + headBytes;
    if (masked) for (let i = 0; i < 4; i++) this.key[i] = buf[at - 4 + i]!;
    if (opcode >= Opcode.Close) {
      if (end - at < n) {
        this.need = headBytes + n;
        return -1;
      }
      this.need = 2;
      this.control(opcode, this.copied(buf, at, at + n, masked));
      return at + n;
    }
    const { maxMessageBytes } = this.limits;
    if (this.size + n > maxMessageBytes) throw tooBig(this.size + n, maxMessageBytes);
    this.need = 2;
    if (opcode !== Opcode.Continuation) {
      if (fin && end - at >= n) {
        this.whole(buf, at, at + n, opcode, masked, (b0 & RSV1) !== 0);
        return at + n;
      }
      this.opcode = opcode;
      this.compressed = (b0 & RSV1) !== 0;
      this.fragments = 0;
      this.utf8.begin();
    }
    if (++this.fragments > this.limits.maxFragments) throw tooBig(`${this.fragments} frames, which are too many, and ${this.size}`, maxMessageBytes);
    this.fin = fin;
    this.masked = masked;
    this.left = n;
    this.phase = 0;
    return n === 0 ? this.frameOver(at) : at;
  }

  private check(b0: number, opcode: number, fin: boolean, masked: boolean, short: number): void {
    const rsv = b0 & RSV;
    if (rsv !== 0 && (rsv !== RSV1 || this.deflate === undefined || (opcode !== Opcode.Text && opcode !== Opcode.Binary))) throw badFrame('a reserved bit that nobody agreed on');
    if (masked !== this.server) throw badFrame(this.server ? 'a frame that is not masked' : 'a frame that is masked');
    if (opcode >= Opcode.Close) {
      if (opcode > Opcode.Pong) throw badFrame(`the reserved opcode ${opcode}`);
      if (!fin) throw badFrame('a control frame in fragments');
      if (short > MAX_CONTROL) throw badFrame('a control frame of more than 125 bytes');
    } else if (opcode > Opcode.Binary) throw badFrame(`the reserved opcode ${opcode}`);
    else if ((opcode === Opcode.Continuation) !== (this.opcode !== 0)) throw badFrame(this.opcode === 0 ? 'the continuation of nothing' : 'a new message inside of another');
  }

  /** A message of one frame that is all there. */
  private whole(buf: Buffer, from: number, to: number, opcode: number, masked: boolean, compressed: boolean): void {
    if (compressed) {
      this.deliver(opcode, this.deflate!.decompress(this.copied(buf, from, to, masked), this.limits.maxMessageBytes), true);
      return;
    }
    if (opcode === Opcode.Binary) {
      this.sink.message(this.copied(buf, from, to, masked));
      return;
    }
    if (!masked) {
      this.deliver(opcode, buf.subarray(from, to), false);
      return;
    }
    // Text is read out of a place that is used again.
    this.room(to - from);
    buf.copy(this.store, 0, from, to);
    applyMask(this.store, 0, to - from, this.key, 0);
    this.deliver(opcode, this.store.subarray(0, to - from), false);
    this.begin();
  }

  private copied(buf: Buffer, from: number, to: number, masked: boolean): Buffer {
    const b = Buffer.allocUnsafe(to - from);
    buf.copy(b, 0, from, to);
    if (masked) applyMask(b, 0, b.length, this.key, 0);
    return b;
  }

  private payload(buf: Buffer, p: number, end: number): number {
    const n = Math.min(this.left, end - p);
    const at = this.size;
    this.room(at + n);
    buf.copy(this.store, at, p, p + n);
    this.size += n;
    this.left -= n;
    if (this.masked) applyMask(this.store, at, this.size, this.key, this.phase);
    this.phase = (this.phase + n) & 3;
    if (this.opcode === Opcode.Text && !this.compressed && !this.utf8.push(this.store, at, this.size)) throw badText('a text that is no UTF-8');
    return this.left === 0 ? this.frameOver(p + n) : p + n;
  }

  private room(n: number): void {
    if (n <= this.store.length) return;
    const more = Buffer.allocUnsafe(Math.max(n, this.store.length * 2, FIRST_CAPACITY));
    this.store.copy(more, 0, 0, this.size);
    this.store = more;
  }

  /** A frame that came in pieces is over; the position behind it. */
  private frameOver(p: number): number {
    this.left = -1;
    if (!this.fin) return p;
    const { opcode, compressed, size } = this;
    const all = this.store.subarray(0, size);
    this.opcode = 0;
    if (compressed) {
      const message = this.deflate!.decompress(all, this.limits.maxMessageBytes);
      this.begin();
      this.deliver(opcode, message, true);
    } else if (opcode === Opcode.Text) {
      if (!this.utf8.isWhole) throw badText('a text that ends in the middle of a character');
      const text = all.toString();
      this.begin();
      this.sink.message(text);
    } else if (size * 2 >= this.store.length) {
      // The store is the message's from now on.
      this.store = NOTHING;
      this.size = 0;
      this.sink.message(all);
    } else {
      const own = Buffer.from(all);
      this.begin();
      this.sink.message(own);
    }
    return p;
  }

  private begin(): void {
    this.size = 0;
    if (this.store.length > MAX_KEPT) this.store = NOTHING;
  }

  /** `owned`: nobody else has these bytes. */
  private deliver(opcode: number, b: Buffer, owned: boolean): void {
    if (opcode === Opcode.Binary) {
      this.sink.message(owned ? b : Buffer.from(b));
      return;
    }
    if (!isUtf8(b)) throw badText('a text that is no UTF-8');
    this.sink.message(b.toString());
  }

  private control(opcode: number, payload: Buffer): void {
    if (opcode === Opcode.Ping) this.sink.ping(payload);
    else if (opcode === Opcode.Pong) this.sink.pong(payload);
    else {
      if (payload.length === 0) {
        this.sink.close(CloseCode.NoStatus, '');
        return;
      }
      const code = payload.length === 1 ? 0 : payload.readUInt16BE(0);
      if (!maySend(code)) throw badFrame(`the close code ${code}`);
      const reason = payload.subarray(2);
      if (!isUtf8(reason)) throw badText('a reason that is no UTF-8');
      this.sink.close(code, reason.toString());
    }
  }
}

/** RFC 6455 section 5.2: the shortest form is the only one. */
function longLength(buf: Buffer, at: number, bytes: number): number {
  const high = bytes === 8 ? buf.readUInt32BE(at) : 0;
  if (high >= 0x200000) throw badFrame('a frame of more than 2^53 bytes');
  const n = bytes === 2 ? buf.readUInt16BE(at) : high * 0x100000000 + buf.readUInt32BE(at + 4);
  if (n < (bytes === 2 ? 126 : 0x10000)) throw badFrame('a length in more bytes than it needs');
  return n;
}
