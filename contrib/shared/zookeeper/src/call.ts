// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { setMaxListeners } from 'node:events';
import type { ByteReader } from '@cloudwego/gopkg/io';
import { toError } from '@cloudwego/gopkg/errors';
import { ZooKeeperError } from './errors.js';
import type { Link, Pending } from './link.js';
import type { Body } from './messages.js';
import type { Session, ZooKeeperSession } from './session.js';

/** A request as a caller wants it. */
export interface Ask<T> {
  readonly what: string;
  readonly op: number;
  readonly body: Body;
  read(r: ByteReader): T;
  /** Nothing changes when it is sent twice: a connection that breaks is no reason to fail. */
  readonly repeatable: boolean;
  /** Only this session will do. */
  readonly session?: ZooKeeperSession | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where calls wait for a connection. */
export interface CallHost {
  readonly timeoutMs: number;
  /** The call wants a connection, now or when there is one. */
  wait(call: Waiting): void;
  leave(call: Waiting): void;
  /** What keeps the servers away, if something does. */
  readonly trouble: ZooKeeperError | undefined;
}

/** Something that begins once there is a connection. */
export interface Waiting {
  start(link: Link, session: Session): void;
  fail(e: unknown): void;
  /** A session is over; who needs that one waits for nothing. */
  sessionEnded(s: Session): void;
}

/**
 * One request from its caller's view: it waits for a connection, is sent, sent again where that does no harm, and ends once, at the latest at its time limit. Its timer is
 * what keeps the process alive until then.
 */
export class Call<T> implements Waiting, Pending {
  readonly what: string;
  private readonly ask: Ask<T>;
  private readonly host: CallHost;
  private readonly resolve: (v: T) => void;
  private readonly reject: (e: unknown) => void;
  private readonly timer: NodeJS.Timeout;
  private done: boolean = false;

  constructor(ask: Ask<T>, host: CallHost, resolve: (v: T) => void, reject: (e: unknown) => void) {
    this.ask = ask;
    this.what = ask.what;
    this.host = host;
    this.resolve = resolve;
    this.reject = reject;
    this.timer = setTimeout(() => {
      const { trouble } = host;
      this.fail(
        new ZooKeeperError('ZOOKEEPER_REQUEST_TIMEOUT', `${ask.what}: no answer within ${host.timeoutMs} ms (requestTimeoutMs)${trouble === undefined ? '' : `; ${trouble.message}`}`, trouble === undefined ? {} : { cause: trouble }),
      );
    }, host.timeoutMs);
    if (ask.signal !== undefined) {
      // Many calls may wait under one signal; Node would take the eleventh for a leak.
      setMaxListeners(0, ask.signal);
      ask.signal.addEventListener('abort', this.aborted, { once: true });
    }
  }

  private readonly aborted = (): void => {
    this.fail(this.ask.signal!.reason);
  };

  start(link: Link, session: Session): void {
    const { ask } = this;
    if (ask.session !== undefined && ask.session !== session) this.expired();
    else link.request(ask.op, ask.body, this);
  }

  sessionEnded(s: Session): void {
    if (this.ask.session === s) this.expired();
  }

  private expired(): void {
    this.fail(new ZooKeeperError('ZOOKEEPER_SESSION_EXPIRED', `${this.what}: its session is over`));
  }

  answered(r: ByteReader): void {
    if (this.done) return;
    let v: T;
    try {
      v = this.ask.read(r);
    } catch (e) {
      // It is this call's answer that makes no sense; the connection ends for it, too.
      this.fail(e instanceof ZooKeeperError ? e : new ZooKeeperError('ZOOKEEPER_RESPONSE_INVALID', `${this.what}: an answer that nobody understands: ${toError(e).message}`, { cause: e }));
      throw e;
    }
    this.finish();
    this.resolve(v);
  }

  failed(e: ZooKeeperError): void {
    if (this.done) return;
    if (this.ask.repeatable && e.code === 'ZOOKEEPER_SERVER_UNAVAILABLE') this.host.wait(this);
    else this.fail(e);
  }

  fail(e: unknown): void {
    if (this.done) return;
    this.finish();
    this.reject(e);
  }

  private finish(): void {
    this.done = true;
    clearTimeout(this.timer);
    this.ask.signal?.removeEventListener('abort', this.aborted);
    this.host.leave(this);
  }
}
