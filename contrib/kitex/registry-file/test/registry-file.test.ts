// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { fork, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, linkSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '@cloudwego/gopkg/logger';
import { formatAddress, parseAddress } from '@cloudwego/gopkg/io';
import type { Instance } from '@cloudwego/governance';
import type { Registration } from '@cloudwego/governance';
import { registryContract, resolverContract, runWithVitest } from '@cloudwego/governance/testing';
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

const folderOf = (service: string): string => join(dir, encodeURIComponent(service).replaceAll('.', '%2E'));
const put = (name: string, text: string, service = 's'): string => {
  mkdirSync(folderOf(service), { recursive: true });
  const path = join(folderOf(service), name);
  writeFileSync(path, text);
  return path;
};
const doc = (port: number, weight = 10, tags: Readonly<Record<string, string>> = {}): string => JSON.stringify({ network: 'tcp', address: `127.0.0.1:${port}`, weight, tags });
const age = (path: string, ms: number): void => {
  const t = new Date(Date.now() - ms);
  utimesSync(path, t, t);
};

runWithVitest(
  { describe, it, onTestFinished },
  'contract of fileResolver',
  resolverContract({
    create: (t) => {
      const make = (): ReturnType<typeof fileResolver> => fileResolver({ dir, pollMs: 20 });
      const resolver = make();
      t.after(async () => resolver[Symbol.asyncDispose]());
      const registered = new Map<string, Map<string, Registration>>();
      t.after(async () => {
        for (const m of registered.values()) for (const r of m.values()) await r[Symbol.asyncDispose]();
      });
      return {
        resolver,
        same: make,
        set: async (service, instances) => {
          const before = registered.get(service) ?? new Map<string, Registration>();
          const now = new Map<string, Registration>();
          for (const i of instances) {
            const key = formatAddress(i.address);
            const r = before.get(key);
            before.delete(key);
            if (r !== undefined) await r.update(i);
            now.set(key, r ?? (await fileRegistry({ dir }).register({ ...i, service }, never)));
          }
          for (const r of before.values()) await r[Symbol.asyncDispose]();
          registered.set(service, now);
        },
      };
    },
  }),
);

runWithVitest(
  { describe, it, onTestFinished },
  'contract of fileRegistry',
  registryContract({
    loses: true,
    takeover: true,
    create: (t) => {
      const resolver = fileResolver({ dir });
      t.after(async () => resolver[Symbol.asyncDispose]());
      return {
        registry: fileRegistry({ dir, heartbeatMs: 30 }),
        resolver,
        lose: async () => {
          rmSync(join(dir, 's'), { recursive: true });
        },
      };
    },
  }),
);

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

