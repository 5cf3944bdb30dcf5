// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { EngineLink, ProtocolEngine } from '../engine.js';
import { WsDecoder } from './decoder.js';
import type { WsSink } from './decoder.js';
import { Deflate } from './deflate.js';
import type { WsPrepared } from './encoder.js';
import { writeFrame } from './encoder.js';
import { CloseCode, maySend, WsError } from './errors.js';
import { FIN, MAX_CONTROL, Opcode, RSV1 } from './frame.js';
import type { WsLimits, WsOptions } from './limits.js';
import { wsLimitsOf } from './limits.js';

/** What a {@link WsEngine} tells, called synchronously. */
export interface WsEvents {
  /** A whole message: a string where the peer sent text. Bytes are the receiver's. */
  onMessage(data: string | Buffer): void;
  /** It was answered already. */
  onPing(payload: Buffer): void;
  onPong(payload: Buffer): void;
  /** The last event. `code`: what the peer said, 1005 where it said none, 1006 where it said nothing; `error`: what was wrong, where something was. */
  onClose(code: number, reason: string, error: Error | undefined): void;
  /** What was sent went below high water. */
  onWritable(): void;
}

/** How a message is sent. */
export interface WsSendOptions {
  /** Where the handshake agreed on it. @defaultValue by its length */
  readonly compress?: boolean | undefined;
}

const State = { Open: 0, Closing: 1, Closed: 2 } as const;
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * A WebSocket on one connection, either side, from behind the handshake on. Pings are answered, the closing handshake is run, what breaks the protocol is told
 * to the peer and the connection ends.
 * Reading: `pause()` and `resume()`. Writing: `send` says false above high water, `onWritable` follows.
 * Source: RFC 6455, RFC 7692.
 */
export class WsEngine implements ProtocolEngine, WsSink {
  readonly protocol: string = 'websocket';
  private readonly link: EngineLink;
  private readonly server: boolean;
  private readonly on: WsEvents;
  private readonly limits: WsLimits;
  private readonly deflate: Deflate | undefined;
  private readonly decoder: WsDecoder;
  private state: number = State.Open;
  private paused: boolean = false;
  private sentClose: boolean = false;
  private gotClose: boolean = false;
  /** What is told when the connection is gone. */
  private code: number = CloseCode.Abnormal;
  private reason: string = '';
  private error: Error | undefined = undefined;
  private told: boolean = false;
  /** A message is sent in fragments. */
  private sending: boolean = false;
  /** The peer does not keep up: of its pings the last one is answered when it does. */
  private congested: boolean = false;
  private owedPong: Buffer | undefined = undefined;
  private heardAt: number;
  private pingedAt: number = 0;
  private closeBy: number = Infinity;

  /** Errors: OptionError. */
  constructor(link: EngineLink, role: 'client' | 'server', on: WsEvents, o: WsOptions = {}) {
    const limits = wsLimitsOf(o);
    this.link = link;
    this.server = role === 'server';
    this.on = on;
    this.limits = limits;
    this.deflate = limits.deflate === undefined ? undefined : new Deflate(limits.deflate, this.server, limits.compressionLevel);
    this.decoder = new WsDecoder(limits, this.server, this.deflate, this);
    this.heardAt = link.clock.now();
  }

  get need(): number {
    return this.decoder.need;
  }

  get active(): number {
    return this.state === State.Closed ? 0 : 1;
  }

  get midMessage(): boolean {
    return this.state === State.Open && this.decoder.isInside;
  }

  /** Messages can be sent. */
  get isOpen(): boolean {
    return this.state === State.Open;
  }

  // ── bytes in ─────────────────────────────────────────────────────────────────────────────────

  /** @internal */
  get stopped(): boolean {
    return this.paused || this.gotClose || this.state === State.Closed;
  }

  receive(buf: Buffer, start: number, end: number): number {
    if (this.gotClose || this.state === State.Closed) return end - start;
    this.heardAt = this.link.clock.now();
    this.pingedAt = 0;
    let n = 0;
    try {
      n = this.decoder.receive(buf, start, end);
    } catch (e) {
      if (!(e instanceof WsError)) throw e;
      this.fail(e);
    }
    return this.gotClose || this.ended ? end - start : n;
  }

