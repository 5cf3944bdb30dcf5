// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { badFraming, badHead, Http1Error } from './errors.js';
import { COLON, CR, headEnd, HTAB, LF, mayTrail, sameName, SP, TARGET, TOKEN, VALUE } from './frame.js';
import { Http1HeadView, latin1 } from './head.js';
import type { Http1Limits } from './limits.js';

/** No method is longer; what is, is no HTTP. */
const MAX_METHOD_BYTES = 32;
/** `HTTP/1.` */
const VERSION: readonly number[] = [0x48, 0x54, 0x54, 0x50, 0x2f, 0x31, 0x2e];
/** Digits of a length: below 2^53. */
const MAX_LENGTH_DIGITS = 15;

/**
 * Reads heads and trailers. A head is looked at when it is whole; until then only its new bytes are, for its end and for what can never become one.
 * Errors: {@link Http1Error}, with the status a client is answered.
 * Differs: a line that ends in LF alone, and one that continues another (obs-fold), are 400: two readers in a row could take them for two things. Hertz reads both.
 * Source: RFC 9112; cloudwego/hertz pkg/protocol/http1/req/header.go.
 */
export class Http1Decoder {
  readonly view: Http1HeadView = new Http1HeadView();
  need: number = 1;
  private readonly limits: Http1Limits;
  private readonly request: boolean;
  private offsets: Int32Array;
  /** Bytes of an unfinished block that were looked at. */
  private seen: number = 0;
  private hosts: number = 0;

  constructor(limits: Http1Limits, request: boolean) {
    this.limits = limits;
    this.request = request;
    this.offsets = new Int32Array(32 * 4);
  }

  /** Reads the head at `p` into `view`; the position behind it, or -1 for more. */
  readHead(buf: Buffer, p: number, end: number): number {
    const stop = this.whole(buf, p, end);
    if (stop < 0) {
      this.mayBecomeHead(buf, p, end);
      return -1;
    }
    const v = this.view;
    v.begin();
    this.hosts = 0;
    const q = this.request ? this.requestLine(buf, p) : this.statusLine(buf, p);
    this.readFields(buf, p, q, stop - 2, true);
    v.fields = this.offsets;
    v.text = latin1(buf, p, stop);
    if (v.chunked && v.old) throw badFraming('Transfer-Encoding in a message of HTTP/1.0');
    if (v.chunked && v.length !== undefined) throw badFraming('both Transfer-Encoding and Content-Length');
    if (this.request) this.checkRequest();
    return stop;
  }

  /** Reads trailers; the position behind them, or -1 for more. Fields that may not trail are left out. */
  readTrailers(buf: Buffer, p: number, end: number, out: string[]): number {
    if (end - p < 2) {
      this.need = 2;
      return -1;
    }
    if (buf[p] === CR && buf[p + 1] === LF) {
      this.seen = 0;
      return p + 2;
    }
    const stop = this.whole(buf, p, end);
    if (stop < 0) return -1;
    this.readFields(buf, p, p, stop - 2, false);
    const o = this.offsets;
    for (let i = 0; i < this.view.count * 4; i += 4) {
      const name = latin1(buf, p + o[i]!, p + o[i + 1]!);
      if (mayTrail(name)) out.push(name, latin1(buf, p + o[i + 2]!, p + o[i + 3]!));
    }
    return stop;
  }

  /** The position behind the empty line, or -1. */
  private whole(buf: Buffer, p: number, end: number): number {
    const { maxHeaderBytes } = this.limits;
    const stop = headEnd(buf, p + Math.max(0, this.seen - 3), end);
    if ((stop < 0 ? end : stop) - p > maxHeaderBytes) {
      throw new Http1Error('HTTP1_HEADER_OVERSIZED', 431, `head: got ${(stop < 0 ? end : stop) - p} bytes, wanted at most ${maxHeaderBytes} (maxHeaderBytes)`);
    }
    if (stop >= 0) {
      this.seen = 0;
      return stop;
    }
    // From the last byte that was seen on: whether a CR is followed by LF is known only now.
    for (let i = p + Math.max(0, this.seen - 1); i < end; i++) {
      const c = buf[i]!;
      if (c >= SP || c === HTAB) continue;
      if (c === LF ? i > p && buf[i - 1] === CR : c === CR && (i + 1 === end || buf[i + 1] === LF)) continue;
      throw badHead(c === LF ? 'a line that ends in LF alone' : `the control character ${c} in a head`);
    }
    this.seen = end - p;
    this.need = this.seen + 1;
    return -1;
  }

