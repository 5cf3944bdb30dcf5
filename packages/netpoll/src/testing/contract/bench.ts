// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import type { Address, ByteConsumer, Connection, DialOptions, Listener, ListenOptions, Network } from '@cloudwego/gopkg/io';
import type { ContractTest } from '@cloudwego/gopkg/testing';
import type { NetworkSubject, SuiteLimits } from './types.js';

/** Long enough for a machine with other things to do; a case that works never waits for it. Unit ms. */
const PATIENCE_MS = 15_000;
/** How long a case watches for what must not happen. Unit ms. */
const QUIET_MS = 40;

export const suiteLimits: SuiteLimits = { maxUnreadBytes: 64 * 1024, highWaterBytes: 128 * 1024 };

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until `holds`, and fails with `what` when it never does. */
export async function eventually(holds: () => boolean, what: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (let i = 0; !holds(); i++) {
    if (performance.now() > end) assert.fail(`never happened: ${what}`);
    await (i < 50 ? new Promise((resolve) => setImmediate(resolve)) : sleep(2));
  }
}

/** A while in which nothing should happen. */
export function quiet(): Promise<void> {
  return sleep(QUIET_MS);
}

/** Settles a promise that should fail, and gives its error. */
export async function rejection(p: Promise<unknown>): Promise<Error & { readonly code?: string }> {
  let e: unknown;
  try {
    await p;
  } catch (x) {
    e = x;
  }
  assert.ok(e instanceof Error, 'it should have been rejected with an Error');
  return e;
}

/** Bytes that never repeat within a period of a power of two, so that every loss and every swap shows. */
export function pattern(n: number, seed = 1): Buffer {
  const b = Buffer.allocUnsafeSlow(n);
  let x = (seed * 2654435761) >>> 0 || 1;
  for (let i = 0; i < n; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    b[i] = x;
  }
  return b;
}

/** Writes one section. */
export function send(c: Connection, bytes: Uint8Array | string): boolean {
  const w = c.beginWrite(bytes.length);
  if (typeof bytes === 'string') w.string(bytes);
  else w.bytes(bytes);
  return c.endWrite();
}

/** A consumer that keeps a copy of what it took, notes what happened, and notes as a fault what may never happen. */
export class Recorder implements ByteConsumer {
  need = 1;
  readonly name: string;
  /** Instead of taking everything. */
  take: ((buf: Buffer, start: number, end: number) => number) | undefined = undefined;
  onEnd: (() => void) | undefined = undefined;
  onWritable: (() => void) | undefined = undefined;
  onClosed: (() => void) | undefined = undefined;
  /** Calls of `receive`, of `receiveEnd`, of `writable`. */
  calls = 0;
  ends = 0;
  writables = 0;
  readonly closes: (Error | undefined)[] = [];
  readonly faults: string[] = [];
  /** A callback of this consumer is running. */
  inside = false;
  /** Set around a call during which `closed` must not come. */
  causing = false;
  private readonly taken: Buffer[] = [];
  private size = 0;

  constructor(name: string) {
    this.name = name;
  }

  get length(): number {
    return this.size;
  }

  bytes(): Buffer {
    return Buffer.concat(this.taken);
  }

  text(): string {
    return this.bytes().toString('latin1');
  }

  receive(buf: Buffer, start: number, end: number): number {
    if (this.inside) this.faults.push('receive inside another callback');
    if (this.closes.length > 0) this.faults.push('receive after closed');
    if (!(start >= 0 && start < end && end <= buf.length)) this.faults.push(`receive of ${start} to ${end} in ${buf.length} bytes`);
    this.calls++;
    this.inside = true;
    try {
      const n = this.take === undefined ? end - start : this.take(buf, start, end);
      if (n > 0 && n <= end - start) {
        this.taken.push(Buffer.from(buf.subarray(start, start + n)));
        this.size += n;
      }
      return n;
    } finally {
      this.inside = false;
    }
  }