  private get ended(): boolean {
    return this.state === State.Closed;
  }

  /** @internal */
  message(data: string | Buffer): void {
    if (this.state === State.Open) this.on.onMessage(data);
  }

  /** @internal */
  ping(payload: Buffer): void {
    if (this.state !== State.Open) return;
    if (this.congested) this.owedPong = payload;
    else this.frame(FIN | Opcode.Pong, payload);
    this.on.onPing(payload);
  }

  /** @internal */
  pong(payload: Buffer): void {
    this.on.onPong(payload);
  }

  /** @internal The peer said goodbye. */
  close(code: number, reason: string): void {
    this.gotClose = true;
    this.code = code;
    this.reason = reason;
    if (!this.sentClose) this.frameClose(code === CloseCode.NoStatus ? 0 : code, '');
    this.state = State.Closed;
    // The server ends first, so that it is the client that waits for late packets (RFC 6455 section 7.1.1).
    if (this.server) this.link.end();
    this.closeBy = this.link.clock.now() + this.limits.closeTimeoutMs;
  }

  receiveEnd(): void {
    if (this.state !== State.Closed) {
      this.error ??= new WsError('WS_PEER_CLOSED', 0, 'the peer ended the connection without a close frame');
      this.state = State.Closed;
    }
    this.link.end();
  }

  writable(): void {
    this.congested = false;
    if (this.state !== State.Open) return;
    const pong = this.owedPong;
    this.owedPong = undefined;
    if (pong !== undefined) this.frame(FIN | Opcode.Pong, pong);
    this.on.onWritable();
  }

  closed(cause: Error | undefined): void {
    if (this.told) return;
    this.told = true;
    const wasOpen = this.state !== State.Closed;
    this.state = State.Closed;
    if (wasOpen) this.error ??= cause ?? new WsError('WS_PEER_CLOSED', 0, 'the connection was lost');
    this.on.onClose(this.code, this.reason, this.error);
  }

  /** Keep-alive and the time a goodbye may take; the next point in time at which it wants to be called. */
  tick(now: number): number {
    if (this.closeBy !== Infinity) {
      if (now < this.closeBy) return this.closeBy;
      this.link.destroy(this.gotClose ? undefined : new WsError('WS_PEER_SLOW', 0, `the peer did not answer a close frame within ${this.limits.closeTimeoutMs} ms (closeTimeoutMs)`));
      return Infinity;
    }
    const { pingIntervalMs, pongTimeoutMs } = this.limits;
    if (pingIntervalMs === 0 || this.state !== State.Open) return Infinity;
    if (this.pingedAt > 0) {
      if (now < this.pingedAt + pongTimeoutMs) return this.pingedAt + pongTimeoutMs;
      this.error = new WsError('WS_PEER_SLOW', 0, `the peer said nothing for ${pongTimeoutMs} ms after a ping (pongTimeoutMs)`);
      this.state = State.Closed;
      this.link.destroy(this.error);
      return Infinity;
    }
    if (now < this.heardAt + pingIntervalMs) return this.heardAt + pingIntervalMs;
    this.pingedAt = now;
    this.frame(FIN | Opcode.Ping, NOTHING);
    return now + pongTimeoutMs;
  }

  /** Says that it goes away. */
  drain(): void {
    if (this.state === State.Open) this.sendClose(CloseCode.GoingAway, '');
  }

  private fail(e: WsError): void {
    this.error = e;
    this.code = CloseCode.Abnormal;
    if (!this.sentClose && e.closeCode !== 0) this.frameClose(e.closeCode, e.message);
    this.state = State.Closed;
    this.link.end();
    this.closeBy = this.link.clock.now() + this.limits.closeTimeoutMs;
  }

  // ── messages out ─────────────────────────────────────────────────────────────────────────────

