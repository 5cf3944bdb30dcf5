// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createEtcdClient, EtcdError } from '@cloudwego/shared-etcd';
import type { EtcdClient, EtcdEvent, EtcdOptions, KeyValue } from '@cloudwego/shared-etcd';
import { etcdPeer, freePort, skipUnless, startEtcd } from '@cloudwego/testkit';

const itWithEtcd = skipUnless(it, etcdPeer);
let server: Awaited<ReturnType<typeof startEtcd>>;
let spaces = 0;

beforeAll(async () => {
  if (etcdPeer.missing === undefined) server = await startEtcd();
}, 60_000);

afterAll(async () => {
  await (server as typeof server | undefined)?.stop();
});

const text = (v: Uint8Array | undefined): string | undefined => (v === undefined ? undefined : Buffer.from(v).toString());
const space = (): string => `test-${++spaces}/`;

function client(o: Partial<EtcdOptions> = {}): EtcdClient {
  const c = createEtcdClient({ endpoints: [`127.0.0.1:${server.clientPort}`], ...o });
  onTestFinished(() => c.close());
  return c;
}

async function failure(p: Promise<unknown>): Promise<EtcdError> {
  const e = await p.then(
    () => undefined,
    (x: unknown) => x,
  );
  expect(e).toBeInstanceOf(EtcdError);
  return e as EtcdError;
}

/** What a watch told, as one list. */
class Told {
  readonly said: string[] = [];
  snapshot(kvs: readonly KeyValue[]): void {
    this.said.push(`all ${kvs.map((kv) => `${kv.key.split('/').at(-1)!}=${text(kv.value)!}`).join(' ')}`);
  }
  events(events: readonly EtcdEvent[]): void {
    for (const e of events) this.said.push(e.type === 'put' ? `${e.key.split('/').at(-1)!}=${text(e.value)!}` : `-${e.key.split('/').at(-1)!}`);
  }
  failed(): void {
    if (this.said.at(-1) !== 'failed') this.said.push('failed');
  }
  live(): void {
    this.said.push('live');
  }
}

function watch(c: EtcdClient, prefix: string, o?: { readonly exact: boolean }): Told {
  const told = new Told();
  const stop = new AbortController();
  onTestFinished(() => {
    stop.abort();
  });
  c.watch(prefix, told, stop.signal, o);
  return told;
}

describe('keys', () => {
  itWithEtcd('are put, got, listed and deleted', async () => {
    const c = client();
    const p = space();
    expect(await c.get(`${p}a`)).toBeUndefined();
    await c.put(`${p}a`, 'ü');
    await c.put(`${p}b`, new Uint8Array([0, 255]));
    const a = await c.get(`${p}a`);
    expect([a?.key, text(a?.value), a?.lease]).toEqual([`${p}a`, 'ü', '0']);
    const { kvs, revision } = await c.list(p);
    expect(kvs.map((kv) => [kv.key, [...kv.value]])).toEqual([[`${p}a`, [195, 188]], [`${p}b`, [0, 255]]]);
    expect(revision).toBe(kvs[1]!.modRevision);
    expect(await c.delete(`${p}a`)).toBe(true);
    expect(await c.delete(`${p}a`)).toBe(false);
  });

  itWithEtcd('a list longer than one answer is whole, and of one moment', async () => {
    const c = client();
    const p = space();
    for (let i = 0; i < 2100; i += 100) await Promise.all(Array.from({ length: 100 }, (_, k) => c.put(`${p}${String(i + k).padStart(5, '0')}`, '')));
    const { kvs } = await c.list(p);
    expect(kvs.length).toBe(2100);
    expect(kvs.every((kv, i) => kv.key === `${p}${String(i).padStart(5, '0')}`)).toBe(true);
  });

  itWithEtcd('what the official tool writes is read, and the other way round', async () => {
    const c = client();
    const p = space();
    await c.put(`${p}k`, 'from here');
    const got = await fetch(`http://127.0.0.1:${server.clientPort}/v3/kv/range`, { method: 'POST', body: JSON.stringify({ key: Buffer.from(`${p}k`).toString('base64') }) });
    const body = (await got.json()) as { readonly kvs: readonly { readonly value: string }[] };
    expect(Buffer.from(body.kvs[0]!.value, 'base64').toString()).toBe('from here');
    await fetch(`http://127.0.0.1:${server.clientPort}/v3/kv/put`, {
      method: 'POST',
      body: JSON.stringify({ key: Buffer.from(`${p}k`).toString('base64'), value: Buffer.from('from there').toString('base64') }),
    });
    expect(text((await c.get(`${p}k`))?.value)).toBe('from there');
  });
});