describe('leases that race', () => {
  it('an update that keeps the size is seen, although the file system uses the number of the file again', async () => {
    const resolver = fileResolver({ dir });
    open.push(resolver);
    const r = await fileRegistry({ dir }).register(at(1, { weight: 1 }), never);
    open.push(r);
    // A number is used again at once where another file of this name was replaced just before.
    for (let i = 0; i < 60; i++) {
      const weight = (i % 9) + 1;
      await r.update({ weight });
      if (i % 2 === 0) expect((await resolver.resolve('s', never)).map((x) => x.weight)).toEqual([weight]);
    }
  });

  it('watchers see each list whole: never an instance missing while it is updated', async () => {
    const resolver = fileResolver({ dir, pollMs: 20 });
    open.push(resolver);
    for (const port of [1, 2, 3]) open.push(await fileRegistry({ dir }).register(at(port), never));
    const r = await fileRegistry({ dir }).register(at(4, { weight: 1 }), never);
    open.push(r);
    const seen: number[] = [];
    const weights = new Set<number>();
    const stop = new AbortController();
    resolver.watch!(
      's',
      {
        update: (l) => {
          seen.push(l.length);
          weights.add(l.find((i) => formatAddress(i.address) === '127.0.0.1:4')?.weight ?? -1);
        },
        stale: (e) => {
          throw e;
        },
      },
      stop.signal,
    );
    await expect.poll(() => seen.length).toBeGreaterThan(0);
    for (let w = 2; w <= 100; w++) await r.update({ weight: w });
    await expect.poll(() => weights.has(100)).toBe(true);
    stop.abort();
    expect(new Set(seen)).toEqual(new Set([4]));
    expect(weights.has(-1)).toBe(false);
  });

  it('two processes of one address: the younger one counts, and the older takes nothing with it', async () => {
    const old = await fileRegistry({ dir, ...quick }).register(at(1, { weight: 1 }), never);
    const young = await fileRegistry({ dir, ...quick }).register(at(1, { weight: 2 }), never);
    open.push(young);
    expect(await fileResolver({ dir }).resolve('s', never)).toMatchObject([{ weight: 2 }]);
    await old[Symbol.asyncDispose]();
    expect(await fileResolver({ dir }).resolve('s', never)).toMatchObject([{ weight: 2 }]);
    expect(readdirSync(join(dir, 's'))).toHaveLength(1);
  });

  it('the older one is found again when the younger one dies', async () => {
    const old = await fileRegistry({ dir, ...quick }).register(at(1, { weight: 1 }), never);
    open.push(old);
    const path = put(`${readdirSync(join(dir, 's'))[0]!.slice(0, 16)}-zzzzzzzzz00000000.json`, doc(1, 2));
    const resolver = fileResolver({ dir, leaseTtlMs: 300 });
    expect(await resolver.resolve('s', never)).toMatchObject([{ weight: 2 }]);
    await expect.poll(async () => (await resolver.resolve('s', never))[0]?.weight).toBe(1);
    await expect.poll(() => existsSync(path)).toBe(false);
  });

  it('an update while the folder is gone writes the lease anew', async () => {
    const r = await fileRegistry({ dir, heartbeatMs: 60_000, leaseTtlMs: 60_000 }).register(at(1), never);
    open.push(r);
    rmSync(join(dir, 's'), { recursive: true });
    await r.update({ weight: 4 });
    expect(await fileResolver({ dir }).resolve('s', never)).toMatchObject([{ weight: 4 }]);
  });

  it('a lease that cannot be written is an error with a code, and leaves nothing', async () => {
    writeFileSync(join(dir, 's'), 'a file where the folder should be');
    await expect(fileRegistry({ dir }).register(at(1), never)).rejects.toMatchObject({ code: 'REGISTRY_FILE_FAILED' });
    rmSync(join(dir, 's'));
    const r = await fileRegistry({ dir, heartbeatMs: 60_000, leaseTtlMs: 60_000 }).register(at(1), never);
    rmSync(join(dir, 's'), { recursive: true });
    writeFileSync(join(dir, 's'), 'a file');
    await expect(r.update({ weight: 1 })).rejects.toMatchObject({ code: 'REGISTRY_FILE_FAILED' });
    rmSync(join(dir, 's'));
    await r[Symbol.asyncDispose]();
  });

  it('stays lost while it cannot be written, and heals when it can', async () => {
    const r = await fileRegistry({ dir, ...quick }).register(at(1), never);
    open.push(r);
    rmSync(join(dir, 's'), { recursive: true });
    writeFileSync(join(dir, 's'), 'a file');
    await expect.poll(() => r.status).toBe('lost');
    rmSync(join(dir, 's'));
    await expect.poll(() => r.status).toBe('active');
    expect(await list()).toEqual(['127.0.0.1:1']);
  });
});

describe('clocks that jump', () => {
  it('a lease that goes on being renewed lives, whatever its time says', async () => {
    const resolver = fileResolver({ dir, leaseTtlMs: 1000 });
    open.push(resolver);
    const path = put('a.json', doc(1));
    const found = async (): Promise<number> => (await resolver.resolve('s', never)).length;
    expect(await found()).toBe(1);
    // The wall clock of everybody jumped by an hour, this way and that: times look dead, or to come.
    for (const jump of [3_600_000, -3_600_000, 3_600_000, 0]) {
      age(path, jump);
      expect(await found()).toBe(1);
    }
  });

  it('a lease that is not renewed dies, even one whose time is to come', async () => {
    const resolver = fileResolver({ dir, leaseTtlMs: 200 });
    open.push(resolver);
    const path = put('a.json', doc(1));
    await resolver.resolve('s', never);
    age(path, -3_600_000);
    expect(await resolver.resolve('s', never)).toHaveLength(1);
    await expect.poll(async () => (await resolver.resolve('s', never)).length).toBe(0);
  });

  it('on first sight a time far away, before or after, is a dead lease until it is renewed', async () => {
    for (const far of [3_600_000, -3_600_000]) {
      const resolver = fileResolver({ dir, leaseTtlMs: 1000 });
      open.push(resolver);
      const path = put('a.json', doc(1));
      age(path, far);
      expect(await resolver.resolve('s', never)).toEqual([]);
      age(path, far - 10);
      expect(await resolver.resolve('s', never)).toHaveLength(1);
    }
  });

  it('nobody sweeps up a lease that is renewed with another clock', async () => {
    open.push(await fileRegistry({ dir, ...quick }).register(at(1), never));
    const path = put('zzz.json', doc(2));
    let beats = 0;
    const timer = setInterval(() => {
      beats++;
      if (existsSync(path)) age(path, 3_600_000 - beats * 10);
    }, 30);
    try {
      await expect.poll(() => beats).toBeGreaterThan(30);
      expect(existsSync(path)).toBe(true);
    } finally {
      clearInterval(timer);
    }
    await expect.poll(() => existsSync(path)).toBe(false);
  });
});

