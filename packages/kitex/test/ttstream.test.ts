// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { connect as connectSocket } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { BizStatusError, createClient, isTimeoutError, TransError, TTStreamError, writable } from '@cloudwego/kitex';
import type { ClientOptions, ResponseStream, RpcContext, ServerOptions } from '@cloudwego/kitex';
import { gate, silentLogger, using } from './fixtures/harness.js';
import type { Message } from './fixtures/echo.js';
import { connectTalk, numbers, ProtoTalk, serveTalk, Talk, talking as talkingOver, texts } from './fixtures/streams.js';
import type { TalkHandlers, TestedTalk } from './fixtures/streams.js';

// What is particular to TTHeader streaming; what all wires of streams have in common is in streams.test.ts.

const wire = { transport: 'ttheader-streaming' } as const;
const count = (n: number): string[] => Array.from({ length: n }, (_, i) => String(i));
const talking = (h: Partial<TalkHandlers> = {}, so: ServerOptions = {}, co: Partial<ClientOptions> = {}): Promise<TestedTalk> => talkingOver(h, so, { ...wire, ...co });
const failureOf = (p: Promise<unknown>): Promise<unknown> =>
  p.then(
    () => undefined,
    (e: unknown) => e,
  );

/** A handler that never ends by itself, and what becomes of it. */
function endless(): { list(req: Message, ctx: RpcContext): AsyncGenerator<Message>; readonly aborted: Promise<unknown>; readonly left: Promise<void> } {
  const aborted = gate<unknown>();
  const left = gate();
  return {
    aborted: aborted.wait,
    left: left.wait,
    async *list(_req, ctx) {
      ctx.signal.addEventListener('abort', () => {
        aborted.open(ctx.signal.reason);
      });
      try {
        for (let i = 0; ; i++) {
          yield { text: String(i) };
          await new Promise((r) => setImmediate(r));
        }
      } finally {
        left.open();
      }
    },
  };
}

describe('the four forms of a call', () => {
  it('are answered, and what does not stream goes by ping-pong', async () => {
    const wires: string[] = [];
    const client = await talking({}, {}, { middlewares: [(next) => (req, ctx) => (wires.push(ctx.rpcInfo.config.transport), next(req, ctx))] });
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'x' });
    expect(await texts(client.list({ text: '3' }))).toEqual(['0', '1', '2']);
    expect(await client.sum([{ text: '1' }, { text: '41' }])).toEqual({ text: '42' });
    expect(await texts(client.chat([{ text: 'a' }, { text: 'b' }]))).toEqual(['a!', 'b!']);
    expect(wires).toEqual(['ttheader-framed', 'ttheader-streaming', 'ttheader-streaming', 'ttheader-streaming']);
  });

  it('carry thousands of messages, large ones, and none', async () => {
    const n = 20_000;
    const client = await talking({ chat: (requests) => requests });
    expect(await texts(client.list({ text: String(n) }))).toEqual(count(n));
    expect(await client.sum(numbers(n))).toEqual({ text: String((n * (n - 1)) / 2) });
    const big = 'x'.repeat(5 << 20);
    expect(await texts(client.chat([{ text: big }, { text: 'small' }, { text: big }]))).toEqual([big, 'small', big]);
    expect(await texts(client.list({ text: '0' }))).toEqual([]);
    expect(await client.sum([])).toEqual({ text: '0' });
  });

  it('run at once on few connections', async () => {
    const { address } = await serveTalk();
    const client = connectTalk(address, { ...wire, streamPool: { kind: 'mux', connectionsPerAddress: 2 } });
    const all = await Promise.all(Array.from({ length: 200 }, (_, i) => texts(client.list({ text: String(i % 7) }))));
    all.forEach((got, i) => {
      expect(got).toEqual(count(i % 7));
    });
  });

  it.each(['long', 'short'] as const)('have connections of their own on the pool "%s"', async (streamPool) => {
    const client = await talking({}, {}, { streamPool });
    for (let i = 0; i < 3; i++) expect(await texts(client.chat([{ text: 'a' }]))).toEqual(['a!']);
    expect((await Promise.all(Array.from({ length: 20 }, () => texts(client.list({ text: '2' }))))).flat().length).toBe(40);
  });
});

