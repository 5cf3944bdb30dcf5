// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '../async/index.js';
import { isThenable } from '../async/index.js';
import { toError } from '../errors/index.js';
import type { Writer } from './bufiox.js';

/** Source: bufiox, initial size of a buffer. */
const BLOCK = 8192;
/** Source: bufiox, from which size on bytes are not copied. */
const BY_REFERENCE = 4096;

/** Pieces in their order, and the room behind the last of them. */
class Pieces {
  private list: Uint8Array[] = [];
  private block: Buffer = EMPTY;
  /** Of the block: what is taken, and from where on it is no piece yet. */
  private used = 0;
  private from = 0;
  length = 0;

  malloc(n: number): Buffer {
    if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`malloc: got ${n}, wanted an integer >= 0`);
    if (this.used + n > this.block.length) {
      this.cut();
      // Not of Node's pool: it is handed on while it is being sent.
      this.block = Buffer.allocUnsafeSlow(Math.max(BLOCK, n));
      this.used = this.from = 0;
    }
    const b = this.block.subarray(this.used, this.used + n);
    this.used += n;
    this.length += n;
    return b;
  }

  add(bytes: Uint8Array): void {
    if (bytes.length < BY_REFERENCE) {
      this.malloc(bytes.length).set(bytes);
      return;
    }
    this.cut();
    this.list.push(bytes);
    this.length += bytes.length;
  }

  /** Everything since the last time. */
  take(): Uint8Array[] {
    this.cut();
    const { list } = this;
    this.list = [];
    this.length = 0;
    return list;
  }

  private cut(): void {
    if (this.used > this.from) this.list.push(this.block.subarray(this.from, this.used));
    this.from = this.used;
  }
}

const EMPTY = Buffer.alloc(0);

/** Collects bytes in memory. Source: bufiox BytesWriter. */
export class BytesWriter implements Writer {
  private readonly pieces = new Pieces();
  private done: Uint8Array[] = [];

  get writtenLen(): number {
    return this.pieces.length;
  }

  malloc(n: number): Buffer {
    return this.pieces.malloc(n);
  }

  writeBinary(bytes: Uint8Array): void {
    this.pieces.add(bytes);
  }

  flush(): void {
    this.done.push(...this.pieces.take());
  }

  /** What was flushed, in one piece; owned by the caller. */
  toBytes(): Buffer {
    return Buffer.concat(this.done);
  }

  /** Forgets everything. */
  reset(): void {
    this.pieces.take();
    this.done = [];
  }
}

/** Where a {@link StreamWriter} hands pieces on: a Node stream, or a function that is called with those of one flush. */
export type Sink = NodeJS.WritableStream | ((pieces: readonly Uint8Array[]) => Awaitable<void>);

/**
 * Collects bytes and writes them to a stream, those of one flush together.
 * `flush` settles when the stream took them over; flushes are in order, and what is written meanwhile belongs to the next.
 * Source: bufiox DefaultWriter.
 */
export class StreamWriter implements Writer {
  private readonly pieces = new Pieces();
  private readonly put: (pieces: readonly Uint8Array[]) => Awaitable<void>;
  private last: Promise<void> | undefined = undefined;
  private error: Error | undefined = undefined;

  constructor(sink: Sink) {
    this.put = typeof sink === 'function' ? sink : (pieces) => this.write(sink, pieces);
    // What a stream has to say it says to who flushes; unheard it would end the process.
    if (typeof sink !== 'function') sink.on('error', (e: unknown) => (this.error ??= toError(e)));
  }

  get writtenLen(): number {
    return this.pieces.length;
  }

  malloc(n: number): Buffer {
    if (this.error !== undefined) throw this.error;
    return this.pieces.malloc(n);
  }

  writeBinary(bytes: Uint8Array): void {
    if (this.error !== undefined) throw this.error;
    this.pieces.add(bytes);
  }

  flush(): void | Promise<void> {
    if (this.error !== undefined) throw this.error;
    const pieces = this.pieces.take();
    if (this.last !== undefined) return this.after(this.last.then(() => this.put(pieces)));
    if (pieces.length === 0) return undefined;
    let r: Awaitable<void>;
    try {
      r = this.put(pieces);
    } catch (e) {
      throw (this.error = toError(e));
    }
    return isThenable(r) ? this.after(Promise.resolve(r)) : undefined;
  }

  private async after(p: Promise<void>): Promise<void> {
    const mine = p.catch((e: unknown) => {
      throw (this.error ??= toError(e));
    });
    this.last = mine;
    try {
      await mine;
    } finally {
      if (this.last === mine) this.last = undefined;
    }
  }

  private async write(to: NodeJS.WritableStream, pieces: readonly Uint8Array[]): Promise<void> {
    const { cork, uncork } = to as { cork?(): void; uncork?(): void };
    await new Promise<void>((resolve, reject) => {
      // One system call for all of them.
      cork?.call(to);
      pieces.forEach((b, i) => {
        to.write(b, i < pieces.length - 1 ? undefined : (e?: Error | null) => (e == null ? resolve() : reject(e)));
      });
      uncork?.call(to);
      if (pieces.length === 0) resolve();
    });
  }
}
