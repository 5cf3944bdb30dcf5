// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { toError } from '../errors/index.js';
import { ShortReadError } from '../io/errors.js';
import { int, optionTable } from '../options/index.js';
import { Queue } from '../queue/index.js';
import type { Reader } from './bufiox.js';
import { ReadBusyError, ReadLimitError } from './errors.js';

/** Reads bytes that are all there; every answer comes at once. Source: bufiox BytesReader. */
export class BytesReader implements Reader {
  private readonly bytes: Buffer;
  private pos = 0;
  private since = 0;
  private error: Error | undefined = undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = asBuffer(bytes);
  }

  get readLen(): number {
    return this.pos - this.since;
  }

  next(n: number): Buffer {
    const b = this.peek(n);
    this.pos += n;
    return b;
  }

  peek(n: number): Buffer {
    checkCount(n);
    if (this.error !== undefined) throw this.error;
    const left = this.bytes.length - this.pos;
    if (n > left) throw (this.error = new ShortReadError(n, left));
    return this.bytes.subarray(this.pos, this.pos + n);
  }

  skip(n: number): void {
    this.next(n);
  }

  readBinary(into: Uint8Array): void {
    into.set(this.next(into.length));
  }

  release(): void {
    this.since = this.pos;
  }
}

export interface StreamReaderOptions {
  /** Most that `next` and `peek` may ask for at once. Unit bytes. @defaultValue 64 MiB */
  readonly maxBytes?: number | undefined;
}

const table = optionTable<StreamReaderOptions>({ maxBytes: int({ min: 1, default: 64 << 20 }) });

/**
 * Reads a Node stream, a Web stream or anything else that gives pieces of bytes one after another. Memory is bounded by one read and one piece; what a
 * count promises is never allocated before it has come.
 * Owns: the source, from the first read on; `close` ends it.
 * Source: bufiox DefaultReader.
 */
export class StreamReader implements Reader, AsyncDisposable {
  private readonly source: AsyncIterable<Uint8Array>;
  private readonly maxBytes: number;
  private pieces: AsyncIterator<Uint8Array> | undefined = undefined;
  private readonly held = new Queue<Buffer>();
  private size = 0;
  private read = 0;
  private waiting = false;
  private over = false;
  private error: Error | undefined = undefined;

  constructor(source: AsyncIterable<Uint8Array>, options: StreamReaderOptions = {}) {
    this.source = source;
    this.maxBytes = table.resolve(options, 'streamreader').maxBytes!;
  }

  get readLen(): number {
    return this.read;
  }

  next(n: number): Buffer | Promise<Buffer> {
    this.begin(n, this.maxBytes);
    return this.size >= n ? this.take(n) : this.filled(n, () => this.take(n));
  }

  peek(n: number): Buffer | Promise<Buffer> {
    this.begin(n, this.maxBytes);
    return this.size >= n ? this.front(n) : this.filled(n, () => this.front(n));
  }

  skip(n: number): void | Promise<void> {
    this.begin(n, Infinity);
    return this.each(n, () => undefined);
  }

  readBinary(into: Uint8Array): void | Promise<void> {
    this.begin(into.length, Infinity);
    let at = 0;
    return this.each(into.length, (piece) => {
      into.set(piece, at);
      at += piece.length;
    });
  }

  /** Whether nothing is left, which is known once the source has ended. */
  ended(): boolean | Promise<boolean> {
    this.begin(0, 0);
    if (this.size > 0 || this.over) return this.size === 0;
    return this.wait(async () => {
      await this.more();
      return this.size === 0;
    });
  }

  release(): void {
    this.read = 0;
  }

  /** Ends the source; what was not read is lost. */
  async close(): Promise<void> {
    this.error ??= new ShortReadError(0, 0);
    this.held.clear();
    this.size = 0;
    this.over = true;
    await (this.pieces ?? this.source[Symbol.asyncIterator]()).return?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private begin(n: number, most: number): void {
    checkCount(n);
    if (this.waiting) throw new ReadBusyError();
    if (this.error !== undefined) throw this.error;
    if (n > most) throw new ReadLimitError(n, most);
  }

  /** Does `f` when `n` bytes are there. */
  private async filled<T>(n: number, f: () => T): Promise<T> {
    return this.wait(async () => {
      while (this.size < n) if (!(await this.more())) throw new ShortReadError(n, this.size);
      return f();
    });
  }

  /** Takes `n` bytes, piece by piece as they come. */
  private each(n: number, f: (piece: Buffer) => void): void | Promise<void> {
    let left = n;
    const taken = (): void => {
      while (left > 0 && this.size > 0) {
        const piece = this.take(Math.min(left, this.held.at(0)!.length));
        left -= piece.length;
        f(piece);
      }
    };
    taken();
    if (left === 0) return undefined;
    return this.wait(async () => {
      while (left > 0) {
        if (!(await this.more())) throw new ShortReadError(n, n - left);
        taken();
      }
    });
  }

  private async wait<T>(f: () => Promise<T>): Promise<T> {
    this.waiting = true;
    try {
      return await f();
    } catch (e) {
      throw (this.error ??= toError(e));
    } finally {
      this.waiting = false;
    }
  }

  /** Gets another piece; false at the end. */
  private async more(): Promise<boolean> {
    this.pieces ??= this.source[Symbol.asyncIterator]();
    while (!this.over) {
      const r = await this.pieces.next();
      if (r.done === true) {
        this.over = true;
      } else if (r.value.length > 0) {
        if (this.over) break;
        this.held.push(asBuffer(r.value));
        this.size += r.value.length;
        return true;
      }
    }
    return false;
  }

  /** The first `n` bytes in one piece, joined where they are in several. */
  private front(n: number): Buffer {
    if (n === 0) return EMPTY;
    let first = this.held.at(0)!;
    if (first.length < n) {
      const parts: Buffer[] = [];
      for (let got = 0; got < n; ) {
        const p = this.held.shift()!;
        parts.push(p);
        got += p.length;
      }
      this.held.unshift((first = Buffer.concat(parts)));
    }
    return first.length === n ? first : first.subarray(0, n);
  }

  private take(n: number): Buffer {
    const b = this.front(n);
    if (n === 0) return b;
    const first = this.held.shift()!;
    if (first.length > n) this.held.unshift(first.subarray(n));
    this.size -= n;
    this.read += n;
    return b;
  }
}

const EMPTY = Buffer.alloc(0);

function asBuffer(b: Uint8Array): Buffer {
  return Buffer.isBuffer(b) ? b : Buffer.from(b.buffer, b.byteOffset, b.byteLength);
}

function checkCount(n: number): void {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`got a count of ${n}, wanted an integer >= 0`);
}
