// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import { createLogger } from '@cloudwego/gopkg/logger';
import type { Connection, DrainReport } from '@cloudwego/gopkg/io';
import { createHostileNetwork, createMemoryNetwork } from '@cloudwego/netpoll/testing';
import type { MemoryNetwork, MemoryNetworkOptions } from '@cloudwego/netpoll/testing';
import type { RpcEngineOptions } from '@cloudwego/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChannelLimits, Port } from '@cloudwego/transport';
import { createPort } from '@cloudwego/transport';
import { holdCall, replies, RpcApp } from './fixtures/rpc-app.js';
import { eventually, pass, Peer, settle } from './fixtures/support.js';

interface World {
  readonly clock: FakeClock;
  readonly network: MemoryNetwork;
  readonly app: RpcApp;
  readonly port: Port;
  dial(): Promise<Peer>;
}

interface WorldOptions {
  readonly seed?: number;
  readonly engine?: Partial<RpcEngineOptions>;
  readonly limits?: Partial<ChannelLimits>;
  readonly net?: MemoryNetworkOptions;
  readonly maxConnIdleMs?: number;
}

async function world(o: WorldOptions = {}): Promise<World> {
  const clock = new FakeClock();
  const network = o.seed === undefined ? createMemoryNetwork({ clock, ...o.net }) : createHostileNetwork({ clock, seed: o.seed, ...o.net });
  const app = new RpcApp(network, o.engine, o.limits);
  const port = createPort({ address: 'memory:p', network, logger: createLogger({ write: () => undefined }), ...(o.maxConnIdleMs === undefined ? {} : { maxConnIdleMs: o.maxConnIdleMs }) }).add(app);
  await port.listen();
  return { clock, network, app, port, dial: async () => new Peer(await network.dial({ kind: 'memory', name: 'p' })) };
}

/** What a promise came to, once it did. */
function watch<T>(p: Promise<T>): { value: T | undefined } {
  const w: { value: T | undefined } = { value: undefined };
  void p.then((v) => {
    w.value = v;
  });
  return w;
}

const counts = (r: DrainReport | undefined): unknown => r === undefined ? undefined : [r.inFlight, r.finished, r.forced];

/** A connection that was served once and is idle. */
async function idle(w: World): Promise<Peer> {
  w.app.open = true;
  const p = await w.dial();
  p.send(holdCall());
  await settle();
  expect(replies(p.bytes)).toHaveLength(1);
  w.app.open = false;
  return p;
}

describe('an idle connection in a drain', () => {
  it('is ended after the linger, not before, and the drain is over when it closed', async () => {
    const w = await world();
    const p = await idle(w);
    const done = watch(w.app.drain(w.clock.now() + 5000));
    await pass(w.clock, 90, 10);
    expect(p.over).toBe(false);
    await pass(w.clock, 20, 10);
    expect(p.ended).toBe(true);
    expect(counts(done.value)).toEqual([0, 0, 0]);
    expect(w.network.openConnections).toBe(0);
  });

  it('that gets a request within the linger serves it, and is ended when it is idle again', async () => {
    const w = await world();
    const p = await idle(w);
    const done = watch(w.app.drain(w.clock.now() + 5000));
    await pass(w.clock, 50, 10);
    p.send(holdCall(2));
    await pass(w.clock, 1000);
    expect(p.over).toBe(false);
    w.app.release();
    await settle();
    expect(replies(p.bytes)).toEqual([1, 2]);
    expect(p.over).toBe(true);
    expect(done.value).toBeDefined();
  });

  it('that has half a request waits for the rest of it', async () => {
    const w = await world();
    const p = await idle(w);
    w.app.open = true;
    p.send(holdCall(2).subarray(0, 15));
    await settle();
    const done = watch(w.app.drain(w.clock.now() + 5000));
    await pass(w.clock, 2000, 100);
    expect(p.over).toBe(false);
    p.send(holdCall(2).subarray(15));
    await settle();
    expect(replies(p.bytes)).toEqual([1, 2]);
    expect(p.over).toBe(true);
    expect(counts(done.value)).toEqual([0, 0, 0]);
  });

  it('that does not answer the goodbye is closed on after the linger', async () => {
    const w = await world();
    const p = await idle(w);
    p.stubborn = true;
    const done = watch(w.app.drain(w.clock.now() + 5000));
    await pass(w.clock, 150, 10);
    expect(p.ended).toBe(true);
    expect(done.value).toBeUndefined();
    await pass(w.clock, 100, 10);
    expect(done.value).toBeDefined();
    expect(w.app.group.size).toBe(0);
  });

  it('has no linger longer than the drain itself', async () => {
    const w = await world();
    const p = await idle(w);
    const done = watch(w.app.drain(w.clock.now() + 30));
    await pass(w.clock, 40, 10);
    expect(p.over).toBe(true);
    expect(done.value).toBeDefined();
  });

  it('that sends after the goodbye is not served in vain', async () => {
    const w = await world();
    const p = await idle(w);
    p.stubborn = true;
    void w.app.drain(w.clock.now() + 5000);
    await pass(w.clock, 110, 10);
    expect(p.ended).toBe(true);
    const before = w.app.served;
    p.send(holdCall(9));
    await settle();
    expect(w.app.served).toBe(before);
  });
});

