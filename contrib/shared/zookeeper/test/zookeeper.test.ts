// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { FastRand } from '@cloudwego/gopkg/fastrand';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createZooKeeperClient, ZooKeeperError } from '@cloudwego/shared-zookeeper';
import type { ZooKeeperClient, ZooKeeperOptions } from '@cloudwego/shared-zookeeper';
import { createFaultProxy, freePort, randomPlan, skipUnless, startZooKeeper, zooKeeperPeer } from '@cloudwego/testkit';
import type { FaultProxyOptions } from '@cloudwego/testkit';

const itWithZooKeeper = skipUnless(it, zooKeeperPeer);
const PATIENCE = { timeout: 20_000 };
let server: Awaited<ReturnType<typeof startZooKeeper>>;
let spaces = 0;

beforeAll(async () => {
  if (zooKeeperPeer.missing === undefined) server = await startZooKeeper();
}, 60_000);

afterAll(async () => {
  await (server as typeof server | undefined)?.stop();
});

const text = (v: Uint8Array | undefined): string | undefined => (v === undefined ? undefined : Buffer.from(v).toString());
const space = (): string => `/test-${++spaces}`;
const address = (): string => `127.0.0.1:${server.clientPort}`;

function client(o: Partial<ZooKeeperOptions> = {}): ZooKeeperClient {
  const c = createZooKeeperClient({ servers: [address()], sessionTimeoutMs: 5000, ...o });
  onTestFinished(() => c.close());
  return c;
}

async function proxy(o: Partial<FaultProxyOptions> = {}): Promise<Awaited<ReturnType<typeof createFaultProxy>>> {
  const p = await createFaultProxy({ target: address(), ...o });
  onTestFinished(() => p.close());
  return p;
}

async function failure(p: Promise<unknown>): Promise<ZooKeeperError> {
  const e = await p.then(
    () => undefined,
    (x: unknown) => x,
  );
  expect(e).toBeInstanceOf(ZooKeeperError);
  return e as ZooKeeperError;
}

/** What a watch told, as one list; failures in a row count as one. */
function watch(c: ZooKeeperClient, path: string): { readonly said: string[]; stop(): void } {
  const said: string[] = [];
  const ending = new AbortController();
  const stop = (): void => {
    ending.abort();
  };
  onTestFinished(stop);
  c.watchChildren(
    path,
    {
      nodes(all) {
        said.push([...all].map(([name, data]) => `${name}=${text(data)!}`).sort().join(' '));
      },
      failed() {
        if (said.at(-1) !== 'failed') said.push('failed');
      },
    },
    ending.signal,
  );
  return { said, stop };
}

describe('nodes', () => {
  itWithZooKeeper('are made with their parents, read, written, listed and deleted', async () => {
    const c = client();
    const p = space();
    expect([await c.get(p), await c.children(p), await c.delete(p)]).toEqual([undefined, undefined, false]);
    await c.create(`${p}/a/b`, 'ü');
    expect([text((await c.get(`${p}/a/b`))?.data), (await c.get(`${p}/a/b`))?.version, (await c.get(p))?.data.length]).toEqual(['ü', 0, 0]);
    await c.set(`${p}/a/b`, new Uint8Array([0, 255]));
    const node = await c.get(`${p}/a/b`);
    expect([[...node!.data], node!.version, node!.ephemeralOwner]).toEqual([[0, 255], 1, 0n]);
    await c.create(`${p}/a/c`, '');
    expect([...(await c.children(`${p}/a`))!].sort()).toEqual(['b', 'c']);
    expect(await c.delete(`${p}/a/b`)).toBe(true);
    expect(await c.children(`${p}/a`)).toEqual(['c']);
  });

  itWithZooKeeper('what the server refuses has its number and a code', async () => {
    const c = client();
    const p = space();
    await c.create(`${p}/a`, 'x');
    expect(await failure(c.create(`${p}/a`, 'x'))).toMatchObject({ code: 'ZOOKEEPER_NODE_EXISTS', status: -110 });
    expect(await failure(c.set(`${p}/none`, 'x'))).toMatchObject({ code: 'ZOOKEEPER_NODE_MISSING', status: -101 });
    expect(await failure(c.delete(p))).toMatchObject({ code: 'ZOOKEEPER_REQUEST_REFUSED', status: -111, message: expect.stringContaining('NotEmpty') as string });
  });

  itWithZooKeeper('many calls at once are answered each, over any cut of the bytes', async () => {
    const p = await proxy({ plan: randomPlan(7, { maxPieceBytes: 9 }) });
    const c = client({ servers: [p.address] });
    const s = space();
    await Promise.all(Array.from({ length: 50 }, (_, i) => c.create(`${s}/${i}`, String(i))));
    const nodes = await Promise.all(Array.from({ length: 50 }, (_, i) => c.get(`${s}/${i}`)));
    expect(nodes.map((n) => text(n?.data))).toEqual(Array.from({ length: 50 }, (_, i) => String(i)));
    expect((await c.children(s))?.length).toBe(50);
  });

  itWithZooKeeper('belong to their user, where one is given', async () => {
    const p = space();
    const mine = client({ auth: { username: 'me', password: 'secret' } });
    await mine.create(`${p}/a`, 'x');
    expect(text((await mine.get(`${p}/a`))?.data)).toBe('x');
    expect(await failure(client().get(`${p}/a`))).toMatchObject({ code: 'ZOOKEEPER_REQUEST_REFUSED', status: -102 });
    expect(await failure(client({ auth: { username: 'me', password: 'other' } }).set(`${p}/a`, 'y'))).toMatchObject({ status: -102 });
  });
});