describe('header and trailer', () => {
  it('go both ways', async () => {
    const seen: unknown[] = [];
    const client = await talking({
      async *list(_req, ctx) {
        seen.push(ctx.metadata.get('Who'), ctx.metainfo.get('t'), ctx.metainfo.getPersistent('p'));
        ctx.setHeader({ h: '1' });
        yield { text: 'x' };
        ctx.setTrailer({ Last: 'word' });
      },
    });
    const s = client.list({ text: '' }, { metadata: { who: 'me' }, metainfo: { transient: { t: '1' }, persistent: { p: '2' } } });
    expect((await s.header).get('h')).toBe('1');
    expect(await texts(s)).toEqual(['x']);
    expect((await s.trailer).get('last')).toBe('word');
    expect(seen).toEqual(['me', '1', '2']);
  });

  it('come without a message too', async () => {
    const client = await talking({
      *list(_req, ctx) {
        ctx.setHeader({ h: '1' });
        ctx.setTrailer({ t: '2' });
        if (Date.now() < 0) yield { text: '' };
      },
    });
    const s = client.list({ text: '' });
    expect(await texts(s)).toEqual([]);
    expect([(await s.header).get('h'), (await s.trailer).get('t')]).toEqual(['1', '2']);
  });
});

describe('the end of a stream', () => {
  it.each([
    ['an error', () => new Error('no stock'), 6, 'biz error: no stock'],
    ['a number, which is lost', () => new TransError(1204, 'sold out'), 6, 'biz error: sold out'],
  ])('by %s of the handler comes behind what it gave', async (_name, make, typeId, text) => {
    const client = await talking({
      *list() {
        yield { text: 'a' };
        yield { text: 'b' };
        throw make();
      },
    });
    const got: string[] = [];
    const e = await failureOf(
      (async () => {
        for await (const m of client.list({ text: '' })) got.push(m.text);
      })(),
    );
    expect(got).toEqual(['a', 'b']);
    expect(e).toBeInstanceOf(TTStreamError);
    expect(e).toMatchObject({ code: 'KITEX_STREAM_FAILED', typeId: 12001, message: `[ttstream error, code=12001] [client-side stream] ${text}`, cause: { typeId, message: text } });
  });

  it('by a business status carries number, message and more', async () => {
    const client = await talking({
      *list() {
        yield { text: 'a' };
        throw new BizStatusError(404, 'nf', { k: 'v' });
      },
    });
    const e = await failureOf(texts(client.list({ text: '' })));
    expect(e).toBeInstanceOf(BizStatusError);
    expect(e).toMatchObject({ statusCode: 404, bizMessage: 'nf', extra: { k: 'v' } });
  });

  it('by leaving the loop tells the handler who gave it up', async () => {
    const h = endless();
    const client = await talking(h, {}, { clientInfo: { serviceName: 'A' } });
    const s = client.list({ text: '' });
    for await (const m of s) if (m.text === '3') break;
    expect(s.outcome).toBe('cancelled');
    expect(await h.aborted).toMatchObject({ code: 'KITEX_STREAM_FAILED', typeId: 12007, cancelPath: ['A'] });
    await h.left;
    expect(await client.echo({ text: 'still there' })).toEqual({ text: 'still there' });
    expect(await texts(client.chat([{ text: 'a' }]))).toEqual(['a!']);
  });

  it('goes down the chain, with everybody on its way', async () => {
    const h = endless();
    const { address } = await serveTalk(h);
    const behind = connectTalk(address, { ...wire, clientInfo: { serviceName: 'B' } });
    const client = await talking({ list: (req, ctx) => behind.list(req, { ctx }) }, {}, { clientInfo: { serviceName: 'A' } });
    for await (const m of client.list({ text: '' })) if (m.text === '2') break;
    expect(await h.aborted).toMatchObject({ typeId: 12010, cancelPath: ['A', 'B'] });
    await h.left;
  });

  it.each([
    ['a signal', (stop: AbortController, _s: ResponseStream<Message>) => void stop.abort(new Error('enough'))],
    ['cancel()', (_stop: AbortController, s: ResponseStream<Message>) => void s.cancel(new Error('enough'))],
  ])('by %s is an error of its own', async (_name, end) => {
    const h = endless();
    const client = await talking(h);
    const stop = new AbortController();
    const s = client.list({ text: '' }, { signal: stop.signal });
    await s.read();
    end(stop, s);
    expect(await failureOf(texts(s))).toMatchObject({ code: 'KITEX_CALL_CANCELED', cause: { message: 'enough' } });
    expect(s.outcome).toBe('cancelled');
    expect(await h.aborted).toMatchObject({ typeId: 12007 });
    await h.left;
  });

  it('by deadline is a timeout on both sides', async () => {
    const h = endless();
    const client = await talking(h, { enableContextTimeout: true });
    const s = client.list({ text: '' }, { rpcTimeoutMs: 50 });
    expect(isTimeoutError(await failureOf(texts(s)))).toBe(true);
    expect(s.outcome).toBe('failed');
    await h.aborted;
    await h.left;
  });

  it('by a handler that has heard enough ends the requests', async () => {
    let left = false;
    const client = await talking({
      async *chat(requests) {
        for await (const r of requests) {
          yield r;
          return;
        }
      },
    });
    async function* forever(): AsyncGenerator<Message> {
      try {
        for (let i = 0; ; i++) {
          yield { text: String(i) };
          await new Promise((r) => setImmediate(r));
        }
      } finally {
        left = true;
      }
    }
    expect(await texts(client.chat(forever()))).toEqual(['0']);
    await expect.poll(() => left).toBe(true);
  });

  it('by a server that stops: the stream goes on while there is time, then it is told', async () => {
    const h = endless();
    const { server, address } = await serveTalk(h, { exitWaitTimeMs: 50 });
    const client = connectTalk(address, wire);
    const s = client.list({ text: '' });
    await s.read();
    const report = server.stop();
    expect(await failureOf(texts(s))).toMatchObject({ cause: { typeId: 12006 } });
    expect(await report).toMatchObject({ inFlight: 1, forced: 1 });
    await h.left;
  });

  it('is told where no such method or service is, at once', async () => {
    const { address } = await serveTalk();
    const other = (change: object): TestedTalk => using(createClient({ ...Talk, ...change }, { ...wire, destService: 'talk', hostPorts: [address], connectTimeoutMs: 10_000, logger: silentLogger })) as TestedTalk;
    const method = other({ methods: Talk.methods.map((m) => (m.key === 'list' ? { ...m, name: 'Nothing' } : m)) });
    expect(await failureOf(texts(method.list({ text: '' })))).toMatchObject({ typeId: 12001, cause: { typeId: 1, message: 'unknown method Nothing (service Talk)' } });
    const unary = other({ methods: Talk.methods.map((m) => (m.key === 'list' ? { ...m, name: 'Echo' } : m)) });
    expect(await failureOf(texts(unary.list({ text: '' })))).toMatchObject({ cause: { typeId: 1, message: expect.stringContaining('does not stream') as string } });
    const service = other({ name: 'Nobody', methods: Talk.methods.map((m) => ({ ...m, name: `${m.name}X` })) });
    expect(await failureOf(texts(service.list({ text: '' })))).toMatchObject({ cause: { typeId: 20 } });
  });
});

