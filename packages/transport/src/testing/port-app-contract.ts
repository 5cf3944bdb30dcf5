// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import type { Address, Network } from '@cloudwego/gopkg/io';
import { createLogger } from '@cloudwego/gopkg/logger';
import type { ContractCase, ContractTest } from '@cloudwego/netpoll/testing';
import type { Port, PortApp } from '../contracts.js';
import { createPort } from '../port/port.js';
import { eventually, Peer, quiet } from './support.js';

/** An app under test, with a request that it answers when it is let. */
export interface PortAppFixture {
  readonly app: PortApp;
  /** A whole request on a fresh connection. */
  readonly request: Uint8Array;
  /** Whether `bytes` are `n` whole replies. */
  replied(bytes: Buffer, n: number): boolean;
  /** Calls that the handler is in. */
  active(): number;
  /** Lets the handler answer: the calls that are in it, and later ones. */
  release(): void;
  /** What the calls in flight were told when they were aborted. */
  aborted(): readonly unknown[];
}

/** What the suite needs to run on an implementation. */
export interface PortAppSubject {
  /** A fresh app on this network's clock. */
  create(network: Network, t: ContractTest): PortAppFixture;
  /** A fresh network. */
  network(): Network;
  /** Where to listen; another place on every call, or a port 0. */
  address(): Address;
  /** The protocol says goodbye before it closes, so that a client does not use a connection that is about to end. @defaultValue false */
  readonly goodbye?: boolean | undefined;
}

/**
 * The rules of {@link PortApp}: what a Port relies on, above all in a drain.
 * Errors: cases throw AssertionError.
 */
