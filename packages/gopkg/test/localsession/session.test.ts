// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { background, contextKey } from '@cloudwego/gopkg/context';
import { currentSession, recoverContext, runWithoutSession, runWithSession, SessionCtx, SessionMap } from '@cloudwego/gopkg/localsession';
import { createMetaInfo } from '@cloudwego/gopkg/metainfo';
import { describe, expect, it } from 'vitest';
import { collected } from '../support/gc.js';
import { secondCopy } from '../support/copy.js';
import { until } from '../support/wait.js';

const a = contextKey<string>('a');
const b = contextKey<number>('b');
const at = (): string | undefined => currentSession()?.get(a);

describe('the current session', () => {
  it('is that of the code that was started in it, across everything asynchronous', async () => {
    expect(currentSession()).toBeUndefined();
    const seen = await Promise.all(
      ['x', 'y'].map((v) =>
        runWithSession(new SessionCtx().with(a, v), async () => {
          const out = [at()];
          await new Promise((r) => setTimeout(r, 1));
          out.push(at());
          await new Promise<void>((r) => setImmediate(() => { out.push(at()); r(); }));
          return out.join();
        }),
      ),
    );
    expect(seen).toEqual(['x,x,x', 'y,y,y']);
    expect(currentSession()).toBeUndefined();
  });

  it('ends with the function, also when that throws, and can be left out', () => {
    const s = new SessionCtx().with(a, 'x');
    expect(() => runWithSession(s, () => { throw new Error('no'); })).toThrow('no');
    expect(currentSession()).toBeUndefined();
    expect(runWithSession(s, () => [at(), runWithoutSession(at), runWithSession(undefined, at), at()])).toEqual(['x', undefined, undefined, 'x']);
    expect(runWithoutSession(() => 5)).toBe(5);
  });

  it('is one for two copies of the package', async () => {
    const copy = await secondCopy<typeof import('@cloudwego/gopkg/localsession')>('localsession/index.ts');
    expect(runWithSession(new SessionCtx().with(a, 'shared'), () => copy.currentSession()?.get(a))).toBe('shared');
  });

  it('is let go when nobody can reach it any more', async () => {
    const make = async (): Promise<WeakRef<object>> => {
      const s = new SessionCtx().with(a, 'x');
      await runWithSession(s, async () => Promise.resolve());
      return new WeakRef(s);
    };
    await collected(await make());
  });
});

describe('SessionCtx', () => {
  it('gives new sessions; siblings are apart, validity is shared', () => {
    const root = new SessionCtx(background.with(b, 1));
    const [x, y] = [root.with(a, 'x'), root.with(a, 'y').with(b, 2)];
    expect([root.get(a), x.get(a), y.get(a), x.get(b), y.get(b)]).toEqual([undefined, 'x', 'y', 1, 2]);
    expect(y.export().value(b)).toBe(2);
    x.disable();
    expect([root.valid, x.valid, y.valid, y.get(a)]).toEqual([false, false, false, 'y']);
  });

  it('becomes invalid in time', async () => {
    const s = new SessionCtx(background, { timeoutMs: 5 });
    const derived = s.with(a, 'x');
    await until(() => !derived.valid);
    expect([s.valid, derived.get(a)]).toEqual([false, 'x']);
    expect(new SessionCtx(background, { timeoutMs: 0 }).valid).toBe(false);
    expect(new SessionCtx(background, { timeoutMs: 60_000 }).valid).toBe(true);
    for (const timeoutMs of [-1, NaN]) expect(() => new SessionCtx(background, { timeoutMs })).toThrow(RangeError);
  });
});

describe('SessionMap', () => {
  it('changes for everybody who holds it', () => {
    const s = new SessionMap([[a, 'x']]);
    expect(s.with(b, 1)).toBe(s);
    expect([s.get(a), s.get(b), s.valid]).toEqual(['x', 1, true]);
    const copy = s.export();
    copy.clear();
    expect(s.get(a)).toBe('x');
    s.disable();
    expect([s.valid, s.get(a)]).toEqual([false, 'x']);
  });
});

describe('recoverContext', () => {
  const previous = background.with(a, 'x').withMetainfo(createMetaInfo({ persistent: { P: 'old', Q: 'old' }, transient: { T: '1' } }));
  const current = background.withMetainfo(createMetaInfo({ persistent: { P: 'new' } }));

  it('adds persistent metainfo that is missing; the context at hand wins', () => {
    const ctx = runWithSession(new SessionCtx(previous), () => recoverContext(current, (p, c) => c.with(a, p.value(a)!)));
    expect(Object.fromEntries(ctx.metainfo.persistent)).toEqual({ P: 'new', Q: 'old' });
    expect([ctx.value(a), ctx.metainfo.get('T')]).toEqual(['x', undefined]);
  });

  it('changes nothing without a handler, without its consent, and without a session', () => {
    runWithSession(new SessionCtx(previous), () => {
      expect(recoverContext(current, undefined)).toBe(current);
      expect(recoverContext(current, () => undefined)).toBe(current);
    });
    expect(recoverContext(current, (_p, c) => c)).toBe(current);
    expect(runWithSession(new SessionMap(), () => recoverContext(current, (_p, c) => c))).toBe(current);
    expect(runWithSession(new SessionCtx(current), () => recoverContext(current, (_p, c) => c))).toBe(current);
  });
});
