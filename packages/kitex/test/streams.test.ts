// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { BizStatusError, createClient, GrpcStatusError, isTimeoutError, RemoteOrNetworkError, StreamClosedError, TransError, writable } from '@cloudwego/kitex';
import type { ResponseStream, RpcContext } from '@cloudwego/kitex';
import { gate, silentLogger, using } from './fixtures/harness.js';
import type { Message } from './fixtures/echo.js';
import { connectTalk, numbers, ProtoTalk, serveTalk, Talk, talking, texts } from './fixtures/streams.js';

const count = (n: number): string[] => Array.from({ length: n }, (_, i) => String(i));

describe.each([
  ['Thrift', Talk],
  ['Protobuf', ProtoTalk],
] as const)('the four forms of a call, %s payload', (_name, service) => {
  it('are answered', async () => {
    const client = await talking({}, {}, {}, service);
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'x' });
    expect(await texts(client.list({ text: '3' }))).toEqual(['0', '1', '2']);
    expect(await client.sum([{ text: '1' }, { text: '41' }])).toEqual({ text: '42' });
    expect(await texts(client.chat([{ text: 'a' }, { text: 'b' }]))).toEqual(['a!', 'b!']);
    expect(client.dump()).toMatchObject({ calls: 0 });
  });

  it('carry thousands of messages, from sources of every kind', async () => {
    const n = 20_000;
    const client = await talking({}, {}, {}, service);
    expect(await texts(client.list({ text: String(n) }))).toEqual(count(n));
    expect(await client.sum(numbers(n))).toEqual({ text: String((n * (n - 1)) / 2) });
    async function* slowly(): AsyncGenerator<Message> {
      for (const m of numbers(500)) {
        if (Number(m.text) % 100 === 0) await new Promise((r) => setImmediate(r));
        yield m;
      }
    }
    expect(await texts(client.chat(slowly()))).toEqual(count(500).map((t) => `${t}!`));
  });
});

describe('a stream that is empty', () => {
  it('is a stream all the same', async () => {
    const client = await talking();
    expect(await texts(client.list({ text: '0' }))).toEqual([]);
    expect(await client.sum([])).toEqual({ text: '0' });
    expect(await texts(client.chat([]))).toEqual([]);
  });
});

describe('messages of many megabytes', () => {
  it('pass in both directions at once', async () => {
    const client = await talking({ chat: (requests) => requests });
    const big = 'x'.repeat(5 << 20);
    expect(await texts(client.chat([{ text: big }, { text: 'small' }, { text: big }]))).toEqual([big, 'small', big]);
  });
});

describe('reading by hand', () => {
  it('gives message after message, then undefined, again and again', async () => {
    const client = await talking();
    const s = client.list({ text: '2' });
    expect(s.outcome).toBe('open');
    expect([await s.read(), await s.read(), await s.read(), await s.read()]).toEqual([{ text: '0' }, { text: '1' }, undefined, undefined]);
    expect(s.outcome).toBe('done');
  });

  it('is for one reader at a time', async () => {
    const hold = gate();
    const client = await talking({
      async *list() {
        await hold.wait;
        yield { text: 'x' };
      },
    });
    const s = client.list({ text: '' });
    const first = s.read();
    await expect(s.read()).rejects.toMatchObject({ code: 'KITEX_INTERNAL_EXCEPTION' });
    hold.open();
    expect(await first).toEqual({ text: 'x' });
  });
});

describe('sending by hand', () => {
  it('answers each message before the next one is sent', async () => {
    const client = await talking();
    const w = writable<Message>();
    const s = client.chat(w);
    for (const t of ['a', 'b', 'c']) {
      void w.send({ text: t });
      expect(await s.read()).toEqual({ text: `${t}!` });
    }
    w.close();
    expect(await s.read()).toBeUndefined();
    await expect(w.send({ text: 'late' })).rejects.toBeInstanceOf(StreamClosedError);
  });

  it('fails when the stream that it feeds is over, and fails the stream when told to', async () => {
    const client = await talking({ sum: () => ({ text: 'enough' }) });
    const w = writable<Message>();
    const sum = client.sum(w);
    expect(await sum).toEqual({ text: 'enough' });
    await expect(w.send({ text: '1' })).rejects.toBeInstanceOf(StreamClosedError);
    const bad = writable<Message>();
    const s = client.chat(bad);
    bad.fail(new Error('no more ideas'));
    await expect(s.read()).rejects.toThrow('no more ideas');
    expect(s.outcome).toBe('failed');
    expect(() => bad[Symbol.asyncIterator]()).toThrow('it feeds a stream already');
  });

  it('works for handlers too', async () => {
    const client = await talking({
      list: (req) => {
        const w = writable<Message>();
        void (async () => {
          for (const m of numbers(Number(req.text))) await w.send(m);
          w.close();
        })();
        return w;
      },
    });
    expect(await texts(client.list({ text: '300' }))).toEqual(count(300));
  });
});

