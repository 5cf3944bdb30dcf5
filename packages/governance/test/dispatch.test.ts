// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { getEventListeners } from 'node:events';
import { background } from '@cloudwego/gopkg/context';
import type { Context } from '@cloudwego/gopkg/context';
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import { formatAddress } from '@cloudwego/gopkg/io';
import { describe, expect, it } from 'vitest';
import type { Dispatch, DispatchOptions, DispatchPlan, Instance, LoadBalancer } from '@cloudwego/governance';
import { createDispatch, fixedResolver, weightedRoundRobin } from '@cloudwego/governance';
import { at, ports, settle, Store, WatchedStore } from './fixtures/store.js';

class NotSent extends Error {}

type Plan = DispatchPlan<string, string, Context>;
const where = (i: Instance): string => formatAddress(i.address);

/** Answers with the address that was picked. */
const echo: Plan = {
  target: () => ({ service: 's', method: 'M', tags: {} }),
  attempt: (i) => where(i),
  classify: (e) => (e instanceof NotSent ? 'not-sent' : 'final'),
};

function make(resolver: Store, more: Partial<DispatchOptions<string, string, Context>> = {}): { d: Dispatch<string, string, Context>; clock: FakeClock; removed: string[]; stale: string[] } {
  const clock = new FakeClock();
  const removed: string[] = [];
  const stale: string[] = [];
  const d = createDispatch({
    resolver,
    loadBalancer: weightedRoundRobin(),
    plan: echo,
    clock,
    onRemoved: (a) => removed.push(formatAddress(a)),
    onStale: (key, e) => stale.push(`${key}: ${e.message}`),
    ...more,
  });
  return { d, clock, removed, stale };
}

/** Outcome of a call as text. */
const run = async (d: Dispatch<string, string, Context>, ctx: Context = background): Promise<string> => {
  try {
    return await d.run('r', ctx);
  } catch (e) {
    return `${(e as { code?: string }).code ?? 'error'}: ${(e as Error).message}`;
  }
};

