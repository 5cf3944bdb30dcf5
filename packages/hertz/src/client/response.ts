// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Connection } from '@cloudwego/gopkg/io';
import { parse } from '@cloudwego/sonic';
import { HttpClientError } from './errors.js';

/** What a response does to what it is read from. */
export interface ResponseSource {
  /** So many bytes were taken: more may come. */
  taken(n: number): void;
  /** Nobody wants the rest. */
  abandon(): void;
}

const NO_BYTES = new Uint8Array(0);

/**
 * An answer, from its head on. The body is read once, whole or piece by piece; what nobody reads holds its connection as soon as it is larger than a window
 * (64 KiB), until `cancel()`.
 */
export class ClientResponse {
  readonly status: number;
  /** Name and value in turn, as they came. */
  readonly rawHeaders: readonly string[];
  /** Of the request that was answered, redirects followed. */
  readonly url: string;
  /** Of a response to `Upgrade` or CONNECT: the connection, which is the caller's. */
  readonly connection: Connection | undefined;
  private readonly source: ResponseSource;
  private readonly limit: number;
  private pieces: Uint8Array[] = [];
  private size: number = 0;
  private over: boolean = false;
  private reading: boolean = false;
  private error: Error | undefined = undefined;
  private tail: readonly string[] = [];
  private wake: (() => void) | undefined = undefined;
  private done: (() => void)[] | undefined = undefined;

  /** @internal */
  constructor(status: number, rawHeaders: readonly string[], url: string, source: ResponseSource, limit: number, connection?: Connection) {
    this.status = status;
    this.rawHeaders = rawHeaders;
    this.url = url;
    this.source = source;
    this.limit = limit;
    this.connection = connection;
  }

  /** From 200 to 299. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** The first field of that name, whatever its case. */
  header(name: string): string | undefined {
    const lower = name.toLowerCase();
    for (let i = 0; i < this.rawHeaders.length; i += 2) if (this.rawHeaders[i]!.toLowerCase() === lower) return this.rawHeaders[i + 1];
    return undefined;
  }

  /** All fields of that name. */
  headers(name: string): readonly string[] {
    const lower = name.toLowerCase();
    return this.rawHeaders.filter((_, i) => i % 2 === 1 && this.rawHeaders[i - 1]!.toLowerCase() === lower);
  }

  /** Fields behind the body, once it was read. */
  get trailers(): readonly string[] {
    return this.tail;
  }

  /** The whole body. Errors: {@link HttpClientError}: HERTZ_CLIENT_RESPONSE_OVERSIZED above `maxResponseBodyBytes`, and why the connection was lost. */
  bytes(): Awaitable<Uint8Array> {
    this.begin();
    if (this.over && this.error === undefined && this.size <= this.limit) return this.join();
    return this.collect();
  }

  private async collect(): Promise<Uint8Array> {
    const all: Uint8Array[] = [];
    let n = 0;
    for (;;) {
      const piece = this.pieces.shift() ?? (await this.next());
      if (piece === undefined) break;
      n += piece.length;
      if (n > this.limit) {
        this.cancel();
        throw new HttpClientError('HERTZ_CLIENT_RESPONSE_OVERSIZED', `the body of ${this.url} has more than ${this.limit} bytes (maxResponseBodyBytes)`, { sent: true });
      }
      all.push(piece);
      this.source.taken(piece.length);
    }
    return all.length === 1 ? all[0]! : Buffer.concat(all);
  }

  private join(): Uint8Array {
    const { pieces } = this;
    this.pieces = [];
    return pieces.length === 0 ? NO_BYTES : pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }

  async text(): Promise<string> {
    const b = await this.bytes();
    return Buffer.from(b.buffer, b.byteOffset, b.length).toString();
  }

  /** Parsed by sonic: integers that a number cannot hold are bigints. Errors: SonicSyntaxError too. */
  async json<T = unknown>(): Promise<T> {
    return parse(await this.bytes()) as T;
  }

  /** Piece by piece; whoever stops reading gives up the rest, and with it the connection. */
  async *stream(): AsyncGenerator<Uint8Array, void, undefined> {
    this.begin();
    try {
      for (;;) {
        const piece = this.pieces.shift() ?? (await this.next());
        if (piece === undefined) return;
        this.source.taken(piece.length);
        yield piece;
      }
    } finally {
      this.cancel();
    }
  }

  /** The next piece, undefined at the end. */
  private async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const piece = this.pieces.shift();
      if (piece !== undefined) return piece;
      if (this.error !== undefined) throw this.error;
      if (this.over) return undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  private begin(): void {
    if (this.reading) throw new HttpClientError('HERTZ_CLIENT_RESPONSE_STATE', 'the body is read already', { sent: true });
    this.reading = true;
  }

  /** Gives up what has not come yet. */
  cancel(): void {
    if (this.over) return;
    this.fail(new HttpClientError('HERTZ_CLIENT_RESPONSE_STATE', 'the rest of the body was given up', { sent: true }));
    this.source.abandon();
  }

  // ── what arrives ─────────────────────────────────────────────────────────────────────────────

  /** @internal */
  push(piece: Uint8Array): void {
    if (this.over || piece.length === 0) return;
    this.size += piece.length;
    this.pieces.push(piece);
    this.stir();
  }

  /** @internal */
  end(trailers: readonly string[]): void {
    if (this.over) return;
    this.tail = trailers;
    this.finish();
  }

  /** @internal The rest will not come. */
  fail(e: Error): void {
    if (this.over) return;
    this.error = e;
    this.finish();
  }

  /** @internal Calls `f` when nothing more comes. */
  onDone(f: () => void): void {
    if (this.over) f();
    else (this.done ??= []).push(f);
  }

  private finish(): void {
    this.over = true;
    this.stir();
    const { done } = this;
    this.done = undefined;
    for (const f of done ?? []) f();
  }

  private stir(): void {
    const { wake } = this;
    this.wake = undefined;
    wake?.();
  }
}
