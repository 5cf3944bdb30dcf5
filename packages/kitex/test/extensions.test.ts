// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createClient, createServer, generatedPayloadCodec } from '@cloudwego/kitex';
import type {
  Dialer,
  HttpResolver,
  MetaHandler,
  OwnListener,
  PayloadCodec,
  PoolFactory,
  RpcContext,
  Tracer,
} from '@cloudwego/kitex';
import { contextKey } from '@cloudwego/gopkg/context';
import { formatAddress, parseAddress } from '@cloudwego/gopkg/io';
import type { Address } from '@cloudwego/gopkg/io';
import type { Instance, LoadBalancer, Registration, Registry, Resolver } from '@cloudwego/governance';
import type { PayloadValidator } from '@cloudwego/protocol';
import { createLongPool, createPort, defaultNetwork } from '@cloudwego/transport';
import type { ConnPool, PoolDial, PoolEntry, PoolGetOptions } from '@cloudwego/transport';
import { Echo, plain } from './fixtures/echo.js';
import { connect, framed, gate, serve, silentLogger, using } from './fixtures/harness.js';

// Every interface that spec/kitex.md section 7 lets users implement, implemented by a user.

const at = (address: string, weight = 10, tags: Record<string, string> = {}): Instance => ({ address: parseAddress(address), weight, tags });

describe('Registry', () => {
  class Book implements Registry {
    readonly log: string[] = [];
    entry: Parameters<Registry['register']>[0] | undefined = undefined;
    register(i: Parameters<Registry['register']>[0]): Promise<Registration> {
      this.log.push(`register ${i.service}`);
      this.entry = i;
      return Promise.resolve({
        status: 'active' as const,
        update: () => Promise.resolve(),
        onChange: () => ({ [Symbol.dispose]: () => undefined }),
        [Symbol.asyncDispose]: () => {
          this.log.push('deregister');
          return Promise.resolve();
        },
      });
    }
  }

  it('learns address, weight, tags and payload, after the start hooks; is left before the listener closes', async () => {
    const book = new Book();
    const { server, address } = await serve(
      {},
      {
        registry: book,
        registryInfo: { weight: 30, tags: { zone: 'a' } },
        startHooks: [() => void book.log.push('start hook')],
        shutdownHooks: [() => void book.log.push('shutdown hook')],
      },
    );
    expect(book.entry).toEqual({ service: 'echo', address: parseAddress(address), weight: 30, tags: { zone: 'a' }, payload: 'thrift' });
    await server.stop();
    expect(book.log).toEqual(['start hook', 'register echo', 'shutdown hook', 'deregister']);
  });

  it('may announce another name and address', async () => {
    const book = new Book();
    await serve({}, { registry: book, registryInfo: { serviceName: 'public', address: '10.0.0.1:80' } });
    expect(book.entry).toMatchObject({ service: 'public', address: { host: '10.0.0.1', port: 80 }, weight: 10 });
  });

  it('stops a start that it refuses', async () => {
    const server = createServer({ serviceName: 'echo', address: '127.0.0.1:0', logger: silentLogger, registry: { register: () => Promise.reject(new Error('no quorum')) } }).register(Echo, plain);
    await expect(server.start()).rejects.toThrow('no quorum');
  });

  it('that never answers does not keep a server from stopping', async () => {
    let signal: AbortSignal | undefined;
    const registry: Registry = {
      register: (_i, s) => {
        signal = s;
        return new Promise((_resolve, reject) => {
          s.addEventListener('abort', () => {
            reject(s.reason as Error);
          });
        });
      },
    };
    const server = createServer({ serviceName: 'echo', address: '127.0.0.1:0', logger: silentLogger, registry }).register(Echo, plain);
    const abort = new AbortController();
    const ran = server.run({ signal: abort.signal });
    await expect.poll(() => signal !== undefined).toBe(true);
    abort.abort();
    await ran;
    expect(signal?.aborted).toBe(true);
  });
});

