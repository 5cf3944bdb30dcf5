// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteWriter } from '@cloudwego/gopkg/io';
import type { EngineLink, HttpHeadInit } from '../engine.js';
import { ascii, chunkHead, SaysClose, writeField, writeFields } from './encoder.js';
import { Http1Error, misused } from './errors.js';
import { CR, LF, mayTrail, TARGET, TOKEN } from './frame.js';
import { statusLine } from './status.js';
import type { Http1Stream, StreamQueue } from './stream.js';
import { Framing } from './stream.js';

/** Room for a head beside its message. */
const HEAD_HINT = 512;
/** What may wait for older answers before its writer is asked to wait. Unit bytes. */
const MAX_WAITING = 64 * 1024;
const CRLF = (CR << 8) | LF;

/** Writes heads, bodies and trailers: those of the oldest stream to the connection, those of others aside until it is their turn. */
export class Http1Output {
  private readonly link: EngineLink;
  private readonly server: boolean;
  private readonly streams: StreamQueue;

  constructor(link: EngineLink, server: boolean, streams: StreamQueue) {
    this.link = link;
    this.server = server;
    this.streams = streams;
  }

  /** Clients send on before they are answered; answers wait for older ones. */
  private isDirect(s: Http1Stream): boolean {
    return !this.server || this.streams.first === s;
  }

  private section(s: Http1Stream, hint: number): ByteWriter {
    return this.isDirect(s) ? this.link.beginWrite(hint) : (s.out ??= new ByteWriter(Math.max(hint, 256)));
  }

  private endSection(s: Http1Stream): boolean {
    return this.isDirect(s) ? this.link.endWrite() : s.out!.length < MAX_WAITING;
  }

  /** Sends what waited. False = above high water. */
  release(s: Http1Stream): boolean {
    const waited = s.out;
    if (waited === undefined) return true;
    s.out = undefined;
    const w = this.link.beginWrite(waited.length);
    w.bytes(waited.view());
    return this.link.endWrite();
  }

  /** Sends the held head without a message; `whole` 0: there is none. */
  head(s: Http1Stream, whole: number): boolean {
    const w = this.section(s, HEAD_HINT);
    this.writeHead(w, s, whole);
    return this.endSection(s);
  }

  interim(s: Http1Stream, head: HttpHeadInit): void {
    const w = this.section(s, 128);
    ascii(w, statusLine(head.status!));
    writeFields(w, head.headers);
    w.u16(CRLF);
    this.endSection(s);
    if (this.isDirect(s)) this.link.flush();
  }

  /** An answer to what was no request, the last of its connection. */
  refusal(status: number, text: string): void {
    const w = this.link.beginWrite(256);
    ascii(w, statusLine(status));
    ascii(w, `Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`);
    this.link.endWrite();
  }

  /** Opens a message. What has its length said is written where it is sent from, everything else aside, so that its size is known before it. */
  begin(s: Http1Stream, hint: number): ByteWriter {
    s.direct = s.headSent ? s.framing === Framing.Length || s.framing === Framing.UntilClose : s.held!.length !== undefined && !this.isBodyless(s);
    if (!s.direct) return (s.writer = new ByteWriter(hint > 0 ? hint : 256));
    const w = this.section(s, hint + (s.headSent ? 0 : HEAD_HINT));
    s.mark = w.mark();
    s.writer = w;
    const sent = s.headSent;
    if (!sent) {
      const { held } = s;
      this.writeHead(w, s, -1);
      // Until the message ends it can be taken back, its head with it.
      s.headSent = false;
      s.held = held;
    }
    s.bodyMark = w.mark();
    return w;
  }

  /** Ends a message. False = above high water. */
  end(s: Http1Stream, end: boolean): boolean {
    const body = s.writer!;
    if (s.direct) {
      const n = body.mark() - s.bodyMark;
      if (s.framing === Framing.Length) {
        if (n > s.left) {
          const { left } = s;
          this.cancel(s);
          throw new Http1Error('HTTP1_BODY_MISMATCH', 0, `message: got ${n} bytes, wanted at most the ${left} that are left of the length its head said`);
        }
        s.left -= n;
      }
      s.writer = undefined;
      s.held = undefined;
      s.headSent = true;
      return this.endSection(s);
    }
    const n = body.length;
    s.writer = undefined;
    const w = this.section(s, n + (s.headSent ? 32 : HEAD_HINT));
    if (!s.headSent) this.writeHead(w, s, end ? n : -1);
    if (s.framing === Framing.Chunked) {
      if (n > 0) {
        chunkHead(w, n);
        w.bytes(body.view());
        w.u16(CRLF);
      }
      if (end) ascii(w, '0\r\n\r\n');
    } else if (s.framing !== Framing.None) {
      w.bytes(body.view());
      s.left -= n;
    }
    return this.endSection(s);
  }

