// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { networkInterfaces } from 'node:os';
import { describe, expect, it, vi } from 'vitest';
import { formatAddress, parseAddress } from '@cloudwego/gopkg/io';
import type { Instance } from '@cloudwego/governance';
import { advertise, readInstance, selfHealing, storeRegistry, writeInstance } from '@cloudwego/shared-discovery';
import type { SelfHealingOptions, StoreSession } from '@cloudwego/shared-discovery';

const never = new AbortController().signal;
const at = (address: string, more: Partial<Instance> = {}): Instance => ({ address: parseAddress(address), weight: 10, tags: {}, ...more });

describe('advertise', () => {
  const own = Object.values(networkInterfaces()).flatMap((l) => l ?? []).find((i) => i.family === 'IPv4' && !i.internal)?.address;

  it.each(['10.0.0.7:80', '[::1]:80', 'host.example:80', 'unix:/tmp/x'])('%s stays', (a) => {
    expect(formatAddress(advertise(parseAddress(a)))).toBe(a);
  });

  it.each([':80', '0.0.0.0:80', '[::]:80'])('%s is never written', (a) => {
    if (own === undefined) expect(() => advertise(parseAddress(a))).toThrow('advertise');
    else expect(formatAddress(advertise(parseAddress(a)))).toBe(`${own}:80`);
  });

  it('what is given beats the variables, which beat the address', () => {
    const env = { host: 'TEST_ADVERTISE_HOST', port: 'TEST_ADVERTISE_PORT' };
    vi.stubEnv(env.host, '10.9.9.9');
    vi.stubEnv(env.port, '99');
    try {
      expect(formatAddress(advertise(parseAddress('127.0.0.1:80'), { env }))).toBe('10.9.9.9:99');
      expect(formatAddress(advertise(parseAddress('unix:/x'), { env }))).toBe('unix:/x');
      expect(formatAddress(advertise(parseAddress('127.0.0.1:80'), { env, advertise: 'pod-7:1' }))).toBe('pod-7:1');
      vi.stubEnv(env.host, '');
      expect(formatAddress(advertise(parseAddress('127.0.0.1:80'), { env }))).toBe('127.0.0.1:99');
      vi.stubEnv(env.port, 'eighty');
      expect(() => advertise(parseAddress('127.0.0.1:80'), { env })).toThrow('TEST_ADVERTISE_PORT: got "eighty"');
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe('the document', () => {
  it('is the one that Go writes', () => {
    expect(writeInstance(at('10.0.0.7:8888', { tags: { idc: 'hl' } }))).toBe('{"network":"tcp","address":"10.0.0.7:8888","weight":10,"tags":{"idc":"hl"}}');
    expect(writeInstance(at('10.0.0.7:8888', { weight: 3 }))).toBe('{"network":"tcp","address":"10.0.0.7:8888","weight":3,"tags":null}');
    expect(writeInstance(at('unix:/tmp/x'))).toBe('{"network":"unix","address":"/tmp/x","weight":10,"tags":null}');
  });

  it('is read as Go writes it, brackets or none', () => {
    for (const i of [at('10.0.0.7:1'), at('[::1]:1', { weight: 2, tags: { a: 'ü' } }), at('unix:@abstract'), at('unix:/a b')]) expect(readInstance(writeInstance(i))).toEqual(i);
    expect(readInstance('{"network":"tcp","address":"fe80::1:8888","weight":0,"tags":null}')).toEqual(at('[fe80::1]:8888'));
    expect(readInstance('{"address":"h:1"}', 7)).toEqual(at('h:1', { weight: 7 }));
    expect(readInstance('{"address":"h:1","tags":{"a":1,"b":"x"}}')?.tags).toEqual({ b: 'x' });
  });

  it.each(['', 'null', '7', '[]', '{}', '{"address":7}', '{"address":"nowhere"}', '{"address":"h:99999"}', '{', '{"address":"h:1","tags":{"__proto__":"y"}}'])('%j is none', (text) => {
    expect(readInstance(text)).toBeUndefined();
  });
});

/** A store in memory that forgets on demand. */
class Store {
  holds: Instance | undefined = undefined;
  opened = 0;
  failures = 0;
  private lose: () => void = () => undefined;

  readonly open: SelfHealingOptions['open'] = async (i): Promise<StoreSession> => {
    await Promise.resolve();
    if (this.failures > 0) {
      this.failures--;
      throw new Error('the store is away');
    }
    this.opened++;
    this.holds = i;
    return {
      lost: new Promise<void>((resolve) => {
        this.lose = resolve;
      }),
      update: (x) => {
        this.holds = x;
        return Promise.resolve();
      },
      close: () => {
        this.holds = undefined;
        return Promise.resolve();
      },
    };
  };

  forget(): void {
    this.holds = undefined;
    this.lose();
  }
}

describe('a registration', () => {
  it('comes back as often as it is lost, whatever happens at first', async () => {
    const store = new Store();
    const errors: string[] = [];
    const r = await selfHealing({ instance: at('h:1'), open: store.open, minDelayMs: 1, maxDelayMs: 4, onError: (e) => errors.push((e as Error).message) }, never);
    const told: string[] = [];
    r.onChange(() => told.push(r.status));
    for (let i = 1; i <= 3; i++) {
      store.failures = 7;
      store.forget();
      await vi.waitFor(() => {
        expect(told.length).toBe(2 * i);
      }, 20_000);
      expect(store.holds).toEqual(at('h:1'));
    }
    expect(told).toEqual(['lost', 'active', 'lost', 'active', 'lost', 'active']);
    expect(errors).toEqual(Array.from({ length: 21 }, () => 'the store is away'));
    expect(store.opened).toBe(4);
    await r[Symbol.asyncDispose]();
    expect(store.holds).toBeUndefined();
  });

  it('an update while it is lost is what comes back', async () => {
    const store = new Store();
    const r = await selfHealing({ instance: at('h:1'), open: store.open, minDelayMs: 5, maxDelayMs: 5 }, never);
    store.failures = Infinity;
    store.forget();
    await vi.waitFor(() => {
      expect(r.status).toBe('lost');
    }, 20_000);
    await r.update({ weight: 3 });
    store.failures = 0;
    await vi.waitFor(() => {
      expect(store.holds?.weight).toBe(3);
    }, 20_000);
    await r[Symbol.asyncDispose]();
  });

  it('one that is disposed does not come back', async () => {
    const store = new Store();
    const r = await selfHealing({ instance: at('h:1'), open: store.open, minDelayMs: 1 }, never);
    store.forget();
    await Promise.all([r[Symbol.asyncDispose](), r[Symbol.asyncDispose]()]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([r.status, store.holds]).toEqual(['closed', undefined]);
    await expect(r.update({ weight: 1 })).rejects.toMatchObject({ code: 'DISCOVERY_REGISTRATION_CLOSED' });
  });

  it('the first try is the caller’s: its failure and its signal', async () => {
    const store = new Store();
    store.failures = 1;
    await expect(selfHealing({ instance: at('h:1'), open: store.open }, never)).rejects.toThrow('the store is away');
    const reason = new Error('stop');
    await expect(selfHealing({ instance: at('h:1'), open: store.open }, AbortSignal.abort(reason))).rejects.toBe(reason);
    const stop = new AbortController();
    const p = selfHealing({ instance: at('h:1'), open: store.open }, stop.signal);
    stop.abort(reason);
    await expect(p).rejects.toBe(reason);
    expect(store.holds).toBeUndefined();
  });
});

describe('a registry', () => {
  it('has one client for all registrations while there are any, also for those that fail', async () => {
    const events: string[] = [];
    let stores = 0;
    const store = {
      connect: () => {
        const id = ++stores;
        return { id, [Symbol.asyncDispose]: () => Promise.resolve(void events.push(`${id} closed`)) };
      },
      open: (client: AsyncDisposable & { readonly id: number }, service: string): Promise<StoreSession> => {
        if (service === 'bad') return Promise.reject(new Error('refused'));
        events.push(`${service} by ${client.id}`);
        return Promise.resolve({ lost: new Promise<void>(() => undefined), update: () => Promise.resolve(), close: () => Promise.resolve(void events.push(`${service} left`)) });
      },
    };
    const registry = storeRegistry(store, {});
    const register = (service: string, signal = never) => registry.register({ service, ...at('10.0.0.1:1') }, signal);
    await expect(register('bad')).rejects.toThrow('refused');
    const a = await register('a');
    const b = await register('b');
    const reason = new Error('stop');
    await expect(register('c', AbortSignal.abort(reason))).rejects.toBe(reason);
    await Promise.all([a[Symbol.asyncDispose](), a[Symbol.asyncDispose]()]);
    await b[Symbol.asyncDispose]();
    await (await register('d'))[Symbol.asyncDispose]();
    // The first was made to have its options checked.
    expect(events).toEqual(['2 closed', 'a by 3', 'b by 3', 'a left', 'b left', '3 closed', 'd by 4', 'd left', '4 closed']);
  });
});