describe('discovery without a watch', () => {
  it('resolves once for callers that come together, and answers at once from then on', async () => {
    const store = new Store();
    const { d } = make(store);
    const calls = Array.from({ length: 50 }, () => run(d));
    expect(store.asked).toHaveLength(1);
    store.asked[0]!.answer([at(1)]);
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['127.0.0.1:1']));
    expect(d.run('r', background)).toBe('127.0.0.1:1');
    expect(store.asked).toHaveLength(1);
  });

  it('asks once per key', async () => {
    const store = new Store();
    store.list = [at(1)];
    let service = 'a';
    const { d } = make(store, { plan: { ...echo, target: () => ({ service, method: 'M', tags: {} }) } });
    await run(d);
    service = 'b';
    await run(d);
    service = 'a';
    expect(d.run('r', background)).toBe('127.0.0.1:1');
    expect(store.asked.map((x) => x.key)).toEqual(['a', 'b']);
  });

  it('gives every waiting caller the reason of a failure, and asks anew for the next', async () => {
    const store = new Store();
    const { d } = make(store);
    const calls = [run(d), run(d)];
    const cause = new Error('no registry');
    store.asked[0]!.fail(cause);
    for (const c of await Promise.all(calls)) expect(c).toBe('GOVERNANCE_RESOLVE_FAILED: resolver "store", key "s": no registry');
    const again = Promise.resolve(d.run('r', background));
    store.asked[1]!.fail(cause);
    await expect(again).rejects.toMatchObject({ cause });
    store.list = [at(1)];
    expect(await run(d)).toBe('127.0.0.1:1');
  });

  it('a resolver that throws, or answers with nonsense, fails the call and no more', async () => {
    const store = new Store();
    const { d } = make(store);
    store.resolve = () => {
      throw new Error('thrown');
    };
    expect(await run(d)).toContain('thrown');
    store.resolve = () => Promise.resolve(undefined as never);
    expect(await run(d)).toContain('GOVERNANCE_RESOLVE_FAILED');
    store.resolve = () => Promise.resolve([at(1)]);
    expect(await run(d)).toBe('127.0.0.1:1');
  });

  it('refreshes every interval, used or not, until the target expires', async () => {
    const store = new Store();
    store.list = [at(1)];
    const { d, clock } = make(store, { refreshIntervalMs: 1000, expireIntervalMs: 3000 });
    await run(d);
    for (let i = 0; i < 3; i++) {
      clock.advance(1000);
      await settle();
    }
    expect(store.asked).toHaveLength(4);
    for (let i = 0; i < 10; i++) {
      clock.advance(1000);
      await settle();
    }
    const asked = store.asked.length;
    expect(asked).toBeLessThan(7);
    expect(clock.wheel.size).toBe(0);
    expect(await run(d)).toBe('127.0.0.1:1');
    expect(store.asked).toHaveLength(asked + 1);
  });

  it('does not expire what is used', async () => {
    const store = new Store();
    store.list = [at(1)];
    const { d, clock } = make(store, { refreshIntervalMs: 1000, expireIntervalMs: 2000 });
    await run(d);
    for (let i = 0; i < 10; i++) {
      clock.advance(1000);
      await settle();
      expect(d.run('r', background)).toBe('127.0.0.1:1');
    }
    expect(store.asked).toHaveLength(11);
  });

  it('follows the list, and tells what left it', async () => {
    const store = new Store();
    store.list = [at(1), at(2)];
    const { d, clock, removed } = make(store);
    await run(d);
    store.list = [at(2), at(3)];
    clock.advance(5000);
    await settle();
    expect(removed).toEqual(['127.0.0.1:1']);
    expect(new Set([await run(d), await run(d)])).toEqual(new Set(['127.0.0.1:2', '127.0.0.1:3']));
    store.list = [];
    clock.advance(5000);
    await settle();
    expect(removed).toEqual(['127.0.0.1:1', '127.0.0.1:2', '127.0.0.1:3']);
    expect(await run(d)).toContain('GOVERNANCE_INSTANCE_NONE');
  });

  it('keeps the last good list when a refresh fails, and says so', async () => {
    const store = new Store();
    store.list = [at(1)];
    const { d, clock, removed, stale } = make(store);
    await run(d);
    store.list = new Error('away');
    for (let i = 0; i < 2; i++) {
      clock.advance(5000);
      await settle();
      expect(d.run('r', background)).toBe('127.0.0.1:1');
    }
    expect(stale).toEqual(Array.from({ length: 2 }, () => 's: resolver "store", key "s": away'));
    expect(removed).toEqual([]);
  });

  it('does not ask again while an answer is awaited, gives up on one that never comes', async () => {
    const store = new Store();
    store.list = [at(1)];
    const { d, clock } = make(store, { expireIntervalMs: 100_000 });
    await run(d);
    store.list = undefined;
    clock.advance(5000);
    expect(store.asked).toHaveLength(2);
    expect(store.asked[1]!.signal.aborted).toBe(false);
    clock.advance(5000);
    expect(store.asked[1]!.signal.aborted).toBe(true);
    expect(store.asked).toHaveLength(3);
    store.asked[1]!.answer([at(9)]);
    store.asked[2]!.answer([at(2)]);
    await settle();
    expect(d.run('r', background)).toBe('127.0.0.1:2');
  });

  it('a list in another order, or with the same content, is no change', async () => {
    const store = new Store();
    store.list = [at(1, 10, { a: '1', b: '2' }), at(2)];
    const made: (readonly Instance[])[] = [];
    const rr = weightedRoundRobin();
    const { d, clock } = make(store, { loadBalancer: { name: 'x', picker: (s, p) => (made.push(s.instances), rr.picker(s, p)) } });
    await run(d);
    for (const list of [[at(2), at(1, 10, { b: '2', a: '1' })], [at(1, 10, { a: '1', b: '2' }), at(2)]]) {
      store.list = list;
      clock.advance(5000);
      await settle();
    }
    expect(made).toHaveLength(1);
    for (const list of [[at(1, 10, { a: '1' }), at(2)], [at(1, 11, { a: '1' }), at(2)], [at(1, 11, { a: '1' }), at(2), at(2)]]) {
      store.list = list;
      clock.advance(5000);
      await settle();
      await run(d);
    }
    expect(made).toHaveLength(4);
  });

  it('keeps a list of its own: what a resolver does to its array afterwards is no business of the picker', async () => {
    const list = [at(1)];
    const store = new Store();
    store.list = list;
    const { d, clock, removed } = make(store);
    await run(d);
    list[0] = at(2);
    expect(d.run('r', background)).toBe('127.0.0.1:1');
    clock.advance(5000);
    await settle();
    expect(d.run('r', background)).toBe('127.0.0.1:2');
    expect(removed).toEqual(['127.0.0.1:1']);
  });

  it('versions grow with each change, and a picker gets its predecessor', async () => {
    const store = new Store();
    store.list = [at(1)];
    const seen: [number, unknown][] = [];
    const lb: LoadBalancer = {
      name: 'x',
      picker: (s, previous) => {
        seen.push([s.version, previous]);
        return Object.assign(weightedRoundRobin().picker(s, undefined), { version: s.version });
      },
    };
    const { d, clock } = make(store, { loadBalancer: lb });
    await run(d);
    store.list = [at(2)];
    clock.advance(5000);
    await settle();
    expect(seen).toEqual([
      [1, undefined],
      [2, expect.objectContaining({ version: 1 })],
    ]);
  });
});

