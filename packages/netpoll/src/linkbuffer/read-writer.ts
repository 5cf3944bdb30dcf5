// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { ByteConsumer, Connection } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { int, num, optionTable } from '@cloudwego/gopkg/options';
import { ConcurrentAccessError, ConnClosedError, ConnEndError, LengthError, ReadTimeoutError, WriteTimeoutError } from '../errors.js';
import { checkLength, LinkBuffer } from './link-buffer.js';
import type { Reader, Writer } from './types.js';
import { Waiter } from './waiter.js';

/** Options of {@link ReadWriter}. */
export interface ReadWriterOptions {
  /** Limit of one wait for bytes. Unit ms, 0 = none. @defaultValue 0 */
  readonly readTimeoutMs?: number | undefined;
  /** Limit of one wait of a flush. Unit ms, 0 = none. @defaultValue 0 */
  readonly writeTimeoutMs?: number | undefined;
  /** Bytes that are read ahead, unless a read asks for more; over it the peer is held back. Unit bytes, integer >= 1. @defaultValue 8388608 */
  readonly maxInputBytes?: number | undefined;
  /** The most that a read may ask for. Unit bytes, integer >= 1. @defaultValue 67108864 */
  readonly maxReadBytes?: number | undefined;
}

const table = optionTable<ReadWriterOptions>({
  readTimeoutMs: num({ unit: 'ms', min: 0, default: 0 }),
  writeTimeoutMs: num({ unit: 'ms', min: 0, default: 0 }),
  maxInputBytes: int({ unit: 'bytes', min: 1, default: 8 * 1024 * 1024 }),
  maxReadBytes: int({ unit: 'bytes', min: 1, max: 1 << 30, default: 64 * 1024 * 1024 }),
});

/**
 * A connection to read from and to write to, as the original's. It is the connection's consumer: what comes is copied into a LinkBuffer.
 *
 *   await rw.waitFor(4)  ─▶  rw.next(4)  …  rw.release()            every reading method is synchronous; `waitFor` waits for the bytes
 *   rw.malloc(4)  …  rw.writeBinary(b)  ─▶  await rw.flush()     `flush` waits while the connection is above high water
 *
 * Rules:   one read and one flush may wait at a time. What was received before a close can still be read. A read that timed out loses nothing; a flush that
 *          timed out closes the connection.
 * Errors:  ShortReadError (GOPKG_IO_READ_SHORT) of the synchronous methods; {@link ConnEndError} (NETPOLL_CONN_EOF) when the peer ended and too little is
 *          left, {@link ConnClosedError} (NETPOLL_CONN_CLOSED) when this side closed, {@link ReadTimeoutError}, {@link WriteTimeoutError},
 *          {@link ConcurrentAccessError}, {@link LengthError}.
 * Source:  cloudwego/netpoll connection_impl.go. `Differs:` the peer's end leaves this side open.
 */
export class ReadWriter implements Reader, Writer, ByteConsumer, AsyncDisposable {
  readonly connection: Connection;
  readTimeoutMs: number;
  writeTimeoutMs: number;
  private readonly maxInputBytes: number;
  private readonly maxReadBytes: number;
  private readonly input: LinkBuffer = new LinkBuffer();
  private readonly output: LinkBuffer = new LinkBuffer();
  private readonly reading: Waiter;
  private readonly flushing: Waiter;
  private wanted: number = 0;
  private untilByte: number = -1;
  /** Bytes were left with the connection. */
  private held: boolean = false;
  private ended: boolean = false;
  private over: boolean = false;
  private closing: boolean = false;
  private cause: Error | undefined = undefined;

  constructor(connection: Connection, options: ReadWriterOptions = {}) {
    const o = table.resolve(options, 'readWriter');
    this.connection = connection;
    this.readTimeoutMs = o.readTimeoutMs!;
    this.writeTimeoutMs = o.writeTimeoutMs!;
    this.maxInputBytes = o.maxInputBytes!;
    this.maxReadBytes = o.maxReadBytes!;
    this.reading = new Waiter(connection.clock);
    this.flushing = new Waiter(connection.clock);
    connection.attach(this);
  }

  /** Neither side has closed. */
  get isActive(): boolean {
    return !this.closing && !this.over && !this.ended;
  }

  // ── reading ──────────────────────────────────────────────────────────────────────────────────

