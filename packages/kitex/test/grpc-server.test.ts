// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { AclError, BizStatusError, createServer, GrpcStatusError, TransError } from '@cloudwego/kitex';
import type { RpcContext } from '@cloudwego/kitex';
import { Echo, plain, Refused } from './fixtures/echo.js';
import { connect, echoArgs, gate, serve, silentLogger, using } from './fixtures/harness.js';
import { grpcCall, grpcEnd, grpcMessage, grpcOpen, grpcSession } from './fixtures/grpc.js';

/** A result struct that holds Message { text }. */
function resultOf(text: string): Buffer {
  const b = echoArgs(text);
  b[2] = 0;
  return b;
}

describe('gRPC on the port of the other wires', () => {
  it('answers with the result struct, its content type and both trailers', async () => {
    const { address } = await serve({ echo: async (req) => Promise.resolve({ text: req.text + '!' }) });
    const s = grpcSession(address);
    const a = await grpcCall(s, '/test.Echo/Echo', echoArgs('hé'));
    expect(a.headers).toMatchObject({ ':status': 200, 'content-type': 'application/grpc+thrift' });
    expect(a.messages).toEqual([resultOf('hé!')]);
    expect(a.trailers).toMatchObject({ 'grpc-status': '0', 'grpc-message': '' });
    expect(await connect(address).echo({ text: 'x' })).toEqual({ text: 'x!' });
  });

  it('ignores the package of the path, and serves many calls of one connection at once', async () => {
    const g = gate();
    let running = 0;
    const { address } = await serve({
      echo: async (req) => {
        if (++running === 100) g.open();
        await g.wait;
        return req;
      },
    });
    const s = grpcSession(address);
    const all = await Promise.all(Array.from({ length: 100 }, (_, i) => grpcCall(s, i % 2 === 0 ? '/Echo/Echo' : '/any.pkg.Echo/Echo', echoArgs(String(i)))));
    expect(all.map((a) => a.messages[0])).toEqual(Array.from({ length: 100 }, (_, i) => resultOf(String(i))));
  });

  it('takes a request whose end comes behind its message, and messages of a megabyte', async () => {
    const { address } = await serve();
    const s = grpcSession(address);
    const body = echoArgs('x'.repeat(1 << 20));
    const stream = grpcOpen(s, '/test.Echo/Echo');
    stream.write(grpcMessage(body));
    stream.end();
    const a = await grpcEnd(stream);
    expect(a.messages[0]?.length).toBe(body.length);
    expect(a.trailers['grpc-status']).toBe('0');
  });

  it('answers a oneway call with an empty result once its handler is done', async () => {
    let told = '';
    const { address } = await serve({ tell: (m) => void (told = m.text) });
    const a = await grpcCall(grpcSession(address), '/test.Echo/Tell', echoArgs('now'));
    expect(told).toBe('now');
    expect(a.messages).toEqual([Buffer.from([0])]);
    expect(a.trailers['grpc-status']).toBe('0');
  });

  it('carries bare messages where the IDL is Protobuf', async () => {
    // The hand-written codec stands for the generated one: what counts is that the bare one is asked.
    const methods = Echo.methods.map((m) => (m.key === 'ping' ? { ...m, arity: 1, request: raw, response: raw } : m));
    const server = using(
      createServer({ address: '127.0.0.1:0', logger: silentLogger }).register(
        { ...Echo, payload: 'protobuf' as const, methods },
        { ...plain, ping: ((b: Uint8Array) => Buffer.from(b).reverse()) as never },
      ),
    );
    const { address } = await server.start();
    const a = await grpcCall(grpcSession(address), '/test.Echo/Ping', new Uint8Array([10, 1, 65]), { 'content-type': 'application/grpc+proto' });
    expect(a.headers['content-type']).toBe('application/grpc');
    expect(a.messages).toEqual([Buffer.from([65, 1, 10])]);
  });
});

const raw = {
  encode: (w: { bytes(b: Uint8Array): void }, v: unknown): void => {
    w.bytes(v as Uint8Array);
  },
  decode: (r: { left: number; bytes(n: number): Uint8Array }): unknown => r.bytes(r.left),
};