describe('Resolver', () => {
  it('finds the instances, by a key of its own, and its changes are followed', async () => {
    const a = await serve({ echo: () => ({ text: 'a' }) });
    const b = await serve({ echo: () => ({ text: 'b' }) });
    const keys: string[] = [];
    let push: (i: readonly Instance[]) => void = () => undefined;
    const resolver: Resolver = {
      name: 'mine',
      identity: 'mine:1',
      key: (t) => {
        keys.push(`${t.service}/${t.method} ${t.tags['zone'] ?? ''}`);
        return t.service;
      },
      resolve: () => Promise.reject(new Error('a live watch is not asked')),
      watch: (_key, sink) => {
        push = (i) => {
          sink.update(i);
        };
        sink.update([at(a.address)]);
      },
      [Symbol.asyncDispose]: () => Promise.reject(new Error('the client did not make it, so it does not end it')),
    };
    const client = connect('', { hostPorts: undefined, resolver });
    expect(await client.echo({ text: '' }, { tags: { zone: 'z' } })).toEqual({ text: 'a' });
    expect(keys).toEqual(['echo/Echo z']);
    push([at(b.address)]);
    expect(await client.echo({ text: '' })).toEqual({ text: 'b' });
    await client.close();
  });

  it('that fails, or finds nothing, is a discovery error', async () => {
    const base = { name: 'r', identity: 'r', key: () => 'k', [Symbol.asyncDispose]: () => Promise.resolve() };
    await expect(connect('', { hostPorts: undefined, resolver: { ...base, resolve: () => Promise.reject(new Error('no answer')) } }).ping()).rejects.toMatchObject({
      code: 'KITEX_DISCOVERY_FAILED',
      message: 'service discovery error: no answer',
    });
    await expect(connect('', { hostPorts: undefined, resolver: { ...base, identity: 'empty', resolve: () => Promise.resolve([]) } }).ping()).rejects.toMatchObject({ code: 'KITEX_INSTANCE_EXHAUSTED' });
  });
});

describe('LoadBalancer', () => {
  it('chooses, sees what was tried, and hears how it went', async () => {
    const dead = await serve();
    await dead.server.stop();
    const { address } = await serve();
    const heard: string[] = [];
    const loadBalancer: LoadBalancer = {
      name: 'first',
      picker: (s) => ({
        pick: (_ctx, t, tried) => {
          heard.push(`pick for ${t.method}, ${tried.length} tried`);
          return s.instances.find((i) => !tried.includes(i));
        },
        done: (i, outcome) => {
          heard.push(`${formatAddress(i.address) === address ? 'second' : 'first'} ${outcome}`);
        },
      }),
    };
    const client = connect('', { hostPorts: [dead.address, address], loadBalancer });
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'x' });
    expect(heard).toEqual(['pick for Echo, 0 tried', 'first refused', 'pick for Echo, 1 tried', 'second ok']);
  });
});

describe('ConnPool', () => {
  class Single<T extends PoolEntry> implements ConnPool<T> {
    readonly log: string[] = [];
    private kept: T | undefined = undefined;
    private readonly dial: PoolDial<T>;
    constructor(dial: PoolDial<T>) {
      this.dial = dial;
    }
    async get(address: Address, o: PoolGetOptions): Promise<T> {
      const kept = this.kept;
      this.kept = undefined;
      this.log.push(kept === undefined ? `dial within ${o.connectTimeoutMs}` : 'reuse');
      return kept ?? this.dial(address, o);
    }
    put(entry: T): void {
      this.log.push('put');
      this.kept = entry;
    }
    discard(entry: T): void {
      this.log.push('discard');
      entry.destroy();
    }
    clean(): void {
      this.log.push('clean');
    }
    close(): void {
      this.log.push('close');
      this.kept?.destroy();
    }
    dump(): unknown {
      return { kind: 'single' };
    }
  }

  it('is made by a factory, with the function that opens connections', async () => {
    const { address } = await serve();
    let log: readonly string[] = [];
    const pool: PoolFactory = ({ dial }) => {
      const made = new Single(dial);
      log = made.log;
      return made;
    };
    const client = connect(address, { pool });
    await client.ping();
    await client.ping({ connectTimeoutMs: 77 });
    await client.tell({ text: 'x' });
    expect(client.dump()).toEqual({ kind: 'single' });
    await client.close();
    expect(log).toEqual(['dial within 50', 'put', 'reuse', 'put', 'reuse', 'discard', 'close']);
  });

  it('may put several calls on one connection', async () => {
    const { address } = await serve({ echo: (req) => new Promise((r) => setTimeout(r, 5, req)) }, { pipelineDepth: 8 });
    let dials = 0;
    const pool: PoolFactory = <T extends PoolEntry>({ dial }: { readonly dial: PoolDial<T> }): ConnPool<T> => {
      let one: Promise<T> | undefined;
      return {
        get: async (a, o) => {
          if (one === undefined) {
            dials++;
            one = Promise.resolve(dial(a, o));
          }
          return one;
        },
        put: () => undefined,
        discard: (e) => {
          e.destroy();
        },
        clean: () => undefined,
        close: async () => (await one)?.destroy(),
        dump: () => undefined,
      };
    };
    const client = connect(address, { pool, pipelineDepth: 8 });
    const texts = Array.from({ length: 8 }, (_, i) => String(i));
    expect((await Promise.all(texts.map((text) => client.echo({ text })))).map((m) => m.text)).toEqual(texts);
    expect(dials).toBe(1);
  });

  it('may be a built-in one with other limits', async () => {
    const { address } = await serve();
    const client = connect(address, { pool: (init) => createLongPool({ ...init, maxIdlePerAddress: 1 }) });
    await Promise.all([client.ping(), client.ping(), client.ping()]);
    await expect.poll(() => client.dump()).toMatchObject({ active: 0, idle: 1 });
    const short = connect(address, { pool: 'short' });
    await short.ping();
    expect(short.dump()).toMatchObject({ kind: 'short', active: 0 });
  });

  it('must be one', () => {
    expect(() => createClient(Echo, { destService: 'e', pool: (() => ({})) as never })).toThrow('client.pool: the factory gave no ConnPool');
  });
});