describe('a sweep', () => {
  it('is done by one of many, takes leases and half-written files, and leaves what is neither', async () => {
    for (const port of [1, 2, 3]) open.push(await fileRegistry({ dir, ...quick }).register(at(port), never));
    const dead = put('000.json', doc(9));
    age(dead, 60_000);
    const half = put('1.json.abc.tmp', '{');
    const note = put('README.md', 'not a lease');
    mkdirSync(join(dir, 's', 'sub.json'));
    await expect.poll(() => existsSync(dead) || existsSync(half)).toBe(false);
    expect(existsSync(note)).toBe(true);
    expect(existsSync(join(dir, 's', 'sub.json'))).toBe(true);
    expect(await list()).toEqual(['127.0.0.1:1', '127.0.0.1:2', '127.0.0.1:3']);
  });
});

describe('a hostile folder', () => {
  it('links and pipes are not followed, nor waited for', async () => {
    const secret = join(dir, 'elsewhere');
    writeFileSync(secret, doc(7));
    put('a.json', doc(1));
    symlinkSync(secret, join(dir, 's', 'b.json'));
    symlinkSync(join(dir, 'nowhere'), join(dir, 's', 'c.json'));
    symlinkSync(dir, join(dir, 's', 'd.json'));
    spawnSync('mkfifo', [join(dir, 's', 'e.json')]);
    expect(await list()).toEqual(['127.0.0.1:1']);
    expect(lstatSync(join(dir, 's', 'b.json')).isSymbolicLink()).toBe(true);
  });

  it('a file with two names is one lease, and one that changes in place is read again', async () => {
    const resolver = fileResolver({ dir });
    open.push(resolver);
    linkSync(put('a.json', doc(1)), join(dir, 's', 'b.json'));
    expect(await resolver.resolve('s', never)).toHaveLength(1);
    put('c.json', doc(2, 5));
    expect(await resolver.resolve('s', never)).toHaveLength(2);
    put('c.json', doc(2, 6));
    expect((await resolver.resolve('s', never)).map((i) => i.weight)).toEqual([10, 6]);
  });

  it('thousands of files are read', async () => {
    mkdirSync(join(dir, 's'));
    for (let i = 0; i < 2000; i++) writeFileSync(join(dir, 's', `${i}.json`), doc(i + 1));
    expect(await fileResolver({ dir, leaseTtlMs: 600_000 }).resolve('s', never)).toHaveLength(2000);
  });

  it('a resolve may be given up in the middle', async () => {
    mkdirSync(join(dir, 's'));
    for (let i = 0; i < 500; i++) writeFileSync(join(dir, 's', `${i}.json`), doc(i + 1));
    const stop = new AbortController();
    const p = fileResolver({ dir }).resolve('s', stop.signal);
    setImmediate(() => {
      stop.abort(new Error('enough'));
    });
    await expect(p).rejects.toThrow('enough');
  });

  it('one that cannot be read is stale, and told again when it can', async () => {
    writeFileSync(join(dir, 's'), 'a file where the folder should be');
    const resolver = fileResolver({ dir, pollMs: 20 });
    open.push(resolver);
    await expect(resolver.resolve('s', never)).rejects.toMatchObject({ code: 'REGISTRY_FILE_FAILED' });
    const told: string[] = [];
    resolver.watch!('s', { update: (l) => told.push(`${l.length}`), stale: (e) => told.push((e as { code?: string }).code ?? e.message) }, never);
    await expect.poll(() => told[0]).toBe('REGISTRY_FILE_FAILED');
    rmSync(join(dir, 's'));
    put('a.json', doc(1));
    await expect.poll(() => told.at(-1)).toBe('1');
  });

  it('one that is removed and made again goes on being watched', async () => {
    const resolver = fileResolver({ dir, pollMs: 20, leaseTtlMs: 60_000 });
    open.push(resolver);
    put('a.json', doc(1));
    const told: number[] = [];
    resolver.watch!('s', { update: (l) => told.push(l.length), stale: () => told.push(-1) }, never);
    await expect.poll(() => told.at(-1)).toBe(1);
    rmSync(join(dir, 's'), { recursive: true });
    await expect.poll(() => told.at(-1)).toBe(0);
    put('a.json', doc(1));
    await expect.poll(() => told.at(-1)).toBe(1);
    put('b.tmp', doc(2));
    renameSync(join(dir, 's', 'b.tmp'), join(dir, 's', 'b.json'));
    await expect.poll(() => told.at(-1)).toBe(2);
  });

  it('a name that is no text is refused', async () => {
    await expect(fileRegistry({ dir }).register({ ...at(1), service: '\ud800' }, never)).rejects.toMatchObject({ code: 'GOPKG_OPTION_INVALID' });
  });

  it('a closed resolver says so', async () => {
    const resolver = fileResolver({ dir });
    await resolver[Symbol.asyncDispose]();
    await expect(resolver.resolve('s', never)).rejects.toThrow('closed');
    expect(() => resolver.watch!('s', { update: () => undefined, stale: () => undefined }, never)).toThrow('closed');
  });
});

describe('a resolver', () => {
  it('passes over what is no lease', async () => {
    mkdirSync(join(dir, 's'));
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