describe('ephemeral nodes', () => {
  itWithZooKeeper('are written by their session, taken over from another one, and go with it', async () => {
    const p = space();
    const [c, other, eye] = [client(), client(), client()];
    const session = await c.session();
    await c.putEphemeral(`${p}/n`, '1', session);
    await c.putEphemeral(`${p}/n`, '2', session);
    expect(await eye.get(`${p}/n`)).toMatchObject({ ephemeralOwner: session.id, version: 1 });
    const seen = watch(eye, p);
    await expect.poll(() => seen.said, PATIENCE).toEqual(['n=2']);
    await other.putEphemeral(`${p}/n`, '3', await other.session());
    await expect.poll(() => seen.said.at(-1), PATIENCE).toBe('n=3');
    expect((await eye.get(`${p}/n`))?.ephemeralOwner).toBe((await other.session()).id);
    // What is another one's is left alone, also at the end.
    await c.deleteEphemeral(`${p}/n`, session);
    await c.close();
    expect(text((await eye.get(`${p}/n`))?.data)).toBe('3');
    await other.close();
    expect(await eye.get(`${p}/n`)).toBeUndefined();
    expect(seen.said).not.toContain('failed');
  });

  itWithZooKeeper('are not made under a session that is over', async () => {
    const p = space();
    const c = client();
    const session = await c.session();
    await c.close();
    const fresh = client();
    await fresh.session();
    expect((await failure(fresh.putEphemeral(`${p}/n`, 'x', session))).code).toBe('ZOOKEEPER_SESSION_EXPIRED');
  });
});

describe('connections that break', () => {
  itWithZooKeeper('the session goes on over another connection, with its nodes; reads under way are asked again', async () => {
    const p = space();
    const relay = await proxy();
    const c = client({ servers: [relay.address], sessionTimeoutMs: 20_000 });
    const session = await c.session();
    await c.putEphemeral(`${p}/n`, 'x', session);
    const seen = watch(c, p);
    await expect.poll(() => seen.said, PATIENCE).toEqual(['n=x']);
    await relay.close();
    await expect.poll(() => seen.said.at(-1), PATIENCE).toBe('failed');
    const reading = c.get(`${p}/n`);
    const eye = client();
    await eye.create(`${p}/m`, 'y');
    await proxy({ listen: relay.address });
    expect(text((await reading)?.data)).toBe('x');
    expect((await c.session()).id).toBe(session.id);
    await expect.poll(() => seen.said.at(-1), PATIENCE).toBe('m=y n=x');
  });

  itWithZooKeeper('a session that was cut off for its time is over; another one follows', async () => {
    const relay = await proxy();
    const c = client({ servers: [relay.address], sessionTimeoutMs: 300 });
    const first = await c.session();
    expect(first.timeoutMs).toBe(300);
    await relay.close();
    await first.expired;
    await proxy({ listen: relay.address });
    expect((await c.session()).id).not.toBe(first.id);
  });

  itWithZooKeeper('a session that the servers do not know is over at once; a store with less than was seen is taken when its time is over', async () => {
    // Two stores that know nothing of each other; the one of this test is the younger by far.
    const young = await startZooKeeper();
    onTestFinished(() => young.stop());
    const [up, down] = [await proxy({ target: `127.0.0.1:${young.clientPort}` }), await proxy()];
    const a = client({ servers: [up.address], sessionTimeoutMs: 60_000 });
    const b = client({ servers: [down.address], sessionTimeoutMs: 500 });
    const [first, second] = [await a.session(), await b.session()];
    const p = space();
    await a.create(`${p}/n`, 'x');
    const seen = watch(a, p);
    await expect.poll(() => seen.said, PATIENCE).toEqual(['n=x']);
    await Promise.all([up.close(), down.close()]);
    await proxy({ listen: up.address });
    await proxy({ listen: down.address, target: `127.0.0.1:${young.clientPort}` });
    await Promise.all([first.expired, second.expired]);
    expect((await a.session()).id).not.toBe(first.id);
    await expect.poll(() => seen.said.at(-1), PATIENCE).toBe('');
    expect((await b.session()).id).not.toBe(second.id);
    expect(text((await b.get(`${p}/n`))?.data)).toBe('x');
  }, 60_000);

  itWithZooKeeper('servers that are away are passed over', async () => {
    const c = client({ servers: [`127.0.0.1:${await freePort()}`, address(), `127.0.0.1:${await freePort()}`] });
    await Promise.all(Array.from({ length: 5 }, () => c.get('/')));
  });

  it('nobody answers: calls end at their time, with the reason, and by their signal', async () => {
    const c = client({ servers: [`127.0.0.1:${await freePort()}`], requestTimeoutMs: 100 });
    const e = await failure(c.get('/'));
    expect([e.code, e.message]).toEqual(['ZOOKEEPER_REQUEST_TIMEOUT', expect.stringContaining('ECONNREFUSED')]);
    const reason = new Error('enough');
    const stop = new AbortController();
    const p = c.get('/', stop.signal);
    stop.abort(reason);
    await expect(p).rejects.toBe(reason);
    await expect(c.get('/', stop.signal)).rejects.toBe(reason);
    const late = failure(c.get('/'));
    await c.close();
    expect((await late).code).toBe('ZOOKEEPER_CLIENT_CLOSED');
    expect((await failure(c.get('/'))).code).toBe('ZOOKEEPER_CLIENT_CLOSED');
  });
});

