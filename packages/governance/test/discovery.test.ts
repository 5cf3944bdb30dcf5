// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import { background } from '@cloudwego/gopkg/context';
import type { Context } from '@cloudwego/gopkg/context';
import { formatAddress } from '@cloudwego/gopkg/io';
import { describe, expect, it } from 'vitest';
import type { DiscoveryChange, Dispatch, DispatchOptions, DispatchPlan } from '@cloudwego/governance';
import { createDispatch, weightedRoundRobin } from '@cloudwego/governance';
import { at, ports, settle, Store, WatchedStore } from './fixtures/store.js';

const echo: DispatchPlan<string, string, Context> = {
  target: () => ({ service: 's', method: 'M', tags: {} }),
  attempt: (i) => formatAddress(i.address),
  classify: () => 'final',
};

function make(resolver: Store, clock: FakeClock, more: Partial<DispatchOptions<string, string, Context>> = {}): Dispatch<string, string, Context> {
  return createDispatch({ resolver, loadBalancer: weightedRoundRobin(), plan: echo, clock, ...more });
}

const run = async (d: Dispatch<string, string, Context>): Promise<string> => {
  try {
    return await d.run('r', background);
  } catch (e) {
    return (e as { code?: string }).code ?? String(e);
  }
};

describe('sharing of lists', () => {
  it('clients whose resolvers are of one identity ask once, together', async () => {
    const clock = new FakeClock();
    const stores = [new Store(), new Store()] as const;
    for (const s of stores) s.list = [at(1)];
    const a = make(stores[0], clock);
    const b = make(stores[1], clock);
    expect([await run(a), await run(b)]).toEqual(['127.0.0.1:1', '127.0.0.1:1']);
    for (let i = 0; i < 3; i++) {
      clock.advance(5000);
      await settle();
      await run(a);
      await run(b);
    }
    expect(stores[0].asked).toHaveLength(4);
    expect(stores[1].asked).toHaveLength(0);
  });

  it('another identity, key or rhythm is another list', async () => {
    const clock = new FakeClock();
    const other = Object.assign(new Store(), { identity: 'other' });
    const slow = new Store();
    const first = new Store();
    for (const [k, s] of [first, other, slow].entries()) s.list = [at(k + 1)];
    expect([await run(make(first, clock)), await run(make(other, clock)), await run(make(slow, clock, { refreshIntervalMs: 9000 }))]).toEqual(['127.0.0.1:1', '127.0.0.1:2', '127.0.0.1:3']);
  });

  it('goes on with another resolver when the one that served all leaves', async () => {
    const clock = new FakeClock();
    const stores = [new WatchedStore(), new WatchedStore()] as const;
    for (const s of stores) s.atOnce = [at(1)];
    const a = make(stores[0], clock);
    const b = make(stores[1], clock);
    await run(a);
    await run(b);
    expect(stores[1].watched).toHaveLength(0);
    await a.close();
    expect(stores[0].watched[0]!.signal.aborted).toBe(true);
    stores[1].watched[0]!.sink.update([at(2)]);
    expect(await run(b)).toBe('127.0.0.1:2');
    await b.close();
    expect(stores[1].watched[0]!.signal.aborted).toBe(true);
    expect(clock.wheel.size).toBe(0);
  });

  it('each client keeps balancer and expiry of its own', async () => {
    const clock = new FakeClock();
    const store = new Store();
    store.list = [at(1), at(2)];
    const made: string[] = [];
    const named = (name: string): DispatchOptions<string, string, Context>['loadBalancer'] => ({ name, picker: (s, p) => (made.push(name), weightedRoundRobin().picker(s, p)) });
    const a = make(store, clock, { loadBalancer: named('a'), expireIntervalMs: 5000 });
    const b = make(store, clock, { loadBalancer: named('b'), expireIntervalMs: 1_000_000 });
    await run(a);
    await run(b);
    for (let i = 0; i < 4; i++) {
      clock.advance(5000);
      await settle();
    }
    expect(made).toEqual(['a', 'b']);
    expect(a.snapshots()).toEqual([]);
    expect(b.snapshots().map((s) => ports(s.instances))).toEqual([[1, 2]]);
  });
});

