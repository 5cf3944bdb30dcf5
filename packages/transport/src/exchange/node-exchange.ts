// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage, ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Address, Connection, TlsState } from '@cloudwego/gopkg/io';
import { adoptSocket } from '@cloudwego/netpoll';
import { isToken } from '@cloudwego/protocol';
import { addressOf } from './node-address.js';
import type { BodySink, Exchange } from '../contracts.js';
import { ClientGoneError, ExchangeStateError } from './errors.js';
import { checkHandOver, RequestSide } from './request-side.js';

const CONTROL = /[^\t\u0020-\u007e\u0080-\u00ff]/;
/** What is passed over of the body of a request that was answered. Unit bytes. */
const MAX_SKIP_BYTES = 256 * 1024;

/** One request of node:http as an exchange. */
export class NodeExchange extends RequestSide implements Exchange {
  readonly method: string;
  readonly target: string;
  private readonly req: IncomingMessage;
  private readonly res: ServerResponse;
  private readonly expects: boolean;
  /** Of a request with `Upgrade`: what came behind it. */
  private readonly behind: Buffer | undefined;
  private started: boolean = false;
  private handed: boolean = false;
  private waiting: { resolve(): void; reject(e: Error): void } | undefined = undefined;
  private below: Promise<void> | undefined = undefined;

  constructor(req: IncomingMessage, res: ServerResponse, expects: boolean, behind?: Buffer) {
    const said = req.headers['content-length'];
    const empty = behind !== undefined || said === undefined ? req.headers['transfer-encoding'] === undefined : said === '0';
    super(empty, said === undefined ? undefined : Number(said));
    this.req = req;
    this.res = res;
    this.expects = expects;
    this.behind = behind;
    this.method = req.method ?? 'GET';
    this.target = req.url ?? '/';
    if (!empty) this.listen();
    res.on('close', () => {
      if (!res.writableFinished && !this.handed) this.onLost(new ClientGoneError('the connection was closed'));
    });
    res.on('drain', () => {
      const { waiting } = this;
      this.waiting = undefined;
      this.below = undefined;
      waiting?.resolve();
    });
  }

  private listen(): void {
    this.req.pause();
    this.req.on('data', (b: Buffer) => {
      this.incoming.push(b);
    });
    this.req.pause();
    this.req.on('end', () => {
      this.incoming.end(this.req.rawTrailers);
    });
    this.req.on('error', (e) => {
      this.onLost(new ClientGoneError(`the request broke off: ${e.message}`, { cause: e }));
    });
  }

  get remote(): Address {
    return addressOf(this.req.socket);
  }

  get tls(): TlsState | undefined {
    const socket = this.req.socket as TLSSocket;
    return socket.encrypted ? ({ socket, alpnProtocol: socket.alpnProtocol === false ? undefined : (socket.alpnProtocol ?? undefined) } as unknown as TlsState) : undefined;
  }

  header(lowerName: string): string | undefined {
    const raw = this.req.rawHeaders;
    for (let i = 0; i < raw.length; i += 2) if (raw[i]!.length === lowerName.length && raw[i]!.toLowerCase() === lowerName) return raw[i + 1];
    return undefined;
  }

  get rawHeaders(): readonly string[] {
    return this.req.rawHeaders;
  }

  get version(): '1.0' | '1.1' {
    return this.req.httpVersion === '1.1' ? '1.1' : '1.0';
  }

  get authority(): string {
    return /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(this.target)?.[1] ?? this.header('host') ?? '';
  }

  // ── the answer ───────────────────────────────────────────────────────────────────────────────

  get isAnswered(): boolean {
    return this.started;
  }

  private begin(what: string): void {
    if (this.started) throw new ExchangeStateError(`${what}: the request was answered already`);
    this.started = true;
    if (this.incoming.isWhole) return;
    // The rest of the body has no reader: little is passed over, else the connection ends.
    const said = Number(this.header('content-length') ?? Number.NaN);
    if (this.expects || said > MAX_SKIP_BYTES) this.res.shouldKeepAlive = false;
    this.res.on('finish', () => {
      let skipped = 0;
      if (!this.res.shouldKeepAlive) this.req.socket.destroySoon();
      else this.req.on('data', (b: Buffer) => {
        skipped += b.length;
        if (skipped > MAX_SKIP_BYTES) this.req.destroy();
      }).resume();
    });
  }

