// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { channel } from 'node:diagnostics_channel';
import { lookup } from 'node:dns/promises';
import { unlinkSync } from 'node:fs';
import { isIP } from 'node:net';
import { constants } from 'node:os';
import type { TimerEntry } from '@cloudwego/gopkg/clock';
import { toError } from '@cloudwego/gopkg/errors';
import type { Address, Connection, Listener } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { AcceptGate } from '../accept/gate.js';
import type { ListenSettings } from '../accept/options.js';
import { isStaleSocket } from '../accept/stale-socket.js';
import { ListenError } from '../errors.js';
import { PollConnection } from './connection.js';
import type { PollShared } from './connection.js';
import { addressFrom, generationOf, slotOf, systemError } from './loop.js';
import type { Acceptor } from './loop.js';
import { Kind, ListenFlag, SLOT_RANGE } from './native.js';

const { EADDRINUSE } = constants.errno;
/** How long a listener rests when the process is out of descriptors, each time it fails again. Source: netpoll netpoll_server.go. */
const LADDER_MS = [0, 10, 50, 100, 200, 500, 1000] as const;

/** A listening socket of the native loop. */
export class PollListener implements Listener, Acceptor, TimerEntry {
  at: number = Infinity;
  address: Address;
  generation: number = -1;
  private slot: number = -1;
  private readonly shared: PollShared;
  private readonly gate: AcceptGate;
  private readonly o: ListenSettings;
  private paused: boolean = false;
  private failures: number = 0;
  private closed: boolean = false;
  /** The file of a unix socket that this listener made. */
  private file: string | undefined = undefined;

  constructor(shared: PollShared, a: Address, accept: (c: Connection) => void, o: ListenSettings) {
    this.shared = shared;
    this.address = a;
    this.gate = new AcceptGate(shared.loop.clock, o, accept);
    this.o = o;
  }

  async start(): Promise<void> {
    const { native } = this.shared.loop;
    let id: number;
    if (this.o.fd !== undefined) {
      id = native.listenOn(this.o.fd);
    } else {
      id = await this.bind();
      const a = this.address;
      if (id === -EADDRINUSE && a.kind === 'unix' && !a.path.startsWith('\0') && (await isStaleSocket(a.path))) {
        // The file of a server that died: nobody answers on it.
        unlinkSync(a.path);
        id = await this.bind();
      }
      if (id >= 0 && a.kind === 'unix' && !a.path.startsWith('\0')) this.file = a.path;
    }
    if (id < 0) throw this.failed(systemError(-id, 'listen'));
    this.slot = slotOf(id);
    this.generation = generationOf(id);
    this.shared.loop.put(this.slot, this);
    this.address = addressFrom(native.address(this.slot, this.generation, false)) ?? this.address;
  }

  private failed(cause: Error): ListenError {
    return new ListenError(`listen ${formatAddress(this.address)}: ${cause.message}`, { cause });
  }

  private async bind(): Promise<number> {
    const { native } = this.shared.loop;
    const a = this.address;
    const { backlog } = this.o;
    if (a.kind === 'unix') return native.listen(true, a.path, 0, backlog, 0);
    if (a.kind !== 'tcp') return -EADDRINUSE;
    const flags = this.o.reusePort ? ListenFlag.ReusePort : 0;
    if (a.host === '') {
      // All interfaces of both families, where the system has IPv6.
      const both = native.listen(false, '::', a.port, backlog, flags);
      return both >= 0 || both === -EADDRINUSE ? both : native.listen(false, '0.0.0.0', a.port, backlog, flags);
    }
    let host = a.host;
    if (isIP(host.split('%', 1)[0]!) === 0) {
      try {
        host = (await lookup(host)).address;
      } catch (e) {
        throw this.failed(toError(e));
      }
    }
    return native.listen(false, host, a.port, backlog, flags);
  }

  onData(): void {
    // A listener has no bytes.
  }

  onAccept(slot: number, generation: number): void {
    const { loop } = this.shared;
    if (this.closed) {
      loop.native.close(slot, generation, false);
      return;
    }
    this.failures = 0;
    const remote = addressFrom(loop.native.address(slot, generation, true)) ?? this.address;
    this.gate.take(new PollConnection(this.shared, generation * SLOT_RANGE + slot, remote, this.address));
  }

  /** Accepting failed: out of descriptors, mostly. The listener rests, longer each time. */
  onRecord(kind: number, _where: number, length: number): void {
    if (kind !== Kind.AcceptFailed || this.closed) return;
    const ms = LADDER_MS[Math.min(this.failures, LADDER_MS.length - 1)]!;
    this.failures++;
    const events = channel('cloudwego:netpoll:accept');
    if (events.hasSubscribers) events.publish({ address: this.address, error: systemError(length, 'accept'), restMs: ms });
    const { clock } = this.shared.loop;
    clock.wheel.add(this, clock.now() + ms);
  }

  fire(): void {
    if (!this.closed && !this.paused) this.shared.loop.native.resume(this.slot, this.generation);
  }

  pause(): void {
    if (this.closed) return;
    this.paused = true;
    this.gate.pause();
    this.shared.loop.native.pause(this.slot, this.generation);
  }

  resume(): void {
    if (this.closed) return;
    this.paused = false;
    if (this.at === Infinity) this.shared.loop.native.resume(this.slot, this.generation);
    this.gate.resume();
  }

  close(): Promise<void> {
    if (!this.closed) {
      this.closed = true;
      this.gate.close();
      const { loop } = this.shared;
      loop.clock.wheel.remove(this);
      loop.remove(this.slot);
      loop.native.close(this.slot, this.generation, false);
      if (this.file !== undefined) {
        try {
          unlinkSync(this.file);
        } catch {
          // Somebody was faster.
        }
      }
    }
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

