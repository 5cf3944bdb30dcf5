// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '@cloudwego/gopkg/logger';
import { formatAddress, parseAddress } from '@cloudwego/gopkg/io';
import type { Instance } from '@cloudwego/governance';
import { createClient, createServer } from '@cloudwego/kitex';
import { fileRegistry, fileResolver } from '@kitex-contrib/registry-file';
import { Who } from './fixtures/who.js';

const logger = createLogger({ write: () => undefined });
const never = new AbortController().signal;
const quick = { leaseTtlMs: 300, heartbeatMs: 50 };
let dir = '';
const children: ChildProcess[] = [];
const open: AsyncDisposable[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'registry-file-'));
});

afterEach(async () => {
  for (const x of open.splice(0).reverse()) await x[Symbol.asyncDispose]();
  for (const c of children.splice(0)) c.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

const at = (port: number, more: Partial<Instance> = {}): Instance & { service: string } => ({ service: 's', address: parseAddress(`127.0.0.1:${port}`, 'test'), weight: 10, tags: {}, ...more });
const list = async (service = 's'): Promise<string[]> => (await fileResolver({ dir, leaseTtlMs: 300 }).resolve(service, never)).map((i) => formatAddress(i.address)).sort();

describe('a lease', () => {
  it('is a file with the document of the etcd registry', async () => {
    const r = await fileRegistry({ dir }).register(at(1, { weight: 7, tags: { zone: 'a' } }), never);
    open.push(r);
    const [name] = readdirSync(join(dir, 's'));
    expect(JSON.parse(readFileSync(join(dir, 's', name!), 'utf8'))).toEqual({ network: 'tcp', address: '127.0.0.1:1', weight: 7, tags: { zone: 'a' } });
    expect(await fileResolver({ dir }).resolve('s', never)).toEqual([{ address: { kind: 'tcp', host: '127.0.0.1', port: 1 }, weight: 7, tags: { zone: 'a' } }]);
    await r.update({ weight: 3 });
    expect(await fileResolver({ dir }).resolve('s', never)).toMatchObject([{ weight: 3 }]);
  });

  it('goes with its owner', async () => {
    const r = await fileRegistry({ dir }).register(at(1), never);
    await r[Symbol.asyncDispose]();
    await r[Symbol.asyncDispose]();
    expect(r.status).toBe('closed');
    expect(readdirSync(join(dir, 's'))).toEqual([]);
    await expect(r.update({ weight: 1 })).rejects.toThrow('closed');
  });

  it('stays fresh, and heals when its file is removed', async () => {
    const r = await fileRegistry({ dir, ...quick }).register(at(1), never);
    open.push(r);
    const changes: string[] = [];
    using _ = r.onChange(() => changes.push(r.status));
    const path = join(dir, 's', readdirSync(join(dir, 's'))[0]!);
    utimesSync(path, 1, 1);
    await expect.poll(() => statSync(path).mtimeMs).toBeGreaterThan(2000);
    rmSync(join(dir, 's'), { recursive: true });
    await expect.poll(() => list()).toEqual(['127.0.0.1:1']);
    expect(changes).toEqual(['lost', 'active']);
  });

  it('that is dead is not seen, and the first live one sweeps it up', async () => {
    mkdirSync(join(dir, 's'));
    writeFileSync(join(dir, 's', 'zzz.json'), JSON.stringify({ network: 'tcp', address: '127.0.0.1:9', weight: 1, tags: {} }));
    utimesSync(join(dir, 's', 'zzz.json'), 1, 1);
    expect(await list()).toEqual([]);
    open.push(await fileRegistry({ dir, ...quick }).register(at(1), never));
    await expect.poll(() => readdirSync(join(dir, 's')).includes('zzz.json')).toBe(false);
  });

  it('stays inside its folder, whatever the service is called', async () => {
    for (const service of ['../up', 'a/b', '..', 'ü b', '.']) open.push(await fileRegistry({ dir }).register({ ...at(1), service }, never));
    expect(readdirSync(dir)).toHaveLength(5);
    for (const service of ['../up', 'a/b', '..', 'ü b', '.']) expect(await list(service)).toEqual(['127.0.0.1:1']);
    await expect(fileRegistry({ dir }).register({ ...at(1), service: '' }, never)).rejects.toThrow('empty name');
  });
});

describe('a resolver', () => {
  it('passes over what is no lease', async () => {
    mkdirSync(join(dir, 's'));
    const put = (name: string, text: string): void => {
      writeFileSync(join(dir, 's', name), text);
    };
    put('a.json', '{');
    put('b.json', '[]');
    put('c.json', '{"address": 5}');
    put('d.json', '{"address": "no address"}');
    put('e.json', 'x'.repeat(100_000));
    put('f.txt', '{"address": "127.0.0.1:6"}');
    put('g.json', '{"network":"tcp","address":"127.0.0.1:7","weight":-1,"tags":{"a":1,"b":"2"}}');
    put('h.json', '{"network":"unix","address":"/tmp/x.sock"}');
    mkdirSync(join(dir, 's', 'i.json'));
    expect(await fileResolver({ dir }).resolve('s', never)).toEqual([
      { address: { kind: 'tcp', host: '127.0.0.1', port: 7 }, weight: 10, tags: { b: '2' } },
      { address: { kind: 'unix', path: '/tmp/x.sock' }, weight: 10, tags: {} },
    ]);
    expect(await fileResolver({ dir }).resolve('nobody', never)).toEqual([]);
  });

  it('tells arrivals, departures and deaths, and nothing twice', async () => {
    const resolver = fileResolver({ dir, leaseTtlMs: 300, pollMs: 30 });
    open.push(resolver);
    const seen: string[] = [];
    const stop = new AbortController();
    resolver.watch!('s', { update: (i) => seen.push(i.map((x) => formatAddress(x.address)).sort().join(' ')), stale: (e) => seen.push(e.message) }, stop.signal);
    await expect.poll(() => seen).toEqual(['']);
    const a = await fileRegistry({ dir, ...quick }).register(at(1), never);
    open.push(a);
    await expect.poll(() => seen.at(-1)).toBe('127.0.0.1:1');
    const b = await fileRegistry({ dir, ...quick }).register(at(2), never);
    await expect.poll(() => seen.at(-1)).toBe('127.0.0.1:1 127.0.0.1:2');
    await b[Symbol.asyncDispose]();
    await expect.poll(() => seen.at(-1)).toBe('127.0.0.1:1');
    expect(seen).toEqual(['', '127.0.0.1:1', '127.0.0.1:1 127.0.0.1:2', '127.0.0.1:1']);
    stop.abort();
    await a[Symbol.asyncDispose]();
    await new Promise((r) => setTimeout(r, 100));
    expect(seen).toHaveLength(4);
  });

  it('checks its options', () => {
    expect(() => fileResolver({ dir: '' })).toThrow('fileResolver.dir');
    expect(() => fileRegistry({ dir: 'x', leaseTtlMs: 1 })).toThrow('fileRegistry.leaseTtlMs');
  });
});

describe('with Kitex', () => {
  it('finds servers, follows them as they come and go', async () => {
    const make = (name: string): ReturnType<typeof createServer> =>
      createServer({ serviceName: 'who', address: '127.0.0.1:0', registry: fileRegistry({ dir, ...quick }), logger }).register(Who, { who: () => name });
    const one = make('one');
    open.push(one);
    await one.start();
    const client = createClient(Who, { destService: 'who', resolver: fileResolver({ dir, leaseTtlMs: 300, pollMs: 30 }), logger });
    open.push(client);
    expect(await client.who()).toBe('one');
    const two = make('two');
    open.push(two);
    await two.start();
    const names = new Set<string>();
    await expect.poll(async () => names.add(await client.who()).size).toBe(2);
    await one.stop();
    for (let i = 0; i < 20; i++) expect(await client.who()).toBe('two');
    await two.stop();
    await expect.poll(() => client.who().catch((e: unknown) => (e as { code: string }).code)).toMatch(/KITEX_INSTANCE_EXHAUSTED|KITEX_CONNECTION_UNAVAILABLE/);
  });

  it('forgets a process that was killed, and takes it back', async () => {
    const start = async (): Promise<ChildProcess> => {
      const c = fork(fileURLToPath(new URL('./fixtures/server.mjs', import.meta.url)), [dir, '250', '40'], { execArgv: ['--conditions=@cloudwego/source', '--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      children.push(c);
      await once(c, 'message');
      return c;
    };
    const c = await start();
    expect(await list('who')).toHaveLength(1);
    c.kill('SIGKILL');
    await once(c, 'exit');
    await expect.poll(() => list('who')).toEqual([]);
    await start();
    expect(await list('who')).toHaveLength(1);
  });

  it('keeps no process alive', async () => {
    const c = fork(fileURLToPath(new URL('./fixtures/idle.mjs', import.meta.url)), [dir], { execArgv: ['--conditions=@cloudwego/source', '--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    children.push(c);
    const [code] = (await once(c, 'exit')) as [number];
    expect(code).toBe(0);
  });
});