export function portAppContract(subject: PortAppSubject): readonly ContractCase[] {
  const cases: ContractCase[] = [];
  const add = (name: string, run: (w: Work) => Promise<void>): void => {
    cases.push({ name, skip: undefined, run: async (t) => run(new Work(subject, t)) });
  };

  add('recognises its request by a prefix, and never says no to one', async (w) => {
    const { request, app } = w.f;
    for (const s of app.sniffers) assert.ok(s.protocol.length > 0);
    const bytes = Buffer.from(request);
    let decided = false;
    for (let n = 1; n <= Math.min(24, bytes.length); n++) {
      const says = app.sniffers.map((s) => s.match(bytes, 0, n));
      if (says.includes('yes')) decided = true;
      else assert.ok(says.includes('more'), `${n} bytes: nobody wants it`);
      if (decided) assert.ok(says.includes('yes'), `${n} bytes: a yes is taken back`);
    }
    assert.ok(decided, '24 bytes are enough');
  });

  add('sniffers look at nothing but the bytes they are given', async (w) => {
    const bytes = Buffer.concat([Buffer.alloc(5, 0xdd), Buffer.from(w.f.request).subarray(0, 24), Buffer.alloc(5, 0xdd)]);
    for (const s of w.f.app.sniffers) {
      for (let n = 1; n <= bytes.length - 10; n++) assert.equal(s.match(bytes, 5, 5 + n), s.match(bytes.subarray(5, 5 + n), 0, n));
    }
  });

  add('answers on a port, alone and pipelined', async (w) => {
    w.f.release();
    const p = await w.dial();
    p.send(w.f.request);
    await w.repliedTo(p, 1);
    p.send(Buffer.concat([w.f.request, w.f.request, w.f.request]));
    await w.repliedTo(p, 4);
  });

  add('drains at once when there is nothing', async (w) => {
    await w.dial();
    const { elapsedMs: _, ...r } = await w.app.drain(w.network.clock.now() + 60_000);
    assert.deepEqual(r, { inFlight: 0, finished: 0, forced: 0 });
  });

  add('ends connections that are idle, in good time', async (w) => {
    w.f.release();
    const peers = [await w.dial(), await w.dial()];
    for (const p of peers) {
      p.send(w.f.request);
      await w.repliedTo(p, 1);
    }
    const { elapsedMs: _, ...r } = await w.app.drain(w.network.clock.now() + 60_000);
    assert.deepEqual(r, { inFlight: 0, finished: 0, forced: 0 });
    await eventually(() => peers.every((p) => p.over), 'they end');
  });

  add('lets calls in flight finish, answers them, then ends their connections', async (w) => {
    const peers = [await w.dial(), await w.dial(), await w.dial()];
    for (const p of peers) p.send(w.f.request);
    await eventually(() => w.f.active() === 3, 'the calls run');
    const draining = w.app.drain(w.network.clock.now() + 60_000);
    await quiet();
    assert.ok(peers.every((p) => !p.isClosed));
    w.f.release();
    for (const p of peers) await w.repliedTo(p, 1);
    const { elapsedMs: _, ...r } = await draining;
    assert.deepEqual(r, { inFlight: 3, finished: 3, forced: 0 });
    await eventually(() => peers.every((p) => p.over), 'they end');
    assert.deepEqual(w.f.aborted(), []);
  });

  add('at its time aborts what is left, and destroys it', async (w) => {
    const p = await w.dial();
    p.send(w.f.request);
    await eventually(() => w.f.active() === 1, 'the call runs');
    const { elapsedMs: _, ...r } = await w.app.drain(w.network.clock.now() + 50);
    assert.deepEqual(r, { inFlight: 1, finished: 0, forced: 1 });
    assert.equal(w.f.aborted().length, 1);
    await eventually(() => p.over, 'it is closed');
  });

  add('with no time at all aborts at once', async (w) => {
    const p = await w.dial();
    p.send(w.f.request);
    await eventually(() => w.f.active() === 1, 'the call runs');
    const r = await w.app.drain(w.network.clock.now());
    assert.equal(r.forced, 1);
    await eventually(() => p.over, 'it is closed');
  });

  add('serves a request that arrives right after the drain began, on a connection that was idle', async (w) => {
    w.f.release();
    const p = await w.dial();
    p.send(w.f.request);
    await w.repliedTo(p, 1);
    const draining = w.app.drain(w.network.clock.now() + 60_000);
    if (subject.goodbye !== true) {
      p.send(w.f.request);
      await w.repliedTo(p, 2);
    }
    await draining;
    await eventually(() => p.over, 'it is closed');
  });

  add('answers requests that were pipelined before the drain', async (w) => {
    const p = await w.dial();
    p.send(Buffer.concat([w.f.request, w.f.request, w.f.request]));
    await eventually(() => w.f.active() > 0, 'the first call runs');
    const draining = w.app.drain(w.network.clock.now() + 60_000);
    await quiet();
    w.f.release();
    await w.repliedTo(p, 3);
    await draining;
    await eventually(() => p.over, 'it is closed');
  });

  add('a peer that goes away in the middle of a drain is no hindrance', async (w) => {
    const p = await w.dial();
    p.send(w.f.request);
    await eventually(() => w.f.active() === 1, 'the call runs');
    const draining = w.app.drain(w.network.clock.now() + 60_000);
    p.connection.destroy();
    await draining;
    w.f.release();
  });

  return cases;
}

/** The workplace of one case: the app on a port of its own. */
class Work {
  readonly network: Network;
  readonly f: PortAppFixture;
  private readonly t: ContractTest;
  private readonly port: Port;
  private listening: Promise<{ readonly address: Address }> | undefined = undefined;

  constructor(subject: PortAppSubject, t: ContractTest) {
    this.t = t;
    this.network = subject.network();
    this.f = subject.create(this.network, t);
    this.port = createPort({ network: this.network, address: subject.address(), logger: createLogger({ write: () => undefined }) }).add(this.f.app);
    t.after(async () => {
      this.f.release();
      await this.port.close({ drainMs: 0 });
    });
  }

  get app(): PortApp {
    return this.f.app;
  }

  async dial(): Promise<Peer> {
    const { address } = await (this.listening ??= this.port.listen());
    const c = await this.network.dial(address);
    this.t.after(() => {
      c.destroy();
    });
    return new Peer(c);
  }

  repliedTo(p: Peer, n: number): Promise<void> {
    return eventually(() => this.f.replied(p.bytes, n), `${n} replies`);
  }
}