  receiveEnd(): void {
    if (this.inside) this.faults.push('receiveEnd inside another callback');
    if (this.closes.length > 0) this.faults.push('receiveEnd after closed');
    if (++this.ends > 1) this.faults.push('receiveEnd twice');
    this.inside = true;
    try {
      this.onEnd?.();
    } finally {
      this.inside = false;
    }
  }

  writable(): void {
    if (this.closes.length > 0) this.faults.push('writable after closed');
    this.writables++;
    this.onWritable?.();
  }

  closed(cause: Error | undefined): void {
    if (this.inside || this.causing) this.faults.push('closed inside the call that caused it');
    this.closes.push(cause);
    if (this.closes.length > 1) this.faults.push('closed twice');
    this.onClosed?.();
  }
}

export interface PairOptions {
  readonly listen?: ListenOptions;
  readonly dial?: DialOptions;
}

export interface Pair {
  readonly network: Network;
  readonly listener: Listener;
  /** The dialed and the accepted end; consumers are attached to neither. */
  readonly client: Connection;
  readonly server: Connection;
}

/** The workplace of one case: what it makes here is checked and closed when the case is over. */
export class Bench {
  readonly subject: NetworkSubject;
  readonly network: Network;
  private readonly connections: Connection[] = [];
  private readonly listeners: Listener[] = [];
  private readonly recorders: Recorder[] = [];

  constructor(subject: NetworkSubject, t: ContractTest) {
    this.subject = subject;
    this.network = subject.create(suiteLimits);
    // Timers of a network keep no process alive, nor does a network in memory; the case does.
    const alive = setInterval(() => undefined, PATIENCE_MS);
    t.after(async () => {
      await this.close();
      clearInterval(alive);
    });
  }

  /** Bytes that fill everything between two ends. */
  bulk(): Buffer {
    return pattern(this.subject.bulkBytes ?? 24 * 1024 * 1024);
  }

  recorder(name = 'consumer'): Recorder {
    const r = new Recorder(name);
    this.recorders.push(r);
    return r;
  }

  /** Attaches a new recorder. */
  record(c: Connection, name = 'consumer'): Recorder {
    const r = this.recorder(name);
    c.attach(r);
    return r;
  }

  async listen(accept: (c: Connection) => void, o?: ListenOptions, at: Address = this.subject.address()): Promise<Listener> {
    const l = await this.network.listen(
      at,
      (c) => {
        this.connections.push(c);
        accept(c);
      },
      o,
    );
    this.listeners.push(l);
    return l;
  }

  async dial(at: Address, o?: DialOptions): Promise<Connection> {
    const c = await this.network.dial(at, o);
    this.connections.push(c);
    return c;
  }

  /** Two connected ends. */
  async pair(o: PairOptions = {}): Promise<Pair> {
    const accepted: Connection[] = [];
    const listener = await this.listen((c) => accepted.push(c), o.listen);
    return { network: this.network, listener, ...(await this.join(listener, accepted, o.dial)) };
  }

  /** Another pair at a listener whose accepted connections go to `accepted`. */
  async join(listener: Listener, accepted: Connection[], o?: DialOptions): Promise<{ client: Connection; server: Connection }> {
    const client = await this.dial(listener.address, o);
    await eventually(() => accepted.length > 0, 'the connection is accepted');
    return { client, server: accepted.shift()! };
  }

  /** Connections that the case will close itself. */
  keep(c: Connection): Connection {
    this.connections.push(c);
    return c;
  }

  /** What may never happen did not, so far. */
  check(): void {
    for (const r of this.recorders) assert.deepEqual(r.faults, [], `faults of ${r.name}`);
  }

  private async close(): Promise<void> {
    for (const c of this.connections) c.destroy();
    await Promise.all(this.listeners.map((l) => l.close()));
    await Promise.all(this.connections.map((c) => c.close()));
    this.check();
  }
}
