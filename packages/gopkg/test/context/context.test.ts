// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { loopClock } from '@cloudwego/gopkg/clock';
import type { Context } from '@cloudwego/gopkg/context';
import { background, BaseContext, CanceledError, contextKey, DeadlineError, withCancel, withSignal } from '@cloudwego/gopkg/context';
import { createMetaInfo, emptyMetaInfo } from '@cloudwego/gopkg/metainfo';
import fc from 'fast-check';
import { addAbortListener, getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { uncaughtDuring, until } from '../support/wait.js';

/** A request context of a framework, as Kitex has them. */
class CallContext extends BaseContext {
  parses = 0;
  readonly text: string;

  constructor(text: string, parent?: Context, deadline?: number) {
    super(parent, deadline);
    this.text = text;
  }

  protected override makeMetainfo(): ReturnType<typeof createMetaInfo> {
    this.parses++;
    return createMetaInfo({ transient: { text: this.text } });
  }

  stop(reason: unknown): void {
    this.cancelScope(reason);
  }

  rest(): void {
    this.restScope();
  }
}

const now = (): number => loopClock().now();
const told = (): { readonly reasons: unknown[]; canceled(r: unknown): void } => {
  const reasons: unknown[] = [];
  return { reasons, canceled: (r) => reasons.push(r) };
};

describe('values', () => {
  it('are those of a list of assignments, the latest winning, and never change', () => {
    const keys = [contextKey<number>('a'), contextKey<number>('a'), contextKey<number>('b')];
    fc.assert(
      fc.property(fc.array(fc.record({ key: fc.nat(2), value: fc.nat(), from: fc.nat(30), how: fc.nat(3) }), { maxLength: 30 }), (steps) => {
        const all: { readonly ctx: BaseContext; readonly model: ReadonlyMap<number, number> }[] = [{ ctx: background, model: new Map() }];
        for (const { key, value, from, how } of steps) {
          const { ctx, model } = all[from % all.length]!;
          if (how === 0) all.push({ ctx: ctx.withDeadline(now() + 100_000 + value), model });
          else if (how === 1) all.push({ ctx: new BaseContext(ctx), model });
          else all.push({ ctx: ctx.with(keys[key]!, value), model: new Map(model).set(key, value) });
        }
        for (const { ctx, model } of all) for (const [i, k] of keys.entries()) expect(ctx.value(k)).toBe(model.get(i));
      }),
    );
  });

  it('may be undefined, false and null', () => {
    const k = contextKey<unknown>('k');
    for (const v of [false, null, 0, '']) expect(background.with(k, v).value(k)).toBe(v);
    expect(background.with(k, 1).with(k, undefined).value(k)).toBeUndefined();
  });
});

describe('derived contexts', () => {
  it('stay what they are', () => {
    const call = new CallContext('x');
    const k = contextKey<number>('k');
    for (const c of [call.with(k, 1), call.withDeadline(now() + 1000), call.withMetainfo(emptyMetaInfo), withCancel(call).ctx]) {
      expect(c).toBeInstanceOf(CallContext);
      expect(c.text).toBe('x');
      expect(c).not.toBe(call);
    }
  });

  it('share one signal with their origin until they have a deadline or a cancel of their own', () => {
    const call = new CallContext('x');
    const k = contextKey<number>('k');
    expect(call.with(k, 1).signal).toBe(call.signal);
    expect(call.withDeadline(now() + 1000).signal).not.toBe(call.signal);
    expect(withCancel(call).ctx.signal).not.toBe(call.signal);
    expect(call.withDeadline(Infinity).signal).toBe(call.signal);
  });
});

describe('deadline', () => {
  it('is the smallest of all up to the root', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ in: fc.oneof(fc.integer({ min: 1000, max: 100_000 }), fc.constant(Infinity)), how: fc.nat(2) }), { maxLength: 20 }), (steps) => {
        const t = now();
        let ctx: BaseContext = background;
        let min = Infinity;
        for (const s of steps) {
          min = Math.min(min, t + s.in);
          ctx = s.how === 0 ? new BaseContext(ctx, t + s.in) : s.how === 1 ? ctx.withDeadline(t + s.in) : withCancel(ctx.withDeadline(t + s.in)).ctx;
          expect(ctx.deadline).toBe(min);
        }
      }),
    );
  });

  it('sets no timer until somebody waits, and none once nobody waits any more', () => {
    const { wheel } = loopClock();
    const before = wheel.size;
    const ctx = new BaseContext(background.withDeadline(now() + 60_000)).withDeadline(now() + 50_000);
    expect(wheel.size).toBe(before);
    const l = told();
    ctx.listen(l);
    expect(wheel.size).toBeGreaterThan(before);
    ctx.unlisten(l);
    expect(wheel.size).toBe(before);
    ctx.listen(l);
    ctx.listen(l);
    ctx.unlisten(l);
    ctx.unlisten(l);
    expect(wheel.size).toBe(before);
    expect(l.reasons).toEqual([]);
  });

  it('leaves no timer to a signal that was merely read, once its work is done', async () => {
    const { wheel } = loopClock();
    const before = wheel.size;
    const ctx = new CallContext('x', undefined, performance.now() + 20);
    const { signal } = ctx;
    expect(wheel.size).toBe(before + 1);
    ctx.rest();
    expect(wheel.size).toBe(before);
    // Whoever listens after all is told.
    let reason: unknown;
    signal.addEventListener('abort', () => (reason = signal.reason));
    expect(wheel.size).toBe(before + 1);
    ctx.rest();
    expect(wheel.size).toBe(before + 1);
    await until(() => reason !== undefined);
    expect(reason).toBeInstanceOf(DeadlineError);
  });

  it('ends the context with a DeadlineError, for listeners and signal, and everything below', async () => {
    const ctx = background.withDeadline(performance.now() + 5);
    const child = withCancel(ctx).ctx;
    const l = told();
    child.listen(l);
    const { signal } = child;
    await until(() => signal.aborted);
    expect(signal.reason).toBeInstanceOf(DeadlineError);
    expect(l.reasons).toEqual([signal.reason]);
    expect(ctx.signal.reason).toBe(signal.reason);
    expect(child.cancelReason).toBe(signal.reason);
    expect((signal.reason as DeadlineError).code).toBe('GOPKG_CONTEXT_DEADLINE');
    expect((signal.reason as DeadlineError).originalName).toBe('context.DeadlineExceeded');
  });

  it('that has passed ends the context at once', () => {
    const past = background.withDeadline(now() - 1);
    expect(past.cancelReason).toBeInstanceOf(DeadlineError);
    const child = new CallContext('x', background.withDeadline(now()));
    expect(child.signal.aborted).toBe(true);
    const l = told();
    withCancel(background.withDeadline(now() - 5)).ctx.listen(l);
    expect(l.reasons).toHaveLength(1);
    const { wheel } = loopClock();
    const before = wheel.size;
    expect(background.withDeadline(now() - 5).signal.aborted).toBe(true);
    expect(wheel.size).toBe(before);
  });
});