describe('Dialer', () => {
  it('makes the connections, told of the limits', async () => {
    const { address } = await serve();
    const asked: unknown[] = [];
    const dialer: Dialer = {
      dial: (a, o) => {
        asked.push(formatAddress(a), o.connectTimeoutMs);
        return defaultNetwork().dial(parseAddress(address), o);
      },
    };
    expect(await connect('203.0.113.1:1', { dialer, connectTimeoutMs: 333 }).echo({ text: 'x' })).toEqual({ text: 'x' });
    expect(asked).toEqual(['203.0.113.1:1', 333]);
  });

  it('that fails is an error which names address and option', async () => {
    const dialer: Dialer = { dial: () => Promise.reject(new Error('no route')) };
    await expect(connect('203.0.113.1:1', { dialer, maxPicks: 1 }).ping()).rejects.toMatchObject({
      code: 'KITEX_CONNECTION_UNAVAILABLE',
      message: 'get connection error: 203.0.113.1:1: no route (connectTimeoutMs 50)',
    });
  });
});

describe('PayloadCodec', () => {
  it('writes and reads the payload on both sides', async () => {
    const used: string[] = [];
    const noting = (side: string): PayloadCodec => ({
      name: 'noting',
      encode: (w, m, kind, v) => {
        used.push(`${side} encodes ${kind} of ${m.name}`);
        generatedPayloadCodec.encode(w, m, kind, v);
      },
      decode: (r, m, kind) => {
        used.push(`${side} decodes ${kind} of ${m.name}`);
        return generatedPayloadCodec.decode(r, m, kind);
      },
      encodeError: (w, m, e) => generatedPayloadCodec.encodeError(w, m, e),
    });
    const { address } = await serve({}, { payloadCodec: noting('server') });
    expect(await connect(address, { payloadCodec: noting('client') }).echo({ text: 'x' })).toEqual({ text: 'x' });
    expect(used).toEqual(['client encodes args of Echo', 'server decodes args of Echo', 'server encodes result of Echo', 'client decodes result of Echo']);
  });
});

describe('PayloadValidator', () => {
  const sha: PayloadValidator = {
    key: 'sha',
    generate: (p) => createHash('sha256').update(p).digest('hex'),
    validate: (v, p) => v === createHash('sha256').update(p).digest('hex'),
  };

  it('signs and checks what is behind the header, both ways', async () => {
    const { address } = await serve({}, { payloadValidator: sha });
    for (const transport of ['ttheader', 'ttheader-framed'] as const) {
      let back: ReadonlyMap<string, string> = new Map();
      const client = connect(address, { payloadValidator: sha, transport });
      expect(await client.echo({ text: 'x'.repeat(5000) }, { onBackward: (v) => (back = v) })).toEqual({ text: 'x'.repeat(5000) });
      expect(back.get('PV_sha')).toMatch(/^[0-9a-f]{64}$/);
    }
    // Without a value the server's validator is asked too, and refuses.
    await expect(connect(address).echo({ text: 'x' })).rejects.toMatchObject({ code: 'KITEX_REMOTE_OR_NETWORK' });
  });
});