  tail(s: Http1Stream, tail: readonly string[]): boolean {
    const w = this.section(s, HEAD_HINT);
    if (!s.headSent) this.writeHead(w, s, -1);
    if (s.framing === Framing.Chunked) {
      ascii(w, '0\r\n');
      for (let i = 0; i + 1 < tail.length; i += 2) if (mayTrail(tail[i]!)) writeField(w, tail[i]!, tail[i + 1]!);
      w.u16(CRLF);
    }
    return this.endSection(s);
  }

  /** Drops the open message. */
  private cancel(s: Http1Stream): void {
    if (s.writer !== undefined && s.direct) {
      if (this.isDirect(s)) this.link.cancelWrite();
      else s.out!.rewind(s.mark);
    }
    s.writer = undefined;
  }

  /** Drops the open message and the held head. */
  drop(s: Http1Stream): void {
    this.cancel(s);
    s.held = undefined;
  }

  private isBodyless(s: Http1Stream): boolean {
    if (!this.server) return false;
    const status = s.held!.status ?? 200;
    return s.method === 'HEAD' || status < 200 || status === 204 || status === 304;
  }

  /** `whole`: bytes of the message when its end is known, else -1. */
  private writeHead(w: ByteWriter, s: Http1Stream, whole: number): void {
    const head = s.held!;
    const bodyless = this.isBodyless(s);
    s.held = undefined;
    s.headSent = true;
    if (!this.server) {
      this.writeRequest(w, s, head, whole);
      return;
    }
    const status = head.status ?? 200;
    ascii(w, statusLine(status));
    const said = writeFields(w, head.headers);
    if (s.handOver && (status === 101 || s.method === 'CONNECT')) {
      s.framing = Framing.None;
      w.u16(CRLF);
      return;
    }
    if ((said & SaysClose) !== 0) s.last = true;
    s.framing = Framing.None;
    if (bodyless) {
      const length = head.length ?? (status === 304 || whole < 0 || (s.method === 'HEAD' && whole === 0) ? undefined : whole);
      if (length !== undefined && status >= 200 && status !== 204) this.writeLength(w, length);
    } else {
      this.writeFraming(w, s, head.length ?? (whole >= 0 ? whole : undefined));
    }
    if (s.last) ascii(w, 'Connection: close\r\n');
    else if (s.old) ascii(w, 'Connection: keep-alive\r\n');
    w.u16(CRLF);
  }

  private writeFraming(w: ByteWriter, s: Http1Stream, length: number | undefined): void {
    if (length !== undefined) {
      s.framing = Framing.Length;
      s.left = length;
      this.writeLength(w, length);
    } else if (s.old) {
      s.framing = Framing.UntilClose;
      s.last = true;
    } else {
      s.framing = Framing.Chunked;
      ascii(w, 'Transfer-Encoding: chunked\r\n');
    }
  }

  private writeLength(w: ByteWriter, length: number): void {
    ascii(w, 'Content-Length: ');
    ascii(w, String(length));
    w.u16(CRLF);
  }

  private writeRequest(w: ByteWriter, s: Http1Stream, head: HttpHeadInit, whole: number): void {
    w.string(`${s.method} ${head.target ?? '/'} HTTP/1.1\r\n`);
    if (head.authority !== undefined) writeField(w, 'Host', head.authority);
    if ((writeFields(w, head.headers) & SaysClose) !== 0) s.last = true;
    const length = head.length ?? (whole >= 0 ? whole : undefined);
    // A request without either has no body; where one is expected its absence is said.
    if (length === 0 && head.length === undefined && s.method !== 'POST' && s.method !== 'PUT' && s.method !== 'PATCH') s.framing = Framing.None;
    else this.writeFraming(w, s, length);
    if (s.last) ascii(w, 'Connection: close\r\n');
    w.u16(CRLF);
  }

  /** Errors: {@link Http1Error} for a method, target or authority with characters that would end it. */
  checkRequest(head: HttpHeadInit): void {
    const method = head.method ?? 'GET';
    const target = head.target ?? '/';
    if (method === '' || !all(method, TOKEN)) throw misused(`open: the method "${method.slice(0, 40)}" is no token`);
    if (target === '' || !all(target, TARGET)) throw misused(`open: the target "${target.slice(0, 40)}" has blanks or control characters`);
    if (head.authority !== undefined && !all(head.authority, TARGET)) throw misused(`open: the authority "${head.authority.slice(0, 40)}" has blanks or control characters`);
  }
}

function all(s: string, table: Uint8Array): boolean {
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i);
    if (c < 0x80 && table[c] !== 1) return false;
  }
  return true;
}
