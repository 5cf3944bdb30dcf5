// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isToken } from '../token.js';
import { badPart, MultipartError, tooMuch } from './errors.js';
import type { MultipartLimits, MultipartOptions } from './limits.js';
import { multipartLimitsOf } from './limits.js';
import { readParameters, utf8 } from './parameters.js';

/** The head of one part. */
export interface PartHead {
  /** Of the form's field; '' where the part does not say it. */
  readonly name: string;
  /** Without folders; undefined = no file. '' = a file input that was left empty. */
  readonly filename: string | undefined;
  /** @defaultValue 'text/plain' */
  readonly contentType: string;
  /** All fields, name and value in turn, as they were sent. */
  readonly rawHeaders: readonly string[];
}

/** What a {@link MultipartDecoder} tells, inside `receive()`. What it throws ends the decoding. */
export interface PartEvents {
  onPart(head: PartHead): void;
  /** A view of the bytes that were given, or of a copy of some: who keeps it while the caller reuses its buffer copies it. */
  onData(piece: Buffer): void;
  onPartEnd(): void;
}

const CR = 13;
const LF = 10;
const DASH = 45;
const HTAB = 9;
const SP = 32;
/** What may stand between a boundary and the end of its line. */
const MAX_PADDING = 256;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;
const NOTHING: Buffer = Buffer.alloc(0);

const Stage = { Preamble: 0, Delimiter: 1, Head: 2, Body: 3, Epilogue: 4, Broken: 5 } as const;

/**
 * Reads a multipart body, in whatever pieces it comes.
 * Shape:   preamble | CRLF --boundary padding CRLF | head | CRLF CRLF | body | … | CRLF --boundary-- | epilogue; the CRLF before the first boundary may be missing.
 * Limits:  {@link MultipartOptions}; held back are at most the length of a delimiter, and one head.
 * Errors:  {@link MultipartError}; nothing can be read behind it.
 * Differs: Go's reader takes lines that end in LF alone, and decodes quoted-printable; RFC 7578 has neither.
 * Source:  RFC 2046 section 5.1, RFC 7578; Go mime/multipart.
 */
export class MultipartDecoder {
  private readonly delimiter: Buffer;
  private readonly limits: MultipartLimits;
  private readonly on: PartEvents;
  private stage: number = Stage.Preamble;
  /** Bytes that are not decided yet. The first boundary needs no CRLF before it: here it has one. */
  private kept: Buffer = Buffer.from('\r\n');
  private total: number = 0;
  private parts: number = 0;
  private size: number = 0;
  private maxSize: number = 0;

  /** Errors: OptionError. */
  constructor(boundary: string, on: PartEvents, o: MultipartOptions = {}) {
    this.delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
    this.limits = multipartLimitsOf(o);
    this.on = on;
  }

  /** The closing boundary was read. */
  get isOver(): boolean {
    return this.stage === Stage.Epilogue;
  }

  receive(bytes: Uint8Array): void {
    if (this.stage === Stage.Broken) throw badPart('it was refused already');
    this.total += bytes.length;
    try {
      if (this.total > this.limits.maxTotalBytes) throw tooMuch(`more than ${this.limits.maxTotalBytes} bytes (maxTotalBytes)`);
      const given = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      const { kept } = this;
      const buf = kept.length === 0 ? given : Buffer.concat([kept, given]);
      this.kept = NOTHING;
      let p = 0;
      while (p < buf.length) {
        const q = this.step(buf, p);
        if (q < 0) {
          // Not before here was anything decided; a copy, because the caller's bytes are lent.
          this.kept = Buffer.from(buf.subarray(p));
          break;
        }
        p = q;
      }
    } catch (e) {
      this.stage = Stage.Broken;
      throw e;
    }
  }

  /** The body is over. Errors: MULTIPART_BODY_CUT where its closing boundary never came. */
  end(): void {
    if (this.stage === Stage.Epilogue) return;
    const broken = this.stage === Stage.Broken;
    this.stage = Stage.Broken;
    if (!broken) throw new MultipartError('MULTIPART_BODY_CUT', 'multipart: the body ended before its closing boundary');
  }

  /** Takes what comes next; the position behind it, or -1 for more. */
  private step(buf: Buffer, p: number): number {
    switch (this.stage) {
      case Stage.Delimiter:
        return this.takeDelimiter(buf, p);
      case Stage.Head:
        return this.takeHead(buf, p);
      case Stage.Epilogue:
        return buf.length;
      default:
        return this.takeBody(buf, p);
    }
  }