describe('back-pressure', () => {
  it('holds a handler back whose caller does not read, and forgets nothing', async () => {
    let given = 0;
    const client = await talking(
      {
        *list() {
          for (; given < 50_000; given++) yield { text: 'x'.repeat(1000) };
        },
      },
      {},
    );
    const s = client.list({ text: '' });
    await s.read();
    await new Promise((r) => setTimeout(r, 100));
    const held = given;
    expect(held).toBeLessThan(50_000);
    let rest = 1;
    for await (const m of s) rest += m.text.length === 1000 ? 1 : 0;
    expect(rest).toBe(50_000);
  });

  it('holds a caller back whose handler does not read', async () => {
    const go = gate();
    let sent = 0;
    const client = await talking({
      async sum(requests) {
        await go.wait;
        let n = 0;
        for await (const r of requests) n += r.text.length;
        return { text: String(n) };
      },
    });
    function* many(): Generator<Message> {
      for (; sent < 50_000; sent++) yield { text: 'x'.repeat(1000) };
    }
    const sum = client.sum(many());
    await new Promise((r) => setTimeout(r, 100));
    expect(sent).toBeLessThan(50_000);
    go.open();
    expect(await sum).toEqual({ text: String(50_000 * 1000) });
  });

  it('a stream that nobody reads does not keep the others of its connection for ever', async () => {
    const client = await talking({}, {}, { streamPool: { kind: 'mux', connectionsPerAddress: 1 } });
    const w = writable<Message>();
    const lazy = client.chat(w);
    void w.send({ text: 'a' });
    await lazy.read();
    expect(await texts(client.list({ text: '5' }))).toEqual(count(5));
    lazy.cancel();
  });
});

describe('what cannot be', () => {
  it('is refused at construction', () => {
    const o = { destService: 'talk', hostPorts: ['127.0.0.1:1'] };
    expect(() => createClient(ProtoTalk, { ...o, ...wire })).toThrow('which speaks protobuf; wanted "grpc"');
    expect(() => createClient(Talk, { ...o, ...wire, streamTransport: 'grpc' })).toThrow('client.streamTransport');
    expect(() => createClient(Talk, { ...o, onMetaFrame: () => undefined })).toThrow('client.onMetaFrame');
  });

  it('a peer that sends nonsense loses its connection, and nobody else theirs', async () => {
    const { address } = await serveTalk();
    const client = connectTalk(address, wire);
    const s = client.chat(writable<Message>());
    const socket = connectSocket(Number(address.split(':')[1]), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(Buffer.from('0000001e100000020000000500051000100002001b00013900090004436861740000', 'hex'));
    await once(socket, 'close');
    s.cancel();
    expect(await texts(client.list({ text: '2' }))).toEqual(['0', '1']);
  });
});
