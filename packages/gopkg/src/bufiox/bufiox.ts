// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '../async/index.js';

/**
 * Reads bytes by count from wherever they come. What is there is given at once, what is not is waited for; one read at a time.
 * Errors: ShortReadError (GOPKG_IO_READ_SHORT) when the bytes end too soon, or what their source throws. An error stays: after one, every read gives it.
 * Source: cloudwego/gopkg bufiox Reader.
 */
export interface Reader {
  /** The next `n` bytes. Owns: nothing; they are lent until `release`. */
  next(n: number): Awaitable<Buffer>;
  /** The next `n` bytes, which stay. */
  peek(n: number): Awaitable<Buffer>;
  /** Passes over `n` bytes, without keeping them. */
  skip(n: number): Awaitable<void>;
  /** Fills `into`, all of it. Source: ReadBinary. */
  readBinary(into: Uint8Array): Awaitable<void>;
  /** Bytes read since the last `release`; what was peeked does not count. Source: ReadLen. */
  readonly readLen: number;
  /** Gives back what was lent. */
  release(): void;
}

/**
 * Collects bytes and hands them on together.
 * Errors: what the sink throws. An error stays: after one, every call gives it.
 * Source: cloudwego/gopkg bufiox Writer.
 */
export interface Writer {
  /** `n` bytes to be filled before `flush`; they hold anything until then. */
  malloc(n: number): Buffer;
  /** Adds bytes. Owns: from 4096 bytes on a reference is kept until `flush` is done, and they must not change until then; fewer are copied. */
  writeBinary(bytes: Uint8Array): void;
  /** Bytes since the last `flush`. Source: WrittenLen. */
  readonly writtenLen: number;
  /** Hands on what was written. */
  flush(): Awaitable<void>;
}
