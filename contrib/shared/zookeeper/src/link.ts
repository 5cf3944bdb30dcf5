// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { toError } from '@cloudwego/gopkg/errors';
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { errorOf, ZooKeeperError } from './errors.js';
import { Op, readGranted, readText, writeHello, Xid } from './messages.js';
import type { Body, Granted, Hello } from './messages.js';
import type { ResolvedZooKeeperOptions, Server } from './options.js';

/** A request under way. */
export interface Pending {
  readonly what: string;
  /** Must read all that it wants before it returns. */
  answered(r: ByteReader): void;
  failed(e: ZooKeeperError): void;
}

/** What a link tells. Nothing after `closed`, which comes once, unless the link was destroyed. */
export interface LinkListener {
  opened(g: Granted): void;
  /** A watch fired: what happened, and where. */
  event(type: number, path: string): void;
  closed(e: ZooKeeperError): void;
}

const LENGTH = 4;
const REPLY_HEAD = 16;

/**
 * One connection to one server: greeting, requests that are answered in order, pings. It ends when the server is silent for two thirds of the session's time.
 * Keeps no process alive.
 */
export class Link {
  readonly server: string;
  /** The last change that the server told of. */
  lastZxid: bigint;
  private readonly o: ResolvedZooKeeperOptions;
  private readonly on: LinkListener;
  private readonly socket: Socket;
  private readonly pending = new Map<number, Pending>();
  private readonly w = new ByteWriter();
  private xid: number = 0;
  private open: boolean = false;
  private over: boolean = false;
  private heardAt: number = performance.now();
  private timer: NodeJS.Timeout;
  private pieces: Buffer[] = [];
  private held: number = 0;

  constructor(at: Server, o: ResolvedZooKeeperOptions, hello: Hello, on: LinkListener) {
    this.server = `${at.host}:${at.port}`;
    this.o = o;
    this.on = on;
    this.lastZxid = hello.lastZxid;
    const socket: Socket = o.tls === undefined ? connect({ host: at.host, port: at.port, noDelay: true }) : connectTls({ host: at.host, port: at.port, ...o.tls });
    this.socket = socket;
    socket.unref();
    this.timer = setTimeout(() => {
      this.end(this.gone(`no session within ${o.dialTimeoutMs} ms (dialTimeoutMs)`));
    }, o.dialTimeoutMs);
    this.timer.unref();
    socket.once(o.tls === undefined ? 'connect' : 'secureConnect', () => {
      this.send((w) => {
        writeHello(w, hello);
      });
    });
    socket.on('data', (d) => {
      this.receive(d);
    });
    socket.on('error', (e) => {
      this.end(this.gone(e.message, e));
    });
    socket.once('close', () => {
      this.end(this.gone('the connection is gone'));
    });
  }

  get isOpen(): boolean {
    return this.open && !this.over;
  }

  /** How long the server has been silent. Unit ms. */
  get silentMs(): number {
    return performance.now() - this.heardAt;
  }

  /** Sends a request; it is told of its end, whatever that is. */
  request(op: number, body: Body, p: Pending): void {
    // What ends first is numbered anew: far more than can be under way.
    const xid = (this.xid = (this.xid % 0x7fff_ffff) + 1);
    this.pending.set(xid, p);
    this.send((w) => {
      w.i32(xid);
      w.i32(op);
      body(w);
    });
  }

  /** Ends it without a word; what is under way fails. */
  destroy(e: ZooKeeperError): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    this.socket.destroy();
    this.pieces = [];
    const failed = [...this.pending.values()];
    this.pending.clear();
    for (const p of failed) p.failed(e);
  }

  private end(e: ZooKeeperError): void {
    if (this.over) return;
    this.destroy(e);
    this.on.closed(e);
  }

  private gone(why: string, cause?: unknown): ZooKeeperError {
    return new ZooKeeperError('ZOOKEEPER_SERVER_UNAVAILABLE', `${this.server}: ${why}`, cause === undefined ? {} : { cause });
  }

  private send(body: Body): void {
    const { w } = this;
    w.reset();
    w.u32(0);
    body(w);
    w.patchU32(0, w.length - LENGTH);
    this.socket.write(w.toBytes());
  }

  private receive(d: Buffer): void {
    this.heardAt = performance.now();
    this.pieces.push(d);
    this.held += d.length;
    try {
      for (;;) {
        const size = this.sizeOfNext();
        if (this.over || size === undefined || this.held < LENGTH + size) return;
        const all = this.pieces.length === 1 ? this.pieces[0]! : Buffer.concat(this.pieces);
        const end = LENGTH + size;
        this.pieces = all.length === end ? [] : [all.subarray(end)];
        this.held = all.length - end;
        this.message(new ByteReader(all, LENGTH, end));
      }
    } catch (e) {
      this.end(e instanceof ZooKeeperError ? e : new ZooKeeperError('ZOOKEEPER_RESPONSE_INVALID', `${this.server}: a message that nobody understands: ${toError(e).message}`, { cause: e }));
    }
  }

  private sizeOfNext(): number | undefined {
    if (this.held < LENGTH) return undefined;
    if (this.pieces[0]!.length < LENGTH) this.pieces = [Buffer.concat(this.pieces)];
    const size = this.pieces[0]!.readInt32BE(0);
    if (size < 0 || size > this.o.maxMessageBytes) throw new ZooKeeperError('ZOOKEEPER_RESPONSE_INVALID', `${this.server}: a message of ${size} bytes, wanted at most ${this.o.maxMessageBytes} (maxMessageBytes)`);
    return size;
  }

  private message(r: ByteReader): void {
    if (!this.open) {
      this.greeted(readGranted(r));
      return;
    }
    if (r.left < REPLY_HEAD) throw new ZooKeeperError('ZOOKEEPER_RESPONSE_INVALID', `${this.server}: an answer of ${r.left} bytes, wanted at least ${REPLY_HEAD}`);
    const xid = r.i32();
    const zxid = r.i64();
    const status = r.i32();
    if (xid === Xid.Event) {
      const type = r.i32();
      r.i32();
      this.on.event(type, readText(r));
      return;
    }
    if (xid === Xid.Auth && status !== 0) throw errorOf(status, `${this.server}: authentication`);
    if (xid < 0) return;
    if (zxid > this.lastZxid) this.lastZxid = zxid;
    const p = this.pending.get(xid);
    if (p === undefined) throw new ZooKeeperError('ZOOKEEPER_RESPONSE_INVALID', `${this.server}: an answer to a request that was not made`);
    this.pending.delete(xid);
    if (status !== 0) p.failed(errorOf(status, p.what));
    else p.answered(r);
  }

  private greeted(g: Granted): void {
    clearTimeout(this.timer);
    this.open = true;
    if (g.sessionId !== 0n) {
      const { auth } = this.o;
      if (auth !== undefined) {
        this.send((w) => {
          w.i32(Xid.Auth);
          w.i32(Op.SetAuth);
          w.i32(0);
          w.string32('digest');
          w.bytes32(Buffer.from(`${auth.username}:${auth.password}`));
        });
      }
      this.beat(g.timeoutMs);
    }
    this.on.opened(g);
  }

  private beat(timeoutMs: number): void {
    this.timer = setInterval(() => {
      if (this.silentMs > (timeoutMs * 2) / 3) {
        this.end(this.gone(`silent for ${Math.round((timeoutMs * 2) / 3)} ms`));
        return;
      }
      this.send((w) => {
        w.i32(Xid.Ping);
        w.i32(Op.Ping);
      });
    }, Math.max(1, timeoutMs / 3));
    this.timer.unref();
  }
}
