// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { unlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { ListenOptions as NodeListenOptions, Server, Socket } from 'node:net';
import type { Address, Connection, Listener } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { AcceptGate } from '../accept/gate.js';
import type { ListenSettings } from '../accept/options.js';
import { isStaleSocket } from '../accept/stale-socket.js';
import { ListenError } from '../errors.js';
import { StreamConnection } from './connection.js';
import type { StreamShared } from './connection.js';
import { addressOf, pathOf } from './node-address.js';

/** A listening socket of Node. */
export class StreamListener implements Listener {
  address: Address;
  private readonly shared: StreamShared;
  private readonly gate: AcceptGate;
  private readonly o: ListenSettings;
  private readonly server: Server;
  private held: Socket[] | undefined = undefined;
  private closing: Promise<void> | undefined = undefined;

  constructor(shared: StreamShared, a: Address, accept: (c: Connection) => void, o: ListenSettings) {
    this.shared = shared;
    this.address = a;
    this.gate = new AcceptGate(shared.clock, o, accept);
    this.o = o;
    this.server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true, pauseOnConnect: true }, (s) => {
      this.onSocket(s);
    });
  }

  async start(): Promise<void> {
    const a = this.address;
    const { backlog } = this.o;
    const where: NodeListenOptions & { fd?: number; reusePort?: boolean } =
      this.o.fd !== undefined
        ? { fd: this.o.fd, backlog }
        : a.kind === 'tcp'
          ? { port: a.port, backlog, ...(a.host === '' ? {} : { host: a.host }), ...(this.o.reusePort ? { reusePort: true } : {}) }
          : { path: pathOf(a), backlog };
    try {
      await this.bind(where);
    } catch (e) {
      if (a.kind !== 'unix' || (e as NodeJS.ErrnoException).code !== 'EADDRINUSE' || a.path.startsWith('\0') || !(await isStaleSocket(a.path))) throw this.failed(e);
      // The file of a server that died: nobody answers on it.
      await unlink(a.path);
      await this.bind(where).catch((again: unknown) => {
        throw this.failed(again);
      });
    }
    const bound = this.server.address();
    if (bound !== null && typeof bound === 'object') this.address = { kind: 'tcp', host: bound.address, port: bound.port };
  }

  private failed(e: unknown): ListenError {
    return new ListenError(`listen ${formatAddress(this.address)}: ${(e as Error).message}`, { cause: e });
  }

  private bind(where: NodeListenOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(where, () => {
        this.server.off('error', reject);
        // Errors of accept (EMFILE and the like) concern one connection; the listener goes on.
        this.server.on('error', () => undefined);
        resolve();
      });
    });
  }

  private onSocket(s: Socket): void {
    if (this.held !== undefined) {
      this.held.push(s);
      return;
    }
    const remote = addressOf(s.remoteAddress, s.remotePort, this.address);
    this.gate.take(new StreamConnection(this.shared, s, this.address, remote));
  }

  pause(): void {
    this.held ??= [];
    this.gate.pause();
  }

  resume(): void {
    const held = this.held;
    this.held = undefined;
    this.gate.resume();
    held?.forEach((s) => {
      this.onSocket(s);
    });
  }

  /** Stops accepting. Node calls back only when the last connection is gone, which is not waited for. */
  close(): Promise<void> {
    return (this.closing ??= new Promise((resolve) => {
      this.server.close();
      this.held?.forEach((s) => s.destroy());
      this.gate.close();
      setImmediate(resolve);
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
