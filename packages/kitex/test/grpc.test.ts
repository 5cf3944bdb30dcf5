// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createServer as createHttp2Server } from 'node:http2';
import type { Http2Server, ServerHttp2Stream } from 'node:http2';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { BizStatusError, createClient, createServer, GetConnectionError, GrpcStatusError, isTimeoutError, RemoteOrNetworkError, TransError } from '@cloudwego/kitex';
import type { RpcContext } from '@cloudwego/kitex';
import { Echo, plain, Refused } from './fixtures/echo.js';
import { connect, gate, serve, silentLogger, using } from './fixtures/harness.js';

const grpc = { transport: 'grpc', connectTimeoutMs: 10_000 } as const;

/** A peer by node:http2 that answers as it is told. */
async function http2Peer(answer: (stream: ServerHttp2Stream, n: number) => void): Promise<{ address: string; server: Http2Server }> {
  const server = createHttp2Server();
  let n = 0;
  server.on('stream', (stream: ServerHttp2Stream) => {
    stream.on('error', () => undefined);
    answer(stream, n++);
  });
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (s) => sessions.add(s));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  using({
    [Symbol.asyncDispose]: async () => {
      for (const s of sessions) s.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

function ok(stream: ServerHttp2Stream, body: Uint8Array): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc+thrift' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => {
    stream.sendTrailers({ 'grpc-status': '0', 'grpc-message': '' });
  });
  const b = Buffer.alloc(5);
  b.writeUInt32BE(body.length, 1);
  stream.end(Buffer.concat([b, body]));
}

/** A result struct without fields: what Ping gives. */
const nothing = Buffer.from([0]);

describe('a client over gRPC', () => {
  it('shares a few connections among any number of calls, whatever the peer takes at once', async () => {
    const { address } = await serve({ echo: async (req) => new Promise((r) => setImmediate(r, req)) });
    const client = connect(address, { ...grpc, pool: { kind: 'mux', connectionsPerAddress: 2 } });
    // More than HTTP/2 allows before the first SETTINGS, and more than this server takes at once.
    const answers = await Promise.all(Array.from({ length: 3000 }, (_, i) => client.echo({ text: String(i) })));
    expect(answers.map((a) => a.text)).toEqual(Array.from({ length: 3000 }, (_, i) => String(i)));
    expect(client.dump()).toMatchObject({ kind: 'mux', connections: 2, calls: 0 });
  });

  it('carries metainfo, the deadline, who calls, and values on the way back', async () => {
    let seen: unknown;
    const { address } = await serve({
      echo: (req, ctx: RpcContext) => {
        seen = {
          hop: ctx.metainfo.get('HOP'),
          all: ctx.metainfo.getPersistent('ALL'),
          from: [ctx.rpcInfo.from.serviceName, ctx.rpcInfo.from.method],
          deadline: ctx.deadline < Infinity,
        };
        ctx.metainfo.sendBackward('LOAD', '七');
        return req;
      },
    });
    const client = connect(address, { ...grpc, rpcTimeoutMs: 60_000, clientInfo: { serviceName: 'shop', method: 'buy' } });
    let back: ReadonlyMap<string, string> | undefined;
    await client.echo({ text: 'x' }, { metainfo: { transient: { HOP: '1' }, persistent: { ALL: 'né 你' } }, onBackward: (v) => (back = v) });
    expect(seen).toEqual({ hop: '1', all: 'né 你', from: ['shop', 'buy'], deadline: true });
    expect([...back!]).toEqual([['LOAD', '七']]);
  });

  it('passes what it does not carry on as an error of construction', () => {
    expect(() => createClient(Echo, { destService: 'e', transport: 'grpc', crc32c: true })).toThrow('client.crc32c');
  });

  it('knows business errors, statuses and numbers of its peer', async () => {
    let error: unknown;
    const { address } = await serve({ echo: () => Promise.reject(error) });
    const client = connect(address, grpc);
    error = new BizStatusError(404, 'nicht hiér', { k: 'né 你' });
    await expect(client.echo({ text: 'x' })).rejects.toMatchObject({ code: 'KITEX_BIZ_STATUS', statusCode: 404, bizMessage: 'nicht hiér', extra: { k: 'né 你' } });
    error = new GrpcStatusError(5, 'no such sku', { details: new Uint8Array([8, 5]) });
    const e: unknown = await client.echo({ text: 'x' }).catch((x: unknown) => x);
    expect(e).toBeInstanceOf(RemoteOrNetworkError);
    expect((e as Error).cause).toMatchObject({ status: 5, grpcMessage: 'no such sku [biz error]', details: new Uint8Array([8, 5]) });
    error = new TransError(1204, 'sold out');
    await expect(client.echo({ text: 'x' })).rejects.toMatchObject({ code: 'KITEX_REMOTE_OR_NETWORK', typeId: 1204 });
    error = new Refused('Sunday');
    await expect(client.echo({ text: 'x' })).rejects.toMatchObject({ reason: 'Sunday' });
    expect(await client.ping()).toBeUndefined();
  });

  it('gives up one call by deadline and by signal, and goes on with the others on that connection', async () => {
    const aborted = gate<unknown>();
    const { address } = await serve({
      echo: (req, ctx) =>
        req.text === 'quick'
          ? req
          : new Promise((resolve) => {
              ctx.signal.addEventListener('abort', () => {
                aborted.open(ctx.signal.reason);
                resolve(req);
              });
            }),
    });
    const client = connect(address, { ...grpc, pool: { kind: 'mux', connectionsPerAddress: 1 } });
    const stop = new AbortController();
    const canceled = client.echo({ text: 'slow' }, { signal: stop.signal });
    await client.echo({ text: 'quick' });
    stop.abort(new Error('changed my mind'));
    await expect(canceled).rejects.toMatchObject({ code: 'KITEX_CALL_CANCELED' });
    await aborted.wait;
    const late: unknown = await client.echo({ text: 'slow' }, { rpcTimeoutMs: 30 }).catch((e: unknown) => e);
    expect(isTimeoutError(late)).toBe(true);
    expect(await client.echo({ text: 'quick' })).toEqual({ text: 'quick' });
    expect(client.dump()).toMatchObject({ connections: 1, leaving: 0, calls: 0 });
  });

  it('sends a oneway call and does not wait; what fails there is not its matter', async () => {
    const told = gate<string>();
    const go = gate();
    const { address } = await serve({
      tell: async (m) => {
        told.open(m.text);
        await go.wait;
        throw new Error('too late');
      },
    });
    const client = connect(address, grpc);
    expect(await client.tell({ text: 'now' })).toBeUndefined();
    expect(await told.wait).toBe('now');
    go.open();
    await expect.poll(() => (client.dump() as { calls: number }).calls).toBe(0);
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'x' });
  });

  it('makes a connection per call where it is told to', async () => {
    const { address } = await serve();
    const client = connect(address, { ...grpc, pool: 'short' });
    expect(await client.echo({ text: 'a' })).toEqual({ text: 'a' });
    expect(client.dump()).toMatchObject({ kind: 'short', active: 0 });
  });

  it('loses no call while servers are replaced', async () => {
    const slowly = { echo: async (req: { text: string }) => new Promise<{ text: string }>((r) => setTimeout(r, 2, req)) };
    const first = await serve(slowly);
    const second = await serve(slowly);
    const client = connect(first.address, { ...grpc, hostPorts: [first.address, second.address] });
    let done = false;
    let calls = 0;
    const errors: unknown[] = [];
    const callers = Array.from({ length: 16 }, async () => {
      while (!done) {
        await client.echo({ text: 'x' }).catch((e: unknown) => errors.push(e));
        calls++;
      }
    });
    await expect.poll(() => calls).toBeGreaterThan(50);
    await first.server.stop();
    const before = calls;
    await expect.poll(() => calls).toBeGreaterThan(before + 50);
    done = true;
    await Promise.all(callers);
    expect(errors).toEqual([]);
  });
});

