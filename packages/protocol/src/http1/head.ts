// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { HttpHead } from '../engine.js';
import { LOWER } from './frame.js';

const NO_FIELDS = new Int32Array(0);

interface Latin1Sliceable {
  latin1Slice(start: number, end: number): string;
}

/** Bytes as a string of one character each. */
export function latin1(buf: Buffer, start: number, end: number): string {
  return (buf as unknown as Latin1Sliceable).latin1Slice(start, end);
}

/**
 * A head that was read. Its text is one string; names and values are cut out of it when they are asked for. Bytes above 0x7f are read as Latin-1, as node:http
 * does.
 * Shape:   fields[4i … 4i+3] are the offsets of name and value i in `text`: from, to, from, to.
 * Owns:    its text; `fields` are the decoder's until `retain()`.
 */
export class Http1HeadView implements HttpHead {
  text: string = '';
  fields: Int32Array = NO_FIELDS;
  count: number = 0;
  method: string = '';
  targetFrom: number = 0;
  targetTo: number = 0;
  status: number = 0;
  /** HTTP/1.0, or something newer than 1.1, which is served as 1.0. */
  old: boolean = false;
  length: number | undefined = undefined;
  chunked: boolean = false;
  /** `Connection` says close. */
  close: boolean = false;
  keepAlive: boolean = false;
  upgrade: boolean = false;
  /** `Expect: 100-continue` */
  expects: boolean = false;
  private raw: readonly string[] | undefined = undefined;

  get version(): '1.0' | '1.1' {
    return this.old ? '1.0' : '1.1';
  }

  /** As it was sent: an absolute form stays one. */
  get target(): string {
    return this.text.slice(this.targetFrom, this.targetTo);
  }

  get scheme(): string {
    const { target } = this;
    return /^https:/i.test(target) ? 'https' : 'http';
  }

  /** Of an absolute target, which overrules Host (RFC 9112 section 3.2.2); else of CONNECT; else Host; else ''. */
  get authority(): string {
    const { target } = this;
    if (this.method === 'CONNECT') return target;
    if (target.charCodeAt(0) !== 0x2f) {
      const m = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target);
      if (m !== null) return m[1]!;
    }
    return this.header('host') ?? '';
  }

  header(lowerName: string): string | undefined {
    const { text, fields } = this;
    const n = lowerName.length;
    next: for (let i = 0; i < this.count * 4; i += 4) {
      const from = fields[i]!;
      if (fields[i + 1]! - from !== n) continue;
      for (let k = 0; k < n; k++) if (LOWER[text.charCodeAt(from + k)] !== lowerName.charCodeAt(k)) continue next;
      return text.slice(fields[i + 2], fields[i + 3]);
    }
    return undefined;
  }

  get rawHeaders(): readonly string[] {
    if (this.raw !== undefined) return this.raw;
    const { text, fields } = this;
    const out: string[] = [];
    for (let i = 0; i < this.count * 4; i += 2) out.push(text.slice(fields[i], fields[i + 1]));
    return (this.raw = out);
  }

  /** Before another head is read into it. */
  begin(): void {
    this.raw = undefined;
    this.count = 0;
    this.status = 0;
    this.length = undefined;
    this.chunked = false;
    this.close = false;
    this.keepAlive = false;
    this.upgrade = false;
    this.expects = false;
  }

  retain(): Http1HeadView {
    const v = new Http1HeadView();
    v.text = this.text;
    v.fields = this.fields.slice(0, this.count * 4);
    v.count = this.count;
    v.method = this.method;
    v.targetFrom = this.targetFrom;
    v.targetTo = this.targetTo;
    v.status = this.status;
    v.old = this.old;
    v.length = this.length;
    v.chunked = this.chunked;
    v.close = this.close;
    v.keepAlive = this.keepAlive;
    v.upgrade = this.upgrade;
    v.expects = this.expects;
    return v;
  }
}
