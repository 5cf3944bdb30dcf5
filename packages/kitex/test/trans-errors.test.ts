// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { AclError, BizStatusError, createClient, createServer, TransError } from '@cloudwego/kitex';
import { createLogger } from '@cloudwego/gopkg/logger';
import { Echo, plain, Refused } from './fixtures/echo.js';
import { connect, echoArgs, framed, gate, serve, silentLogger, using } from './fixtures/harness.js';
import { ttheader, Wire } from './fixtures/wire.js';

const good = (seq: number): Buffer => framed(1, 'Ping', seq, new Uint8Array([0]));

/** Sends `bad`, then a good request on the same connection; says what came back for the first, and whether the second was answered. */
async function exchange(address: string, wire: string, bad: Buffer, more: Readonly<Record<string, string>> = { isn: 'Echo' }) {
  const w = await Wire.open(address);
  const wrap = (payload: Buffer): Buffer => (wire === 'framed' ? payload : ttheader(wire === 'ttheader' ? payload.subarray(4) : payload, { strings: more, seq: 9 }));
  try {
    const first = await w.send(wrap(bad)).next();
    const second = first === undefined ? undefined : await w.send(wrap(good(2))).next();
    return { first, kept: second?.seq === 2 };
  } finally {
    w.close();
  }
}

const request = (name: string, text: string, type = 1): Buffer => framed(type, name, 1, echoArgs(text));