describe('leases', () => {
  itWithEtcd('keys go with their lease', async () => {
    const c = client();
    const p = space();
    const lease = await c.lease(60);
    expect(lease.ttlMs).toBe(60_000);
    await c.put(`${p}k`, 'v', { lease });
    expect((await c.get(`${p}k`))?.lease).toBe(lease.id);
    await lease.revoke();
    await lease.revoke();
    expect(await c.get(`${p}k`)).toBeUndefined();
  });

  itWithEtcd('a lease outlives its time while it is kept', async () => {
    const c = client();
    const p = space();
    const lease = await c.lease(1);
    await c.put(`${p}k`, 'v', { lease });
    let lost = false;
    void lease.lost.then(() => {
      lost = true;
    });
    const until = performance.now() + lease.ttlMs + 1500;
    while (performance.now() < until) await new Promise((r) => setTimeout(r, 100));
    expect(text((await c.get(`${p}k`))?.value)).toBe('v');
    expect(lost).toBe(false);
  }, 30_000);

  itWithEtcd('a lease that the store forgot is lost', async () => {
    const c = client();
    const lease = await c.lease(2);
    await fetch(`http://127.0.0.1:${server.clientPort}/v3/lease/revoke`, { method: 'POST', body: JSON.stringify({ ID: lease.id }) });
    await lease.lost;
    await lease.revoke();
  }, 30_000);

  itWithEtcd('a lease whose server is silent is lost after its time', async () => {
    const own = await startEtcd();
    onTestFinished(async () => {
      process.kill(own.pid, 'SIGCONT');
      await own.stop();
    });
    const c = client({ endpoints: [`127.0.0.1:${own.clientPort}`] });
    const lease = await c.lease(2);
    process.kill(own.pid, 'SIGSTOP');
    await lease.lost;
  }, 60_000);
});

describe('watches', () => {
  itWithEtcd('tell what is there, then what changes', async () => {
    const c = client();
    const p = space();
    await c.put(`${p}a`, '1');
    const told = watch(c, p);
    await vi.waitFor(() => expect(told.said).toEqual(['all a=1', 'live']), 20_000);
    await c.put(`${p}b`, '2');
    await c.put(`${p}a`, '3');
    await c.delete(`${p}b`);
    await c.put(`other-${p}`, 'not told');
    await vi.waitFor(() => expect(told.said).toEqual(['all a=1', 'live', 'b=2', 'a=3', '-b']), 20_000);
  });

  itWithEtcd('of one key tell of no other', async () => {
    const c = client();
    const p = space();
    const told = watch(c, `${p}a`, { exact: true });
    await vi.waitFor(() => expect(told.said).toEqual(['all ', 'live']), 20_000);
    await c.put(`${p}aa`, '1');
    await c.put(`${p}a`, '2');
    await vi.waitFor(() => expect(told.said.slice(2)).toEqual(['a=2']), 20_000);
  });

  itWithEtcd('go on over a broken connection, and what happened meanwhile is told', async () => {
    let own = await startEtcd();
    onTestFinished(() => own.stop());
    const endpoints = [`127.0.0.1:${own.clientPort}`];
    const c = client({ endpoints });
    await c.put('p/a', '1');
    const told = watch(c, 'p/');
    await vi.waitFor(() => expect(told.said).toEqual(['all a=1', 'live']), 20_000);
    await own.stop();
    await vi.waitFor(() => expect(told.said.at(-1)).toBe('failed'), 20_000);
    own = await startEtcd({ dir: own.dir, port: own.clientPort });
    const other = client({ endpoints });
    await other.put('p/b', '2');
    await vi.waitFor(() => expect(told.said.filter((s) => s !== 'live')).toEqual(['all a=1', 'failed', 'b=2']), 30_000);
    expect(told.said).toContain('live');
  }, 90_000);

  itWithEtcd('begin anew where the store has forgotten what happened', async () => {
    let own = await startEtcd();
    onTestFinished(() => own.stop());
    const endpoints = [`127.0.0.1:${own.clientPort}`];
    const c = client({ endpoints });
    await c.put('p/a', '1');
    const told = watch(c, 'p/');
    await vi.waitFor(() => expect(told.said).toEqual(['all a=1', 'live']), 20_000);
    await own.stop();
    // Nobody hears of these: the watch finds the server again only behind the compaction.
    own = await startEtcd({ dir: own.dir });
    const other = client({ endpoints: [`127.0.0.1:${own.clientPort}`] });
    for (let i = 0; i < 5; i++) await other.put('p/b', String(i));
    const { revision } = await other.list('p/');
    await fetch(`http://127.0.0.1:${own.clientPort}/v3/kv/compaction`, { method: 'POST', body: JSON.stringify({ revision: String(revision), physical: true }) });
    await own.stop();
    own = await startEtcd({ dir: own.dir, port: Number(endpoints[0]!.split(':')[1]) });
    await vi.waitFor(() => expect(told.said).toContain('all a=1 b=4'), 30_000);
  }, 120_000);
});