  /** Preamble, or the body of a part, up to the next delimiter. */
  private takeBody(buf: Buffer, p: number): number {
    const { delimiter } = this;
    for (let from = p; ; ) {
      const at = buf.indexOf(delimiter, from);
      if (at < 0) break;
      const next = at + delimiter.length;
      const c = buf[next];
      if (c === undefined || (c === DASH && next + 1 === buf.length)) {
        if (at === p) return -1;
        this.give(buf, p, at);
        return at;
      }
      if (c === CR || c === SP || c === HTAB || (c === DASH && buf[next + 1] === DASH)) {
        this.give(buf, p, at);
        if (this.stage === Stage.Body) this.on.onPartEnd();
        this.stage = Stage.Delimiter;
        return next;
      }
      // A boundary of another body, which begins as ours does.
      from = next;
    }
    const end = this.tail(buf, p);
    if (end === p) return -1;
    this.give(buf, p, end);
    return end;
  }

  /** Where the bytes begin that may be the start of a delimiter. */
  private tail(buf: Buffer, p: number): number {
    const { delimiter } = this;
    let from = Math.max(p, buf.length - delimiter.length + 1);
    for (;;) {
      const at = buf.indexOf(CR, from);
      if (at < 0) return buf.length;
      if (buf.compare(delimiter, 0, buf.length - at, at, buf.length) === 0) return at;
      from = at + 1;
    }
  }

  private give(buf: Buffer, from: number, to: number): void {
    if (this.stage !== Stage.Body || from === to) return;
    this.size += to - from;
    if (this.size > this.maxSize) throw tooMuch(`a part of more than ${this.maxSize} bytes (${this.maxSize === this.limits.maxFileBytes ? 'maxFileBytes' : 'maxFieldBytes'})`);
    this.on.onData(buf.subarray(from, to));
  }

  /** Behind a boundary: the line's end, or the two dashes that close the body. */
  private takeDelimiter(buf: Buffer, p: number): number {
    let q = p;
    if (buf[q] === DASH) {
      // Two of them: they were seen before.
      this.stage = Stage.Epilogue;
      return q + 2;
    }
    while (buf[q] === SP || buf[q] === HTAB) if (++q - p > MAX_PADDING) throw badPart('a boundary with many blanks behind it');
    if (q === buf.length) return -1;
    if (buf[q] !== CR) throw badPart('a boundary with something behind it');
    if (q + 1 === buf.length) return -1;
    if (buf[q + 1] !== LF) throw badPart('a line that does not end in CRLF');
    if (++this.parts > this.limits.maxParts) throw tooMuch(`more than ${this.limits.maxParts} parts (maxParts)`);
    this.stage = Stage.Head;
    return q + 2;
  }

  private takeHead(buf: Buffer, p: number): number {
    const max = this.limits.maxPartHeaderBytes;
    const bare = buf[p] === CR;
    if (bare && p + 1 === buf.length) return -1;
    if (bare && buf[p + 1] !== LF) throw badPart('a line that does not end in CRLF');
    const stop = bare ? p : buf.indexOf('\r\n\r\n', p, 'latin1');
    if ((stop < 0 ? buf.length : stop) - p > max) throw tooMuch(`the header of a part of more than ${max} bytes (maxPartHeaderBytes)`);
    if (stop < 0) return -1;
    const head = readHead(buf.subarray(p, stop));
    this.stage = Stage.Body;
    this.size = 0;
    this.maxSize = head.filename === undefined ? this.limits.maxFieldBytes : this.limits.maxFileBytes;
    this.on.onPart(head);
    return bare ? p + 2 : stop + 4;
  }
}

function readHead(bytes: Buffer): PartHead {
  const text = utf8(bytes) ?? bytes.toString('latin1');
  const rawHeaders: string[] = [];
  let disposition: string | undefined;
  let contentType = 'text/plain';
  for (const line of text === '' ? [] : text.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon));
    const value = line.slice(colon + 1).trim();
    if (!isToken(name) || CONTROL.test(value)) throw badPart(`a part with the header line "${line.slice(0, 40)}"`);
    rawHeaders.push(name, value);
    const lower = name.toLowerCase();
    if (lower === 'content-type') contentType = value;
    else if (lower === 'content-disposition') {
      if (disposition !== undefined) throw badPart('a part with two fields Content-Disposition');
      disposition = value;
    }
  }
  if (disposition === undefined) return { name: '', filename: undefined, contentType, rawHeaders };
  const read = readParameters(disposition);
  if (read === undefined) throw badPart(`a part with the Content-Disposition "${disposition.slice(0, 80)}"`);
  const { value, parameters } = read;
  const filename = parameters.get('filename');
  return { name: value === 'form-data' ? (parameters.get('name') ?? '') : '', filename: filename === undefined ? undefined : baseName(filename), contentType, rawHeaders };
}

/** The last piece of a path, of either kind; '' for what names no file. Differs: Go leaves backslashes on systems that do not have them. */
function baseName(path: string): string {
  const base = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return base === '.' || base === '..' || CONTROL.test(base) ? '' : base;
}
