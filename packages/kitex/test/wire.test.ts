// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { createClient, createServer } from '@cloudwego/kitex';
import { Echo, Other, plain } from './fixtures/echo.js';
import { connect, echoArgs, framed, gate, raw, serve, silentLogger, using } from './fixtures/harness.js';

const exceptionType = (b: Buffer): number => b.readUInt32BE(4) & 0xff;

/** Number of a TApplicationException in a framed EXCEPTION. */
function typeIdOf(b: Buffer): number {
  expect(exceptionType(b)).toBe(3);
  return b.readInt32BE(b.length - 5);
}

describe('one port', () => {
  it('speaks every wire, also one after the other on one connection', async () => {
    const { address } = await serve();
    for (const transport of ['buffered', 'framed', 'ttheader', 'ttheader-framed'] as const) {
      expect(await connect(address, { transport }).echo({ text: transport })).toEqual({ text: transport });
    }
    const f = framed(1, 'Echo', 1, echoArgs('a'));
    const both = await raw(address, [f, f.subarray(4)], 2 * f.length - 4);
    expect(both.length).toBe(2 * f.length - 4);
  });

  it('answers pipelined requests in order, whatever the handlers do', async () => {
    const { address } = await serve({
      echo: async (req) => {
        await new Promise((r) => setTimeout(r, Number(req.text) % 3));
        return req;
      },
    });
    const frames = Array.from({ length: 256 }, (_, i) => framed(1, 'Echo', i + 1, echoArgs(String(i).padStart(4, '0'))));
    const size = frames[0]!.length;
    const got = await raw(address, Buffer.concat(frames), 256 * size);
    const seqs = Array.from({ length: 256 }, (_, i) => got.readInt32BE(i * size + 16));
    expect(seqs).toEqual(Array.from({ length: 256 }, (_, i) => i + 1));
  });

  it('answers pipelined requests in order with several running at once', async () => {
    let running = 0;
    let most = 0;
    const { address } = await serve(
      {
        echo: async (req) => {
          most = Math.max(most, ++running);
          await new Promise((r) => setTimeout(r, 5));
          running--;
          return req;
        },
      },
      { pipelineDepth: 8 },
    );
    const frames = Array.from({ length: 64 }, (_, i) => framed(1, 'Echo', i + 1, echoArgs(String(i).padStart(4, '0'))));
    const size = frames[0]!.length;
    const got = await raw(address, Buffer.concat(frames), 64 * size);
    expect(Array.from({ length: 64 }, (_, i) => got.readInt32BE(i * size + 16))).toEqual(Array.from({ length: 64 }, (_, i) => i + 1));
    expect(most).toBe(8);
  });
});