// kitex-wire.md 9.2, row by row, on every wire with a length.
describe.each(['framed', 'ttheader', 'ttheader-framed'])('what a server answers over %s', (wire) => {
  const header = wire !== 'framed';
  const start = () =>
    serve({
      echo: (req) => {
        switch (req.text) {
          case 'error':
            throw new Error('E');
          case 'trans':
            throw new TransError(1234, 'm');
          case 'typed':
            throw Object.assign(new Error('own number'), { typeId: 77 });
          case 'panic':
            throw new TypeError('undefined is not a function');
          case 'declared':
            throw new Refused('no');
          case 'biz':
            throw new BizStatusError(404, 'nf', { k: 'v' });
          default:
            return req;
        }
      },
    });

  it.each([
    ['error', 6, 'biz error: E'],
    ['trans', 1234, 'm [biz error]'],
    ['typed', 6, 'biz error: own number'],
  ])('a handler error (%s): an EXCEPTION, the connection is kept', async (text, typeId, message) => {
    const { address } = await start();
    const { first, kept } = await exchange(address, wire, request('Echo', text));
    expect(first).toMatchObject({ type: 3, seq: 1, name: 'Echo', typeId, message });
    expect(first?.strings).not.toHaveProperty('crrst');
    if (header) expect(first?.ints).toMatchObject({ 22: '3' });
    expect(kept).toBe(true);
  });

  it('a panic: EXCEPTION 6 that names the method, kept', async () => {
    const { address } = await start();
    const { first, kept } = await exchange(address, wire, request('Echo', 'panic'));
    expect(first).toMatchObject({ type: 3, typeId: 6 });
    expect(first?.message).toBe('panic: [happened in biz handler, method=Echo.Echo, please check the panic at the server side] undefined is not a function');
    expect(kept).toBe(true);
  });

  it('an error of a middleware: EXCEPTION 6 or its own number, kept', async () => {
    for (const [e, typeId, message] of [
      [new AclError('not you'), 6, 'request forbidden: not you'],
      [new TransError(55, 'mine'), 55, 'mine'],
      [Object.assign(new Error('own'), { typeId: 77 }), 77, 'own'],
      [Object.assign(new Error('no number'), { typeId: 2 ** 40 }), 6, 'no number'],
    ] as const) {
      const { address } = await serve(
        {},
        {
          middlewares: [
            (next) => (req, ctx) => {
              if (ctx.method.name === 'Echo') throw e;
              return next(req, ctx);
            },
          ],
        },
      );
      const { first, kept } = await exchange(address, wire, request('Echo', 'x'));
      expect(first).toMatchObject({ type: 3, typeId, message });
      expect(kept).toBe(true);
    }
  });

  it('an unknown method: 1 where the service is named, else 20; crrst; closed', async () => {
    const { address } = await start();
    const { first, kept } = await exchange(address, wire, request('Nope', 'x'));
    expect(first).toMatchObject({ type: 3, seq: 1, name: 'Nope', typeId: header ? 1 : 20 });
    expect(first?.message).toBe(header ? 'unknown method Nope (service Echo)' : 'unknown service , method Nope');
    if (header) expect(first?.strings).toMatchObject({ crrst: '1' });
    expect(kept).toBe(false);
  });

  it('an unknown service: 20, crrst, closed', async () => {
    const { address } = await start();
    const { first, kept } = await exchange(address, wire, request('Nope', 'x'), { isn: 'Nobody' });
    expect(first).toMatchObject({ type: 3, typeId: 20 });
    if (header) expect(first).toMatchObject({ message: 'unknown service Nobody, method Nope', strings: { crrst: '1' } });
    expect(kept).toBe(false);
  });

  it.each([2, 3, 5, 0, 0x2a])('a message of type %i: EXCEPTION 2, closed', async (type) => {
    const { address } = await start();
    const { first, kept } = await exchange(address, wire, request('Echo', 'x', type));
    expect(first).toMatchObject({ type: 3, typeId: 2 });
    expect(kept).toBe(false);
  });

  it('arguments that cannot be decoded: EXCEPTION 7, crrst, closed', async () => {
    const { address } = await start();
    const { first, kept } = await exchange(address, wire, framed(1, 'Echo', 1, new Uint8Array([5, 0, 9, 0])));
    expect(first).toMatchObject({ type: 3, typeId: 7 });
    expect(first?.message).toContain('decode of method Echo failed');
    if (header) expect(first?.strings).toMatchObject({ crrst: '1' });
    expect(kept).toBe(false);
  });

  it('a declared exception: a REPLY with its field set, kept', async () => {
    const { address } = await start();
    const { first, kept } = await exchange(address, wire, request('Echo', 'declared'));
    expect(first?.type).toBe(2);
    expect(first?.body.subarray(0, 3)).toEqual(Buffer.from([12, 0, 1]));
    expect(kept).toBe(true);
  });

  it('a biz status: an empty REPLY, its keys in the header, kept', async () => {
    const { address } = await start();
    const { first, kept } = await exchange(address, wire, request('Echo', 'biz'));
    expect(first).toMatchObject({ type: 2, body: Buffer.from([0]) });
    if (header) expect(first?.strings).toEqual({ 'biz-status': '404', 'biz-message': 'nf', 'biz-extra': '{"k":"v"}' });
    expect(kept).toBe(true);
  });

  it('a oneway method: nothing, whatever happens; kept after an error of the handler, closed after bad arguments', async () => {
    let told = 0;
    const { address } = await serve({
      tell: (m) => {
        told++;
        if (m.text === 'fail') throw new Error('x');
        if (m.text === 'panic') throw new TypeError('x');
      },
    });
    const wrap = (payload: Buffer): Buffer => (header ? ttheader(wire === 'ttheader' ? payload.subarray(4) : payload, { strings: { isn: 'Echo' } }) : payload);
    for (const type of [1, 4]) {
      for (const text of ['fine', 'fail', 'panic']) {
        const w = await Wire.open(address);
        expect(await w.send(wrap(request('Tell', text, type))).send(wrap(good(2))).next()).toMatchObject({ type: 2, seq: 2 });
        w.close();
      }
      const w = await Wire.open(address);
      expect(await w.send(Buffer.concat([wrap(framed(type, 'Tell', 1, new Uint8Array([5, 0, 9, 0]))), wrap(good(2))])).next()).toBeUndefined();
    }
    expect(told).toBe(6);
  });
});