describe('endpoints', () => {
  itWithEtcd('one that is away is passed over', async () => {
    const c = client({ endpoints: [`127.0.0.1:${await freePort()}`, `127.0.0.1:${server.clientPort}`] });
    const p = space();
    await c.put(`${p}k`, 'v');
    expect(text((await c.get(`${p}k`))?.value)).toBe('v');
  });

  it('none that answers is a typed error, in time', async () => {
    const c = createEtcdClient({ endpoints: [`127.0.0.1:${await freePort()}`] });
    expect((await failure(c.get('k'))).code).toBe('ETCD_SERVER_UNAVAILABLE');
    await c.close();
    expect((await failure(c.get('k'))).code).toBe('ETCD_CLIENT_CLOSED');
  });

  it('one that says nothing is given up after requestTimeoutMs, or when the signal aborts', async () => {
    const silent = createServer();
    silent.on('stream', () => undefined);
    await new Promise<void>((r) => silent.listen(0, '127.0.0.1', r));
    onTestFinished(() => void silent.close());
    const c = createEtcdClient({ endpoints: [`127.0.0.1:${(silent.address() as AddressInfo).port}`], requestTimeoutMs: 50 });
    onTestFinished(() => c.close());
    expect((await failure(c.get('k'))).code).toBe('ETCD_REQUEST_TIMEOUT');
    const reason = new Error('enough');
    await expect(c.get('k', AbortSignal.abort(reason))).rejects.toBe(reason);
    const stop = new AbortController();
    const p = c.get('k', stop.signal);
    stop.abort(reason);
    await expect(p).rejects.toBe(reason);
  });

  it.each([
    ['what is no gRPC', (s: { respond(h: object): void; end(t?: string): void }) => { s.respond({ ':status': 200 }); s.end('hello, world'); }],
    ['another status', (s: { respond(h: object): void; end(t?: string): void }) => { s.respond({ ':status': 404 }); s.end(); }],
    ['nothing', (s: { respond(h: object): void; end(t?: string): void }) => { s.respond({ ':status': 200, 'grpc-status': '0' }); s.end(); }],
  ])('one that answers %s is a typed error', async (_name, answer) => {
    const odd = createServer();
    odd.on('stream', answer as never);
    await new Promise<void>((r) => odd.listen(0, '127.0.0.1', r));
    onTestFinished(() => void odd.close());
    const c = createEtcdClient({ endpoints: [`127.0.0.1:${(odd.address() as AddressInfo).port}`] });
    onTestFinished(() => c.close());
    expect((await failure(c.get('k'))).code).toBe('ETCD_RESPONSE_INVALID');
  });

  itWithEtcd('users: a name and a password, and a token that is asked for anew', async () => {
    const own = await startEtcd();
    onTestFinished(() => own.stop());
    const admin = async (path: string, body: object): Promise<void> => {
      const r = await fetch(`http://127.0.0.1:${own.clientPort}/v3/${path}`, { method: 'POST', body: JSON.stringify(body) });
      expect(r.ok, await r.text()).toBe(true);
    };
    await admin('auth/user/add', { name: 'root', password: 'secret' });
    await admin('auth/user/grant', { user: 'root', role: 'root' });
    await admin('auth/enable', {});
    const endpoints = [`127.0.0.1:${own.clientPort}`];
    const c = client({ endpoints, auth: { username: 'root', password: 'secret' } });
    await c.put('k', 'v');
    await own.stop();
    const again = await startEtcd({ dir: own.dir, port: own.clientPort });
    onTestFinished(() => again.stop());
    // Simple tokens do not outlive their server.
    expect(text((await c.get('k'))?.value)).toBe('v');
    expect((await failure(client({ endpoints, auth: { username: 'root', password: 'wrong' } }).get('k'))).code).toBe('ETCD_REQUEST_REFUSED');
    expect((await failure(client({ endpoints }).get('k'))).code).toBe('ETCD_REQUEST_REFUSED');
  }, 60_000);
});

describe('a process', () => {
  itWithEtcd('with a lease and a watch ends by itself', () => {
    const r = spawnSync(process.execPath, ['--conditions=@cloudwego/source', '--import', 'tsx', fileURLToPath(new URL('fixtures/idle.mjs', import.meta.url)), `127.0.0.1:${server.clientPort}`], { encoding: 'utf8', timeout: 20_000 });
    expect([r.status, r.stdout.trim(), r.stderr]).toEqual([0, 'watching', '']);
  }, 30_000);
});

describe('options', () => {
  it.each([
    [{ endpoints: [] }, 'etcd.endpoints: got none'],
    [{ endpoints: ['nowhere'] }, 'etcd.endpoints[0]: got "nowhere"'],
    [{ endpoints: ['http://h:1/path'] }, 'etcd.endpoints[0]'],
    [{ endpoints: ['h:1'], auth: { username: '' } }, 'etcd.auth'],
    [{ endpoints: ['h:1'], requestTimeoutMs: 0 }, 'etcd.requestTimeoutMs'],
  ])('%o is refused by name', (o, message) => {
    expect(() => createEtcdClient(o as EtcdOptions)).toThrow(message);
  });
});