describe('bad input', () => {
  it('answers an unknown method with 1, without a service name with 20, closes that connection, serves on', async () => {
    const { address } = await serve();
    const got = await raw(address, framed(1, 'Nope', 7, new Uint8Array([0])));
    expect(typeIdOf(got)).toBe(20);
    expect(got.readInt32BE(16)).toBe(7);
    const newer = using(createClient({ ...Echo, methods: Echo.methods.map((m) => ({ ...m, name: m.name + '2' })) }, { destService: 'echo', hostPorts: [address] }));
    await expect(newer.echo({ text: 'x' })).rejects.toMatchObject({ typeId: 1, message: expect.stringContaining('unknown method Echo2') as string });
    expect(await connect(address).echo({ text: 'x' })).toEqual({ text: 'x' });
  });

  it('answers wrong types and truncated payloads with 7', async () => {
    const { address } = await serve();
    // A string that claims two gigabytes.
    const lie = Buffer.from([12, 0, 1, 11, 0, 1, 0x7f, 0xff, 0xff, 0xff, 0, 0]);
    expect(typeIdOf(await raw(address, framed(1, 'Echo', 1, lie)))).toBe(7);
    // A type id that does not exist.
    expect(typeIdOf(await raw(address, framed(1, 'Echo', 1, new Uint8Array([5, 0, 9, 0]))))).toBe(7);
    // Nested deeper than anybody would.
    const deep = Buffer.concat(Array.from({ length: 100 }, () => Buffer.from([12, 0, 9])));
    expect(typeIdOf(await raw(address, framed(1, 'Echo', 1, Buffer.concat([deep, Buffer.alloc(101)]))))).toBe(7);
    expect(await connect(address).echo({ text: 'x' })).toEqual({ text: 'x' });
  });

  it('closes on a frame that lies about its length, and on one that is too long', async () => {
    const { address } = await serve({}, { maxMessageBytes: 1000, readWriteTimeoutMs: 50 });
    const f = framed(1, 'Echo', 1, echoArgs('x'));
    f.writeUInt32BE(f.length - 4 + 500, 0);
    expect((await raw(address, f)).length).toBe(0);
    f.writeUInt32BE(0x3fffffff, 0);
    await raw(address, f);
    const big = framed(1, 'Echo', 1, echoArgs('x'.repeat(2000)));
    await raw(address, big);
    expect(await connect(address).echo({ text: 'x' })).toEqual({ text: 'x' });
  });

  it('closes on bytes that are no RPC', async () => {
    const { address } = await serve();
    expect((await raw(address, Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'))).toString('latin1')).toContain('400 Bad Request');
    expect(await connect(address).echo({ text: 'x' })).toEqual({ text: 'x' });
  });

  it('survives every truncation of a request', async () => {
    const { address } = await serve({}, { readWriteTimeoutMs: 30 });
    const f = framed(1, 'Echo', 1, echoArgs('hello'));
    await Promise.all(Array.from({ length: f.length - 1 }, (_, i) => raw(address, f.subarray(0, i + 1))));
    expect(await connect(address).echo({ text: 'x' })).toEqual({ text: 'x' });
  });

  it('serves others while one connection stalls in the middle of a message', async () => {
    const { address } = await serve({}, { readWriteTimeoutMs: 50 });
    const f = framed(1, 'Echo', 1, echoArgs('hello'));
    const stalled = raw(address, f.subarray(0, 20));
    const client = connect(address, { transport: 'framed' });
    for (let i = 0; i < 10; i++) expect(await client.echo({ text: 'x' })).toEqual({ text: 'x' });
    expect((await stalled).length).toBe(0);
  });
});

describe('checksums', () => {
  it('travel both ways and are checked', async () => {
    const { address } = await serve({}, { crc32c: true });
    expect(await connect(address, { crc32c: true }).echo({ text: 'x'.repeat(10_000) })).toEqual({ text: 'x'.repeat(10_000) });
  });
});

describe('several services on one server', () => {
  it('are found by name; without a name the fallback serves', async () => {
    const server = using(
      createServer({ address: '127.0.0.1:0', logger: silentLogger })
        .register(Echo, { ...plain, echo: () => ({ text: 'echo' }) })
        .register(Other, { ...plain, echo: () => ({ text: 'other' }) }, { fallback: true }),
    );
    const { address } = await server.start();
    expect(await connect(address).echo({ text: 'x' })).toEqual({ text: 'echo' });
    const other = using(createClient(Other, { destService: 'o', hostPorts: [address] }));
    expect(await other.echo({ text: 'x' })).toEqual({ text: 'other' });
    expect(await connect(address, { transport: 'framed' }).echo({ text: 'x' })).toEqual({ text: 'other' });
  });

  it('are refused by wrong names when the server is strict', async () => {
    const { address } = await serve({}, { refuseTrafficWithoutServiceName: true });
    const other = using(createClient(Other, { destService: 'o', hostPorts: [address] }));
    await expect(other.echo({ text: 'x' })).rejects.toMatchObject({ typeId: 20 });
    expect(await connect(address).echo({ text: 'x' })).toEqual({ text: 'x' });
    const got = await raw(address, framed(1, 'Echo', 1, echoArgs('x')));
    expect([20, 21]).toContain(typeIdOf(got));
  });

  it('cannot be registered twice, without handlers, or while the server runs', async () => {
    const s = createServer({ address: '127.0.0.1:0' }).register(Echo, plain);
    expect(() => s.register(Echo, plain)).toThrow('"Echo" is registered twice');
    expect(() => createServer().register(Echo, {} as never)).toThrow('no handler for method "echo"');
    expect(() => createServer().register(Echo, plain, { fallback: true }).register(Other, plain, { fallback: true })).toThrow('fallback');
    const { server } = await serve();
    expect(() => server.register(Other, plain)).toThrow('runs already');
  });
});

describe('stop', () => {
  it('lets calls in flight end, then reports', async () => {
    const g = gate();
    const { server, address } = await serve({ echo: (req) => g.wait.then(() => req) });
    const client = connect(address);
    const call = client.echo({ text: 'x' });
    await new Promise((r) => setTimeout(r, 20));
    const stopped = server.stop();
    setTimeout(() => {
      g.open();
    }, 20);
    expect(await call).toEqual({ text: 'x' });
    expect(await stopped).toMatchObject({ inFlight: 1, finished: 1, forced: 0 });
    expect(await server.stop()).toMatchObject({ inFlight: 1 });
  });

  it('loses no call of a client that goes on while servers are replaced', async () => {
    const first = await serve({ echo: (req) => new Promise((r) => setTimeout(r, 2, req)) });
    const second = await serve({ echo: (req) => new Promise((r) => setTimeout(r, 2, req)) });
    const client = connect(first.address, { hostPorts: [first.address, second.address] });
    let done = false;
    const errors: unknown[] = [];
    const callers = Array.from({ length: 8 }, async () => {
      while (!done) await client.echo({ text: 'x' }).catch((e: unknown) => errors.push(e));
    });
    await new Promise((r) => setTimeout(r, 50));
    await first.server.stop();
    await new Promise((r) => setTimeout(r, 50));
    done = true;
    await Promise.all(callers);
    expect(errors).toEqual([]);
  });

  it('ends run() when its signal aborts', async () => {
    const abort = new AbortController();
    const order: string[] = [];
    const server = using(
      createServer({
        address: '127.0.0.1:0',
        logger: silentLogger,
        startHooks: [() => void order.push('start')],
        shutdownHooks: [() => void order.push('stop 1'), () => void order.push('stop 2')],
      }).register(Echo, plain),
    );
    setTimeout(() => {
      abort.abort();
    }, 20);
    await server.run({ signal: abort.signal });
    expect(order).toEqual(['start', 'stop 1', 'stop 2']);
    expect(process.listenerCount('SIGTERM')).toBe(0);
  });

  it('does not start when a hook fails', async () => {
    const server = createServer({ address: '127.0.0.1:0', logger: silentLogger, startHooks: [() => Promise.reject(new Error('no database'))] }).register(Echo, plain);
    await expect(server.start()).rejects.toThrow('no database');
    await server.stop();
  });
});