describe('MetaHandler', () => {
  it('writes and reads keys of its own, on both sides, in order', async () => {
    const order: string[] = [];
    const client: MetaHandler = {
      name: 'client',
      writeMeta: (ctx, out) => {
        order.push('client writes');
        out.setString('x-method', ctx.method.name);
        out.setInt(10, 'prod');
      },
      readMeta: (_ctx, head) => {
        order.push(`client reads ${head.str('x-back') ?? ''}`);
      },
    };
    const server: MetaHandler = {
      name: 'server',
      readMeta: (_ctx, head) => {
        order.push(`server reads ${head.str('x-method') ?? ''} ${head.int(10) ?? ''}`);
      },
      writeMeta: (_ctx, out) => {
        order.push('server writes');
        out.setString('x-back', 'yes');
      },
    };
    const first: MetaHandler = { name: 'first', writeMeta: () => void order.push('first writes'), readMeta: () => void order.push('first reads') };
    const { address } = await serve({}, { metaHandlers: [server] });
    await connect(address, { metaHandlers: [client], firstMetaHandler: first }).ping();
    expect(order).toEqual(['first writes', 'client writes', 'server reads Ping prod', 'server writes', 'first reads', 'client reads yes']);
  });

  it('may refuse a request before it is decoded', async () => {
    let decoded = 0;
    const { address } = await serve(
      { echo: (req) => (decoded++, req) },
      {
        metaHandlers: [
          {
            name: 'gate',
            readMeta: (_ctx, head) => {
              if (head.str('RPC_PERSIST_user') === undefined) throw new Error('who are you');
            },
          },
        ],
      },
    );
    const client = connect(address);
    await expect(client.echo({ text: 'x'.repeat(100_000) })).rejects.toMatchObject({ typeId: 6, message: expect.stringContaining('who are you') as string });
    expect(await client.echo({ text: 'x' }, { metainfo: { persistent: { user: 'ann' } } })).toEqual({ text: 'x' });
    expect(decoded).toBe(1);
  });
});

describe('Tracer', () => {
  it('may give the call a context of its own, which handlers and other tracers see', async () => {
    const span = contextKey<string>('span');
    const seen: unknown[] = [];
    const tracer = (side: string): Tracer => ({
      start: (ctx) => ctx.with(span, side),
      finish: (ctx) => void seen.push(`finish ${ctx.value(span) ?? ''}`),
    });
    const { address } = await serve({ ping: (ctx: RpcContext) => void seen.push(`handler in ${ctx.value(span) ?? ''}`) }, { tracers: [tracer('server')] });
    await connect(address, {
      tracers: [tracer('client')],
      middlewares: [
        (next) => (req, ctx) => {
          seen.push(`middleware in ${ctx.value(span) ?? ''}`);
          return next(req, ctx);
        },
      ],
    }).ping();
    await expect.poll(() => seen.toSorted()).toEqual(['finish client', 'finish server', 'handler in server', 'middleware in client']);
  });

  it('sees the events of a call in their order, as many as the level says', async () => {
    const names = ['RPCStart', 'ClientConnStart', 'ClientConnFinish', 'WriteStart', 'WriteFinish', 'ReadStart', 'WaitReadStart', 'WaitReadFinish', 'ReadFinish', 'ServerHandleStart', 'ServerHandleFinish', 'RPCFinish'] as const;
    const runs: Record<string, string[]> = {};
    const tracer = (label: string): Tracer => ({
      start: () => undefined,
      finish: ({ rpcInfo: { stats } }) => {
        const times = names.filter((n) => stats.event(n) > 0);
        runs[label] = times;
        expect(times.map((n) => stats.event(n))).toEqual(times.map((n) => stats.event(n)).toSorted((a, b) => a - b));
      },
    });
    const clientOrder = ['RPCStart', 'ClientConnStart', 'ClientConnFinish', 'WriteStart', 'WriteFinish', 'ReadStart', 'WaitReadStart', 'WaitReadFinish', 'ReadFinish', 'RPCFinish'];
    const serverOrder = ['RPCStart', 'WriteStart', 'WriteFinish', 'ReadStart', 'WaitReadStart', 'WaitReadFinish', 'ReadFinish', 'ServerHandleStart', 'ServerHandleFinish', 'RPCFinish'];
    const { address } = await serve({}, { tracers: [{ ...tracer('server'), start: () => undefined, finish: ({ rpcInfo: { stats } }) => void (runs['server'] = names.filter((n) => stats.event(n) > 0)) }] });
    await connect(address, { tracers: [tracer('client')] }).ping();
    await connect(address, { tracers: [tracer('base')], statsLevel: 'base' }).ping();
    await connect(address, { tracers: [tracer('off')], statsLevel: 'disabled' }).ping();
    await expect.poll(() => Object.keys(runs).length).toBe(4);
    expect(runs).toEqual({ client: clientOrder, server: serverOrder, base: ['RPCStart', 'RPCFinish'], off: [] });
  });
});

