// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Address, ByteReader, Connection, TlsState } from '@cloudwego/gopkg/io';
import type { HttpHead, HttpHeadInit, HttpTail, StreamEngine, StreamEvents } from '@cloudwego/protocol';
import { ClientGoneError } from './errors.js';
import type { ExchangeOwner } from './stream-exchange.js';
import { StreamExchange } from './stream-exchange.js';

const NOWHERE: Address = Object.freeze({ kind: 'memory', name: '' });

/** The exchanges of one connection, and what its engine tells them. */
export class ExchangeStreams implements StreamEvents<HttpHead, HttpTail>, ExchangeOwner {
  /** Set by whoever makes the engine, before anything arrives. */
  engine!: StreamEngine<HttpHeadInit, HttpTail>;
  readonly upgrade?: (x: StreamExchange, headers: readonly string[], status: number) => Connection;
  private readonly onExchange: (x: StreamExchange) => void;
  private readonly connection: Connection | undefined;
  private readonly open = new Map<number, StreamExchange>();
  private answeredId: number = -1;

  constructor(onExchange: (x: StreamExchange) => void, connection: Connection | undefined, upgrade?: (x: StreamExchange, headers: readonly string[], status: number) => Connection) {
    this.onExchange = onExchange;
    this.connection = connection;
    if (upgrade !== undefined) {
      this.upgrade = (x, headers, status) => {
        const c = upgrade(x, headers, status);
        this.answered(x);
        return c;
      };
    }
  }

  get remote(): Address {
    return this.connection?.remote ?? NOWHERE;
  }

  get tls(): TlsState | undefined {
    return this.connection?.tls;
  }

  answered(x: StreamExchange): void {
    this.answeredId = x.id;
    this.open.delete(x.id);
  }

  onHead(id: number, head: HttpHead, end: boolean): void {
    const x = new StreamExchange(this, id, head.retain(), end);
    this.onExchange(x);
    // Most are answered by now, and need not be found again.
    if (this.answeredId !== id) this.open.set(id, x);
  }

  onMessage(id: number, r: ByteReader, end: boolean): void {
    this.open.get(id)?.onPiece(r, end);
  }

  onTail(id: number, tail: HttpTail): void {
    this.open.get(id)?.onTrailers(tail);
  }

  onReset(id: number, _code: number, reason: string): void {
    const x = this.open.get(id);
    this.open.delete(id);
    x?.onLost(new ClientGoneError(reason === '' ? 'the client gave up the request' : reason));
  }

  onWritable(id: number): void {
    this.open.get(id)?.onWritable();
  }

  onGoAway(): void {
    for (const x of [...this.open.values()]) x.onClientEnd();
  }

  /** The connection is gone. */
  lost(cause: Error | undefined): void {
    const e = new ClientGoneError(cause === undefined ? 'the connection was closed' : `the connection was lost: ${cause.message}`, { cause });
    const all = [...this.open.values()];
    this.open.clear();
    for (const x of all) x.onLost(e);
  }

  abort(reason: Error): void {
    for (const x of [...this.open.values()]) x.abort(reason);
  }
}