describe('back-pressure', () => {
  it('holds a handler back whose caller does not read', async () => {
    let given = 0;
    let left = false;
    const client = await talking({
      async *list() {
        try {
          for (;;) {
            given++;
            yield { text: 'x'.repeat(10_000) };
          }
        } finally {
          left = true;
        }
      },
    });
    const s = client.list({ text: '' });
    await s.read();
    let before = -1;
    // It stands still once window and socket are full.
    await expect.poll(() => (before === given ? 'still' : ((before = given), 'moving')), { interval: 100, timeout: 20_000 }).toBe('still');
    expect(given).toBeLessThan(20_000);
    for (let i = 0; i < 1000; i++) await s.read();
    expect(given).toBeGreaterThanOrEqual(1000);
    s.cancel();
    await expect.poll(() => left, { timeout: 20_000 }).toBe(true);
  });

  it('holds a caller back whose handler does not read, and forgets nothing', async () => {
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
    function* much(): Generator<Message> {
      for (; sent < 3000; sent++) yield { text: 'y'.repeat(10_000) };
    }
    const sum = client.sum(much());
    let before = -1;
    await expect.poll(() => (before === sent ? 'still' : ((before = sent), 'moving')), { interval: 100, timeout: 20_000 }).toBe('still');
    expect(sent).toBeLessThan(3000);
    go.open();
    expect(await sum).toEqual({ text: '30000000' });
  });

  it('lets messages beyond maxQueuedMessages wait as bytes, in order', async () => {
    const client = await talking({}, {}, { maxQueuedMessages: 4 });
    const s = client.list({ text: '3000' });
    await s.header;
    expect(await s.read()).toEqual({ text: '0' });
    await new Promise((r) => setTimeout(r, 20));
    expect(await texts(s)).toEqual(count(3000).slice(1));
  });
});

describe('header and trailer', () => {
  it('go both ways, with several values and with bytes', async () => {
    const bytes = new Uint8Array([0, 255, 7]);
    let seen: unknown;
    const client = await talking({
      async *list(_req, ctx) {
        seen = { one: ctx.metadata.get('One'), many: ctx.metadata.getAll('many'), bin: ctx.metadata.getBinary('b-bin') };
        ctx.setHeader({ h: 'vor', 'h-bin': bytes });
        ctx.setHeader({ h: 'her' });
        yield { text: 'x' };
        expect(() => {
          ctx.setHeader({ late: 'x' });
        }).toThrow('the header has left');
        ctx.setTrailer({ t: ['1', '2'] });
      },
    });
    const s = client.list({ text: '' }, { metadata: { one: 'é1', many: ['a', 'b'], 'b-bin': bytes } });
    const header = await s.header;
    expect(header.getAll('h')).toEqual(['vor', 'her']);
    expect(header.getBinary('h-bin')).toEqual(bytes);
    expect(await texts(s)).toEqual(['x']);
    expect((await s.trailer).getAll('t')).toEqual(['1', '2']);
    expect(seen).toEqual({ one: 'é1', many: ['a', 'b'], bin: bytes });
  });

  it('come with unary calls, and with failures', async () => {
    const { address } = await serveTalk({
      echo: (req, ctx) => {
        ctx.setHeader({ h: '1' });
        ctx.setTrailer({ t: '2' });
        if (req.text === 'bad') throw new GrpcStatusError(5, 'no');
        return req;
      },
      async *list(_req, ctx) {
        yield { text: 'x' };
        ctx.setTrailer({ t: '3' });
        throw new BizStatusError(404, 'gone', { k: 'v' });
      },
    });
    const client = connectTalk(address);
    const got: unknown[] = [];
    const options = { onHeader: (m: { get(k: string): unknown }) => got.push(m.get('h')), onTrailer: (m: { get(k: string): unknown }) => got.push(m.get('t')) };
    await client.echo({ text: 'x' }, options);
    await expect(client.echo({ text: 'bad' }, options)).rejects.toBeInstanceOf(RemoteOrNetworkError);
    expect(got).toEqual(['1', '2', '1', '2']);
    const s = client.list({ text: '' });
    await expect(texts(s)).rejects.toMatchObject({ code: 'KITEX_BIZ_STATUS', statusCode: 404, bizMessage: 'gone', extra: { k: 'v' } });
    expect((await s.trailer).get('t')).toBe('3');
    expect(s.outcome).toBe('failed');
  });

  it('of a handler that thinks can be sent before its first message', async () => {
    const go = gate();
    const client = await talking({
      async *chat(_requests, ctx) {
        ctx.sendHeader({ early: 'yes' });
        await go.wait;
        yield { text: 'x' };
      },
    });
    const s = client.chat([]);
    expect((await s.header).get('early')).toBe('yes');
    go.open();
    expect(await texts(s)).toEqual(['x']);
  });

  it('that no header carries are refused where they are given', async () => {
    const client = await talking();
    await expect(client.echo({ text: 'x' }, { metadata: { 'grpc-status': '0' } })).rejects.toMatchObject({ code: 'GOPKG_OPTION_INVALID' });
    await expect(client.list({ text: '1' }, { metadata: { 'x-bin': 'text' } }).read()).rejects.toThrow('wanted a Uint8Array');
    await expect(client.echo({ text: 'x' }, { metadata: { x: 'a\r\nb' } })).rejects.toThrow('line end');
    const { address } = await serveTalk();
    const framed = using(createClient(Talk, { destService: 'talk', hostPorts: [address], transport: 'ttheader', connectTimeoutMs: 10_000, logger: silentLogger }));
    await expect(framed.echo({ text: 'x' }, { metadata: { x: 'y' } })).rejects.toThrow('transport "ttheader" has no place for it');
  });
});