describe('a caller of discovery', () => {
  it('may give up by its signal, without any deadline, and leaves the others', async () => {
    const store = new Store();
    const { d } = make(store);
    const { ctx, cancel } = background.withCancel();
    const first = run(d, ctx);
    const second = run(d);
    const third = run(d, background.withCancel().ctx);
    const reason = Object.assign(new Error('the caller left'), { code: 'X' });
    cancel(reason);
    expect(await first).toBe('X: the caller left');
    expect(store.asked[0]!.signal.aborted).toBe(false);
    store.asked[0]!.answer([at(1)]);
    expect([await second, await third]).toEqual(['127.0.0.1:1', '127.0.0.1:1']);
    expect(store.asked).toHaveLength(1);
  });

  it('that gave up before is not served', async () => {
    const store = new Store();
    const { d } = make(store);
    const { ctx, cancel } = background.withCancel();
    cancel(new Error('gone'));
    expect(await run(d, ctx)).toBe('error: gone');
  });

  it('leaves nothing listening on its context, its own or a foreign one', async () => {
    const store = new Store();
    const { d } = make(store);
    const { ctx, cancel } = background.withCancel();
    let listening = 0;
    const listen = ctx.listen.bind(ctx);
    const unlisten = ctx.unlisten.bind(ctx);
    ctx.listen = (l) => {
      listening++;
      listen(l);
    };
    ctx.unlisten = (l) => {
      listening--;
      unlisten(l);
    };
    // Another implementation of Context: what is known of it is its signal.
    const stop = new AbortController();
    const foreign: Context = Object.create({ deadline: Infinity, signal: stop.signal }) as Context;
    const calls = [run(d, ctx), run(d, ctx), run(d, foreign)];
    expect(listening).toBe(2);
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);
    store.asked[0]!.answer([at(1)]);
    await Promise.all(calls);
    expect(listening).toBe(0);
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
    cancel(new Error('later'));
  });

  it('with a foreign context may give up too', async () => {
    const store = new Store();
    const { d } = make(store);
    const stop = new AbortController();
    const foreign: Context = Object.create({ deadline: Infinity, signal: stop.signal }) as Context;
    const call = run(d, foreign);
    stop.abort(new Error('left'));
    expect(await call).toBe('error: left');
    expect(await run(d, foreign)).toBe('error: left');
  });

  it('is told of by no warning, however many wait on one context', async () => {
    const store = new Store();
    const { d } = make(store);
    const warnings: Error[] = [];
    const warn = (w: Error): void => void warnings.push(w);
    process.on('warning', warn);
    try {
      const { ctx } = background.withCancel();
      const calls = Array.from({ length: 100 }, () => run(d, ctx));
      store.asked[0]!.answer([at(1)]);
      await Promise.all(calls);
      await settle();
    } finally {
      process.off('warning', warn);
    }
    expect(warnings).toEqual([]);
  });
});

