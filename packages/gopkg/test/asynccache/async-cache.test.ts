// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { AsyncCacheOptions } from '@cloudwego/gopkg/asynccache';
import { AsyncCache, CacheClosedError } from '@cloudwego/gopkg/asynccache';
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import { describe, expect, it } from 'vitest';
import { collected } from '../support/gc.js';
import { runScript, uncaughtDuring } from '../support/wait.js';

const turn = async (): Promise<void> => {
  for (let i = 0; i < 3; i++) await new Promise((r) => setImmediate(r));
};

function rig(o: Partial<AsyncCacheOptions<string, string>> = {}): { readonly clock: FakeClock; readonly cache: AsyncCache<string, string>; readonly log: string[]; readonly source: Map<string, string | Error>; pass(ms: number): Promise<void> } {
  const clock = new FakeClock(0);
  const log: string[] = [];
  const source = new Map<string, string | Error>();
  const cache = new AsyncCache<string, string>({
    fetch: async (k) => {
      log.push(`fetch ${k}`);
      await Promise.resolve();
      const v = source.get(k);
      if (v === undefined) throw new Error(`no ${k}`);
      if (v instanceof Error) throw v;
      return v;
    },
    refreshMs: 100,
    clock,
    ...o,
  });
  return {
    clock,
    cache,
    log,
    source,
    pass: async (ms) => {
      clock.advance(ms);
      await turn();
    },
  };
}

