// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import { BodyTooLargeError, ExchangeStateError, RequestBrokenError } from './errors.js';

const NO_BYTES = new Uint8Array(0);

/** What a body needs of where it comes from. */
export interface BodySource {
  /** A reader has come: 100 may be said. */
  wanted(): void;
  /** So many bytes were taken. */
  taken(n: number): void;
}

interface Waiter<T> {
  resolve(v: T): void;
  reject(e: Error): void;
}

/**
 * The body of a request as it arrives: read whole or piece by piece, once.
 * Limits: pieces that nobody took yet are bounded by the source's window, which `taken` opens; what is read whole by the limit of its reader.
 */
export class IncomingBody {
  trailers: readonly string[] = [];
  private readonly source: BodySource;
  private readonly length: number | undefined;
  private pieces: Uint8Array[] = [];
  private size: number = 0;
  private over: boolean;
  private error: Error | undefined = undefined;
  private mode: 'none' | 'whole' | 'stream' = 'none';
  private limit: number = 0;
  private whole: Waiter<Uint8Array> | undefined = undefined;
  private next: Waiter<IteratorResult<Uint8Array>> | undefined = undefined;

  /** `length`: what the head said. */
  constructor(source: BodySource, over: boolean, length: number | undefined) {
    this.source = source;
    this.over = over;
    this.length = length;
  }

  /** It is whole: nothing more comes. */
  get isWhole(): boolean {
    return this.over;
  }

  // ── what arrives ─────────────────────────────────────────────────────────────────────────────

  push(piece: Uint8Array): void {
    const n = piece.length;
    if (n === 0 || this.error !== undefined) return;
    if (this.mode === 'stream') {
      const { next } = this;
      this.next = undefined;
      if (next === undefined) {
        this.pieces.push(piece);
        return;
      }
      this.source.taken(n);
      next.resolve({ done: false, value: piece });
      return;
    }
    this.size += n;
    if (this.mode === 'whole' && this.size > this.limit) {
      this.fail(tooLarge(this.size, this.limit));
      return;
    }
    this.pieces.push(piece);
    if (this.mode === 'whole') this.source.taken(n);
  }

  end(trailers: readonly string[]): void {
    if (this.over || this.error !== undefined) return;
    this.over = true;
    this.trailers = trailers;
    const { whole, next } = this;
    this.whole = undefined;
    this.next = undefined;
    whole?.resolve(this.joined());
    next?.resolve({ done: true, value: undefined });
  }

  /** The rest will not come. */
  fail(e: Error): void {
    if (this.over || this.error !== undefined) return;
    this.error = e;
    const { whole, next } = this;
    this.whole = undefined;
    this.next = undefined;
    this.pieces = [];
    whole?.reject(e);
    next?.reject(e);
  }

  // ── who reads ────────────────────────────────────────────────────────────────────────────────

  /** All of it; at once where it is there. Errors: {@link BodyTooLargeError} above `limit` bytes, {@link RequestBrokenError}. */
  read(limit: number): Awaitable<Uint8Array> {
    this.begin('whole');
    this.limit = limit;
    const said = this.length ?? 0;
    if (said > limit || this.size > limit) throw tooLarge(Math.max(said, this.size), limit);
    if (this.error !== undefined) throw this.error;
    if (this.over) return this.joined();
    this.source.wanted();
    this.source.taken(this.size);
    return new Promise((resolve, reject) => {
      this.whole = { resolve, reject };
    });
  }

  /** Piece by piece; whoever stops reading leaves the rest to be passed over. */
  stream(): AsyncIterable<Uint8Array> {
    this.begin('stream');
    if (!this.over && this.error === undefined) this.source.wanted();
    const iterator: AsyncIterator<Uint8Array> & AsyncIterable<Uint8Array> = {
      next: () => this.nextPiece(),
      return: () => {
        this.fail(new RequestBrokenError('the reader of the body left'));
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  private nextPiece(): Promise<IteratorResult<Uint8Array>> {
    const piece = this.pieces.shift();
    if (piece !== undefined) {
      this.source.taken(piece.length);
      return Promise.resolve({ done: false, value: piece });
    }
    if (this.error !== undefined) return Promise.reject(this.error);
    if (this.over) return Promise.resolve({ done: true, value: undefined });
    if (this.next !== undefined) return Promise.reject(new ExchangeStateError('next: a piece is awaited already'));
    return new Promise((resolve, reject) => {
      this.next = { resolve, reject };
    });
  }

  private begin(mode: 'whole' | 'stream'): void {
    if (this.mode !== 'none') throw new ExchangeStateError('the body is read already');
    this.mode = mode;
  }

  private joined(): Uint8Array {
    const { pieces } = this;
    this.pieces = [];
    if (pieces.length === 0) return NO_BYTES;
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }
}

function tooLarge(n: number, limit: number): BodyTooLargeError {
  return new BodyTooLargeError(`body: got ${n} bytes, wanted at most ${limit}`);
}