describe('discovery with a watch', () => {
  it('that speaks at once answers at once', () => {
    const store = new WatchedStore();
    store.atOnce = [at(1)];
    const { d } = make(store);
    expect(d.run('r', background)).toBe('127.0.0.1:1');
    expect(store.asked).toHaveLength(0);
  });

  it('is waited for, and resolve is not called while it is live', async () => {
    const store = new WatchedStore();
    const { d, clock, removed } = make(store, { expireIntervalMs: 1_000_000 });
    const calls = [run(d), run(d)];
    expect(store.watched).toHaveLength(1);
    store.watched[0]!.sink.update([at(1), at(2)]);
    await Promise.all(calls);
    clock.advance(60_000);
    await settle();
    store.watched[0]!.sink.update([at(2)]);
    expect(removed).toEqual(['127.0.0.1:1']);
    expect(d.run('r', background)).toBe('127.0.0.1:2');
    expect(store.asked).toHaveLength(0);
  });

  it('that cannot be had is replaced by polling', async () => {
    const store = new WatchedStore();
    store.refuses = new Error('no watches left');
    store.list = [at(1)];
    const { d, clock, stale } = make(store);
    expect(await run(d)).toBe('127.0.0.1:1');
    store.list = [at(2)];
    clock.advance(5000);
    await settle();
    expect(d.run('r', background)).toBe('127.0.0.1:2');
    expect(stale).toEqual(['s: no watches left']);
  });

  it('that goes stale is replaced by polling, with the last list kept, until it speaks again', async () => {
    const store = new WatchedStore();
    store.atOnce = [at(1)];
    const { d, clock, stale } = make(store, { expireIntervalMs: 1_000_000 });
    await run(d);
    const { sink } = store.watched[0]!;
    sink.stale(new Error('session lost'));
    sink.stale(new Error('session still lost'));
    expect(stale).toEqual(['s: session lost']);
    expect(d.run('r', background)).toBe('127.0.0.1:1');
    store.list = [at(2)];
    clock.advance(5000);
    await settle();
    expect(d.run('r', background)).toBe('127.0.0.1:2');
    sink.update([at(3)]);
    const asked = store.asked.length;
    clock.advance(50_000);
    await settle();
    expect(store.asked).toHaveLength(asked);
    expect(d.run('r', background)).toBe('127.0.0.1:3');
  });

  it('that goes stale before its first list sends the waiting callers to resolve', async () => {
    const store = new WatchedStore();
    const { d } = make(store);
    const call = run(d);
    store.watched[0]!.sink.stale(new Error('refused'));
    expect(store.asked).toHaveLength(1);
    store.asked[0]!.answer([at(1)]);
    expect(await call).toBe('127.0.0.1:1');
  });

  it('that says nothing is not waited for forever', async () => {
    const store = new WatchedStore();
    store.list = [at(1)];
    const { d, clock } = make(store, { expireIntervalMs: 1_000_000 });
    const call = run(d);
    expect(store.asked).toHaveLength(0);
    clock.advance(1000);
    expect(await call).toBe('127.0.0.1:1');
    clock.advance(5000);
    await settle();
    expect(store.asked).toHaveLength(2);
    store.watched[0]!.sink.update([at(2)]);
    clock.advance(50_000);
    await settle();
    expect(store.asked).toHaveLength(2);
  });

  it('wins over a resolve that began before it spoke', async () => {
    const store = new WatchedStore();
    const { d } = make(store);
    const call = run(d);
    const { sink } = store.watched[0]!;
    sink.stale(new Error('refused'));
    sink.update([at(2)]);
    store.asked[0]!.answer([at(1)]);
    expect(await call).toBe('127.0.0.1:2');
    await settle();
    expect(d.run('r', background)).toBe('127.0.0.1:2');
  });

  it('ends when its target expires', async () => {
    const store = new WatchedStore();
    store.atOnce = [at(1)];
    const { d, clock } = make(store);
    await run(d);
    clock.advance(60_000);
    expect(store.watched[0]!.signal.aborted).toBe(true);
    store.watched[0]!.sink.update([at(2)]);
    expect(d.run('r', background)).toBe('127.0.0.1:1');
    expect(store.watched).toHaveLength(2);
  });

  it('is not harmed by a balancer that throws: the list before stays', async () => {
    const store = new WatchedStore();
    store.atOnce = [at(1)];
    const rr = weightedRoundRobin();
    let broken = false;
    const { d, stale } = make(store, {
      loadBalancer: {
        name: 'x',
        picker: (s, p) => {
          if (broken) throw new Error('cannot balance');
          return rr.picker(s, p);
        },
      },
    });
    await run(d);
    broken = true;
    store.watched[0]!.sink.update([at(2)]);
    expect(d.run('r', background)).toBe('127.0.0.1:1');
    expect(stale).toHaveLength(1);
  });
});