describe('AsyncCache', () => {
  it('loads a key once, however many ask', async () => {
    const { cache, log, source } = rig();
    source.set('a', '1');
    expect(await Promise.all([cache.get('a'), cache.get('a'), cache.getOrSet('a', 'x')])).toEqual(['1', '1', '1']);
    expect(await cache.get('a')).toBe('1');
    expect(log).toEqual(['fetch a']);
    expect([cache.peek('a'), cache.peek('b'), cache.size]).toEqual(['1', undefined, 1]);
  });

  it('caches the first failure, until a refresh succeeds', async () => {
    const { cache, log, source, pass } = rig();
    await expect(cache.get('a')).rejects.toThrow('no a');
    source.set('a', '1');
    await expect(cache.get('a')).rejects.toThrow('no a');
    expect(log).toEqual(['fetch a']);
    source.set('a', new Error('other'));
    await pass(100);
    await expect(cache.get('a')).rejects.toThrow('other');
    source.set('a', '1');
    await pass(100);
    expect(await cache.get('a')).toBe('1');
  });

  it('refreshes every key and keeps what is there when that fails', async () => {
    const events: string[] = [];
    const { cache, source, pass } = rig({
      isSame: (_k, a, b) => a === b,
      onChange: (k, a, b) => events.push(`change ${k} ${String(a)} ${b}`),
      onError: (k, e) => events.push(`error ${k} ${(e as Error).message}`),
    });
    source.set('a', '1').set('b', '1');
    await cache.get('a');
    await cache.get('b');
    source.set('a', '2').set('b', new Error('down'));
    await pass(99);
    expect(cache.peek('a')).toBe('1');
    await pass(1);
    expect([cache.peek('a'), cache.peek('b')]).toEqual(['2', '1']);
    await pass(100);
    expect(events).toEqual(['change a 1 2', 'error b down', 'error b down']);
    expect(await cache.get('b')).toBe('1');
    expect(cache.dump()).toEqual(new Map([['a', '2'], ['b', '1']]));
  });

  it('gives the error of a refresh, where stale values are not wanted, until one succeeds', async () => {
    const events: string[] = [];
    const { cache, source, pass } = rig({ staleIfError: false, isSame: (_k, a, b) => a === b, onChange: (_k, a, b) => events.push(`${String(a)} ${b}`) });
    source.set('a', '1');
    await cache.get('a');
    source.set('a', new Error('down'));
    await pass(100);
    await expect(cache.get('a')).rejects.toThrow('down');
    expect([cache.peek('a'), cache.dump().size, cache.size]).toEqual([undefined, 0, 1]);
    source.set('a', '2');
    await pass(100);
    expect([await cache.get('a'), cache.peek('a'), events]).toEqual(['2', '2', ['1 2']]);
  });

  it('replaces values without isSame too, and tells nobody', async () => {
    const events: string[] = [];
    const { cache, source, pass } = rig({ onChange: () => events.push('change') });
    source.set('a', '1');
    await cache.get('a');
    source.set('a', '2');
    await pass(100);
    expect([cache.peek('a'), events]).toEqual(['2', []]);
  });

  it('getOrSet puts the default in the place of a failure, cached or not', async () => {
    const { cache, source, pass } = rig();
    expect(await cache.getOrSet('a', 'd')).toBe('d');
    expect(await cache.get('a')).toBe('d');
    await expect(cache.get('b')).rejects.toThrow();
    expect(await cache.getOrSet('b', 'e')).toBe('e');
    expect(await cache.get('b')).toBe('e');
    source.set('a', 'real');
    await pass(100);
    expect([cache.peek('a'), cache.peek('b')]).toEqual(['real', 'e']);
  });

  it('setDefault stores only what is new', async () => {
    const { cache, log } = rig();
    expect([cache.setDefault('a', '1'), cache.setDefault('a', '2')]).toEqual([false, true]);
    expect(await cache.get('a')).toBe('1');
    expect(log).toEqual([]);
  });

  it('removes what was not used between two sweeps', async () => {
    const gone: string[] = [];
    const { cache, source, pass } = rig({ refreshMs: 100_000, expireMs: 100, onDelete: (k, v) => gone.push(`${k} ${String(v)}`) });
    source.set('a', '1').set('b', '2');
    await cache.get('a');
    await cache.get('b');
    await pass(100);
    await cache.get('a');
    cache.peek('b');
    cache.dump();
    await pass(99);
    expect([cache.size, gone]).toEqual([2, []]);
    await pass(1);
    expect([cache.peek('a'), gone]).toEqual(['1', ['b 2']]);
    await pass(200);
    expect([cache.size, gone]).toEqual([0, ['b 2', 'a 1']]);
  });

  it('removes on request, and does not bring back what was removed during a refresh', async () => {
    const gone: string[] = [];
    const { cache, source, clock } = rig({ onDelete: (k) => gone.push(k) });
    for (const k of ['a1', 'a2', 'b1']) {
      source.set(k, k);
      await cache.get(k);
    }
    expect(cache.deleteIf((k) => k.startsWith('a'))).toBe(2);
    expect([cache.delete('none'), [...cache.dump().keys()]]).toEqual([false, ['b1']]);
    clock.advance(100);
    cache.delete('b1');
    await turn();
    expect([cache.size, gone]).toEqual([0, ['a1', 'a2', 'b1']]);
  });

  it('keeps the keys that were used most recently', async () => {
    const gone: string[] = [];
    const { cache, source } = rig({ maxEntries: 2, onDelete: (k) => gone.push(k) });
    for (const k of ['a', 'b', 'c']) source.set(k, k);
    await cache.get('a');
    await cache.get('b');
    await cache.get('a');
    await cache.get('c');
    expect([[...cache.dump().keys()].sort(), gone]).toEqual([['a', 'c'], ['b']]);
  });

  it('refreshes so many keys at a time, and never two refreshes at once', async () => {
    const clock = new FakeClock(0);
    let running = 0;
    let most = 0;
    const release: (() => void)[] = [];
    let block = false;
    const cache = new AsyncCache<string, number>({
      fetch: async () => {
        most = Math.max(most, ++running);
        if (block) await new Promise<void>((r) => release.push(r));
        running--;
        return 1;
      },
      refreshMs: 12,
      refreshConcurrency: 3,
      clock,
    });
    for (let i = 0; i < 10; i++) await cache.get(`k${i}`);
    block = true;
    most = 0;
    clock.advance(12);
    await turn();
    expect([running, most]).toEqual([3, 3]);
    clock.advance(1000);
    await turn();
    expect(release.length).toBe(3);
    block = false;
    for (const r of release) r();
    await turn();
    expect([running, most]).toEqual([0, 3]);
    await cache.close();
  });

  it('spreads a refresh when told', async () => {
    const { cache, source, log, pass } = rig({ jitter: 0.5, refreshConcurrency: 2 });
    source.set('a', '1').set('b', '2');
    await cache.get('a');
    await cache.get('b');
    log.length = 0;
    await pass(100);
    expect(log).toEqual(['fetch a']);
    await pass(20);
    expect(log).toEqual(['fetch a']);
    await pass(8);
    expect(log).toEqual(['fetch a', 'fetch b']);
    await pass(100);
    expect(log).toEqual(['fetch a', 'fetch b', 'fetch a']);
    await cache.close();
  });

  it('aborts what is under way when it is closed', async () => {
    let seen: AbortSignal | undefined;
    const { cache } = rig({
      fetch: async (_k, { signal }) => {
        seen = signal;
        return new Promise<string>((_, no) => {
          signal.addEventListener('abort', () => { no(signal.reason as Error); });
        });
      },
    });
    const waiting = cache.get('a');
    const outcome = expect(waiting).rejects.toBeInstanceOf(CacheClosedError);
    await cache.close();
    await outcome;
    expect(seen?.aborted).toBe(true);
    await expect(cache.get('a')).rejects.toMatchObject({ code: 'GOPKG_CACHE_CLOSED' });
    expect(() => cache.setDefault('a', '1')).toThrow(CacheClosedError);
    await cache.close();
  });

  it('does not wait for a fetch that does not look at its signal', async () => {
    const { cache } = rig({ fetch: async () => new Promise<string>(() => undefined) });
    const outcome = expect(cache.get('a')).rejects.toBeInstanceOf(CacheClosedError);
    await cache.close();
    await outcome;
  });

  it('throws outside what a handler throws', async () => {
    const boom = new Error('boom');
    const { cache } = rig({ onDelete: () => { throw boom; } });
    cache.setDefault('a', '1');
    expect(await uncaughtDuring(() => cache.delete('a'))).toEqual([boom]);
  });

  it('refuses options that make no sense', () => {
    const fetch = (): string => '';
    for (const o of [{}, { fetch }, { fetch, refreshMs: 0 }, { fetch, refreshMs: 1, expireMs: -1 }, { fetch, refreshMs: 1, refreshConcurrency: 0 }, { fetch, refreshMs: 1, jitter: 2 }]) expect(() => new AsyncCache(o as never)).toThrow(/^asynccache\./);
  });

  it('lets the process end, and is collected once closed', async () => {
    const { out, status } = await runScript(`
      import { AsyncCache } from '@cloudwego/gopkg/asynccache';
      const c = new AsyncCache({ fetch: async (k) => k + '!', refreshMs: 60_000, expireMs: 60_000 });
      console.log(await c.get('a'));
    `);
    expect([out, status]).toEqual(['a!\n', 0]);
    const make = async (): Promise<WeakRef<object>> => {
      const c = new AsyncCache<string, string>({ fetch: (k) => k, refreshMs: 60_000 });
      await c.get('a');
      await c.close();
      return new WeakRef(c);
    };
    await collected(await make());
  });
});
