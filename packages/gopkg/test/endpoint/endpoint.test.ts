// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isThenable } from '@cloudwego/gopkg/async';
import { background } from '@cloudwego/gopkg/context';
import type { AnyMiddleware, Endpoint } from '@cloudwego/gopkg/endpoint';
import { chain, invoke } from '@cloudwego/gopkg/endpoint';
import { describe, expect, it } from 'vitest';

describe('isThenable', () => {
  it('is what await takes for a promise', () => {
    const callable = Object.assign(() => 1, { then: () => undefined });
    for (const v of [Promise.resolve(), { then: () => undefined }, callable]) expect(isThenable(v)).toBe(true);
    for (const v of [null, undefined, 1, 'then', {}, { then: 1 }, () => 1, []]) expect(isThenable(v)).toBe(false);
  });
});

describe('chain', () => {
  const named =
    (name: string, log: string[]): AnyMiddleware =>
    (next) =>
    (req, ctx) => {
      log.push(`> ${name}`);
      return invoke(
        next,
        req,
        ctx,
        (v) => {
          log.push(`< ${name}`);
          return v;
        },
        (e) => {
          log.push(`! ${name}`);
          throw e;
        },
      );
    };

  it('puts the first outside and composes once', () => {
    const log: string[] = [];
    let made = 0;
    const counting: AnyMiddleware = (next) => {
      made++;
      return next;
    };
    const f = chain<string, string, typeof background>(named('a', log), counting, named('b', log))((r) => r.toUpperCase());
    expect([f('x', background), f('y', background)]).toEqual(['X', 'Y']);
    expect(log.slice(0, 4)).toEqual(['> a', '> b', '< b', '< a']);
    expect(made).toBe(1);
    expect(chain<string, string, typeof background>()((r) => r)('same', background)).toBe('same');
  });

  it('answers at once when everything does, and later when something does not', async () => {
    const log: string[] = [];
    const f = chain<number, number, typeof background>(named('a', log))(async (n) => Promise.resolve(n + 1));
    const v = f(1, background);
    expect(isThenable(v)).toBe(true);
    expect(log).toEqual(['> a']);
    expect(await v).toBe(2);
    expect(log).toEqual(['> a', '< a']);
  });

  it('treats a throw and a rejection alike', async () => {
    const boom = new Error('boom');
    const endpoints: readonly Endpoint<number, number, typeof background>[] = [
      () => { throw boom; },
      () => Promise.reject(boom),
      async () => { await Promise.resolve(); throw boom; },
    ];
    for (const e of endpoints) {
      const log: string[] = [];
      await expect((async () => chain<number, number, typeof background>(named('a', log))(e)(1, background))()).rejects.toBe(boom);
      expect(log).toEqual(['> a', '! a']);
    }
  });
});

describe('invoke', () => {
  it('hands value or error to one callback, with the context', async () => {
    const ok = (v: number, ctx: unknown): string => `ok ${v} ${ctx === background}`;
    const err = (e: unknown, ctx: unknown): string => `err ${String(e)} ${ctx === background}`;
    expect(invoke((n: number) => n, 1, background, ok, err)).toBe('ok 1 true');
    expect(invoke(() => { throw new Error('x'); }, 1, background, ok, err)).toBe('err Error: x true');
    expect(await invoke((n: number) => Promise.resolve(n), 2, background, ok, err)).toBe('ok 2 true');
    expect(await invoke(() => Promise.reject(new Error('y')), 2, background, ok, err)).toBe('err Error: y true');
  });

  it('does not hand what `ok` throws to `err`', async () => {
    const ok = (): never => { throw new Error('late'); };
    const err = (): string => 'swallowed';
    expect(() => invoke((n: number) => n, 1, background, ok, err)).toThrow('late');
    await expect(invoke((n: number) => Promise.resolve(n), 1, background, ok, err)).rejects.toThrow('late');
  });
});
