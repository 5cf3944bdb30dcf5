// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parseAddress } from '@cloudwego/gopkg/io';
import type { Instance, Resolver } from '@cloudwego/governance';
import { registryContract, resolverContract, runWithVitest } from '@cloudwego/governance/testing';
import { createZooKeeperClient } from '@cloudwego/shared-zookeeper';
import type { ZooKeeperClient } from '@cloudwego/shared-zookeeper';
import { createFaultProxy, skipUnless, startZooKeeper, zooKeeperPeer } from '@cloudwego/testkit';
import { zooKeeperRegistry, zooKeeperResolver } from '@kitex-contrib/registry-zookeeper';

const itWithZooKeeper = skipUnless(it, zooKeeperPeer);
const PATIENCE = { timeout: 20_000 };
const never = new AbortController().signal;
let server: Awaited<ReturnType<typeof startZooKeeper>>;
let admin: ZooKeeperClient;
let names = 0;

beforeAll(async () => {
  if (zooKeeperPeer.missing !== undefined) return;
  server = await startZooKeeper();
  admin = createZooKeeperClient({ servers: [address()] });
}, 60_000);

afterAll(async () => {
  await (admin as ZooKeeperClient | undefined)?.close();
  await (server as typeof server | undefined)?.stop();
});

const address = (): string => `127.0.0.1:${server.clientPort}`;
const at = (a: string, more: Partial<Instance> = {}): Instance => ({ address: parseAddress(a), weight: 10, tags: {}, ...more });
const text = (v: Uint8Array | undefined): string | undefined => (v === undefined ? undefined : Buffer.from(v).toString());
const fresh = (): string => `s${++names}`;

function resolver(o: { readonly auth?: { username: string; password: string } } = {}): Resolver {
  const r = zooKeeperResolver({ servers: [address()], ...o });
  onTestFinished(async () => r[Symbol.asyncDispose]());
  return r;
}

/** A resolver for which every case of a suite has services of its own, in one store. */
function below(r: Resolver, space: string): Resolver {
  return { name: r.name, identity: r.identity, key: (t) => `${space}/${t.service}`, resolve: (k, s) => r.resolve(k, s), watch: (k, sink, s) => r.watch!(k, sink, s), [Symbol.asyncDispose]: () => r[Symbol.asyncDispose]() };
}

if (zooKeeperPeer.missing !== undefined) {
  it.skip(`the contracts of registries and resolvers (${zooKeeperPeer.missing})`);
} else {
  runWithVitest(
    { describe, it, onTestFinished },
    'contract of zooKeeperRegistry',
    registryContract({
      loses: true,
      addresses: ['ipv6'],
      async create(t) {
        const space = fresh();
        let relay = await createFaultProxy({ target: address() });
        t.after(() => relay.close());
        const inner = zooKeeperRegistry({ servers: [relay.address], sessionTimeoutMs: 1000, minRetryDelayMs: 10, maxRetryDelayMs: 100 });
        const r = zooKeeperResolver({ servers: [address()] });
        t.after(async () => r[Symbol.asyncDispose]());
        return {
          registry: { register: (i, signal) => inner.register({ ...i, service: `${space}/${i.service}` }, signal) },
          resolver: below(r, space),
          // The session is cut off until its time is over.
          async lose(registration) {
            const lost = new Promise<void>((resolve) => {
              registration.onChange(resolve);
            });
            await relay.close();
            await lost;
            relay = await createFaultProxy({ target: address(), listen: relay.address });
          },
        };
      },
    }),
  );
  runWithVitest(
    { describe, it, onTestFinished },
    'contract of zooKeeperResolver',
    resolverContract({
      create: (t) => {
        const space = fresh();
        const make = (): Resolver => {
          const r = zooKeeperResolver({ servers: [address()] });
          t.after(async () => r[Symbol.asyncDispose]());
          return below(r, space);
        };
        return {
          resolver: make(),
          same: make,
          async set(service, instances) {
            const path = `/${space}/${service}`;
            const wanted = new Map(instances.map((i) => [`127.0.0.1:${(i.address as { port: number }).port}`, JSON.stringify({ Weight: i.weight, Tags: i.tags })]));
            for (const name of (await admin.children(path)) ?? []) {
              const w = wanted.get(name);
              wanted.delete(name);
              if (w === undefined) await admin.delete(`${path}/${name}`);
              else if (text((await admin.get(`${path}/${name}`))?.data) !== w) await admin.set(`${path}/${name}`, w);
            }
            for (const [name, w] of wanted) await admin.create(`${path}/${name}`, w);
          },
        };
      },
    }),
  );
}