  get length(): number {
    return this.input.length;
  }

  /** Waits until `n` bytes are there. Undefined when they are: a loop that decodes need not wait then. */
  waitFor(n: number): Promise<void> | undefined {
    if (n <= this.input.length && n >= 0) return undefined;
    checkLength(n, 'waitFor');
    if (n > this.maxReadBytes) throw new LengthError(`waitFor: got ${n}, wanted at most ${this.maxReadBytes} (maxReadBytes)`);
    return this.wait(n, -1);
  }

  next(n: number): Buffer {
    const b = this.input.next(n);
    this.more();
    return b;
  }

  peek(n: number): Buffer {
    return this.input.peek(n);
  }

  skip(n: number): void {
    this.input.skip(n);
    this.more();
  }

  until(delimiter: number): Buffer {
    const b = this.input.until(delimiter);
    this.more();
    return b;
  }

  /**
   * Waits for the first `delimiter`.
   * Errors: those of the class; what came stays unread. `Differs:` the original gives it with the error.
   */
  readUntil(delimiter: number): Awaitable<Buffer> {
    if (this.input.indexOf(delimiter) >= 0) return this.until(delimiter);
    return this.wait(this.input.length + 1, delimiter).then(() => this.until(delimiter));
  }

  indexOf(byte: number, from?: number): number {
    return this.input.indexOf(byte, from);
  }

  readString(n: number, encoding?: BufferEncoding): string {
    const s = this.input.readString(n, encoding);
    this.more();
    return s;
  }

  readBinary(n: number): Uint8Array {
    const b = this.input.readBinary(n);
    this.more();
    return b;
  }

  readByte(): number {
    const b = this.input.readByte();
    this.more();
    return b;
  }

  slice(n: number): LinkBuffer {
    const s = this.input.slice(n);
    this.more();
    return s;
  }

  release(): void {
    this.input.release();
  }

  /** Waits for a byte and copies what is there, up to the length of `to`; the number of bytes, 0 when the peer ended. Source: net.Conn Read. */
  read(to: Uint8Array): Awaitable<number> {
    if (this.input.length > 0 || to.length === 0) return this.copy(to);
    return this.wait(1, -1).then(
      () => this.copy(to),
      (e: unknown) => {
        if (e instanceof ConnEndError) return 0;
        throw e;
      },
    );
  }

  private copy(to: Uint8Array): number {
    const n = Math.min(to.length, this.input.length);
    to.set(this.input.next(n));
    this.input.release();
    this.more();
    return n;
  }

  /** Chunks that the reader owns, until the peer ends. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      if (this.input.length === 0) {
        try {
          await this.wait(1, -1);
        } catch (e) {
          if (e instanceof ConnEndError) return;
          throw e;
        }
      }
      const b = this.input.readBinary(this.input.length);
      this.input.release();
      this.more();
      yield b;
    }
  }

  private wait(n: number, untilByte: number): Promise<void> {
    if (this.reading.waits) throw new ConcurrentAccessError(`${this.peer}: a read waits already`);
    const gone = this.cannotRead();
    if (gone !== undefined) return Promise.reject(gone);
    this.wanted = n;
    this.untilByte = untilByte;
    const p = this.reading.wait(this.readTimeoutMs, () => new ReadTimeoutError(`${this.peer}: no ${untilByte < 0 ? `${n} bytes` : 'delimiter'} within ${this.readTimeoutMs} ms (readTimeoutMs)`));
    this.more();
    if (this.ended) this.endWait();
    return p;
  }

  /** The peer ended, and what it sent is not enough. */
  private endWait(): void {
    const e = this.cannotRead();
    if (e !== undefined) this.reading.failed(e);
  }

  /** Why no more bytes will come. */
  private cannotRead(): Error | undefined {
    if (this.closing) return new ConnClosedError(`${this.peer}: the connection was closed`);
    if (this.over) return this.cause === undefined ? new ConnEndError(`${this.peer}: the connection ended`) : new ConnClosedError(`${this.peer}: ${this.cause.message}`, { cause: this.cause });
    return this.ended && !this.held ? new ConnEndError(`${this.peer}: the peer sent its end`) : undefined;
  }

  private get peer(): string {
    return formatAddress(this.connection.remote);
  }