describe('a failure that is no TransError', () => {
  it.each([
    ['bad magic inside a TTHeader', ttheader(Buffer.from('not thrift at all'), { strings: { isn: 'Echo' } })],
    ['an info block that ends outside', (() => {
      const b = ttheader(good(1), { strings: { isn: 'Echo' } });
      b.writeUInt16BE(0xffff, 19);
      return b;
    })()],
    ['an unsupported protocol id', (() => {
      const b = ttheader(good(1), { strings: { isn: 'Echo' } });
      b[14] = 2;
      return b;
    })()],
    ['bytes that are no RPC', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ])('%s: no answer, the connection closes', async (_what, bytes) => {
    const { address } = await serve();
    const w = await Wire.open(address);
    expect(await w.send(bytes).next()).toBeUndefined();
    expect(await connect(address).echo({ text: 'x' })).toEqual({ text: 'x' });
  });

  it('a checksum that does not hold: no answer, closed; the caller of a bad reply gets the error itself', async () => {
    const { address } = await serve({}, { crc32c: true });
    const w = await Wire.open(address);
    expect(await w.send(ttheader(good(1), { strings: { isn: 'Echo', crc32c: '00000000' } })).next()).toBeUndefined();
    const liar = await serve({}, { payloadValidator: { key: 'sum', generate: () => 'wrong', validate: () => true } });
    const careful = connect(liar.address, { payloadValidator: { key: 'sum', generate: () => 'right', validate: (v) => v === 'right' } });
    await expect(careful.echo({ text: 'x' })).rejects.toMatchObject({ code: 'KITEX_PAYLOAD_INVALID' });
  });
});

/** A server that answers every request with bytes of the test's choosing. */
async function answering(reply: (seq: number) => Buffer): Promise<string> {
  const { createServer: createSocketServer } = await import('node:net');
  const server = createSocketServer((s) => {
    s.on('error', () => undefined);
    s.on('data', (d) => {
      const name = d.indexOf('Echo');
      s.write(reply(d.readInt32BE(d.lastIndexOf('Echo') + (name < 0 ? 0 : 4))));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  using({
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  });
  return `127.0.0.1:${(server.address() as { port: number }).port}`;
}

const result = Buffer.from([12, 0, 0, 11, 0, 1, 0, 0, 0, 1, 0x78, 0, 0]);
const exception = (message: string, typeId: number): Buffer => {
  const b = Buffer.alloc(3 + 4 + message.length + 3 + 4 + 1);
  b.set([11, 0, 1], 0);
  b.writeUInt32BE(message.length, 3);
  b.write(message, 7);
  b.set([8, 0, 2], 7 + message.length);
  b.writeInt32BE(typeId, 10 + message.length);
  return b;
};

describe('what a client makes of a reply', () => {
  const cases: readonly (readonly [string, (seq: number) => Buffer, Readonly<Record<string, unknown>>])[] = [
    ['an EXCEPTION', (s) => framed(3, 'Echo', s, exception('boom', 6)), { typeId: 6, extra: 'remote', message: 'remote or network error[remote]: boom' }],
    ['an EXCEPTION with any sequence id and without a text', (s) => framed(3, 'Echo', s + 5, exception('', 20)), { typeId: 20, message: 'remote or network error[remote]: unknown service' }],
    ['a message of the wrong direction', (s) => framed(1, 'Echo', s, result), { typeId: 2, extra: undefined }],
    ['an unknown type of message', (s) => framed(9, 'Echo', s, result), { typeId: 2 }],
    ['a reply to another method', (s) => framed(2, 'Ping', s, result), { typeId: 3 }],
    ['a reply to another sequence id', (s) => framed(2, 'Echo', s + 1, result), { typeId: 4, message: expect.stringContaining('method[Echo] out of order sequence response, expect[') as string }],
    ['a result that cannot be decoded', (s) => framed(2, 'Echo', s, Buffer.from([12, 0, 0, 11, 0, 1, 0x7f, 0, 0, 0])), { code: 'KITEX_REMOTE_OR_NETWORK' }],
    ['a reply without a result', (s) => framed(2, 'Echo', s, Buffer.from([0])), { typeId: 5, extra: undefined }],
    ['a length that lies', (s) => framed(2, 'Echo', s, Buffer.concat([result, Buffer.alloc(3)])).subarray(0, -3), { code: 'KITEX_RPC_TIMEOUT' }],
  ];
  it.each(cases)('%s', async (_what, reply, expected) => {
    const address = await answering(reply);
    const client = connect(address, { transport: 'framed', rpcTimeoutMs: expected['code'] === 'KITEX_RPC_TIMEOUT' ? 100 : 10_000 });
    await expect(client.echo({ text: 'x' })).rejects.toMatchObject(expected);
  });

  it('with a TTHeader that is not the request’s sequence id: only the message counts', async () => {
    const address = await answering((s) => ttheader(framed(2, 'Echo', s, result), { seq: s + 3 }));
    expect(await connect(address).echo({ text: 'x' })).toEqual({ text: 'x' });
  });

  it('with crrst: the answer counts, the connection is not used again', async () => {
    const address = await answering((s) => ttheader(framed(2, 'Echo', s, result), { seq: s, strings: { crrst: '1' } }));
    const client = connect(address);
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'x' });
    expect(client.dump()).toMatchObject({ active: 0, idle: 0 });
  });
});

describe('biz status errors', () => {
  const biz = (strings: Readonly<Record<string, string>>): Promise<string> => answering((s) => ttheader(framed(2, 'Echo', s, result), { seq: s, strings }));

  it('are none with the number 0, an unreadable number, or one beyond 32 bits', async () => {
    for (const status of ['0', '', 'x', '1e3', '99999999999', '4294967297']) {
      expect(await connect(await biz({ 'biz-status': status, 'biz-message': 'm' })).echo({ text: 'x' })).toEqual({ text: 'x' });
    }
  });

  it('may be negative, and have no message', async () => {
    await expect(connect(await biz({ 'biz-status': '-5' })).echo({ text: 'x' })).rejects.toMatchObject({ statusCode: -5, bizMessage: '', extra: undefined });
  });

  it('with an extra that is no JSON object of strings are malformed', async () => {
    for (const extra of ['{', '[]', '"s"', 'null', '{"a":1}']) {
      const e = await connect(await biz({ 'biz-status': '5', 'biz-extra': extra })).echo({ text: 'x' }).catch((x: unknown) => x);
      expect(e).toMatchObject({ code: 'KITEX_REMOTE_OR_NETWORK', typeId: 7, message: expect.stringContaining('malformed header info') as string });
    }
  });

  it('that cannot travel are logged once, with what to do', async () => {
    const lines: string[] = [];
    const logger = createLogger({ write: (r) => void lines.push(typeof r === 'string' ? r : JSON.stringify(r)) });
    const server = using(
      createServer({ address: '127.0.0.1:0', logger }).register(Echo, {
        ...plain,
        ping: () => {
          throw new BizStatusError(5, 'five');
        },
      }),
    );
    const { address } = await server.start();
    const client = connect(address, { transport: 'framed' });
    for (let i = 0; i < 3; i++) expect(await client.ping()).toBeUndefined();
    const said = lines.filter((l) => l.includes('biz status error'));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('use ttheader or ttheader-framed');
    const deaf = await serve({ ping: () => Promise.reject(new BizStatusError(5, 'x')) }, { logger, defaultMetaHandlers: false });
    await connect(deaf.address).ping();
    expect(lines.filter((l) => l.includes('defaultMetaHandlers'))).toHaveLength(1);
  });

  it('come from middlewares too, thrown or set', async () => {
    const { address } = await serve(
      {},
      {
        middlewares: [
          (next) => (req, ctx) => {
            if (ctx.method.name === 'Ping') throw new BizStatusError(401, 'who are you');
            ctx.rpcInfo.invocation.setBizStatusError(new BizStatusError(402, 'pay'));
            return next(req, ctx);
          },
        ],
      },
    );
    await expect(connect(address).ping()).rejects.toMatchObject({ statusCode: 401 });
    await expect(connect(address).echo({ text: 'x' })).rejects.toMatchObject({ statusCode: 402 });
  });
});

describe('an answer that cannot be written', () => {
  it('becomes EXCEPTION 6, and the connection goes on', async () => {
    const { address } = await serve({ echo: (req) => (req.text === 'bad' ? (undefined as never) : req) });
    const client = connect(address);
    await expect(client.echo({ text: 'bad' })).rejects.toMatchObject({ typeId: 6, message: expect.stringContaining('encode of the result of method Echo failed') as string });
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'x' });
    expect(client.dump()).toMatchObject({ active: 0, idle: 1 });
  });

  it('also when a meta handler throws, or what is sent back is larger than a header', async () => {
    const { address } = await serve(
      {
        echo: async (req, ctx) => {
          await Promise.resolve();
          if (req.text === 'large') for (let i = 0; i < 8; i++) ctx.metainfo.sendBackward(`k${i}`, 'x'.repeat(60_000));
          if (req.text === 'error') throw new Error('first');
          return req;
        },
      },
      {
        metaHandlers: [
          {
            name: 'touchy',
            writeMeta: (ctx) => {
              if (ctx.metainfo.get('bad') === 'yes') throw new Error('cannot write');
            },
          },
        ],
      },
    );
    const client = connect(address);
    const metainfo = { transient: { bad: 'yes' } };
    await expect(client.echo({ text: 'x' }, { metainfo })).rejects.toMatchObject({ typeId: 6, message: expect.stringContaining('cannot write') as string });
    await expect(client.echo({ text: 'error' }, { metainfo })).rejects.toMatchObject({ typeId: 6 });
    await expect(client.echo({ text: 'large' })).rejects.toMatchObject({ typeId: 6, message: expect.stringContaining('wanted at most') as string });
    expect(await client.echo({ text: 'y' })).toEqual({ text: 'y' });
  });
});

describe('a request that cannot be written', () => {
  it('fails before anything is sent, and the connection is kept', async () => {
    const { address } = await serve();
    const client = connect(address);
    await client.ping();
    await expect(client.echo({ text: 5 as never })).rejects.toThrow();
    await expect(client.echo({ text: 'x' }, { metainfo: { transient: { k: 'x'.repeat(70_000) } } })).rejects.toThrow('wanted at most 65535');
    expect(client.dump()).toMatchObject({ active: 0, idle: 1 });
    expect(await client.echo({ text: 'y' })).toEqual({ text: 'y' });
  });
});

describe('clientErrorHandlerWithAddr', () => {
  it('names the other end', async () => {
    const { clientErrorHandlerWithAddr } = await import('@cloudwego/kitex');
    const g = gate();
    const { server, address } = await serve({ echo: (req) => (req.text === 'fail' ? Promise.reject(new Error('boom')) : g.wait.then(() => req)) }, { exitWaitTimeMs: 0 });
    const client = using(createClient(Echo, { destService: 'echo', hostPorts: [address], errorHandler: clientErrorHandlerWithAddr, logger: silentLogger }));
    await expect(client.echo({ text: 'fail' })).rejects.toThrow(`remote or network error[remote-${address}]: biz error: boom`);
    const call = client.echo({ text: 'x' }).catch((e: unknown) => e);
    await expect.poll(() => (client.dump() as { active: number }).active).toBe(1);
    await server.stop();
    expect((await call) as Error).toMatchObject({ message: expect.stringContaining(`remote or network error[${address}]: `) as string });
    g.open();
  });
});
