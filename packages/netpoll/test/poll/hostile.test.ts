// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ByteConsumer, Connection, Listener } from '@cloudwego/gopkg/io';
import { selfSigned } from '@cloudwego/netpoll/testing';
import type { PollConnection } from '../../src/poll/connection.js';
import { loadNative } from '../../src/poll/load.js';
import { PollNetwork } from '../../src/poll/network.js';
import { child, descriptors, thread } from '../fixtures/children.js';
import { noNative } from '../fixtures/native.js';

const limits = { maxUnreadBytes: 64 * 1024, highWaterBytes: 128 * 1024 };
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const f of closing.splice(0).reverse()) await f();
});

/** Keeps what came; does what it is told on every receive. */
class Taker implements ByteConsumer {
  readonly need = 1;
  text = '';
  ends = 0;
  readonly closes: (Error | undefined)[] = [];
  act: ((text: string) => void) | undefined;
  constructor(act?: (text: string) => void) {
    this.act = act;
  }
  receive(buf: Buffer, start: number, end: number): number {
    const piece = buf.toString('latin1', start, end);
    this.text += piece;
    this.act?.(piece);
    return end - start;
  }
  receiveEnd(): void {
    this.ends++;
  }
  writable(): void {
    // Nothing waits for it.
  }
  closed(cause: Error | undefined): void {
    this.closes.push(cause);
  }
}

function send(c: Connection, text: string): void {
  c.beginWrite(text.length).string(text);
  c.endWrite();
}

const eventually = (f: () => void): Promise<void> => vi.waitFor(f, { timeout: 15_000, interval: 2 });