  /** Room for input: what asks for more than the limit has it. */
  private get room(): number {
    const wanted = this.reading.waits ? Math.min(this.untilByte < 0 ? this.wanted : this.maxReadBytes, this.maxReadBytes) : 0;
    return Math.max(this.maxInputBytes, wanted) - this.input.length;
  }

  /** There is room again: the connection shows what it kept. */
  private more(): void {
    if (!this.held || this.room <= 0) return;
    this.held = false;
    this.connection.resume();
  }

  // ── ByteConsumer ─────────────────────────────────────────────────────────────────────────────

  get need(): number {
    return 1;
  }

  receive(buf: Buffer, start: number, end: number): number {
    const n = Math.min(end - start, Math.max(0, this.room));
    this.held = n < end - start;
    if (n === 0) return 0;
    this.input.fill(buf, start, start + n);
    if (this.reading.waits && this.satisfied()) this.reading.done();
    return n;
  }

  private satisfied(): boolean {
    if (this.untilByte < 0) return this.input.length >= this.wanted;
    if (this.input.indexOf(this.untilByte) >= 0) return true;
    if (this.input.length < this.maxReadBytes) return false;
    this.reading.failed(new LengthError(`readUntil: no delimiter within ${this.maxReadBytes} bytes (maxReadBytes)`));
    return false;
  }

  receiveEnd(): void {
    this.ended = true;
    this.endWait();
  }

  writable(): void {
    this.flushing.done();
  }

  closed(cause: Error | undefined): void {
    this.over = true;
    this.cause = cause;
    this.reading.failed(this.cannotRead()!);
    this.flushing.failed(this.cannotWrite()!);
  }

  // ── writing ──────────────────────────────────────────────────────────────────────────────────

  get mallocLength(): number {
    return this.output.mallocLength;
  }

  malloc(n: number): Buffer {
    this.open();
    return this.output.malloc(n);
  }

  mallocAck(n: number): void {
    this.open();
    this.output.mallocAck(n);
  }

  writeBinary(b: Uint8Array): number {
    this.open();
    return this.output.writeBinary(b);
  }

  writeString(s: string): number {
    this.open();
    return this.output.writeString(s);
  }

  writeByte(b: number): void {
    this.open();
    this.output.writeByte(b);
  }

  writeDirect(b: Uint8Array, remain: number): void {
    this.open();
    this.output.writeDirect(b, remain);
  }

  append(w: LinkBuffer): void {
    this.open();
    this.output.append(w);
  }

  private open(): void {
    const e = this.cannotWrite();
    if (e !== undefined) throw e;
  }

  private cannotWrite(): ConnClosedError | undefined {
    if (!this.closing && !this.over) return undefined;
    return new ConnClosedError(`${this.peer}: the connection ${this.closing ? 'was closed' : 'ended'}`, this.cause === undefined ? undefined : { cause: this.cause });
  }

  /** Sends what was written, at the end of the turn. Undefined unless the connection is above high water: then wait. */
  flush(): Promise<void> | undefined {
    this.open();
    if (this.flushing.waits) throw new ConcurrentAccessError(`${this.peer}: a flush waits already`);
    const { connection, output } = this;
    output.flush();
    if (output.length === 0) return undefined;
    const w = connection.beginWrite(output.length);
    for (const piece of output.getBytes()) w.bytes(piece);
    // The memory is not used again, so that the connection may refer to it until it has sent it.
    output.close();
    if (connection.endWrite()) return undefined;
    return this.flushing.wait(this.writeTimeoutMs, () => {
      const e = new WriteTimeoutError(`${this.peer}: the peer took too little within ${this.writeTimeoutMs} ms (writeTimeoutMs); the connection was closed`);
      this.closing = true;
      this.connection.destroy(e);
      return e;
    });
  }

  // ── life ─────────────────────────────────────────────────────────────────────────────────────

  /** Sends what was flushed, then half-closes. */
  end(): void {
    this.connection.end();
  }

  /** Sends what was flushed, then closes. A read that waits fails. */
  async close(): Promise<void> {
    this.closing = true;
    const e = this.cannotRead()!;
    this.reading.failed(e);
    this.flushing.failed(e);
    await this.connection.close();
  }

  destroy(cause?: Error): void {
    this.closing = true;
    this.cause ??= cause;
    const e = this.cannotRead()!;
    this.reading.failed(e);
    this.flushing.failed(e);
    this.connection.destroy(cause);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