  /** Refuses at once what no further bytes can turn into HTTP. */
  private mayBecomeHead(buf: Buffer, p: number, end: number): void {
    if (!this.request) {
      const n = Math.min(end - p, VERSION.length);
      for (let i = 0; i < n; i++) if (buf[p + i] !== VERSION[i]) throw badHead('a status line that does not begin with HTTP/1.');
      return;
    }
    let q = p;
    while (q < end && TOKEN[buf[q]!] === 1) q++;
    if (q - p > MAX_METHOD_BYTES || (q < end && (q === p || buf[q] !== SP))) throw badHead('a first line without a method');
  }

  private requestLine(buf: Buffer, p: number): number {
    let q = p;
    while (TOKEN[buf[q]!] === 1) q++;
    if (q === p || buf[q] !== SP || q - p > MAX_METHOD_BYTES) throw badHead('a request line without a method');
    const v = this.view;
    v.method = methodName(buf, p, q);
    const from = ++q;
    while (TARGET[buf[q]!] === 1) q++;
    if (q === from || buf[q] !== SP) throw badHead('a request line without a target');
    v.targetFrom = from - p;
    v.targetTo = q - p;
    this.checkTarget(buf, from, q);
    q = this.version(buf, q + 1);
    if (buf[q] !== CR || buf[q + 1] !== LF) throw badHead('something behind the version of a request line');
    return q + 2;
  }

  /** The four forms of a target. Source: RFC 9112 section 3.2. */
  private checkTarget(buf: Buffer, from: number, to: number): void {
    const c = buf[from]!;
    if (this.view.method === 'CONNECT') {
      if (c === 0x2f || !buf.subarray(from, to).includes(COLON)) throw badHead('CONNECT without host and port');
      return;
    }
    if (c === 0x2f) return;
    if (c === 0x2a && to - from === 1) return;
    const text = latin1(buf, from, Math.min(to, from + 64));
    if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#]/i.test(text)) throw badHead(`the target "${text}", wanted a path`);
  }

  private statusLine(buf: Buffer, p: number): number {
    let q = this.version(buf, p);
    const v = this.view;
    const status = buf[q] === SP ? (buf[q + 1]! - 48) * 100 + (buf[q + 2]! - 48) * 10 + buf[q + 3]! - 48 : -1;
    if (!(status >= 100 && status <= 999) || !isDigit(buf[q + 1]!) || !isDigit(buf[q + 2]!) || !isDigit(buf[q + 3]!)) throw badHead('a status line without a status');
    q += 4;
    if (buf[q] !== CR && buf[q] !== SP) throw badHead('a status line with something behind its status');
    while (VALUE[buf[q]!] === 1) q++;
    if (buf[q] !== CR || buf[q + 1] !== LF) throw badHead('a control character in a status line');
    v.status = status;
    v.method = '';
    v.targetFrom = v.targetTo = 0;
    return q + 2;
  }

  /** Differs: RFC 9110 would have HTTP/1.2 served as 1.1; Hertz serves it as 1.0, and so do we. */
  private version(buf: Buffer, q: number): number {
    for (let i = 0; i < VERSION.length; i++) if (buf[q + i] !== VERSION[i]) throw badHead('a first line without HTTP/1.1');
    const minor = buf[q + 7]!;
    if (!isDigit(minor)) throw badHead('a first line without HTTP/1.1');
    this.view.old = minor !== 0x31;
    return q + 8;
  }

  /** Fields from `q` to `stop`, where the empty line is. The text is whole, so that its CR stops every loop. */
  private readFields(buf: Buffer, p: number, q: number, stop: number, head: boolean): void {
    let n = 0;
    let o = this.offsets;
    const max = this.limits.maxHeaders * 4;
    while (q < stop) {
      const nameFrom = q;
      while (TOKEN[buf[q]!] === 1) q++;
      if (q === nameFrom || buf[q] !== COLON) throw badHead(nameProblem(buf, nameFrom, q));
      const nameTo = q;
      do q++;
      while (buf[q] === SP || buf[q] === HTAB);
      const from = q;
      while (VALUE[buf[q]!] === 1) q++;
      if (buf[q] !== CR || buf[q + 1] !== LF) throw badHead(`the control character ${buf[q]!} in the value of ${latin1(buf, nameFrom, Math.min(nameTo, nameFrom + 40))}`);
      let to = q;
      while (to > from && (buf[to - 1] === SP || buf[to - 1] === HTAB)) to--;
      q += 2;
      if (n === max) throw new Http1Error('HTTP1_HEADER_OVERSIZED', 431, `head: more than ${this.limits.maxHeaders} fields (maxHeaders)`);
      if (n === o.length) {
        const more = new Int32Array(n * 2);
        more.set(o);
        this.offsets = o = more;
      }
      o[n] = nameFrom - p;
      o[n + 1] = nameTo - p;
      o[n + 2] = from - p;
      o[n + 3] = to - p;
      n += 4;
      if (head) this.special(buf, nameFrom, nameTo, from, to);
    }
    this.view.count = n >> 2;
  }

