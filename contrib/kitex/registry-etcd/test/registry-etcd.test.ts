// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseAddress } from '@cloudwego/gopkg/io';
import type { Instance, Registry, Resolver } from '@cloudwego/governance';
import { registryContract, resolverContract, runWithVitest } from '@cloudwego/governance/testing';
import { writeInstance } from '@cloudwego/shared-discovery';
import { createEtcdClient } from '@cloudwego/shared-etcd';
import type { EtcdClient } from '@cloudwego/shared-etcd';
import { etcdPeer, skipUnless, startEtcd } from '@cloudwego/testkit';
import { etcdRegistry, etcdResolver } from '@kitex-contrib/registry-etcd';
import type { EtcdRegistryOptions } from '@kitex-contrib/registry-etcd';

const itWithEtcd = skipUnless(it, etcdPeer);
const never = new AbortController().signal;
let server: Awaited<ReturnType<typeof startEtcd>>;
let admin: EtcdClient;
let prefixes = 0;

beforeAll(async () => {
  if (etcdPeer.missing !== undefined) return;
  server = await startEtcd();
  admin = createEtcdClient({ endpoints: [`127.0.0.1:${server.clientPort}`] });
}, 60_000);

afterAll(async () => {
  await (admin as EtcdClient | undefined)?.close();
  await (server as typeof server | undefined)?.stop();
});

const newPrefix = (): string => `kitex/test-${++prefixes}`;
const settings = (prefix: string): { endpoints: string[]; prefix: string } => ({ endpoints: [`127.0.0.1:${server.clientPort}`], prefix });
const at = (address: string, more: Partial<Instance> = {}): Instance & { service: string } => ({ service: 's', address: parseAddress(address), weight: 10, tags: {}, ...more });
const text = (v: Uint8Array | undefined): string | undefined => (v === undefined ? undefined : Buffer.from(v).toString());

function registry(prefix: string, o: Partial<EtcdRegistryOptions> = {}): Registry {
  return etcdRegistry({ ...settings(prefix), minRetryDelayMs: 10, ...o });
}

function resolver(prefix: string): Resolver {
  const r = etcdResolver(settings(prefix));
  onTestFinished(async () => r[Symbol.asyncDispose]());
  return r;
}

/** Forgets the lease of everything below a prefix. */
async function forget(prefix: string): Promise<void> {
  for (const kv of (await admin.list(prefix)).kvs) {
    await fetch(`http://127.0.0.1:${server.clientPort}/v3/lease/revoke`, { method: 'POST', body: JSON.stringify({ ID: kv.lease }) });
  }
}

if (etcdPeer.missing !== undefined) {
  it.skip(`the contracts of registries and resolvers (${etcdPeer.missing})`);
} else {
  runWithVitest(
    { describe, it, onTestFinished },
    'contract of etcdRegistry',
    registryContract({
      loses: true,
      create: (t) => {
        const prefix = newPrefix();
        const r = etcdResolver(settings(prefix));
        t.after(async () => r[Symbol.asyncDispose]());
        // One second is the least that etcd grants: what is lost is known within a third of it.
        return { registry: registry(prefix, { leaseTtlSeconds: 1 }), resolver: r, lose: () => forget(prefix) };
      },
    }),
  );
  runWithVitest(
    { describe, it, onTestFinished },
    'contract of etcdResolver',
    resolverContract({
      create: (t) => {
        const prefix = newPrefix();
        const make = (): Resolver => {
          const r = etcdResolver(settings(prefix));
          t.after(async () => r[Symbol.asyncDispose]());
          return r;
        };
        return {
          resolver: make(),
          same: make,
          async set(service, instances) {
            const wanted = new Map(instances.map((i) => [`${prefix}/${service}/${(i.address as { port: number }).port}`, writeInstance(i)]));
            for (const kv of (await admin.list(`${prefix}/${service}/`)).kvs) {
              if (wanted.get(kv.key) === text(kv.value)) wanted.delete(kv.key);
              else if (!wanted.has(kv.key)) await admin.delete(kv.key);
            }
            for (const [k, v] of wanted) await admin.put(k, v);
          },
        };
      },
    }),
  );
}