  respond(status: number, headers: readonly string[], body: Uint8Array | string | undefined): void {
    this.begin('respond');
    if (this.gone !== undefined) return;
    const bodyless = status === 204 || status === 304 || status < 200;
    const fields = written(headers);
    if (!bodyless) fields.push('Content-Length', String(body === undefined ? 0 : Buffer.byteLength(body)));
    this.res.writeHead(status, fields);
    if (body === undefined || bodyless) this.res.end();
    else this.res.end(body);
  }

  startStream(status: number, headers: readonly string[], length: number | undefined): BodySink {
    this.begin('startStream');
    const fields = written(headers);
    if (length !== undefined) fields.push('Content-Length', String(length));
    if (this.gone === undefined) {
      this.res.strictContentLength = true;
      this.res.writeHead(status, fields);
      this.res.flushHeaders();
    }
    return {
      write: (b) => this.write(b),
      end: (trailers = []) => {
        this.finish(trailers, length);
      },
      destroy: (e) => {
        if (this.gone === undefined && !this.res.writableEnded) this.res.destroy(e);
      },
    };
  }

  private write(b: Uint8Array | string): Awaitable<void> {
    if (this.res.writableEnded) throw new ExchangeStateError('write: the answer is complete');
    if (this.gone !== undefined) throw this.gone;
    if (b.length === 0) return undefined;
    if (this.res.write(b)) return this.below;
    return (this.below ??= new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    }));
  }

  private finish(trailers: readonly string[], length: number | undefined): void {
    if (this.gone !== undefined || this.res.writableEnded) return;
    if (length === undefined && trailers.length > 0) {
      const pairs: [string, string][] = [];
      const fields = written(trailers);
      for (let i = 0; i < fields.length; i += 2) pairs.push([fields[i]!, fields[i + 1]!]);
      this.res.addTrailers(pairs);
    }
    try {
      this.res.end();
    } catch (e) {
      // Shorter than its head said: the client must see that something is missing.
      this.res.destroy(e as Error);
    }
  }

  /** Answers 101, or 2xx to CONNECT, with `headers` and gives the connection: the caller attaches what comes next. */
  upgrade(headers: readonly string[], status: number = 101): Connection {
    checkHandOver(this.method, status);
    if (this.started) throw new ExchangeStateError('upgrade: the request was answered already');
    if (this.behind === undefined) throw new ExchangeStateError('upgrade: the request has no field Upgrade');
    if (this.gone !== undefined) throw this.gone;
    this.started = true;
    this.handed = true;
    const { socket } = this.req;
    this.res.detachSocket(socket);
    socket.write(headOf(status, headers), 'latin1');
    // Its carrier counts it no more.
    this.res.emit('close');
    return adoptSocket(socket, this.behind);
  }

  inform(status: number, headers: readonly string[]): void {
    if (this.started) throw new ExchangeStateError('inform: the request was answered already');
    if (this.gone !== undefined || this.version === '1.0') return;
    if (status === 100) this.res.writeContinue();
    else this.req.socket.write(headOf(status, headers), 'latin1');
  }

  // ── what happens ─────────────────────────────────────────────────────────────────────────────

  protected answerLost(e: Error): void {
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.reject(e);
  }

  wanted(): void {
    if (this.expects && !this.started && this.gone === undefined) this.res.writeContinue();
    this.req.resume();
  }

  taken(): void {
    this.req.resume();
  }
}

/** A head that Node does not write: that of an interim answer, or of one that gives the connection away. */
function headOf(status: number, headers: readonly string[]): string {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
  const fields = written(headers);
  for (let i = 0; i < fields.length; i += 2) head += `${fields[i]!}: ${fields[i + 1]!}\r\n`;
  return `${head}\r\n`;
}

/** Fields as they may be written: the same as our own engine writes. */
function written(headers: readonly string[]): string[] {
  const out: string[] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i]!;
    const lower = name.toLowerCase();
    if (!isToken(name) || lower === 'content-length' || lower === 'transfer-encoding') continue;
    let value = headers[i + 1]!;
    // eslint-disable-next-line no-control-regex
    if (CONTROL.test(value)) value = Buffer.from(value.replaceAll(/[\u0000-\u0008\u000a-\u001f\u007f]/g, ' ')).toString('latin1');
    out.push(name, value);
  }
  return out;
}
