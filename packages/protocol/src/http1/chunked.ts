// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Http1Error } from './errors.js';
import { CR, HEX, HTAB, LF, SP, VALUE } from './frame.js';

const SEMICOLON = 59;
/** Digits of a chunk's size, leading zeros included; its value stays below 2^53. */
const MAX_SIZE_DIGITS = 16;
const MAX_SIZE = 2 ** 49;
/** Bytes of one chunk's extension. */
const MAX_EXTENSION_BYTES = 1024;

/**
 * Reads the lines between chunks, byte by byte as they come.
 * Differs: RFC 9112 has unknown chunk extensions passed over. Requests with one are 400, as in Hertz: no client sends any, and readers disagree about them.
 */
export class ChunkLines {
  /** The size that was read last. */
  size: number = 0;
  private readonly request: boolean;
  private digits: number = 0;
  private extension: number = 0;
  /** 0 size, 1 extension, 2 LF of the size line, 3 CR behind a chunk, 4 its LF */
  private state: number = 0;

  constructor(request: boolean) {
    this.request = request;
  }

  /** Before the first chunk of a body. */
  begin(): void {
    this.size = 0;
    this.digits = 0;
    this.extension = 0;
    this.state = 0;
  }

  /** The chunk is over: its CRLF is next. */
  endChunk(): void {
    this.begin();
    this.state = 3;
  }

  /** The position behind the line that says how long the next chunk is; -1 when all bytes were taken and more are wanted. */
  read(buf: Buffer, p: number, end: number): number {
    while (p < end) {
      const c = buf[p++]!;
      switch (this.state) {
        case 0:
          this.sizeByte(c);
          break;
        case 1:
          if (c === CR) this.state = 2;
          else if (VALUE[c] !== 1 || ++this.extension > MAX_EXTENSION_BYTES) throw bad('a chunk extension that is too long, or has a control character');
          break;
        case 2:
          if (c !== LF) throw bad('the size of a chunk that does not end in CRLF');
          this.state = 0;
          return p;
        case 3:
          if (c !== CR) throw bad('a chunk that is longer than its size');
          this.state = 4;
          break;
        default:
          if (c !== LF) throw bad('a chunk that does not end in CRLF');
          this.state = 0;
      }
    }
    return -1;
  }

  private sizeByte(c: number): void {
    const h = HEX[c]!;
    if (h !== 255) {
      this.size = this.size * 16 + h;
      if (++this.digits > MAX_SIZE_DIGITS || this.size > MAX_SIZE) throw bad('a chunk of more than 2^49 bytes');
    } else if (this.digits === 0) {
      throw bad('a chunk without a size');
    } else if (c === CR) {
      this.state = 2;
    } else if (!this.request && (c === SEMICOLON || c === SP || c === HTAB)) {
      this.state = 1;
    } else {
      throw bad(c === SEMICOLON ? 'a chunk extension' : `the character ${c} in the size of a chunk`);
    }
  }
}

function bad(what: string): Http1Error {
  return new Http1Error('HTTP1_CHUNK_INVALID', 400, what);
}