describe('HttpResolver', () => {
  it('finds the address of a URL', async () => {
    const { address } = await serve();
    const asked: string[] = [];
    const httpResolver: HttpResolver = {
      resolve: (url) => {
        asked.push(url);
        return Promise.resolve(address);
      },
    };
    let tag: string | undefined;
    const client = connect('', {
      hostPorts: undefined,
      httpResolver,
      instanceMiddlewares: [
        (next) => (req, ctx) => {
          tag = ctx.rpcInfo.to.tag('http_url');
          return next(req, ctx);
        },
      ],
    });
    expect(await client.echo({ text: 'x' }, { url: 'http://shop.example/pay' })).toEqual({ text: 'x' });
    expect([asked, tag]).toEqual([['http://shop.example/pay'], 'http://shop.example/pay']);
  });

  it('that fails is a discovery error; what is no URL is told as such', async () => {
    const client = connect('', { hostPorts: undefined });
    await expect(client.ping({ url: 'http://no-such-host.invalid/' })).rejects.toMatchObject({ code: 'KITEX_DISCOVERY_FAILED', message: expect.stringContaining('http://no-such-host.invalid/') as string });
    await expect(client.ping({ url: 'shop' })).rejects.toThrow('wanted an absolute URL');
  });
});

describe('a listener of one’s own', () => {
  it('is asked once, and its connections are served', async () => {
    let asked = 0;
    const listener: OwnListener = {
      listen: (accept) => {
        asked++;
        return defaultNetwork().listen(parseAddress('127.0.0.1:0'), accept);
      },
    };
    const { server, address } = await serve({}, { listener, address: '203.0.113.1:1' });
    expect(await connect(address).echo({ text: 'x' })).toEqual({ text: 'x' });
    expect(asked).toBe(1);
    await server.stop();
    await expect(connect(address).ping()).rejects.toMatchObject({ code: 'KITEX_CONNECTION_UNAVAILABLE' });
  });
});

describe('a port that apps share', () => {
  it('serves the others on when one app stops, and runs every hook once', async () => {
    const hooks: string[] = [];
    const o = { logger: silentLogger, exitWaitTimeMs: 1000 };
    const first = createServer({ ...o, startHooks: [() => void hooks.push('first on')], shutdownHooks: [() => void hooks.push('first off')] }).register(Echo, plain);
    const other = { name: 'http', sniffers: [{ protocol: 'http', match: (b: Buffer, s: number) => (b[s] === 0x47 ? ('yes' as const) : ('no' as const)) }] };
    const g = gate();
    const port = createPort({ address: '127.0.0.1:0', logger: silentLogger });
    const answers: string[] = [];
    port.add(first).add({
      ...other,
      accept: (c) => ({
        need: 1,
        receive: (buf, start, end) => {
          answers.push(buf.toString('latin1', start, end));
          const w = c.beginWrite(8);
          w.string('hello');
          c.endWrite();
          c.end();
          return end - start;
        },
        receiveEnd: () => undefined,
        writable: () => undefined,
        closed: () => undefined,
      }),
      started: () => Promise.resolve(),
      stopping: () => Promise.resolve(),
      drain: () => Promise.resolve({ inFlight: 0, finished: 0, forced: 0, elapsedMs: 0 }),
    });
    const { address } = await port.listen();
    const where = formatAddress(address);
    const client = connect(where);
    await client.ping();
    await first.stop();
    await expect(client.ping()).rejects.toThrow();
    const { raw } = await import('./fixtures/harness.js');
    // Its protocol is nobody's now: it is refused at the port, and not by a server that has stopped.
    expect(await raw(where, framed(1, 'Ping', 1, Buffer.from([0])))).toHaveLength(0);
    expect((await raw(where, Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toString()).toBe('hello');
    await port.close();
    expect(hooks).toEqual(['first on', 'first off']);
    g.open();
  });
});

describe('reusePort', () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  // The native engines can everywhere; node:net learned it late.
  const works = defaultNetwork().engine !== 'stream' || major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);

  it(works ? 'lets two servers listen on one address' : 'says which Node it needs', async () => {
    if (!works) {
      await expect(createServer({ address: '127.0.0.1:0', reusePort: true, logger: silentLogger }).register(Echo, plain).start()).rejects.toThrow('wanted Node 22.12');
      return;
    }
    const first = await serve({}, { reusePort: true });
    const second = using(createServer({ address: first.address, reusePort: true, logger: silentLogger }).register(Echo, plain));
    expect((await second.start()).address).toBe(first.address);
    expect(await connect(first.address).echo({ text: 'x' })).toEqual({ text: 'x' });
  });
});