  /** Sends a message; false = above high water. Bytes of 4096 and more may not change before the turn is over. Errors: {@link WsError} (WS_MISUSED) once it closes. */
  send(data: string | Uint8Array, o?: WsSendOptions): boolean {
    this.mayStart('send');
    const opcode = FIN | (typeof data === 'string' ? Opcode.Text : Opcode.Binary);
    if (this.deflate !== undefined && o?.compress !== false) {
      const bytes = typeof data === 'string' ? Buffer.from(data) : data;
      if (o?.compress === true || bytes.length >= this.limits.compressFromBytes) return this.frame(opcode | RSV1, this.deflate.compress(bytes));
    }
    return this.frame(opcode, data);
  }

  /** Sends what was prepared for many. */
  sendPrepared(m: WsPrepared): boolean {
    const { deflate } = this;
    if (!this.server || (deflate !== undefined && !deflate.sendsAlone)) return this.send(m.data);
    this.mayStart('sendPrepared');
    const packed = deflate !== undefined && m.data.length >= this.limits.compressFromBytes;
    const w = this.link.beginWrite(64);
    w.bytes(packed ? m.compressed(this.limits.compressionLevel) : m.bytes());
    return this.written();
  }

  /** Sends a piece of a message, which is not compressed; `last` ends it. Text comes in whole characters. */
  sendPart(data: string | Uint8Array, last: boolean): boolean {
    this.mustBeOpen('sendPart');
    const opcode = this.sending ? Opcode.Continuation : typeof data === 'string' ? Opcode.Text : Opcode.Binary;
    this.sending = !last;
    return this.frame(last ? FIN | opcode : opcode, data);
  }

  /** At most 125 bytes. */
  sendPing(payload: Uint8Array = NOTHING): void {
    this.control('sendPing', Opcode.Ping, payload);
  }

  /** One that nobody asked for: a heartbeat. */
  sendPong(payload: Uint8Array = NOTHING): void {
    this.control('sendPong', Opcode.Pong, payload);
  }

  /** Says goodbye and waits for the peer's, for `closeTimeoutMs`; a second call does nothing. Errors: {@link WsError} for a code that may not be sent. */
  sendClose(code: number = CloseCode.Normal, reason: string = ''): void {
    if (!maySend(code)) throw new WsError('WS_MISUSED', 0, `sendClose: got the code ${code}, wanted 1000 to 1014 without 1004 to 1006, or 3000 to 4999`);
    if (this.state !== State.Open) return;
    this.frameClose(code, reason);
    this.state = State.Closing;
    this.closeBy = this.link.clock.now() + this.limits.closeTimeoutMs;
  }

  /** Nothing more is read until `resume()`. */
  pause(): void {
    if (this.paused || this.state === State.Closed) return;
    this.paused = true;
    this.link.pause();
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    if (this.state !== State.Closed) this.link.resume();
  }

  private mustBeOpen(what: string): void {
    if (this.state !== State.Open) throw new WsError('WS_MISUSED', 0, `${what}: the WebSocket is closed`);
  }

  private mayStart(what: string): void {
    this.mustBeOpen(what);
    if (this.sending) throw new WsError('WS_MISUSED', 0, `${what}: a message is being sent in parts`);
  }

  private control(what: string, opcode: number, payload: Uint8Array): void {
    this.mustBeOpen(what);
    if (payload.length > MAX_CONTROL) throw new WsError('WS_MISUSED', 0, `${what}: got ${payload.length} bytes, wanted at most ${MAX_CONTROL}`);
    this.frame(FIN | opcode, payload);
  }

  private frameClose(code: number, reason: string): void {
    this.sentClose = true;
    if (code === 0) {
      this.frame(FIN | Opcode.Close, NOTHING);
      return;
    }
    let text = Buffer.from(reason);
    if (text.length > MAX_CONTROL - 2) {
      let cut = MAX_CONTROL - 2;
      while ((text[cut]! & 0xc0) === 0x80) cut--;
      text = text.subarray(0, cut);
    }
    this.frame(FIN | Opcode.Close, Buffer.concat([Buffer.from([code >> 8, code & 0xff]), text]));
  }

  private frame(first: number, payload: string | Uint8Array): boolean {
    const w = this.link.beginWrite(payload.length + 14);
    writeFrame(w, first, payload, !this.server);
    return this.written();
  }

  private written(): boolean {
    const room = this.link.endWrite();
    if (!room) this.congested = true;
    return room;
  }
}