describe('watches', () => {
  itWithZooKeeper('tell what is there, and what comes, changes and goes, also of a path that is not there yet', async () => {
    const p = space();
    const [c, hand] = [client(), client()];
    const seen = watch(c, `${p}/s`);
    await expect.poll(() => seen.said, PATIENCE).toEqual(['']);
    const last = (s: string): Promise<void> => expect.poll(() => seen.said.at(-1), PATIENCE).toBe(s);
    await hand.create(`${p}/s/a`, '1');
    await last('a=1');
    await hand.create(`${p}/s/b`, '2');
    await last('a=1 b=2');
    await hand.set(`${p}/s/a`, '3');
    await last('a=3 b=2');
    // Of what is below nothing is told.
    await hand.create(`${p}/s/a/below`, 'x');
    await hand.delete(`${p}/s/a/below`);
    await hand.delete(`${p}/s/a`);
    await last('b=2');
    await hand.delete(`${p}/s/b`);
    await last('');
    await hand.delete(`${p}/s`);
    await hand.create(`${p}/s/c`, '4');
    await last('c=4');
    seen.stop();
    const told = seen.said.length;
    await hand.set(`${p}/s/c`, '5');
    await c.get(`${p}/s/c`);
    expect(seen.said.length).toBe(told);
  });

  itWithZooKeeper('of changes in a row the last state is told', async () => {
    const p = space();
    const [c, hand] = [client(), client()];
    await hand.create(`${p}/n`, '0');
    const seen = watch(c, p);
    for (let i = 1; i <= 100; i++) await hand.set(`${p}/n`, String(i));
    await expect.poll(() => seen.said.at(-1), PATIENCE).toBe('n=100');
  });
});

/** A server of a few bytes; `answer` is given what came. */
async function liar(answer: (s: Socket, n: number) => void): Promise<string> {
  const s = createServer((socket) => {
    let n = 0;
    socket.on('error', () => undefined);
    socket.on('data', () => {
      answer(socket, n++);
    });
  });
  s.listen(0, '127.0.0.1');
  await new Promise((resolve) => s.once('listening', resolve));
  onTestFinished(() => void s.close());
  return `127.0.0.1:${(s.address() as AddressInfo).port}`;
}

const frame = (b: Buffer): Buffer => Buffer.concat([Buffer.from([0, 0, 0, b.length]), b]);
const greeting = frame(Buffer.concat([Buffer.alloc(4), Buffer.from([0, 0, 0x75, 0x30]), Buffer.from([0, 0, 0, 0, 0, 0, 0, 9]), Buffer.alloc(4), Buffer.alloc(1)]));
const reply = (xid: number, body: Buffer): Buffer => {
  const head = Buffer.alloc(16);
  head.writeInt32BE(xid, 0);
  return frame(Buffer.concat([head, body]));
};