describe('calls in flight in a drain', () => {
  it('finish, are answered, and their connections end at once', async () => {
    const w = await world();
    const peers = [await w.dial(), await w.dial()];
    for (const p of peers) p.send(holdCall());
    await settle();
    const done = watch(w.app.drain(w.clock.now() + 5000));
    await pass(w.clock, 3000, 100);
    expect(done.value).toBeUndefined();
    w.app.release();
    await settle();
    expect(counts(done.value)).toEqual([2, 2, 0]);
    for (const p of peers) expect([replies(p.bytes), p.over]).toEqual([[1], true]);
  });

  it('are aborted at their time, get one turn, and are destroyed; a late answer of that turn still leaves', async () => {
    const w = await world();
    const [quick, slow] = [await w.dial(), await w.dial()];
    quick.send(holdCall(1));
    slow.send(holdCall(2));
    await settle();
    // A handler that listens to its signal answers in the turn that it is given.
    const { reasons } = w.app;
    const push = reasons.push.bind(reasons);
    reasons.push = (r: unknown) => {
      const first = w.app.held.find((h) => h.head.seqId === 1);
      if (first !== undefined) {
        w.app.held.splice(w.app.held.indexOf(first), 1);
        w.app.answer(first);
      }
      return push(r);
    };
    const done = watch(w.app.drain(w.clock.now() + 1000));
    await pass(w.clock, 990, 30);
    expect(done.value).toBeUndefined();
    expect(reasons).toHaveLength(0);
    await pass(w.clock, 20, 10);
    expect(counts(done.value)).toEqual([2, 0, 2]);
    expect(reasons[0]).toMatchObject({ code: 'TRANSPORT_DRAIN_TIMEOUT' });
    expect(replies(quick.bytes)).toEqual([1]);
    expect(slow.bytes).toHaveLength(0);
    expect(w.network.openConnections).toBe(0);
  });

  it('of a peer that goes away are not waited for', async () => {
    const w = await world();
    const p = await w.dial();
    p.send(holdCall());
    await settle();
    const done = watch(w.app.drain(Infinity));
    await pass(w.clock, 500);
    expect(done.value).toBeUndefined();
    p.connection.destroy();
    await settle();
    expect(done.value).toBeDefined();
  });

  it('that were pipelined are all answered, also where they run one after another', async () => {
    for (const pipelineDepth of [1, 4]) {
      const w = await world({ engine: { pipelineDepth } });
      const p = await w.dial();
      p.send(Buffer.concat([1, 2, 3, 4, 5].map(holdCall)));
      await settle();
      const done = watch(w.app.drain(w.clock.now() + 60_000));
      await pass(w.clock, 200);
      for (let i = 0; i < 5; i++) {
        expect(w.app.held.length).toBeGreaterThan(0);
        w.app.answer(w.app.held.shift()!);
        await settle();
      }
      expect(replies(p.bytes)).toEqual([1, 2, 3, 4, 5]);
      expect(p.over).toBe(true);
      expect(done.value).toBeDefined();
    }
  });

  it('a second drain waits for the first', async () => {
    const w = await world();
    const p = await w.dial();
    p.send(holdCall());
    await settle();
    const first = w.app.drain(w.clock.now() + 1000);
    const second = watch(w.app.drain(w.clock.now() + 1));
    await pass(w.clock, 500);
    expect(second.value).toBeUndefined();
    w.app.release();
    await settle();
    expect(second.value).toBe(await first);
  });
});