describe('the layout', () => {
  itWithEtcd('is the one of the Go registry', async () => {
    const prefix = newPrefix();
    const r = await registry(prefix).register(at('10.0.0.7:8888', { tags: { idc: 'hl' } }), never);
    const kv = await admin.get(`${prefix}/s/10.0.0.7:8888`);
    expect(text(kv?.value)).toBe('{"network":"tcp","address":"10.0.0.7:8888","weight":10,"tags":{"idc":"hl"}}');
    expect(kv?.lease).not.toBe('0');
    await r[Symbol.asyncDispose]();
    expect(await admin.get(`${prefix}/s/10.0.0.7:8888`)).toBeUndefined();
  });

  it('its prefix is Go’s unless told otherwise', async () => {
    const r = etcdResolver({ endpoints: ['h:1'] });
    expect(r.identity).toContain('kitex/registry-etcd');
    expect(r.name).toBe('etcd');
    await r[Symbol.asyncDispose]();
  });

  itWithEtcd('what a Go server wrote is found; what makes no sense is passed over', async () => {
    const prefix = newPrefix();
    await admin.put(`${prefix}/s/[::]:8888`, '{"network":"tcp","address":"10.0.0.8:8888","weight":0,"tags":null}');
    await admin.put(`${prefix}/s/odd`, 'not JSON');
    await admin.put(`${prefix}/s/below/10.0.0.9:1`, writeInstance(at('10.0.0.9:1')));
    expect(await resolver(prefix).resolve('s', never)).toEqual([{ address: parseAddress('10.0.0.8:8888'), weight: 10, tags: {} }]);
  });

  itWithEtcd('the address may be another one, by option or by the variables of Go', async () => {
    const prefix = newPrefix();
    vi.stubEnv('KITEX_IP_TO_REGISTRY', '10.1.1.1');
    vi.stubEnv('KITEX_PORT_TO_REGISTRY', '77');
    onTestFinished(() => void vi.unstubAllEnvs());
    const a = await registry(prefix).register(at('0.0.0.0:80'), never);
    const b = await registry(prefix, { advertise: 'pod:1' }).register(at('0.0.0.0:80'), never);
    expect((await admin.list(prefix)).kvs.map((kv) => kv.key)).toEqual([`${prefix}/s/10.1.1.1:77`, `${prefix}/s/pod:1`]);
    await a[Symbol.asyncDispose]();
    await b[Symbol.asyncDispose]();
    expect((await admin.list(prefix)).kvs).toEqual([]);
  });

  itWithEtcd('an update may move the instance', async () => {
    const prefix = newPrefix();
    const r = await registry(prefix).register(at('10.0.0.1:1'), never);
    await r.update({ address: parseAddress('10.0.0.2:2') });
    expect((await admin.list(prefix)).kvs.map((kv) => kv.key)).toEqual([`${prefix}/s/10.0.0.2:2`]);
    await r[Symbol.asyncDispose]();
  });
});

describe('a store that goes and comes', () => {
  itWithEtcd('servers are back when it is, and clients were told', async () => {
    let own = await startEtcd();
    onTestFinished(() => own.stop());
    const endpoints = [`127.0.0.1:${own.clientPort}`];
    const errors: unknown[] = [];
    const r = await etcdRegistry({ endpoints, leaseTtlSeconds: 2, minRetryDelayMs: 10, maxRetryDelayMs: 100, onError: (e) => errors.push(e) }).register(at('10.0.0.1:1'), never);
    onTestFinished(async () => r[Symbol.asyncDispose]());
    const states: string[] = [];
    r.onChange(() => states.push(r.status));
    const told: string[] = [];
    const stop = new AbortController();
    onTestFinished(() => {
      stop.abort();
    });
    const found = etcdResolver({ endpoints });
    onTestFinished(async () => found[Symbol.asyncDispose]());
    found.watch!('s', { update: (l) => told.push(`${l.length} there`), stale: () => told.push('stale') }, stop.signal);
    await vi.waitFor(() => {
      expect(told).toEqual(['1 there']);
    }, 20_000);
    await own.stop();
    await vi.waitFor(() => {
      expect(states).toEqual(['lost']);
    }, 20_000);
    await vi.waitFor(() => {
      expect(errors.length).toBeGreaterThan(0);
    }, 20_000);
    expect(told.slice(1).every((t) => t === 'stale')).toBe(true);
    own = await startEtcd({ dir: own.dir, port: own.clientPort });
    await vi.waitFor(() => {
      expect(states).toEqual(['lost', 'active']);
      expect(told.at(-1)).toBe('1 there');
    }, 30_000);
  }, 90_000);
});

describe('options', () => {
  it.each([
    [{ endpoints: [] }, 'endpoints'],
    [{ endpoints: ['h:1'], prefix: '/kitex' }, 'etcdRegistry.prefix'],
    [{ endpoints: ['h:1'], leaseTtlSeconds: 0 }, 'etcdRegistry.leaseTtlSeconds'],
    [{ endpoints: ['h:1'], advertise: 'nowhere' }, 'etcdRegistry.advertise'],
  ])('%o is refused by name', (o, name) => {
    expect(() => etcdRegistry(o)).toThrow(name);
  });
});