describe('attempts', () => {
  const failing = (fails: (port: number, n: number) => Error | undefined, seen: number[] = []): Plan & { seen: number[] } => ({
    ...echo,
    seen,
    attempt: (i, _req, _ctx, n) => {
      const [port] = ports([i]);
      seen.push(port!);
      const e = fails(port!, n);
      if (e !== undefined) throw e;
      return where(i);
    },
  });
  const three = [1, 2, 3].map((p) => ({ kind: 'tcp', host: '127.0.0.1', port: p }) as const);

  it('go on with another instance while nothing was sent', async () => {
    const plan = failing((port) => (port === 3 ? undefined : new NotSent(`refused ${port}`)));
    const d = createDispatch({ resolver: fixedResolver(three), loadBalancer: weightedRoundRobin(), plan, clock: new FakeClock() });
    for (let i = 0; i < 10; i++) {
      plan.seen.length = 0;
      expect(d.run('r', background)).toBe('127.0.0.1:3');
      expect(new Set(plan.seen).size).toBe(plan.seen.length);
    }
  });

  it.each(['sync', 'async'])('end with the last error when every instance was tried (%s)', async (how) => {
    const plan = failing((port) => new NotSent(`refused ${port}`));
    const d = createDispatch<string, string, Context>({
      resolver: fixedResolver(three),
      loadBalancer: weightedRoundRobin(),
      plan: how === 'sync' ? plan : { ...plan, attempt: async (i, r, c, n) => plan.attempt(i, r, c, n) },
      clock: new FakeClock(),
    });
    expect(await run(d)).toBe(`error: refused ${plan.seen.at(-1)!}`);
    expect([...plan.seen].sort()).toEqual([1, 2, 3]);
  });

  it('are at most six, or maxPicks', async () => {
    const many = Array.from({ length: 20 }, (_, i) => ({ kind: 'tcp', host: '127.0.0.1', port: i + 1 }) as const);
    for (const [maxPicks, wanted] of [[undefined, 6], [1, 1], [2, 2], [19, 19]] as const) {
      const plan = failing(() => new NotSent('refused'));
      await run(createDispatch({ resolver: fixedResolver(many), loadBalancer: weightedRoundRobin(), plan, clock: new FakeClock(), maxPicks }));
      expect(plan.seen).toHaveLength(wanted);
    }
  });

  it('meet a balancer that gives one instance again and again, and stay bounded', async () => {
    const plan = failing(() => new NotSent('refused'));
    const stubborn: LoadBalancer = { name: 'x', picker: (s) => ({ pick: () => s.instances[0] }) };
    await run(createDispatch({ resolver: fixedResolver(three), loadBalancer: stubborn, plan, clock: new FakeClock() }));
    expect(plan.seen).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('end at once with any other error', async () => {
    for (const kind of ['final', 'retryable'] as const) {
      const plan = { ...failing(() => new Error('sent and lost')), classify: () => kind };
      expect(await run(createDispatch({ resolver: fixedResolver(three), loadBalancer: weightedRoundRobin(), plan, clock: new FakeClock() }))).toBe('error: sent and lost');
      expect(plan.seen).toHaveLength(1);
    }
  });

  it('end with the deadline and with the context', async () => {
    // Contexts have the loop's own clock: to them the deadline is far away.
    const clock = new FakeClock(1e9);
    const plan = failing(() => {
      clock.advance(10);
      return new NotSent('refused');
    });
    const d = createDispatch({ resolver: fixedResolver(three), loadBalancer: weightedRoundRobin(), plan, clock });
    await run(d, background.withDeadline(clock.now() + 15));
    expect(plan.seen).toHaveLength(2);
    plan.seen.length = 0;
    const { ctx, cancel } = background.withCancel();
    const cancelling = failing(() => {
      cancel(new Error('enough'));
      return new NotSent('refused');
    });
    await run(createDispatch({ resolver: fixedResolver(three), loadBalancer: weightedRoundRobin(), plan: cancelling, clock }), ctx);
    expect(cancelling.seen).toHaveLength(1);
  });

  it('use the newest list, and know there what was tried', async () => {
    const store = new WatchedStore();
    store.atOnce = [at(1), at(2)];
    const plan = failing((port) => {
      if (port === 3) return undefined;
      // What was known is replaced by equal instances, and a new one.
      store.watched[0]!.sink.update([at(1), at(2), at(3)]);
      return new NotSent('refused');
    });
    const { d } = make(store, { plan });
    for (let i = 0; i < 10; i++) {
      plan.seen.length = 0;
      expect(await run(d)).toBe('127.0.0.1:3');
      expect(new Set(plan.seen).size).toBe(plan.seen.length);
    }
  });

  it('tell the picker how they went', async () => {
    const clock = new FakeClock(1e9);
    const told: unknown[] = [];
    const lb: LoadBalancer = {
      name: 'x',
      picker: (s) => ({
        pick: (_c, _t, tried) => s.instances.find((i) => !tried.includes(i)),
        done: (i, outcome, latencyMs) => told.push([ports([i])[0], outcome, latencyMs]),
      }),
    };
    const plan: Plan = {
      ...echo,
      attempt: (i) => {
        clock.advance(5);
        const [port] = ports([i]);
        if (port === 1) throw new NotSent('refused');
        return port === 2 ? Promise.reject(new NotSent('refused later')) : where(i);
      },
    };
    const d = createDispatch({ resolver: fixedResolver(three), loadBalancer: lb, plan, clock });
    await run(d);
    await run(createDispatch({ resolver: fixedResolver(three), loadBalancer: lb, plan: { ...plan, classify: () => 'final' }, clock }));
    await run(createDispatch({ resolver: fixedResolver(three), loadBalancer: lb, plan: { ...plan, classify: () => 'final' }, clock }), background.withDeadline(clock.now() + 5));
    expect(told).toEqual([
      [1, 'refused', 5],
      [2, 'refused', 5],
      [3, 'ok', 5],
      [1, 'fail', 5],
      [1, 'timeout', 5],
    ]);
  });
});

describe('close', () => {
  it('fails calls that wait, ends watches and timers, refuses further calls', async () => {
    const store = new WatchedStore();
    const { d, clock } = make(store);
    const call = run(d);
    await d.close();
    expect(await call).toContain('GOVERNANCE_DISPATCH_CLOSED');
    expect(store.watched[0]!.signal.aborted).toBe(true);
    expect(clock.wheel.size).toBe(0);
    expect(() => d.run('r', background)).toThrow('closed');
    store.watched[0]!.sink.update([at(1)]);
    await d.close();
  });

  it('aborts a resolve under way, and ignores what comes of it', async () => {
    const store = new Store();
    const { d, clock } = make(store);
    const call = run(d);
    await d.close();
    expect(store.asked[0]!.signal.aborted).toBe(true);
    store.asked[0]!.answer([at(1)]);
    expect(await call).toContain('GOVERNANCE_DISPATCH_CLOSED');
    expect(clock.wheel.size).toBe(0);
  });

  it('stops between two attempts', async () => {
    const plan: Plan = {
      ...echo,
      attempt: async () => {
        await d.close();
        throw new NotSent('refused');
      },
    };
    const d: Dispatch<string, string, Context> = createDispatch({ resolver: fixedResolver(['a:1', 'a:2']), loadBalancer: weightedRoundRobin(), plan, clock: new FakeClock() });
    expect(await run(d)).toBe('error: refused');
  });
});

describe('options', () => {
  const good = { resolver: fixedResolver(['a:1']), loadBalancer: weightedRoundRobin(), plan: echo, clock: new FakeClock() };
  it.each([
    [{ maxPicks: 0 }, 'dispatch.maxPicks'],
    [{ refreshIntervalMs: 0 }, 'dispatch.refreshIntervalMs'],
    [{ expireIntervalMs: -1 }, 'dispatch.expireIntervalMs'],
    [{ resolver: {} }, 'dispatch.resolver'],
    [{ loadBalancer: undefined }, 'dispatch.loadBalancer'],
    [{ maxPick: 3 }, 'did you mean "maxPicks"'],
  ])('%j is refused', (bad, text) => {
    expect(() => createDispatch({ ...good, ...bad } as never)).toThrow(text);
  });

  it('of a fixed resolver', () => {
    expect(() => fixedResolver([])).toThrow('hostPorts');
    expect(() => fixedResolver(['no address'])).toThrow('hostPorts[0]');
    expect(fixedResolver(['a:1', 'unix:/x']).identity).toBe('fixed:a:1,unix:/x');
  });
});
