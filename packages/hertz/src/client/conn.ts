// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import type { ByteReader, Connection } from '@cloudwego/gopkg/io';
import type { Http1Options, HttpHead, HttpHeadInit, HttpTail, StreamEvents } from '@cloudwego/protocol';
import { createHttp1Engine } from '@cloudwego/protocol';
import { Channel } from '@cloudwego/transport';
import type { ClientExchange } from './exchange.js';

/** How long before the end that a server announced by `Keep-Alive: timeout` a connection is not used any more: what is under way must still arrive. Unit ms. */
const MARGIN_MS = 1000;

/** Who is told what becomes of a connection. */
export interface ConnOwner {
  /** Its answer is whole: another request may use it. */
  free(c: HttpConn): void;
  gone(c: HttpConn): void;
}

/** One connection of a client, used by one request at a time. */
export class HttpConn implements StreamEvents<HttpHead, HttpTail> {
  readonly channel: Channel<HttpHeadInit, HttpTail>;
  readonly clock: Clock;
  exchange: ClientExchange | undefined = undefined;
  /** Requests that it has carried before. */
  uses: number = 0;
  readonly bornAt: number;
  /** Clock.now() scale; written by the pool. */
  lastUsedAt: number;
  private keepMs: number = Infinity;
  private handed: boolean = false;

  constructor(connection: Connection, owner: ConnOwner, o: Http1Options) {
    this.clock = connection.clock;
    this.bornAt = this.clock.now();
    this.lastUsedAt = this.bornAt;
    this.channel = Channel.create(connection, createHttp1Engine, 'client', this, o);
    this.channel.onIdle = () => {
      if (this.exchange === undefined && !this.handed) owner.free(this);
    };
    this.channel.onClosed = (cause) => {
      this.exchange?.onLost(cause);
      owner.gone(this);
    };
    connection.attach(this.channel);
  }

  /** Whether another request may use it: it lives, and its server has not said that it would be closed by now. */
  usable(now: number): boolean {
    return this.channel.isOpen && !this.handed && now - this.lastUsedAt < this.keepMs;
  }

  /** The server's word on how long it keeps an idle connection. */
  heard(keepAlive: string | undefined): void {
    const seconds = keepAlive === undefined ? undefined : /(?:^|[,\s])timeout\s*=\s*(\d{1,7})/i.exec(keepAlive)?.[1];
    if (seconds !== undefined) this.keepMs = Math.max(0, Number(seconds) * 1000 - MARGIN_MS);
  }

  /** The connection is the caller's from now on. */
  handOver(): Connection {
    this.handed = true;
    return this.channel.connection;
  }

  destroy(cause?: Error): void {
    if (!this.channel.isClosed) this.channel.connection.destroy(cause);
  }

  onHead(_id: number, head: HttpHead, end: boolean): void {
    this.exchange?.onHead(head, end);
  }

  onMessage(_id: number, r: ByteReader, end: boolean): void {
    this.exchange?.onPiece(r, end);
  }

  onTail(_id: number, tail: HttpTail): void {
    this.exchange?.finish(tail);
  }

  onReset(_id: number, _code: number, reason: string): void {
    this.exchange?.onLost(new Error(reason));
  }

  onWritable(): void {
    this.exchange?.onWritable();
  }

  onGoAway(): void {
    // An HTTP/1 server says it by the end of its answer.
  }
}
