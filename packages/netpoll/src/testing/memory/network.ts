// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import { loopClock } from '@cloudwego/gopkg/clock';
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Address, Connection, DialOptions, Listener, ListenOptions, Network } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { listenSettings } from '../../accept/options.js';
import { ListenError } from '../../errors.js';
import type { StreamShared } from '../../stream/connection.js';
import { ConnectionIds } from '../../stream/ids.js';
import { OutputSlab } from '../../stream/output.js';
import { MemoryConnection } from './connection.js';
import type { MemoryHost } from './connection.js';
import { MemoryDial } from './dial.js';
import type { FaultRates } from './faults.js';
import { drawFault } from './faults.js';
import type { Lending } from './lending.js';
import { direct, PoisonedSlab } from './lending.js';
import { MemoryListener } from './listener.js';
import { Random } from './random.js';

/** A network inside one process, with what a test wants to know of it. */
export interface MemoryNetwork extends Network {
  /** Connections that are not closed yet, both ends counted. */
  readonly openConnections: number;
  readonly openListeners: number;
  /** Resets and cuts that have happened. */
  readonly faults: number;
}

/** What {@link LoopNetwork} is made of; options are resolved. */
export interface LoopSettings extends FaultRates {
  readonly engine: string;
  /** Absent: nothing is left to chance. */
  readonly seed: number | undefined;
  readonly clock: Clock | undefined;
  readonly maxUnreadBytes: number;
  readonly highWaterBytes: number;
  readonly windowBytes: number;
}

const FIRST_PORT = 40_000;

/** All connections of a network in memory are served in one turn, one behind the other, as a native loop does it. */
export class LoopNetwork implements MemoryNetwork, MemoryHost {
  readonly engine: string;
  readonly clock: Clock;
  readonly shared: StreamShared;
  readonly random: Random | undefined;
  readonly lending: Lending;
  readonly windowBytes: number;
  faults: number = 0;
  private readonly settings: LoopSettings;
  private readonly listeners = new Map<string, MemoryListener[]>();
  private readonly open = new Set<MemoryConnection>();
  private ready = new Set<MemoryConnection>();
  private parting: MemoryConnection[] = [];
  private dials: MemoryDial[] = [];
  private nextPort: number = FIRST_PORT;
  private scheduled: boolean = false;

  constructor(s: LoopSettings) {
    this.engine = s.engine;
    this.settings = s;
    this.clock = s.clock ?? loopClock();
    this.random = s.seed === undefined ? undefined : new Random(s.seed);
    this.lending = s.seed === undefined ? direct : new PoisonedSlab();
    this.windowBytes = s.windowBytes;
    this.shared = { clock: this.clock, ids: new ConnectionIds(), output: new OutputSlab(false), maxUnreadBytes: s.maxUnreadBytes, highWaterBytes: s.highWaterBytes };
  }

  get openConnections(): number {
    return this.open.size;
  }

  get openListeners(): number {
    let n = 0;
    for (const list of this.listeners.values()) n += list.length;
    return n;
  }

  // ── listen and dial ──────────────────────────────────────────────────────────────────────────

  async listen(a: Address, accept: (c: Connection) => void, o?: ListenOptions): Promise<Listener> {
    known(a);
    const settings = listenSettings(o);
    const address = a.kind === 'tcp' && a.port === 0 ? { ...a, port: this.nextPort++ } : a;
    const key = place(address);
    const there = this.listeners.get(key) ?? [];
    if (there.length > 0 && !(settings.reusePort && there.every((l) => l.shares))) {
      const cause = Object.assign(new Error(`listen EADDRINUSE: address already in use ${formatAddress(address)}`), { code: 'EADDRINUSE' });
      throw new ListenError(`listen ${formatAddress(address)}: ${cause.message}`, { cause });
    }
    const listener = new MemoryListener(this.clock, address, accept, settings, {
      closed: (l) => {
        const left = (this.listeners.get(key) ?? []).filter((x) => x !== l);
        if (left.length > 0) this.listeners.set(key, left);
        else this.listeners.delete(key);
      },
      wake: () => {
        this.schedule();
      },
    });
    this.listeners.set(key, [...there, listener]);
    return listener;
  }