describe('a server that talks nonsense', () => {
  it.each([
    ['a length that is none', Buffer.from('ffffffff', 'hex'), 'a message of -1 bytes'],
    ['a length beyond the limit', Buffer.from('7fffffff', 'hex'), 'maxMessageBytes'],
    ['a greeting that is cut off', frame(Buffer.alloc(5)), 'read past the end'],
    ['an answer without its head', Buffer.concat([greeting, frame(Buffer.alloc(3))]), 'an answer of 3 bytes'],
    ['an answer to nothing', Buffer.concat([greeting, reply(99, Buffer.alloc(0))]), 'a request that was not made'],
    ['no end of a list', Buffer.concat([greeting, reply(1, Buffer.from('7fffffff', 'hex'))]), 'a list of 2147483647 in 0 bytes'],
    ['text longer than its message', Buffer.concat([greeting, reply(1, Buffer.from('0000000100ffffff', 'hex'))]), 'wanted 16777215 bytes'],
  ])('%s', async (_, bytes, message) => {
    const at = await liar((s, n) => {
      if (n === 0 && bytes.subarray(0, greeting.length).equals(greeting)) s.write(bytes.subarray(0, greeting.length));
      else s.write(bytes.subarray(bytes.subarray(0, greeting.length).equals(greeting) ? greeting.length : 0));
    });
    const c = client({ servers: [at], requestTimeoutMs: 100 });
    const e = await failure(c.children('/'));
    expect(e.message).toContain(message);
    expect([e.code, (e.cause as ZooKeeperError | undefined)?.code]).toContain('ZOOKEEPER_RESPONSE_INVALID');
  });

  it('whatever it sends, every call ends, and nothing else does', async () => {
    // Half of it begins like an answer, so that what is behind the head is read too.
    const rounds = Number(process.env['FUZZ_ROUNDS'] ?? 40);
    const random = new FastRand('zookeeper');
    const bytes = (n: number): Buffer => Buffer.from(Array.from({ length: n }, () => (random.intn(3) === 0 ? 0 : random.intn(256))));
    const at = await liar((s, n) => {
      if (n === 0) s.write(greeting);
      else for (let xid = 1; xid < 4; xid++) s.write(random.intn(2) === 0 ? frame(bytes(random.intn(60))) : reply(xid, bytes(random.intn(100))));
    });
    for (let i = 0; i < rounds; i++) {
      const c = createZooKeeperClient({ servers: [at], requestTimeoutMs: 20 });
      const ends = await Promise.allSettled([c.children('/'), c.get('/'), c.create('/a', 'x')]);
      for (const e of ends) if (e.status === 'rejected') expect(e.reason).toBeInstanceOf(ZooKeeperError);
      await c.close();
    }
  }, 30_000);

  it('one that falls silent is left', async () => {
    let greeted = 0;
    const short = Buffer.from(greeting);
    short.writeInt32BE(90, 8);
    const at = await liar((s, n) => {
      if (n > 0) return;
      greeted++;
      s.write(short);
    });
    const c = client({ servers: [at], requestTimeoutMs: 5000 });
    void c.get('/').catch(() => undefined);
    await expect.poll(() => greeted, PATIENCE).toBeGreaterThan(1);
  });
});

describe('a process', () => {
  itWithZooKeeper('with a session, a node and a watch ends by itself', () => {
    const r = spawnSync(process.execPath, ['--conditions=@cloudwego/source', '--import', 'tsx', fileURLToPath(new URL('fixtures/idle.mjs', import.meta.url)), address()], { encoding: 'utf8', timeout: 20_000 });
    expect([r.status, r.stdout.trim(), r.stderr]).toEqual([0, 'watching', '']);
  }, 30_000);
});

describe('options', () => {
  it.each([
    [{ servers: [] }, 'zookeeper.servers: got none'],
    [{ servers: ['unix:/x'] }, 'zookeeper.servers[0]: got "unix:/x"'],
    [{ servers: ['h:1', ':2181'] }, 'zookeeper.servers[1]'],
    [{ servers: ['h'], auth: { username: 'a:b', password: '' } }, 'zookeeper.auth'],
    [{ servers: ['h'], sessionTimeoutMs: 0 }, 'zookeeper.sessionTimeoutMs'],
  ])('%o is refused by name', (o, message) => {
    expect(() => createZooKeeperClient(o as ZooKeeperOptions)).toThrow(message);
  });
});
