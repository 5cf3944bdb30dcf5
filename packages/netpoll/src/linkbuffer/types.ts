// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { LinkBuffer } from './link-buffer.js';

/**
 * Reads by count. What `next`, `peek` and `until` give is borrowed: dead at `release()`, and what `peek` gives at the next read of any kind. Under
 * NETPOLL_DEBUG=1 it is overwritten then.
 * Errors:  ShortReadError (GOPKG_IO_READ_SHORT) when too few bytes are there, nothing is consumed; LengthError (NETPOLL_LENGTH_INVALID) for a length that
 *          cannot be. A length of 0 gives nothing.
 * Source:  cloudwego/netpoll nocopy.go Reader. `Differs:` a negative length is an error, there it gives nothing.
 */
export interface Reader {
  /** Readable bytes. */
  readonly length: number;
  /** The next `n` bytes, in place where they lie together. */
  next(n: number): Buffer;
  /** The same, without consuming them. */
  peek(n: number): Buffer;
  skip(n: number): void;
  /** Bytes through the first `delimiter`, which is included. */
  until(delimiter: number): Buffer;
  /** Where the first `byte` at or behind `from` is, or -1. Nothing is consumed. */
  indexOf(byte: number, from?: number): number;
  /** `n` bytes as text, UTF-8 unless told otherwise. */
  readString(n: number, encoding?: BufferEncoding): string;
  /** `n` bytes that the caller owns. */
  readBinary(n: number): Uint8Array;
  readByte(): number;
  /** A reader of its own over the next `n` bytes, which stay where they are; it may outlive this one's `release`. */
  slice(n: number): Reader;
  /** What was consumed is of no more use. */
  release(): void;
}

/**
 * Collects bytes; nothing of them can be read or is sent before `flush()`.
 * Errors:  LengthError (NETPOLL_LENGTH_INVALID) for a length that cannot be.
 * Source:  cloudwego/netpoll nocopy.go Writer.
 */
export interface Writer {
  /** Bytes since the last flush. */
  readonly mallocLength: number;
  /** `n` bytes to write into, until the flush. */
  malloc(n: number): Buffer;
  /** Keeps the first `n` bytes since the last flush and drops the rest. */
  mallocAck(n: number): void;
  /** Up to 4096 bytes are copied; more are referred to and must not change until they are sent. The length. */
  writeBinary(b: Uint8Array): number;
  /** The number of its bytes in UTF-8. */
  writeString(s: string): number;
  writeByte(b: number): void;
  /** Puts `b`, by reference, before the last `remain` bytes that were given by `malloc`. */
  writeDirect(b: Uint8Array, remain: number): void;
  /** Moves everything out of `w`, which is empty afterwards and can be used on. */
  append(w: LinkBuffer): void;
}