  /** Fields that the engine itself obeys, told by their length first. */
  private special(buf: Buffer, nameFrom: number, nameTo: number, from: number, to: number): void {
    switch (nameTo - nameFrom) {
      case 4:
        if (sameName(buf, nameFrom, nameTo, 'host')) this.hosts++;
        break;
      case 6:
        if (sameName(buf, nameFrom, nameTo, 'expect') && sameName(buf, from, to, '100-continue')) this.view.expects = true;
        break;
      case 10:
        if (sameName(buf, nameFrom, nameTo, 'connection')) this.connection(buf, from, to);
        break;
      case 14:
        if (sameName(buf, nameFrom, nameTo, 'content-length')) this.contentLength(buf, from, to);
        break;
      case 17:
        if (sameName(buf, nameFrom, nameTo, 'transfer-encoding')) this.transferEncoding(buf, from, to);
    }
  }

  /** Differs: Hertz closes for the exact value `close` only; a list that has it means the same (RFC 9110 section 7.6.1). */
  private connection(buf: Buffer, from: number, to: number): void {
    const v = this.view;
    if (sameName(buf, from, to, 'keep-alive')) v.keepAlive = true;
    else if (sameName(buf, from, to, 'close')) v.close = true;
    else {
      for (const option of latin1(buf, from, to).toLowerCase().split(',')) {
        const o = option.trim();
        if (o === 'close') v.close = true;
        else if (o === 'keep-alive') v.keepAlive = true;
        else if (o === 'upgrade') v.upgrade = true;
      }
    }
  }

  /** Equal lengths said twice are one, as in Hertz; anything but digits is none. */
  private contentLength(buf: Buffer, from: number, to: number): void {
    let n = 0;
    for (let i = from; i < to; i++) {
      const c = buf[i]!;
      if (!isDigit(c)) throw badFraming(`the Content-Length "${latin1(buf, from, Math.min(to, from + 40))}"`);
      n = n * 10 + c - 48;
    }
    if (to === from || to - from > MAX_LENGTH_DIGITS) throw badFraming(`a Content-Length of ${to - from} digits`);
    if (this.view.length !== undefined && this.view.length !== n) throw badFraming('two values of Content-Length');
    this.view.length = n;
  }

  /** `chunked` once is all that is understood. A response may say identity: it ends with its connection, as some of Hertz's do. */
  private transferEncoding(buf: Buffer, from: number, to: number): void {
    if (!this.request && sameName(buf, from, to, 'identity')) return;
    if (this.view.chunked || !sameName(buf, from, to, 'chunked')) throw badFraming(`the Transfer-Encoding "${latin1(buf, from, Math.min(to, from + 40))}", wanted one chunked`);
    this.view.chunked = true;
  }

  private checkRequest(): void {
    if (this.hosts > 1) throw badHead(`${this.hosts} fields Host`);
  }
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

/** Common methods without making a string. */
function methodName(buf: Buffer, p: number, q: number): string {
  switch (q - p) {
    case 3:
      if (buf[p] === 0x47 && buf[p + 1] === 0x45 && buf[p + 2] === 0x54) return 'GET';
      if (buf[p] === 0x50 && buf[p + 1] === 0x55 && buf[p + 2] === 0x54) return 'PUT';
      break;
    case 4:
      if (buf[p] === 0x50 && buf[p + 1] === 0x4f && buf[p + 2] === 0x53 && buf[p + 3] === 0x54) return 'POST';
      if (buf[p] === 0x48 && buf[p + 1] === 0x45 && buf[p + 2] === 0x41 && buf[p + 3] === 0x44) return 'HEAD';
  }
  return latin1(buf, p, q);
}

function nameProblem(buf: Buffer, from: number, q: number): string {
  const c = buf[q]!;
  if (q === from && (c === SP || c === HTAB)) return 'a line that continues the one before it (obs-fold)';
  if (c === SP || c === HTAB) return 'a blank in or behind a field name';
  return `a line that is no field: "${latin1(buf, from, Math.min(q, from + 40))}" and then the character ${c}`;
}