describe('a reply that is still under way when its connection ends', () => {
  const net = { windowBytes: 4096, maxUnreadBytes: 4096, highWaterBytes: 1 << 20 };

  it('leaves whole, however slowly the peer takes it', async () => {
    const w = await world({ net });
    w.app.replyBytes = 300_000;
    const p = await w.dial();
    p.send(holdCall());
    await settle();
    const done = watch(w.app.drain(w.clock.now() + 600_000));
    p.connection.pause();
    w.app.release();
    for (let i = 0; i < 400 && !p.over; i++) {
      p.connection.resume();
      await settle(2);
      p.connection.pause();
      w.clock.advance(90);
    }
    p.connection.resume();
    await settle();
    expect(replies(p.bytes)).toEqual([1]);
    await pass(w.clock, 300, 50);
    expect(counts(done.value)).toEqual([1, 1, 0]);
  });

  it('is given up when the peer takes nothing for readWriteTimeoutMs', async () => {
    const w = await world({ net, limits: { readWriteTimeoutMs: 1000 } });
    w.app.replyBytes = 300_000;
    const p = await w.dial();
    p.send(holdCall());
    await settle();
    p.connection.pause();
    const done = watch(w.app.drain(w.clock.now() + 600_000));
    w.app.release();
    await pass(w.clock, 800, 100);
    expect(done.value).toBeUndefined();
    await pass(w.clock, 600, 100);
    expect(done.value).toBeDefined();
  });
});

describe('limits of a server connection', () => {
  it('are maxConnIdleMs between calls, readWriteTimeoutMs in the middle of one, none while one runs', async () => {
    const limits = { maxConnIdleMs: 10_000, readWriteTimeoutMs: 1000 };
    const w = await world({ limits });
    const p = await idle(w);
    await pass(w.clock, 9000, 500);
    p.send(holdCall(2).subarray(0, 10));
    await settle();
    await pass(w.clock, 900, 100);
    expect(p.over).toBe(false);
    p.send(holdCall(2).subarray(10));
    await settle();
    await pass(w.clock, 100_000, 5000);
    expect(p.over).toBe(false);
    w.app.release();
    await pass(w.clock, 9000, 500);
    expect([replies(p.bytes), p.over]).toEqual([[1, 2], false]);
    await pass(w.clock, 2000, 500);
    expect(p.over).toBe(true);
    const half = await w.dial();
    half.send(holdCall().subarray(0, 14));
    await pass(w.clock, 900, 100);
    expect(half.over).toBe(false);
    await pass(w.clock, 300, 100);
    expect(half.over).toBe(true);
  });

  it('none of its own is none at all, whatever the port has for those that have not spoken', async () => {
    const w = await world({ limits: { maxConnIdleMs: 0 }, maxConnIdleMs: 2000 });
    const p = await idle(w);
    await pass(w.clock, 50_000, 1000);
    expect(p.over).toBe(false);
  });
});

