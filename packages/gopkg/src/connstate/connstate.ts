// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Duplex } from 'node:stream';
import { CloudWeGoError } from '../errors/index.js';
import { rethrowLater } from '../errors/rethrow-later.js';
import { func, optionTable } from '../options/index.js';

/** `ok`; `remote-closed`: the peer ended or broke it, and so it stays; `closed`: it was closed here. */
export type ConnState = 'ok' | 'remote-closed' | 'closed';

export interface ConnStateOptions {
  /** The peer ended or broke the connection, or sent what nobody asked for; called once, never inside `listenConnState`. Source: WithOnRemoteClosed. */
  readonly onRemoteClosed?: (() => void) | undefined;
}

const table = optionTable<ConnStateOptions>({ onRemoteClosed: func() });

/** A connection that is being watched. */
export interface ConnStateListener extends Disposable {
  readonly state: ConnState;
  /** Ends the watching before the connection is used again; it is paused then, unless it was flowing before. Source: Close. */
  stop(): void;
}

/** An idle connection spoke: whatever it said answers nothing. */
export class UnexpectedDataError extends CloudWeGoError {
  static override readonly type: string = 'gopkg/UnexpectedDataError';
  readonly code = 'GOPKG_CONN_DATA_UNEXPECTED';

  constructor(bytes: number) {
    super(`${bytes} bytes came on a connection that is idle`);
  }
}

/**
 * Watches a socket that lies idle in a pool, so that it is not taken out when its peer has left.
 * A paused socket of Node never sees the peer's end, so it is made to flow; bytes that come meanwhile belong to nobody, and destroy it.
 * A `Connection` of this suite needs no watching: it tells its consumer (`receiveEnd`, `closed`).
 * Errors: none of its own; the socket is destroyed with GOPKG_CONN_DATA_UNEXPECTED for bytes that nobody asked for. Errors of the socket are heard, and end here.
 * Source: cloudwego/gopkg connstate ListenConnState.
 * Differs: told by the loop, where the original's poller looks every 10 ms; on every platform.
 */
export function listenConnState(conn: Duplex, options: ConnStateOptions = {}): ConnStateListener {
  const { onRemoteClosed } = table.resolve(options, 'connstate');
  return new Watch(conn, onRemoteClosed);
}

class Watch implements ConnStateListener {
  private readonly conn: Duplex;
  private readonly told: (() => void) | undefined;
  private readonly flowed: boolean;
  private remote = false;
  private watching = true;

  constructor(conn: Duplex, told: (() => void) | undefined) {
    this.conn = conn;
    this.told = told;
    this.flowed = conn.readableFlowing === true;
    // What happened before this one came has no event any more.
    if (conn.destroyed || conn.readableEnded || conn.errored !== null) {
      queueMicrotask(() => {
        if (this.watching && (conn.readableEnded || conn.errored !== null)) this.left();
      });
      return;
    }
    conn.on('end', this.left).on('error', this.left).on('data', this.data);
    conn.resume();
  }

  get state(): ConnState {
    if (this.remote || this.conn.readableEnded || this.conn.errored !== null) return 'remote-closed';
    return this.conn.destroyed ? 'closed' : 'ok';
  }

  stop(): void {
    if (!this.watching) return;
    this.watching = false;
    const { conn } = this;
    conn.off('end', this.left).off('data', this.data);
    // Errors that are on their way still find somebody; the next owner brings a listener of its own.
    if (!conn.destroyed) conn.off('error', this.left);
    if (!this.flowed && !conn.destroyed) conn.pause();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  private readonly left = (): void => {
    if (this.remote) return;
    this.remote = true;
    if (!this.watching) return;
    try {
      this.told?.();
    } catch (e) {
      rethrowLater(e);
    }
  };

  private readonly data = (bytes: Buffer): void => {
    this.conn.destroy(new UnexpectedDataError(bytes.length));
  };
}