describe.skipIf(noNative !== undefined)(`the native loop (${noNative ?? 'here'})`, () => {
  const network = (): PollNetwork => new PollNetwork(loadNative().native!, limits);

  /** `n` pairs at one listener; both ends have a Taker. */
  async function pairs(n: number, on: PollNetwork = network()): Promise<{ listener: Listener; clients: Connection[]; servers: Connection[]; at: Taker[]; from: Taker[] }> {
    const servers: Connection[] = [];
    const from: Taker[] = [];
    const listener = await on.listen({ kind: 'unix', path: `\0netpoll-test-${process.pid}-${Math.random()}` }, (c) => {
      const t = new Taker();
      c.attach(t);
      servers.push(c);
      from.push(t);
    });
    const clients: Connection[] = [];
    const at: Taker[] = [];
    for (let i = 0; i < n; i++) {
      const c = await on.dial(listener.address);
      const t = new Taker();
      c.attach(t);
      clients.push(c);
      at.push(t);
      await eventually(() => {
        expect(servers).toHaveLength(i + 1);
      });
    }
    closing.push(async () => {
      for (const c of [...clients, ...servers]) c.destroy();
      await listener.close();
    });
    return { listener, clients, servers, at, from };
  }

  it('serves the rest of a batch when one of its connections throws', async () => {
    const { clients, servers, at, from } = await pairs(40);
    const batches = new Set<number>();
    from.forEach((t, i) => {
      t.act = (text) => {
        batches.add(i);
        if (i % 4 === 1) {
          servers[i]!.beginWrite(100).string('a half-written answer');
          throw new Error(`connection ${i}`);
        }
        send(servers[i]!, `${text}!`);
      };
    });
    clients.forEach((c, i) => {
      send(c, `message ${i}`);
    });
    await eventually(() => {
      for (let i = 0; i < 40; i++) {
        if (i % 4 === 1) expect(from[i]!.closes.map((e) => e?.message)).toEqual([`connection ${i}`]);
        else expect(at[i]!.text).toBe(`message ${i}!`);
      }
    });
    for (let i = 1; i < 40; i += 4) expect(at[i]!.text).toBe('');
  });

  it('drops records of connections that were closed earlier in their batch, whatever took their place', async () => {
    const n = network();
    const { clients, servers, from, listener } = await pairs(20, n);
    const replaced: Promise<Connection>[] = [];
    // Whoever comes first closes all the others and dials anew: slots are there again, their records wait.
    let first = -1;
    from.forEach((t, i) => {
      t.act = () => {
        if (first >= 0) return;
        first = i;
        servers.forEach((s, k) => {
          if (k !== i) s.destroy();
        });
        for (let k = 0; k < 19; k++) replaced.push(n.dial(listener.address));
      };
    });
    clients.forEach((c, i) => {
      send(c, `secret ${i}`);
    });
    await eventually(() => {
      expect(from.slice(0, 20).filter((t) => t.closes.length === 1)).toHaveLength(19);
    });
    const fresh = await Promise.all(replaced);
    closing.push(() => {
      fresh.forEach((c) => {
        c.destroy();
      });
    });
    await eventually(() => {
      expect(servers).toHaveLength(39);
    });
    expect(from.slice(20).map((t) => t.text)).toEqual(Array.from({ length: 19 }, () => ''));
    fresh.forEach((c, i) => {
      send(c, `open ${i}`);
    });
    await eventually(() => {
      expect(from.slice(20).map((t) => t.text).sort()).toEqual(Array.from({ length: 19 }, (_, i) => `open ${i}`).sort());
    });
  });

  it('hands a descriptor over with the bytes of its record, when that waits in the batch', async () => {
    const n = network();
    const { clients, servers, from } = await pairs(10, n);
    const moved: { unread: string; taker: Taker; connection: Connection }[] = [];
    let first = -1;
    from.forEach((t, i) => {
      t.act = () => {
        if (first >= 0) return;
        first = i;
        servers.forEach((s, k) => {
          if (k === i) return;
          const d = s.detach()!;
          const connection = n.adopt(d.fd);
          const taker = new Taker();
          connection.attach(taker);
          moved[k] = { unread: Buffer.from(d.unread).toString('latin1'), taker, connection };
        });
      };
    });
    closing.push(() => {
      moved.forEach((m) => {
        m.connection.destroy();
      });
    });
    clients.forEach((c, i) => {
      send(c, `one ${i}`);
    });
    await eventually(() => {
      expect(first).toBeGreaterThanOrEqual(0);
    });
    clients.forEach((c, i) => {
      send(c, `, two ${i}`);
    });
    await eventually(() => {
      moved.forEach((m, k) => {
        expect(m.unread + m.taker.text).toBe(`one ${k}, two ${k}`);
      });
    });
    // In one turn all were readable, so the bytes were in the table and nowhere else.
    expect(moved.filter((m) => m.unread !== '').length).toBeGreaterThan(0);
  });

  it('answers of an async handler leave in the batch of their question, and only theirs', async () => {
    const n = network();
    const { clients, servers, at, from } = await pairs(30, n);
    from.forEach((t, i) => {
      t.act = (text) => {
        void (async () => {
          await undefined;
          await Promise.resolve();
          send(servers[i]!, `${text} answered`);
        })();
      };
    });
    const before = n.stats();
    for (let k = 0; k < 50; k++) {
      clients.forEach((c, i) => {
        send(c, `${i} `);
      });
      await eventually(() => {
        at.forEach((t, i) => {
          expect(t.text).toBe(`${i}  answered`.repeat(k + 1));
        });
      });
    }
    const after = n.stats();
    // One write for a question, one for its answer.
    expect(after.writes - before.writes).toBeLessThanOrEqual(50 * 60);
  });

  it('a block that is taken away before it is sent costs its connection, and that alone', async () => {
    const { clients, at, from } = await pairs(2);
    const stolen = new Uint8Array(8192).fill(65);
    clients[0]!.beginWrite(0).bytes(stolen);
    clients[0]!.endWrite();
    send(clients[1]!, 'fine');
    structuredClone(stolen.buffer, { transfer: [stolen.buffer] });
    await eventually(() => {
      expect(at[0]!.closes).toHaveLength(1);
      expect(from[1]!.text).toBe('fine');
    });
    expect((at[0]!.closes[0] as { code?: string }).code).toBe('NETPOLL_CONN_RESET');
    expect(from[0]!.text).toBe('');
    expect(at[1]!.closes).toEqual([]);
  });

  it('a reset after the end is seen without a write', async () => {
    const n = network();
    const servers: Connection[] = [];
    const from = new Taker();
    const listener = await n.listen({ kind: 'tcp', host: '127.0.0.1', port: 0 }, (c) => {
      c.attach(from);
      servers.push(c);
    });
    closing.push(() => listener.close());
    const s = connect({ host: '127.0.0.1', port: (listener.address as { port: number }).port, allowHalfOpen: true });
    s.on('error', () => undefined);
    s.end('x');
    await eventually(() => {
      expect(from).toMatchObject({ text: 'x', ends: 1 });
    });
    expect(from.closes).toEqual([]);
    s.resetAndDestroy();
    await eventually(() => {
      expect(from.closes).toHaveLength(1);
    });
    expect(from.closes[0]).toMatchObject({ code: 'NETPOLL_CONN_RESET' });
  });

  it('sends a descriptor over a unix socket', async () => {
    const n = network();
    const { clients, servers, from } = await pairs(1, n);
    const target = await pairs(1, n);
    const got: number[] = [];
    (servers[0] as PollConnection).receiveDescriptors((fd) => got.push(fd));
    const d = target.servers[0]!.detach()!;
    (clients[0] as PollConnection).sendDescriptor(d.fd, 42);
    await eventually(() => {
      expect(got).toHaveLength(1);
      expect(from[0]!.text).toBe('*');
    });
    loadNative().native!.closeDescriptor(d.fd);
    const adopted = n.adopt(got[0]!);
    closing.push(() => {
      adopted.destroy();
    });
    adopted.attach(new Taker());
    send(adopted, 'from its new owner');
    await eventually(() => {
      expect(target.at[0]!.text).toBe('from its new owner');
    });
  });

  it('listens on an inherited descriptor, and refuses one that does not listen', async () => {
    const n = network();
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
    // A duplicate, as a supervisor hands it down: sent over a unix socket.
    const { clients, servers } = await pairs(1, n);
    const got: number[] = [];
    (servers[0] as PollConnection).receiveDescriptors((d) => got.push(d));
    (clients[0] as PollConnection).sendDescriptor(fd);
    await eventually(() => {
      expect(got).toHaveLength(1);
    });
    server.close();
    const accepted = new Taker();
    const listener = await n.listen({ kind: 'tcp', host: '127.0.0.1', port: 0 }, (c) => {
      c.attach(accepted);
    }, { fd: got[0]! });
    closing.push(() => listener.close());
    expect(listener.address).toEqual({ kind: 'tcp', host: '127.0.0.1', port });
    const client = await n.dial(listener.address);
    closing.push(() => {
      client.destroy();
    });
    send(client, 'x');
    await eventually(() => {
      expect(accepted.text).toBe('x');
    });
    const d = clients[0]!.detach()!;
    await expect(n.listen({ kind: 'tcp', host: '127.0.0.1', port: 0 }, () => undefined, { fd: d.fd })).rejects.toMatchObject({ code: 'NETPOLL_LISTEN_FAILED' });
    loadNative().native!.closeDescriptor(d.fd);
  });

  it('10,000 in the long run, a hundred here: TLS hand-offs with hellos cut anywhere leave no descriptor', async () => {
    const n = network();
    const { key, cert } = selfSigned(['localhost']);
    const count = Number(process.env['CLOUDWEGO_TLS_HANDOFFS'] ?? 100);
    const inner: Connection[] = [];
    const listener = await n.listen({ kind: 'tcp', host: '127.0.0.1', port: 0 }, (raw) => {
      // As a sniffer does it: it wants the start of the hello, and hands over while it is shown.
      raw.attach({
        need: 24,
        receive: (_b, start, end) => {
          if (end - start < 24) return 0;
          const c = raw.startTls({ key, cert, isServer: true });
          const t = new Taker((text) => {
            send(c, text);
          });
          c.attach(t);
          inner.push(c);
          return 0;
        },
        receiveEnd: () => {
          raw.destroy();
        },
        writable: () => undefined,
        closed: () => undefined,
      });
    });
    const { port } = listener.address as { port: number };
    const before = descriptors();
    for (let i = 0; i < count; i++) {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true });
      socket.on('error', () => undefined);
      let cut = true;
      const splitter = new Duplex({
        read: () => undefined,
        write: (chunk: Buffer, _e, done) => {
          if (!cut || chunk.length < 2) {
            socket.write(chunk, done);
            return;
          }
          cut = false;
          const at = 1 + ((i * 37) % (chunk.length - 1));
          socket.write(chunk.subarray(0, at));
          setImmediate(() => setImmediate(() => socket.write(chunk.subarray(at), done)));
        },
        final: (done) => {
          socket.end(done);
        },
        destroy: (e, done) => {
          socket.destroy();
          done(e);
        },
      });
      socket.on('data', (d) => splitter.push(d));
      socket.on('end', () => splitter.push(null));
      const tls = connectTls({ socket: splitter, ca: cert, servername: 'localhost' });
      tls.write(`hello ${i}`);
      const [answer] = (await once(tls, 'data')) as [Buffer];
      expect(answer.toString()).toBe(`hello ${i}`);
      tls.destroy();
      socket.destroy();
      inner.pop()!.destroy();
    }
    await listener.close();
    await eventually(() => {
      expect(descriptors()).toBeLessThanOrEqual(before);
    });
  }, 600_000);

  describe('in processes and threads', () => {
    it('a worker that is terminated with a thousand busy connections leaves no descriptor', async () => {
      // The first worker also costs what the process keeps for all of them.
      await (await thread('echo')).worker.terminate();
      const before = descriptors();
      for (let i = 0; i < 3; i++) {
        const { worker, said } = await thread('crowd', { n: 500 });
        expect(said).toEqual({ live: 1000 });
        await worker.terminate();
      }
      await eventually(() => {
        expect(descriptors()).toBeLessThanOrEqual(before);
      });
    });

    it('several environments at once, and a thread that ends by itself', async () => {
      const all = await Promise.all(Array.from({ length: 4 }, () => thread('echo')));
      expect(all.map((t) => t.said)).toEqual(Array.from({ length: 4 }, () => ({ rounds: 200 })));
      const ended = await Promise.all(all.map(({ worker }) => (worker.threadId === -1 ? 0 : once(worker, 'exit').then(([code]) => code as number))));
      expect(ended).toEqual([0, 0, 0, 0]);
    });

    it('a process ends by itself when its sockets are closed', async () => {
      expect(await child('echo')).toMatchObject({ status: 0, said: { rounds: 200 } });
    });

    it('process.exit with open connections keeps its status', async () => {
      expect(await child('exit')).toMatchObject({ status: 7, signal: null, said: { exiting: true }, stderr: '' });
    });

    it('an exception in a microtask of a batch is the process\'s, as anywhere', async () => {
      const r = await child('uncaught');
      expect(r).toMatchObject({ status: 1, signal: null });
      expect(r.stderr).toContain('in a microtask');
      const handled = await child('caught');
      expect(handled).toMatchObject({ status: 0, said: { answers: 3 } });
      expect((handled.said as { seen: number }).seen).toBeGreaterThanOrEqual(2);
    });

    it('a listener that is out of descriptors goes on when there are some again', async () => {
      const r = await child('descriptors', { limit: 100 });
      expect(r).toMatchObject({ status: 0, said: { refused: 'EMFILE', again: true } });
    });

    it('another runtime is refused before the addon is loaded', async () => {
      // Whatever engine the suite runs on, the child's choice is its own.
      const r = await child('other', { env: { CLOUDWEGO_NETPOLL_ENGINE: '', CLOUDWEGO_NATIVE: '' } });
      expect(r).toMatchObject({ status: 0, said: { error: 'NETPOLL_ENGINE_UNAVAILABLE', auto: 'stream' } });
      expect((r.said as { message: string }).message).toContain('Bun');
    });

    it('the environment chooses the engine, and can insist on the addon', async () => {
      expect((await child('info', { env: { CLOUDWEGO_NETPOLL_ENGINE: 'stream' } })).said).toMatchObject({ network: 'stream', info: { engine: 'stream' } });
      expect((await child('info', { env: { CLOUDWEGO_NETPOLL_ENGINE: 'poll' } })).said).toMatchObject({ network: 'poll', info: { engine: 'poll' } });
      expect((await child('info', { env: { CLOUDWEGO_NETPOLL_ENGINE: 'warp' } })).said).toMatchObject({ error: 'GOPKG_OPTION_INVALID' });
      const nowhere = { CLOUDWEGO_NATIVE_VARIANT: 'that-nobody-built' };
      expect((await child('info', { env: { ...nowhere, CLOUDWEGO_NETPOLL_ENGINE: 'poll' } })).said).toMatchObject({ error: 'NETPOLL_ENGINE_UNAVAILABLE' });
      expect((await child('info', { env: { ...nowhere, CLOUDWEGO_NATIVE: 'require', CLOUDWEGO_NETPOLL_ENGINE: '' } })).said).toMatchObject({ error: 'NETPOLL_ENGINE_UNAVAILABLE' });
      expect((await child('info', { env: { ...nowhere, CLOUDWEGO_NATIVE: '', CLOUDWEGO_NETPOLL_ENGINE: '' } })).said).toMatchObject({ network: 'stream', info: { engine: 'stream', driver: 'libuv' } });
    });
  });
});