describe('a client over gRPC and a peer that is not ours', () => {
  it('sends a refused stream again, and tells when it is refused for good', async () => {
    let refusals = 2;
    const { address } = await http2Peer((stream) => {
      if (refusals-- > 0) stream.close(7);
      else ok(stream, nothing);
    });
    const client = connect(address, grpc);
    expect(await client.ping()).toBeUndefined();
    refusals = Infinity;
    await expect(client.ping()).rejects.toBeInstanceOf(GetConnectionError);
  });

  it('tries another instance when one refuses all', async () => {
    const stubborn = await http2Peer((stream) => {
      stream.close(7);
    });
    const { address } = await serve();
    const client = connect(address, { ...grpc, hostPorts: [stubborn.address, address] });
    for (let i = 0; i < 4; i++) expect(await client.echo({ text: 'x' })).toEqual({ text: 'x' });
  });

  it.each([
    ['a status alone', (s: ServerHttp2Stream): void => void s.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '14', 'grpc-message': 'later' }, { endStream: true }), 14],
    ['no gRPC at all', (s: ServerHttp2Stream): void => void s.respond({ ':status': 404, 'content-type': 'text/html' }, { endStream: true }), 12],
    ['OK without a message', (s: ServerHttp2Stream): void => void s.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '0' }, { endStream: true }), 13],
    ['a reset', (s: ServerHttp2Stream): void => void s.close(11), 8],
  ] as const)('understands %s', async (_name, answer, status) => {
    const { address } = await http2Peer(answer);
    const e: unknown = await connect(address, grpc)
      .ping()
      .catch((x: unknown) => x);
    expect(e).toMatchObject({ code: 'KITEX_REMOTE_OR_NETWORK', typeId: status });
  });

  it('sends a request as the protocol has it', async () => {
    const seen = gate<Record<string, unknown>>();
    const server = createHttp2Server();
    server.on('stream', (stream: ServerHttp2Stream, headers) => {
      seen.open({ ...headers });
      ok(stream, nothing);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const client = connect(`127.0.0.1:${(server.address() as AddressInfo).port}`, grpc);
      await client.ping();
      await client.close();
    } finally {
      server.close();
    }
    const h = await seen.wait;
    expect(h).toMatchObject({ ':method': 'POST', ':path': '/test.Echo/Ping', ':authority': 'echo', 'content-type': 'application/grpc+thrift', te: 'trailers' });
  });
});

describe('one server', () => {
  it('answers every wire on one port, also beside another service', async () => {
    const server = using(createServer({ address: '127.0.0.1:0', logger: silentLogger }).register(Echo, plain));
    const { address } = await server.start();
    for (const transport of ['buffered', 'framed', 'ttheader', 'ttheader-framed', 'grpc'] as const) {
      expect(await connect(address, { transport, connectTimeoutMs: 10_000 }).echo({ text: transport })).toEqual({ text: transport });
    }
  });
});