describe('what travels beside a call', () => {
  it('is metainfo, the caller, the deadline; and backward values on the way back', async () => {
    let ctx: RpcContext | undefined;
    let seen: unknown;
    const { address } = await serve({
      echo: (req, c) => {
        ctx = c;
        seen = {
          transient: c.metainfo.get('LOG_ID'),
          persistent: c.metainfo.getPersistent('USER'),
          onward: c.metainfo.transient.size,
          caller: c.rpcInfo.from.serviceName,
          wire: c.rpcInfo.config.transport,
        };
        c.metainfo.sendBackward('QUEUE_MS', '12');
        return req;
      },
    });
    const a = await grpcCall(grpcSession(address), '/test.Echo/Echo', echoArgs('x'), {
      'rpc-transit-log-id': 'l1',
      'rpc-persist-user': 'u1',
      'source-service': 'shop',
      'grpc-timeout': '90S',
    });
    expect(seen).toEqual({ transient: 'l1', persistent: 'u1', onward: 0, caller: 'shop', wire: 'grpc' });
    expect(ctx!.deadline).toBeLessThan(Infinity);
    expect(ctx!.rpcInfo.config.rpcTimeoutMs).toBeGreaterThan(80_000);
    expect(a.headers['rpc-backward-queue-ms']).toBe('12');
  });

  it('is not read past its deadline', async () => {
    let entered = false;
    const { address } = await serve({ echo: (req) => ((entered = true), req) });
    const a = await grpcCall(grpcSession(address), '/test.Echo/Echo', echoArgs('x'), { 'grpc-timeout': '0n' });
    expect(a.trailers['grpc-status']).toBe('4');
    expect(entered).toBe(false);
  });
});

describe('failures', () => {
  const cases: readonly (readonly [string, () => unknown, string, string])[] = [
    ['an error', () => new Error('no stock'), '13', 'no stock [biz error]'],
    ['a number of its own', () => new TransError(1204, 'sold out'), '1204', 'sold out [biz error]'],
    ['a number that would be success', () => new TransError(0, 'odd'), '2', 'odd [biz error]'],
    ['a gRPC status', () => new GrpcStatusError(5, 'no such sku'), '5', 'no such sku [biz error]'],
    ['a mistake', () => new TypeError('undefined is not a function'), '13', 'panic: '],
  ];
  it.each(cases)('of a handler: %s', async (_name, make, status, message) => {
    const { address } = await serve({
      echo: () => {
        throw make();
      },
    });
    const a = await grpcCall(grpcSession(address), '/test.Echo/Echo', echoArgs('x'));
    expect(a.trailers['grpc-status']).toBe(status);
    expect(decodeURIComponent(a.trailers['grpc-message'] as string)).toContain(message);
    expect(a.messages).toEqual([]);
  });

  it('of middlewares: ACL, and a status as it is', async () => {
    const acl = await serve({}, { aclRules: [() => 'not you'] });
    expect((await grpcCall(grpcSession(acl.address), '/test.Echo/Echo', echoArgs('x'))).trailers['grpc-status']).toBe('7');
    const own = await serve({}, { middlewares: [() => () => Promise.reject(new GrpcStatusError(16, 'who are you'))] });
    const a = await grpcCall(grpcSession(own.address), '/test.Echo/Echo', echoArgs('x'));
    expect(a.trailers).toMatchObject({ 'grpc-status': '16', 'grpc-message': 'who are you' });
    expect(new AclError('x').kind).toBe('acl');
  });

  it('that the IDL declares are results', async () => {
    const { address } = await serve({ echo: () => Promise.reject(new Refused('Sunday')) });
    const a = await grpcCall(grpcSession(address), '/test.Echo/Echo', echoArgs('x'));
    expect(a.trailers['grpc-status']).toBe('0');
    const declared = echoArgs('Sunday');
    expect(a.messages).toEqual([declared]);
  });

  it('of the business travel in trailers', async () => {
    const { address } = await serve({
      echo: (_req, ctx) => {
        ctx.metainfo.sendBackward('K', 'v');
        throw new BizStatusError(404, 'nicht hiér', { k: 'v' });
      },
    });
    const a = await grpcCall(grpcSession(address), '/test.Echo/Echo', echoArgs('x'));
    expect(a.messages).toEqual([]);
    expect(a.headers['rpc-backward-k']).toBe('v');
    expect(a.trailers).toMatchObject({ 'grpc-status': '13', 'grpc-message': 'nicht hi%C3%A9r', 'biz-status': '404', 'biz-extra': '{"k":"v"}' });
  });

  it('of the request: names, payload, encoding, number of messages', async () => {
    const { address } = await serve({ echo: (req) => new Promise((r) => setTimeout(r, 30_000, req).unref()) }, { exitWaitTimeMs: 0 });
    const s = grpcSession(address);
    const status = async (path: string, body: Uint8Array, headers: Record<string, string> = {}): Promise<unknown> => (await grpcCall(s, path, body, headers)).trailers['grpc-status'];
    expect(await status('/test.Echo/Nope', echoArgs('x'))).toBe('1');
    expect(await status('/test.Nope/Echo', echoArgs('x'))).toBe('20');
    expect(await status('/test.Echo/Echo', Buffer.from([12, 0, 1, 11, 0, 1, 0x7f, 0xff, 0xff, 0xff]))).toBe('13');
    expect(await status('/test.Echo/Echo', echoArgs('x'), { 'content-type': 'application/grpc' })).toBe('12');
    expect(await status('/test.Echo/Echo', echoArgs('x'), { 'grpc-timeout': 'soon' })).toBe('13');
    const none = grpcOpen(s, '/test.Echo/Echo');
    none.end();
    expect((await grpcEnd(none)).trailers['grpc-status']).toBe('13');
    const two = grpcOpen(s, '/test.Echo/Echo');
    two.end(Buffer.concat([grpcMessage(echoArgs('a')), grpcMessage(echoArgs('b'))]));
    const a = await grpcEnd(two);
    expect(a.trailers['grpc-message']).toContain('more than one request message');
  });

  it('of an answer that cannot be encoded leave the connection as it was', async () => {
    let bad = true;
    const { address } = await serve({ echo: (req) => (bad ? ({ text: 7 } as never) : req) });
    const s = grpcSession(address);
    const a = await grpcCall(s, '/test.Echo/Echo', echoArgs('x'));
    expect(a.trailers['grpc-status']).toBe('13');
    expect(a.messages).toEqual([]);
    bad = false;
    expect((await grpcCall(s, '/test.Echo/Echo', echoArgs('x'))).messages).toEqual([resultOf('x')]);
  });
});