describe('random drains', () => {
  it.each([undefined, 1, 2])('lose no answer, leave nothing open and end in time (seed of the network: %s)', async (seed) => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          peers: fc.integer({ min: 1, max: 6 }),
          before: fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 3 })), { maxLength: 12 }),
          answered: fc.nat(10),
          drainMs: fc.integer({ min: 0, max: 600 }),
          during: fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 150 }), what: fc.constantFrom('send', 'answer', 'answer', 'leave'), who: fc.nat(5) }), { maxLength: 12 }),
          pipelineDepth: fc.constantFrom(1, 3),
        }),
        async (plan) => {
          const w = await world({ engine: { pipelineDepth: plan.pipelineDepth }, ...(seed === undefined ? {} : { seed }) });
          const peers: Peer[] = [];
          for (let i = 0; i < plan.peers; i++) peers.push(await w.dial());
          const gone = new Set<Peer>();
          const sent = new Map<Peer, number>(peers.map((p) => [p, 0]));
          const send = (p: Peer): void => {
            if (gone.has(p) || p.over) return;
            sent.set(p, sent.get(p)! + 1);
            p.send(holdCall(sent.get(p)));
          };
          // All have spoken: they are the app's, not the port's.
          for (const p of peers) send(p);
          await eventually(() => w.app.served === plan.peers);
          for (const [who, n] of plan.before) for (let k = 0; k < n; k++) send(peers[who % plan.peers]!);
          await settle(20);
          const answer = (): void => {
            const h = w.app.held.shift();
            if (h !== undefined) w.app.answer(h);
          };
          for (let i = 0; i < plan.answered; i++) answer();
          await settle(5);
          const by = w.clock.now() + plan.drainMs;
          const inFlight = w.app.group.active;
          const done = watch(w.app.drain(by));
          for (const e of plan.during) {
            w.clock.advance(Math.max(0, Math.min(e.afterMs, by - w.clock.now() - 1)));
            await settle(3);
            const p = peers[e.who % plan.peers]!;
            if (e.what === 'send') {
              send(p);
            } else if (e.what === 'answer') {
              answer();
            } else {
              gone.add(p);
              p.connection.destroy();
            }
            await settle(3);
          }
          w.clock.advance(Math.max(0, by - w.clock.now()));
          await settle(5);
          w.clock.advance(4);
          await eventually(() => done.value !== undefined);
          const r = done.value!;
          expect(r.inFlight).toBe(inFlight);
          expect(r.finished + r.forced).toBeGreaterThanOrEqual(r.inFlight);
          expect(r.elapsedMs).toBeLessThanOrEqual(plan.drainMs + 4);
          await eventually(() => peers.every((p) => p.isClosed));
          // Every answer came, in order; none came twice.
          for (const p of peers) {
            const got = replies(p.bytes);
            expect(got).toEqual(Array.from({ length: got.length }, (_, i) => i + 1));
          }
          // Where time ran out, what was answered and not yet taken is lost too.
          if (r.elapsedMs < plan.drainMs && gone.size === 0) {
            expect(r.forced).toBe(0);
            const total = peers.reduce((n, p) => n + replies(p.bytes).length, 0);
            expect(total).toBe(w.app.served);
          }
          await w.port.close({ drainMs: 0 });
          await eventually(() => w.network.openConnections === 0 && w.clock.wheel.size === 0);
        },
      ),
      { numRuns: seed === undefined ? 60 : 25, endOnFailure: true },
    );
  }, 120_000);
});

describe('two apps with drains of different length', () => {
  it('a quick one does not wait for a slow one, the port does', async () => {
    const clock = new FakeClock();
    const network = createMemoryNetwork({ clock });
    const quick = new RpcApp(network);
    const slow = new RpcApp(network);
    (slow as { sniffers: unknown }).sniffers = [{ protocol: 'slow', match: (b: Buffer, s: number) => (b[s] === 0x53 ? 'yes' : 'no') }];
    const accept = slow.accept.bind(slow);
    // One byte more than the other's protocol.
    slow.accept = (c: Connection) => {
      const inner = accept(c);
      let first = true;
      return {
        get need() {
          return inner.need;
        },
        receive: (b: Buffer, s: number, e: number) => {
          const skip = first ? 1 : 0;
          first = false;
          return skip + (s + skip < e ? inner.receive(b, s + skip, e) : 0);
        },
        receiveEnd: () => {
          inner.receiveEnd();
        },
        writable: () => {
          inner.writable();
        },
        closed: (cause: Error | undefined) => {
          inner.closed(cause);
        },
      };
    };
    const port = createPort({ address: 'memory:two', network, logger: createLogger({ write: () => undefined }) }).add(slow).add(quick);
    await port.listen();
    const [a, b] = [new Peer(await network.dial({ kind: 'memory', name: 'two' })), new Peer(await network.dial({ kind: 'memory', name: 'two' }))];
    a.send(holdCall());
    b.send(Buffer.concat([Buffer.from('S'), holdCall()]));
    await settle();
    expect([quick.active(), slow.active()]).toEqual([1, 1]);
    const done = watch(port.close({ drainMs: 10_000 }));
    await pass(clock, 200);
    quick.release();
    await settle();
    expect(a.over).toBe(true);
    await pass(clock, 5000, 100);
    expect(b.over).toBe(false);
    expect(done.value).toBeUndefined();
    slow.release();
    await settle();
    expect(counts(done.value)).toEqual([2, 2, 0]);
  });

  it('one whose time is up is forced, the other finished', async () => {
    const w = await world();
    const p = await w.dial();
    p.send(holdCall());
    await settle();
    const done = watch(w.port.close({ drainMs: 0 }));
    await pass(w.clock, 10, 5);
    expect(counts(done.value)).toEqual([1, 0, 1]);
  });
});