  dial(a: Address, o: DialOptions = {}): Promise<Connection> {
    return new Promise((resolve, reject) => {
      known(a);
      const d = new MemoryDial(this, a, o, resolve, reject);
      if (d.over) return;
      d.delay = this.random?.below(4) ?? 0;
      this.dials.push(d);
      this.schedule();
    });
  }

  /** The listener of an address: its own, or one for all interfaces of that port. */
  private find(a: Address): MemoryListener | undefined {
    const list = this.listeners.get(place(a)) ?? (a.kind === 'tcp' ? this.listeners.get(place({ ...a, host: '' })) : undefined);
    if (list === undefined) return undefined;
    return list[this.random?.below(list.length) ?? 0];
  }

  /** Connects what can be connected; what meets a full queue waits. */
  private connect(): void {
    const waiting: MemoryDial[] = [];
    for (const d of this.dials.splice(0)) {
      if (d.over) continue;
      d.begin();
      if (d.delay > 0) {
        d.delay--;
        waiting.push(d);
        this.schedule();
        continue;
      }
      const listener = this.find(d.address);
      if (listener === undefined) {
        d.refused();
      } else if (listener.full) {
        waiting.push(d);
      } else {
        const { client, server } = this.pair(d.address, listener.address);
        listener.queue.push(server);
        d.connected(client);
      }
    }
    this.dials.push(...waiting);
  }

  private pair(dialed: Address, listening: Address): { client: MemoryConnection; server: MemoryConnection } {
    const { random, settings } = this;
    const local: Address =
      dialed.kind === 'tcp' ? { kind: 'tcp', host: '127.0.0.1', port: this.nextPort++ } : dialed.kind === 'memory' ? { kind: 'memory', name: `${dialed.name}#${this.nextPort++}` } : dialed;
    const pair = MemoryConnection.pair(this, local, listening, dialed);
    const drawn = random === undefined ? undefined : drawFault(random, settings);
    if (drawn !== undefined) (drawn.dialed ? pair.client : pair.server).breakAt(drawn.fault);
    return pair;
  }

  // ── the turn ─────────────────────────────────────────────────────────────────────────────────

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(this.turn);
  }

  private readonly turn = (): void => {
    this.scheduled = false;
    const { random } = this;
    this.connect();
    for (const list of this.listeners.values()) for (const l of list) l.acceptAll();
    // Accepting makes room in a queue.
    if (this.dials.some((d) => !d.over && d.delay === 0 && this.find(d.address)?.full !== true)) this.schedule();
    const ready = [...this.ready];
    this.ready = new Set();
    for (const c of random?.shuffle(ready) ?? ready) {
      if (random?.chance(0.2) === true) this.wake(c);
      else c.step();
    }
    this.lending.turned();
    const parting = this.parting;
    this.parting = [];
    for (const c of parting) {
      if (random?.chance(0.3) === true) this.part(c);
      else c.leave();
    }
  };

  wake(c: MemoryConnection): void {
    this.ready.add(c);
    this.schedule();
  }

  part(c: MemoryConnection): void {
    this.parting.push(c);
    this.schedule();
  }

  opened(c: MemoryConnection): void {
    this.open.add(c);
  }

  left(c: MemoryConnection): void {
    this.open.delete(c);
  }

  injected(): void {
    this.faults++;
  }
}

function known(a: Address): void {
  if (a.kind === 'shmipc') throw new OptionError('address', `address: got ${formatAddress(a)}, wanted a memory, TCP or unix address for a network in memory`);
}

/** Where an address is: names of this machine are one place, and so are the names of all interfaces. */
function place(a: Address): string {
  if (a.kind !== 'tcp') return formatAddress(a);
  const all = a.host === '' || a.host === '0.0.0.0' || a.host === '::';
  return `${all ? '*' : a.host === 'localhost' || a.host === '::1' ? '127.0.0.1' : a.host}:${a.port}`;
}