describe('cancellation', () => {
  it('reaches exactly what was derived from it: model of a random tree', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ parent: fc.nat(40), how: fc.nat(3), wait: fc.nat(2) }), { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(40), { maxLength: 5 }),
        (nodes, cancels) => {
          interface Node {
            readonly ctx: CallContext;
            readonly cancel: ((r: unknown) => void) | undefined;
            readonly up: number;
            readonly own: boolean;
            readonly l: ReturnType<typeof told> | undefined;
            readonly signal: AbortSignal | undefined;
          }
          const root = new CallContext('root');
          const tree: Node[] = [{ ctx: root, cancel: (r) => { root.stop(r); }, up: -1, own: true, l: undefined, signal: undefined }];
          for (const n of nodes) {
            const up = n.parent % tree.length;
            const p = tree[up]!.ctx;
            let ctx: CallContext;
            let cancel: ((r: unknown) => void) | undefined;
            if (n.how === 0) ctx = p.with(contextKey<number>('k'), 1);
            else if (n.how === 1) ctx = p.withDeadline(now() + 100_000);
            else if (n.how === 2) ctx = new CallContext('child', p);
            else ({ ctx, cancel } = withCancel(p));
            const l = n.wait === 0 ? told() : undefined;
            if (l !== undefined) ctx.listen(l);
            tree.push({ ctx, cancel, up, own: n.how !== 0, l, signal: n.wait === 1 ? ctx.signal : undefined });
          }
          const over = new Map<number, unknown>();
          for (const [n, c] of cancels.entries()) {
            const i = c % tree.length;
            const { cancel } = tree[i]!;
            if (cancel === undefined) continue;
            const reason = new Error(`cancel ${n}`);
            cancel(reason);
            for (let j = 0; j < tree.length; j++) {
              let k = j;
              while (k !== -1 && k !== i) k = tree[k]!.up;
              if (k === i && !over.has(j)) over.set(j, reason);
            }
            for (const [j, node] of tree.entries()) {
              if (node.l !== undefined) expect(node.l.reasons).toEqual(over.has(j) ? [over.get(j)] : []);
              if (node.signal !== undefined) {
                expect(node.signal.aborted).toBe(over.has(j));
                if (over.has(j)) expect(node.signal.reason).toBe(over.get(j));
              }
            }
          }
          for (const [j, node] of tree.entries()) expect(node.ctx.cancelReason).toBe(over.get(j));
          for (const node of tree) if (node.l !== undefined) node.ctx.unlisten(node.l);
          root.stop(new Error('end'));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('has a reason of its own, or CanceledError', () => {
    const a = withCancel(background);
    a.cancel();
    a.cancel(new Error('too late'));
    expect(a.ctx.cancelReason).toBeInstanceOf(CanceledError);
    expect((a.ctx.signal.reason as CanceledError).originalName).toBe('context.Canceled');
    const b = withCancel(background);
    b.cancel('why');
    expect(b.ctx.signal.reason).toBe('why');
    expect(background.cancelReason).toBeUndefined();
  });

  it('tells a late listener at once', () => {
    const { ctx, cancel } = withCancel(background);
    cancel('x');
    const l = told();
    ctx.listen(l);
    expect(l.reasons).toEqual(['x']);
  });

  it('tells the others when a listener throws, and throws that outside', async () => {
    const { ctx, cancel } = withCancel(background);
    const below = withCancel(ctx).ctx;
    const boom = new Error('boom');
    const others = [told(), told()];
    ctx.listen({ canceled: () => { throw boom; } });
    ctx.listen(others[0]!);
    below.listen(others[1]!);
    expect(await uncaughtDuring(() => { cancel('x'); })).toEqual([boom]);
    expect(others.map((o) => o.reasons)).toEqual([['x'], ['x']]);
  });

  it('obeys a listener that takes another one back meanwhile', () => {
    const { ctx, cancel } = withCancel(background);
    const second = told();
    ctx.listen({ canceled: () => { ctx.unlisten(second); } });
    ctx.listen(second);
    cancel('x');
    expect(second.reasons).toEqual([]);
  });

  it('never reaches a listener that was taken back', () => {
    const { ctx, cancel } = withCancel(background);
    const l = told();
    ctx.listen(l);
    ctx.unlisten(l);
    cancel('x');
    expect(l.reasons).toEqual([]);
  });

  it('does not touch siblings and parents', () => {
    const parent = withCancel(background).ctx;
    const [a, b] = [withCancel(parent), withCancel(parent)];
    const [la, lb, lp] = [told(), told(), told()];
    a.ctx.listen(la);
    b.ctx.listen(lb);
    parent.listen(lp);
    a.cancel('x');
    expect([la.reasons, lb.reasons, lp.reasons]).toEqual([['x'], [], []]);
  });
});