describe('the end', () => {
  it('of a call by its caller aborts ctx.signal; the others go on', async () => {
    const entered = gate();
    const aborted = gate<unknown>();
    const { address } = await serve({
      echo: (req, ctx) => {
        if (req.text === 'quick') return req;
        entered.open();
        return new Promise((_, reject) => {
          ctx.signal.addEventListener('abort', () => {
            aborted.open(ctx.signal.reason);
            reject(new Error('left'));
          });
        });
      },
    });
    const s = grpcSession(address);
    const stream = grpcOpen(s, '/test.Echo/Echo');
    stream.on('error', () => undefined);
    stream.end(grpcMessage(echoArgs('slow')));
    await entered.wait;
    stream.close(8);
    expect(await aborted.wait).toMatchObject({ code: 'KITEX_REMOTE_OR_NETWORK' });
    expect((await grpcCall(s, '/test.Echo/Echo', echoArgs('quick'))).messages).toEqual([resultOf('quick')]);
  });

  it('of a server is told by GOAWAY; calls in flight are answered', async () => {
    const entered = gate();
    const go = gate();
    const { server, address } = await serve({
      echo: async (req) => {
        entered.open();
        await go.wait;
        return { text: req.text.repeat(200_000) };
      },
    });
    const s = grpcSession(address);
    const told = new Promise<number>((resolve) => {
      s.once('goaway', resolve);
    });
    const call = grpcCall(s, '/test.Echo/Echo', echoArgs('x'));
    await entered.wait;
    const stopped = server.stop();
    expect(await told).toBe(0);
    go.open();
    const a = await call;
    expect(a.messages[0]?.length).toBe(resultOf('').length + 200_000);
    expect(a.trailers['grpc-status']).toBe('0');
    expect(await stopped).toMatchObject({ inFlight: 1, finished: 1, forced: 0 });
  });
});
