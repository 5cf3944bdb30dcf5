// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { loopClock } from '@cloudwego/gopkg/clock';
import { background, BaseContext, withCancel, withSignal } from '@cloudwego/gopkg/context';
import { describe, expect, it } from 'vitest';
import { collect, collected } from '../support/gc.js';

interface Scope {
  readonly children: Set<unknown> | undefined;
  readonly held: Set<unknown> | undefined;
}
const scopeOf = (c: BaseContext): Scope => (c as unknown as { scope: Scope }).scope;

describe('contexts', () => {
  it('are collected when abandoned, although their parent lives and their signal was read', async () => {
    const { ctx: parent } = withCancel(background);
    void parent.signal;
    const make = (): WeakRef<object>[] => {
      const child = withCancel(parent).ctx;
      const grandchild = new BaseContext(child);
      return [new WeakRef(child), new WeakRef(grandchild), new WeakRef(grandchild.signal), new WeakRef(child.signal)];
    };
    const refs = make();
    for (const r of refs) await collected(r);
    expect(parent.signal.aborted).toBe(false);
  });

  it('leave a bounded number of traces in their parent', () => {
    const { ctx: parent } = withCancel(background);
    for (let i = 0; i < 10_000; i++) {
      const { ctx, cancel } = withCancel(parent);
      void ctx.signal;
      cancel();
    }
    expect(scopeOf(parent).children?.size ?? 0).toBeLessThan(200);
    for (let i = 0; i < 1000; i++) {
      const c = new BaseContext(parent);
      const l = { canceled: (): void => undefined };
      c.listen(l);
      c.unlisten(l);
    }
    expect(scopeOf(parent).held?.size ?? 0).toBe(0);
  });

  it('are kept while somebody listens, even when nobody holds them', async () => {
    const { ctx: parent, cancel } = withCancel(background);
    const told: string[] = [];
    const start = (): void => {
      withCancel(parent).ctx.signal.addEventListener('abort', () => told.push('signal'));
      new BaseContext(withCancel(parent).ctx).listen({ canceled: () => told.push('listener') });
      withCancel(withCancel(parent).ctx).ctx.signal.onabort = () => told.push('onabort');
    };
    start();
    await collect();
    cancel();
    expect(told.sort()).toEqual(['listener', 'onabort', 'signal']);
  });

  it('are let go with their last listener', async () => {
    const { ctx: parent } = withCancel(background);
    const make = (): WeakRef<object> => {
      const { signal } = withCancel(parent).ctx;
      const f = (): void => undefined;
      const g = (): void => undefined;
      signal.addEventListener('abort', f);
      signal.addEventListener('abort', g);
      signal.removeEventListener('abort', f);
      signal.removeEventListener('abort', g);
      return new WeakRef(signal);
    };
    await collected(make());
  });

  it('leave nothing in the wheel once nobody waits', async () => {
    const { wheel } = loopClock();
    const before = wheel.size;
    const make = (): WeakRef<object> => {
      const ctx = background.withDeadline(performance.now() + 3_600_000);
      const l = { canceled: (): void => undefined };
      ctx.listen(l);
      ctx.unlisten(l);
      return new WeakRef(ctx);
    };
    await collected(make());
    expect(wheel.size).toBe(before);
  });

  it('are not held by a signal they were tied to, once disposed', async () => {
    const ac = new AbortController();
    const make = (): WeakRef<object> => {
      const scoped = withSignal(background, ac.signal);
      const ref = new WeakRef(scoped.ctx);
      scoped[Symbol.dispose]();
      return ref;
    };
    await collected(make());
  });
});