describe('signal', () => {
  it('is an AbortSignal that Node and the web platform take', async () => {
    const { ctx, cancel } = withCancel(background);
    const { signal } = ctx;
    expect(signal).toBeInstanceOf(AbortSignal);
    expect(ctx.signal).toBe(signal);
    const outcomes = [sleep(60_000, undefined, { signal, ref: false }), fetch('http://127.0.0.1:9/', { signal }), new Promise((_, no) => { addAbortListener(signal, () => { no(signal.reason as Error); }); })];
    const any = AbortSignal.any([signal]);
    const stream = new Readable({ signal, read: () => undefined });
    let property = 0;
    signal.onabort = () => property++;
    const ended = new Promise((r) => stream.once('error', r));
    const settled = Promise.allSettled(outcomes);
    cancel(new Error('stop'));
    expect((await settled).map((s) => s.status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(((await ended) as Error).name).toBe('AbortError');
    expect([any.aborted, property]).toEqual([true, 1]);
    expect(() => { signal.throwIfAborted(); }).toThrow('stop');
  });

  it('calls a once-listener once and forgets removed ones', () => {
    const { ctx, cancel } = withCancel(withCancel(background).ctx);
    const calls: string[] = [];
    const gone = (): void => void calls.push('gone');
    ctx.signal.addEventListener('abort', () => calls.push('once'), { once: true });
    ctx.signal.addEventListener('abort', gone);
    ctx.signal.removeEventListener('abort', gone);
    cancel('x');
    cancel('y');
    expect(calls).toEqual(['once']);
  });
});

describe('withSignal', () => {
  it('ends with the signal, for its reason', () => {
    const ac = new AbortController();
    const { ctx } = withSignal(background, ac.signal);
    const l = told();
    ctx.listen(l);
    ac.abort('why');
    expect(l.reasons).toEqual(['why']);
    expect(withSignal(background, ac.signal).ctx.cancelReason).toBe('why');
  });

  it('leaves no listener behind once disposed, and the context alive', () => {
    const ac = new AbortController();
    const k = contextKey<number>('k');
    for (let i = 0; i < 3; i++) {
      using scoped = withSignal(background.with(k, i), ac.signal);
      expect(scoped.ctx.value(k)).toBe(i);
      expect(getEventListeners(ac.signal, 'abort')).toHaveLength(1);
    }
    expect(getEventListeners(ac.signal, 'abort')).toHaveLength(0);
    const scoped = withSignal(background, ac.signal);
    scoped[Symbol.dispose]();
    ac.abort();
    expect(scoped.ctx.cancelReason).toBeUndefined();
  });
});

describe('metainfo', () => {
  it('is made on the first read and once', () => {
    const call = new CallContext('x');
    expect(call.parses).toBe(0);
    expect(call.metainfo.get('text')).toBe('x');
    expect(call.metainfo).toBe(call.metainfo);
    expect(call.parses).toBe(1);
  });

  it('is inherited unless replaced', () => {
    const m = createMetaInfo({ persistent: { a: '1' } });
    const ctx = background.withMetainfo(m);
    const k = contextKey<number>('k');
    for (const c of [ctx, ctx.with(k, 1), ctx.withDeadline(now() + 1000), withCancel(ctx).ctx, new BaseContext(ctx), new BaseContext(new BaseContext(ctx)).with(k, 1)]) expect(c.metainfo).toBe(m);
    expect(ctx.withMetainfo(emptyMetaInfo).metainfo).toBe(emptyMetaInfo);
    expect(background.metainfo).toBe(emptyMetaInfo);
    expect(new BaseContext(new CallContext('up')).metainfo.get('text')).toBe('up');
  });
});

describe('background', () => {
  it('never ends and keeps nothing of what is derived from it', () => {
    const l = told();
    background.listen(l);
    background.unlisten(l);
    void background.signal;
    const a = background.with(contextKey<number>('k'), 1);
    a.listen(l);
    expect(background.signal.aborted).toBe(false);
    expect((background as unknown as { scope?: { listeners?: Set<unknown>; held?: Set<unknown>; children?: Set<unknown> } }).scope).toMatchObject({ listeners: undefined, held: undefined, children: undefined });
    a.unlisten(l);
  });
});