describe('the end of a stream', () => {
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

  it('by leaving the loop tells the handler', async () => {
    const h = endless();
    const client = await talking(h);
    const s = client.list({ text: '' });
    for await (const m of s) if (m.text === '3') break;
    expect(s.outcome).toBe('cancelled');
    expect(await h.aborted).toMatchObject({ code: 'KITEX_REMOTE_OR_NETWORK' });
    await h.left;
    expect(client.dump()).toMatchObject({ calls: 0 });
    expect(await client.echo({ text: 'still there' })).toEqual({ text: 'still there' });
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
    await expect(texts(s)).rejects.toMatchObject({ code: 'KITEX_CALL_CANCELED', cause: { message: 'enough' } });
    expect(s.outcome).toBe('cancelled');
    await expect(s.trailer).rejects.toMatchObject({ code: 'KITEX_CALL_CANCELED' });
    await h.left;
  });

  it('by the context of the handler that made the call goes down the chain', async () => {
    const h = endless();
    const { address } = await serveTalk(h);
    const behind = connectTalk(address);
    const client = await talking({ list: (req, ctx) => behind.list(req, { ctx }) });
    for await (const m of client.list({ text: '' })) if (m.text === '2') break;
    await h.left;
  });

  it('by deadline is a timeout on both sides', async () => {
    const h = endless();
    const client = await talking(h);
    const s = client.list({ text: '' }, { rpcTimeoutMs: 50 });
    const e: unknown = await texts(s).catch((x: unknown) => x);
    expect(isTimeoutError(e)).toBe(true);
    expect(s.outcome).toBe('failed');
    await h.aborted;
    await h.left;
  });

  it('does not come by the time limit of unary calls', async () => {
    const client = await talking(
      {
        async *list() {
          yield { text: 'a' };
          await new Promise((r) => setTimeout(r, 60));
          yield { text: 'b' };
        },
      },
      {},
      { rpcTimeoutMs: 20 },
    );
    expect(await texts(client.list({ text: '' }))).toEqual(['a', 'b']);
  });

  it('may come by a wait that is too long: of one read, of every one, with the stream kept', async () => {
    const go = gate();
    const client = await talking({
      async *list() {
        yield { text: 'a' };
        await go.wait;
        yield { text: 'b' };
      },
    });
    const kept = client.list({ text: '' });
    await kept.read();
    const e: unknown = await kept.read({ timeoutMs: 10, cancelOnTimeout: false }).catch((x: unknown) => x);
    expect(isTimeoutError(e)).toBe(true);
    expect((e as Error).cause).toMatchObject({ status: 17 });
    expect(kept.outcome).toBe('open');
    const gone = client.list({ text: '' }, { recvTimeoutMs: 10 });
    const x: unknown = await texts(gone).catch((y: unknown) => y);
    expect(isTimeoutError(x)).toBe(true);
    expect(gone.outcome).toBe('failed');
    go.open();
    expect(await kept.read()).toEqual({ text: 'b' });
  });

  it.each([
    ['an error', () => new Error('no stock'), 13, 'no stock [biz error]'],
    ['a status', () => new GrpcStatusError(9, 'not now'), 9, 'not now [biz error]'],
    ['a number', () => new TransError(1204, 'sold out'), 1204, 'sold out [biz error]'],
    ['a mistake', () => new TypeError('undefined is not a function'), 13, 'panic'],
  ])('by %s of the handler comes behind what it gave', async (_name, make, status, text) => {
    const client = await talking({
      *list() {
        yield { text: 'a' };
        yield { text: 'b' };
        throw make();
      },
    });
    const s = client.list({ text: '' });
    const got: string[] = [];
    const e: unknown = await (async () => {
      for await (const m of s) got.push(m.text);
    })().catch((x: unknown) => x);
    expect(got).toEqual(['a', 'b']);
    expect(e).toMatchObject({ code: 'KITEX_REMOTE_OR_NETWORK', cause: { status, grpcMessage: expect.stringContaining(text) as string } });
  });

  it('by requests that fail tells the handler, and the caller why', async () => {
    const ended = gate<unknown>();
    const client = await talking({
      async sum(requests, ctx) {
        ctx.signal.addEventListener('abort', () => {
          ended.open(undefined);
        });
        for await (const r of requests) void r;
        return { text: '' };
      },
    });
    async function* broken(): AsyncGenerator<Message> {
      yield { text: '1' };
      await new Promise((r) => setImmediate(r));
      throw new Error('no more numbers');
    }
    await expect(client.sum(broken())).rejects.toThrow('no more numbers');
    await ended.wait;
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
    const client = connectTalk(address);
    const s = client.list({ text: '' });
    await s.read();
    const report = server.stop();
    const e: unknown = await texts(s).catch((x: unknown) => x);
    expect(e).toBeInstanceOf(RemoteOrNetworkError);
    expect(await report).toMatchObject({ inFlight: 1, forced: 1 });
    await h.left;
  });

  it('by closing the client is one failure, and nothing else', async () => {
    const h = endless();
    const client = await talking(h, {}, { exitWaitTimeMs: 0 });
    const s = client.list({ text: '' });
    await s.read();
    await client.close();
    await expect(texts(s)).rejects.toBeInstanceOf(RemoteOrNetworkError);
    await expect(client.list({ text: '1' }).read()).rejects.toMatchObject({ code: 'KITEX_CLIENT_CLOSED' });
    await h.left;
  });

  it('is needed: a stream in `await using` is given up at the end of its block', async () => {
    const h = endless();
    const client = await talking(h);
    {
      await using s = client.list({ text: '' });
      await s.read();
    }
    await h.left;
  });
});