describe('the layout', () => {
  itWithZooKeeper('is the one of the Go registry', async () => {
    const service = fresh();
    const r = await zooKeeperRegistry({ servers: [address()] }).register({ service, ...at('10.0.0.7:8888', { tags: { idc: 'hl' } }) }, never);
    const node = await admin.get(`/${service}/10.0.0.7:8888`);
    expect(text(node?.data)).toBe('{"Weight":10,"Tags":{"idc":"hl"}}');
    expect(node?.ephemeralOwner).not.toBe(0n);
    expect(await admin.get(`/${service}`)).toMatchObject({ ephemeralOwner: 0n, data: new Uint8Array(0) });
    await r.update({ tags: {} });
    expect(text((await admin.get(`/${service}/10.0.0.7:8888`))?.data)).toBe('{"Weight":10,"Tags":null}');
    await r.update({ address: parseAddress('10.0.0.8:8888') });
    expect(await admin.children(`/${service}`)).toEqual(['10.0.0.8:8888']);
    await r[Symbol.asyncDispose]();
    expect(await admin.children(`/${service}`)).toEqual([]);
  });

  itWithZooKeeper('what others wrote is found, in their words; what makes no sense is passed over', async () => {
    const service = fresh();
    const put = (name: string, data: string): Promise<void> => admin.create(`/${service}/${name}`, data);
    await put('10.0.0.8:8888', '{"weight":0,"TAGS":{"a":"b","n":1}}');
    await put('::1:80', '{"Weight":3,"Tags":null}');
    await put('10.0.0.9:1', 'no JSON');
    await put('odd', '{}');
    await put(':80', '{}');
    expect(await resolver().resolve(`/${service}`, never)).toEqual([at('10.0.0.8:8888', { tags: { a: 'b' } }), at('[::1]:80', { weight: 3 })]);
  });

  itWithZooKeeper('the address may be another one; a unix socket has no place', async () => {
    const service = fresh();
    const r = zooKeeperRegistry({ servers: [address()], advertise: 'pod:1' });
    await using one = await r.register({ service, ...at('0.0.0.0:80') }, never);
    expect(await admin.children(`/${service}`)).toEqual(['pod:1']);
    expect(one.status).toBe('active');
    await expect(zooKeeperRegistry({ servers: [address()] }).register({ service, ...at('unix:/tmp/x') }, never)).rejects.toThrow('got "unix:/tmp/x"');
  });

  itWithZooKeeper('with a user, nodes belong to that user', async () => {
    const service = fresh();
    const auth = { username: 'me', password: 'secret' };
    await using one = await zooKeeperRegistry({ servers: [address()], auth }).register({ service, ...at('10.0.0.1:1') }, never);
    expect(await resolver({ auth }).resolve(service, never)).toEqual([at('10.0.0.1:1')]);
    await expect(resolver().resolve(service, never)).rejects.toMatchObject({ code: 'ZOOKEEPER_REQUEST_REFUSED', status: -102 });
    expect(one.status).toBe('active');
  });
});

describe('servers that go and come', () => {
  itWithZooKeeper('one that starts again at once takes the place that its last run left behind', async () => {
    const service = fresh();
    // The session of the last run, which ended without a word.
    const gone = createZooKeeperClient({ servers: [address()] });
    onTestFinished(() => gone.close());
    await gone.putEphemeral(`/${service}/10.0.0.1:1`, '{"Weight":1,"Tags":null}', await gone.session());
    const r = await zooKeeperRegistry({ servers: [address()] }).register({ service, ...at('10.0.0.1:1', { weight: 2 }) }, never);
    await gone.close();
    expect(await resolver().resolve(service, never)).toEqual([at('10.0.0.1:1', { weight: 2 })]);
    await r[Symbol.asyncDispose]();
  });

  itWithZooKeeper('a ZooKeeper that restarts: servers are there again, and clients were told', async () => {
    let own = await startZooKeeper();
    onTestFinished(() => own.stop());
    const servers = [`127.0.0.1:${own.clientPort}`];
    const errors: unknown[] = [];
    const r = await zooKeeperRegistry({ servers, sessionTimeoutMs: 800, minRetryDelayMs: 10, maxRetryDelayMs: 100, onError: (e) => errors.push(e) }).register({ service: 's', ...at('10.0.0.1:1', { weight: 4 }) }, never);
    onTestFinished(async () => r[Symbol.asyncDispose]());
    const states: string[] = [];
    r.onChange(() => states.push(r.status));
    const told: string[] = [];
    const stop = new AbortController();
    onTestFinished(() => {
      stop.abort();
    });
    const found = zooKeeperResolver({ servers, sessionTimeoutMs: 800 });
    onTestFinished(async () => found[Symbol.asyncDispose]());
    found.watch!('s', { update: (l) => told.push(`${l.length} there`), stale: () => told.push('stale') }, stop.signal);
    await expect.poll(() => told, PATIENCE).toEqual(['1 there']);
    await own.stop();
    await expect.poll(() => states, PATIENCE).toEqual(['lost']);
    expect(told.slice(1).every((t) => t === 'stale')).toBe(true);
    own = await startZooKeeper({ dir: own.dir, port: own.clientPort });
    await expect.poll(() => states, PATIENCE).toEqual(['lost', 'active']);
    await expect.poll(() => told.at(-1), PATIENCE).toBe('1 there');
    // The session of before, which the store may still have known, is not what keeps it there.
    expect(await found.resolve('s', never)).toEqual([at('10.0.0.1:1', { weight: 4 })]);
    expect(r.status).toBe('active');
  }, 90_000);
});

describe('options', () => {
  it.each([
    [{ servers: [] }, 'servers'],
    [{ servers: ['h'], sessionTimeoutMs: 0 }, 'zooKeeperRegistry.sessionTimeoutMs'],
    [{ servers: ['h'], advertise: 'nowhere' }, 'zooKeeperRegistry.advertise'],
    [{ servers: ['h'], auth: { username: '' } as never }, 'auth'],
  ])('%o is refused by name', (o, name) => {
    expect(() => zooKeeperRegistry(o)).toThrow(name);
  });

  it('names of services that are none', async () => {
    const r = zooKeeperResolver({ servers: ['h'] });
    onTestFinished(async () => r[Symbol.asyncDispose]());
    await expect(r.resolve('//', never)).rejects.toThrow('service: got "//"');
  });
});