describe('a list that can no longer be confirmed', () => {
  it('stays for ever by default', async () => {
    const clock = new FakeClock();
    const store = new Store();
    store.list = [at(1)];
    const d = make(store, clock, { expireIntervalMs: 100_000_000 });
    await run(d);
    store.list = new Error('away');
    for (let i = 0; i < 200; i++) {
      clock.advance(5000);
      await settle();
    }
    expect(await run(d)).toBe('127.0.0.1:1');
  });

  it('counts for maxStaleMs; then calls fail, and the next answer ends that', async () => {
    const clock = new FakeClock();
    const store = new Store();
    store.list = [at(1)];
    const d = make(store, clock, { maxStaleMs: 20_000, expireIntervalMs: 1_000_000 });
    await run(d);
    store.list = new Error('away');
    clock.advance(5000);
    await settle();
    clock.advance(15_000);
    await settle();
    expect(await run(d)).toBe('127.0.0.1:1');
    clock.advance(5000);
    await settle();
    expect(await run(d)).toBe('GOVERNANCE_RESOLVE_FAILED');
    store.list = [at(2)];
    expect(await run(d)).toBe('127.0.0.1:2');
  });

  it('counts anew once it was confirmed', async () => {
    const clock = new FakeClock();
    const store = new Store();
    store.list = [at(1)];
    const d = make(store, clock, { maxStaleMs: 12_000, expireIntervalMs: 1_000_000 });
    await run(d);
    for (let i = 0; i < 10; i++) {
      store.list = i % 2 === 0 ? new Error('away') : [at(1)];
      clock.advance(5000);
      await settle();
    }
    expect(await run(d)).toBe('127.0.0.1:1');
  });

  it('a resolver that hangs confirms nothing either', async () => {
    const clock = new FakeClock();
    const store = new Store();
    store.list = [at(1)];
    const d = make(store, clock, { maxStaleMs: 10_000, expireIntervalMs: 1_000_000 });
    await run(d);
    store.list = undefined;
    const pass = async (): Promise<void> => {
      clock.advance(5000);
      await settle();
    };
    await pass();
    await pass();
    expect(await run(d)).toBe('127.0.0.1:1');
    await pass();
    expect(d.snapshots()).toEqual([]);
  });
});

describe('an empty list', () => {
  it('counts at once by default', async () => {
    const clock = new FakeClock();
    const store = new WatchedStore();
    store.atOnce = [at(1)];
    const d = make(store, clock);
    await run(d);
    store.watched[0]!.sink.update([]);
    expect(await run(d)).toBe('GOVERNANCE_INSTANCE_NONE');
  });

  it('is held back for emptyHoldMs where there were instances', async () => {
    const clock = new FakeClock();
    const store = new WatchedStore();
    store.atOnce = [at(1)];
    const stale: string[] = [];
    const d = make(store, clock, { emptyHoldMs: 30_000, expireIntervalMs: 1_000_000, onStale: (_key, e) => stale.push((e as { code?: string }).code ?? '') });
    await run(d);
    store.watched[0]!.sink.update([]);
    clock.advance(29_000);
    expect(await run(d)).toBe('127.0.0.1:1');
    expect(stale).toEqual(['GOVERNANCE_LIST_EMPTY']);
    // The registry is back, and goes again: the time starts anew.
    store.watched[0]!.sink.update([at(2)]);
    store.watched[0]!.sink.update([]);
    clock.advance(29_000);
    expect(await run(d)).toBe('127.0.0.1:2');
    clock.advance(6000);
    expect(await run(d)).toBe('GOVERNANCE_INSTANCE_NONE');
  });

  it('is held back while polling, too', async () => {
    const clock = new FakeClock();
    const store = new Store();
    store.list = [at(1)];
    const d = make(store, clock, { emptyHoldMs: 12_000, expireIntervalMs: 1_000_000 });
    await run(d);
    store.list = [];
    for (const wanted of ['127.0.0.1:1', '127.0.0.1:1', '127.0.0.1:1', 'GOVERNANCE_INSTANCE_NONE']) {
      clock.advance(5000);
      await settle();
      expect(await run(d)).toBe(wanted);
    }
  });
});

describe('a change', () => {
  it('is told with what was added, updated and removed, to its dispatch and on the channel', async () => {
    const clock = new FakeClock();
    const store = new WatchedStore();
    store.atOnce = [at(1), at(2), at(3, 10, { zone: 'a' })];
    const told: DiscoveryChange[] = [];
    const published: unknown[] = [];
    const listener = (m: unknown): void => void published.push(m);
    subscribe('cloudwego:governance:discovery:change', listener);
    try {
      const removed: string[] = [];
      const d = make(store, clock, { onChange: (c) => told.push(c), onRemoved: (a) => removed.push(formatAddress(a)) });
      await run(d);
      expect(told).toEqual([]);
      store.watched[0]!.sink.update([at(2, 20), at(3, 10, { zone: 'b' }), at(4)]);
      expect(told).toEqual([{ resolver: 'store', key: 's', version: 2, added: [at(4)], updated: [at(2, 20), at(3, 10, { zone: 'b' })], removed: [at(1)] }]);
      expect(removed).toEqual(['127.0.0.1:1']);
      expect(published).toEqual(told);
    } finally {
      unsubscribe('cloudwego:governance:discovery:change', listener);
    }
  });
});

describe('feedback', () => {
  it('carries the load that the plan knows of', async () => {
    const clock = new FakeClock();
    const store = new Store();
    store.list = [at(1)];
    const seen: [string, number, number][] = [];
    const d = make(store, clock, {
      loadBalancer: { name: 'x', picker: (s) => ({ pick: () => s.instances[0], done: (_i, outcome, ms, load) => void seen.push([outcome, ms, load]) }) },
      plan: {
        ...echo,
        attempt: () => {
          clock.advance(7);
          return 'x';
        },
        load: () => 0.5,
      },
    });
    await run(d);
    expect(seen).toEqual([['ok', 7, 0.5]]);
  });
});