describe('mistakes', () => {
  it('of requests that are none, and of handlers that give no stream', async () => {
    const client = await talking({ list: () => ({ text: 'one' }) as never });
    await expect(client.sum(7 as never)).rejects.toThrow('wanted an iterable');
    await expect(texts(client.chat('text' as never))).rejects.toMatchObject({ code: 'GOPKG_OPTION_INVALID' });
    await expect(client.list({ text: '' }).read()).rejects.toThrow('wanted an iterable of responses');
  });

  it('of messages that cannot be encoded end that stream only', async () => {
    const client = await talking({
      *list() {
        yield { text: 'a' };
        yield { text: 7 } as never;
      },
    });
    const s = client.list({ text: '' });
    expect(await s.read()).toEqual({ text: 'a' });
    await expect(s.read()).rejects.toMatchObject({ cause: { status: 13 } });
    await expect(client.sum([{ text: '1' }, { text: 7 } as never])).rejects.toMatchObject({ code: 'KITEX_INTERNAL_EXCEPTION' });
    await expect(client.list({ text: 7 } as never).read()).rejects.toBeInstanceOf(Error);
    expect(await client.sum([{ text: '1' }])).toEqual({ text: '1' });
  });

  it('of a client stream whose answer is none, or two', async () => {
    const client = await talking({ sum: () => Promise.reject(new GrpcStatusError(3, 'bad numbers')) });
    await expect(client.sum([])).rejects.toMatchObject({ cause: { status: 3 } });
  });

  it('of a wire that carries no streams is answered', async () => {
    const { address } = await serveTalk();
    const client = using(createClient({ ...Talk, methods: Talk.methods.map((m) => ({ ...m, kind: 'unary' as const })) }, { destService: 'talk', hostPorts: [address], connectTimeoutMs: 10_000, logger: silentLogger }));
    await expect(client.list({ text: '1' }) as unknown as Promise<unknown>).rejects.toThrow('streams, which the wire "ttheader-framed" cannot');
  });
});

describe('streams beside unary calls of another wire', () => {
  it('have connections of their own', async () => {
    const { address } = await serveTalk();
    const wires: string[] = [];
    const client = connectTalk(address, { transport: 'ttheader-framed', streamTransport: 'grpc', middlewares: [(next) => (req, ctx) => (wires.push(ctx.rpcInfo.config.transport), next(req, ctx))] });
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'x' });
    expect(await texts(client.list({ text: '2' }))).toEqual(['0', '1']);
    expect(wires).toEqual(['ttheader-framed', 'grpc']);
  });
});
