// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { BizStatusError, CanceledByBusinessError, createClient, GetConnectionError, InternalError, RpcTimeoutError, TimeoutByBusinessError } from '@cloudwego/kitex';
import type { RpcContext, RpcMiddleware } from '@cloudwego/kitex';
import { background, withCancel } from '@cloudwego/gopkg/context';
import { Echo, Refused } from './fixtures/echo.js';
import type { Message } from './fixtures/echo.js';
import { connect, gate, serve } from './fixtures/harness.js';

/** What the pool knows: a connection that is neither idle nor closed belongs to a call. */
const active = (client: { dump(): unknown }): number => (client.dump() as { active: number }).active;

describe('a call that is given up', () => {
  it('lets the middlewares around it come to their end', async () => {
    const g = gate();
    const { address } = await serve({ echo: (req) => g.wait.then(() => req) });
    const seen: unknown[] = [];
    const watch: RpcMiddleware = (next) => async (req, ctx) => {
      try {
        return await next(req, ctx);
      } catch (e) {
        seen.push(e);
        throw e;
      } finally {
        seen.push('released');
      }
    };
    const client = connect(address, { middlewares: [watch], instanceMiddlewares: [watch] });
    const e = await client.echo({ text: 'x' }, { rpcTimeoutMs: 20 }).catch((x: unknown) => x);
    expect(e).toBeInstanceOf(RpcTimeoutError);
    await expect.poll(() => seen).toEqual([e, 'released', e, 'released']);
    seen.length = 0;
    const abort = new AbortController();
    const call = client.echo({ text: 'x' }, { signal: abort.signal }).catch((x: unknown) => x);
    await expect.poll(() => active(client)).toBe(1);
    abort.abort();
    expect(await call).toBeInstanceOf(CanceledByBusinessError);
    await expect.poll(() => seen.length).toBe(4);
    expect(active(client)).toBe(0);
    g.open();
  });

  it('is not tried again by a middleware that retries', async () => {
    let calls = 0;
    const g = gate();
    const { address } = await serve({
      echo: (req) => {
        calls++;
        return g.wait.then(() => req);
      },
    });
    const done = gate<unknown>();
    const again: RpcMiddleware = (next) => async (req, ctx) => {
      try {
        return await next(req, ctx);
      } catch {
        try {
          return await next(req, ctx);
        } catch (e) {
          done.open(e);
          throw e;
        }
      }
    };
    const e = await connect(address, { middlewares: [again] }).echo({ text: 'x' }, { rpcTimeoutMs: 20 }).catch((x: unknown) => x);
    expect(await done.wait).toBe(e);
    expect(calls).toBe(1);
    g.open();
  });

  it('ends what a middleware began and did not wait for', async () => {
    const aborted = gate();
    const { address } = await serve({
      echo: (req, ctx) =>
        new Promise((resolve) => {
          ctx.signal.addEventListener('abort', () => {
            aborted.open();
            resolve(req);
          });
        }),
    });
    const impatient: RpcMiddleware = (next) => (req, ctx) => Promise.race([next(req, ctx), new Promise((r) => setTimeout(r, 20, { text: 'instead' }))]);
    const client = connect(address, { middlewares: [impatient] });
    expect(await client.echo({ text: 'x' })).toEqual({ text: 'instead' });
    await aborted.wait;
    expect(active(client)).toBe(0);
  });

  it('gives the connection that came too late to the next call', async () => {
    const { address } = await serve();
    const g = gate();
    let dials = 0;
    const { defaultNetwork } = await import('@cloudwego/transport');
    const client = connect(address, {
      dialer: {
        dial: async (a, o) => {
          dials++;
          await g.wait;
          return defaultNetwork().dial(a, o);
        },
      },
    });
    await expect(client.echo({ text: 'x' }, { rpcTimeoutMs: 20 })).rejects.toBeInstanceOf(RpcTimeoutError);
    g.open();
    await expect.poll(() => (client.dump() as { idle: number }).idle).toBe(1);
    expect(await client.echo({ text: 'y' })).toEqual({ text: 'y' });
    expect(dials).toBe(1);
  });
});

describe('attempts of one call', () => {
  it('are not made on a connection whose peer has said goodbye', async () => {
    const { address } = await serve();
    const { defaultNetwork } = await import('@cloudwego/transport');
    const consumers: { receiveEnd(): void }[] = [];
    const client = connect(address, {
      dialer: {
        dial: async (a, o) => {
          const c = await defaultNetwork().dial(a, o);
          const attach = c.attach.bind(c);
          c.attach = (consumer) => {
            consumers.push(consumer);
            attach(consumer);
          };
          return c;
        },
      },
    });
    expect(await client.echo({ text: 'a' })).toEqual({ text: 'a' });
    // The peer's end is read; that the connection is closed is told in a turn to come.
    consumers[0]!.receiveEnd();
    expect(await client.echo({ text: 'b' })).toEqual({ text: 'b' });
    expect(consumers.length).toBe(2);
  });

  it('come one after the other', async () => {
    const { address } = await serve();
    const hedge: RpcMiddleware = (next) => async (req, ctx) => {
      const first = next(req, ctx);
      const second = await Promise.resolve()
        .then(() => next(req, ctx))
        .catch((e: unknown) => e);
      expect(second).toBeInstanceOf(InternalError);
      return first;
    };
    const client = connect(address, { middlewares: [hedge] });
    for (let i = 0; i < 3; i++) expect(await client.echo({ text: String(i) })).toEqual({ text: String(i) });
    expect(active(client)).toBe(0);
  });

  it('forget what the one before left', async () => {
    let n = 0;
    const { address } = await serve({
      echo: (req) => {
        if (++n === 1) throw new BizStatusError(7, 'seven');
        return req;
      },
    });
    const again: RpcMiddleware = (next) => async (req, ctx) => {
      await next(req, ctx);
      expect(ctx.rpcInfo.invocation.bizStatusError?.statusCode).toBe(7);
      return next(req, ctx);
    };
    expect(await connect(address, { middlewares: [again] }).echo({ text: 'x' })).toEqual({ text: 'x' });
  });
});

describe('a context that a middleware derived', () => {
  it('sends its metainfo', async () => {
    const { address } = await serve({ echo: (_r, ctx) => ({ text: `${ctx.metainfo.get('t') ?? '-'} ${ctx.metainfo.getPersistent('p') ?? '-'}` }) });
    const add: RpcMiddleware = (next) => (req, ctx) => next(req, ctx.withMetainfo(ctx.metainfo.with('t', '1').withPersistent('p', '2')));
    for (const where of ['middlewares', 'unaryMiddlewares', 'instanceMiddlewares'] as const) {
      expect(await connect(address, { [where]: [add] }).echo({ text: '' })).toEqual({ text: '1 2' });
    }
  });

  it('ends the call at its deadline, and when it is cancelled', async () => {
    const g = gate();
    const { address } = await serve({ echo: (req) => g.wait.then(() => req) });
    const sooner: RpcMiddleware = (next) => (req, ctx) => next(req, ctx.withDeadline(performance.now() + 20));
    await expect(connect(address, { middlewares: [sooner], rpcTimeoutMs: 10_000 }).echo({ text: 'x' })).rejects.toBeInstanceOf(TimeoutByBusinessError);
    let stop: (reason: unknown) => void = () => undefined;
    const cancelled: RpcMiddleware = (next) => (req, ctx) => {
      const c = withCancel(ctx);
      stop = c.cancel;
      return next(req, c.ctx);
    };
    const call = connect(address, { middlewares: [cancelled] }).echo({ text: 'x' });
    stop(new Error('enough'));
    const e = await call.catch((x: unknown) => x);
    expect(e).toBeInstanceOf(CanceledByBusinessError);
    expect((e as Error).cause).toMatchObject({ message: 'enough' });
    g.open();
  });

  it('does not take the place of the handler whose method calls', async () => {
    let caller: string | undefined;
    const last = await serve({
      ping: (ctx) => {
        caller = ctx.rpcInfo.from.method;
      },
    });
    const toLast = connect(last.address);
    const fetchToken: RpcMiddleware = (next) => async (req, ctx) => {
      await toLast.ping({ ctx });
      return next(req, ctx);
    };
    const toNext = connect((await serve()).address, { middlewares: [fetchToken] });
    const first = await serve({ join: async (a, _b, ctx) => toNext.echo(a, { ctx }) });
    await connect(first.address).join({ text: 'a' }, { text: 'b' });
    expect(caller).toBe('Join');
  });
});

describe('what user code throws in the middle of a reply', () => {
  it('fails that call alone', async () => {
    const { address } = await serve();
    const client = connect(address, {
      metaHandlers: [
        {
          name: 'touchy',
          readMeta: (ctx) => {
            if (ctx.metainfo.get('bad') === 'read') throw new Error('cannot read');
          },
          writeMeta: (ctx) => {
            if (ctx.metainfo.get('bad') === 'write') throw new Error('cannot write');
          },
        },
      ],
    });
    const bad = (v: string): Promise<Message> => client.echo({ text: 'x' }, { metainfo: { transient: { bad: v } } });
    await expect(bad('read')).rejects.toThrow('cannot read');
    await expect(bad('write')).rejects.toThrow('cannot write');
    await expect(
      client.echo(
        { text: 'x' },
        {
          onBackward: () => {
            throw new Error('cannot take it');
          },
        },
      ),
    ).rejects.toThrow('cannot take it');
    expect(active(client)).toBe(0);
    expect(await client.echo({ text: 'y' })).toEqual({ text: 'y' });
  });

  it('comes out of an error handler as it is', async () => {
    const { address } = await serve({ echo: () => Promise.reject(new Error('x')) });
    const client = connect(address, {
      errorHandler: () => {
        throw new Error('from the handler');
      },
    });
    await expect(client.echo({ text: 'x' })).rejects.toThrow('from the handler');
    expect(active(client)).toBe(0);
  });
});

describe('error handlers', () => {
  it('see that no connection was had, and re-picking looks through what they make of it', async () => {
    const dead = await serve();
    await dead.server.stop();
    const { address } = await serve();
    const seen: unknown[] = [];
    const client = connect(address, {
      hostPorts: [dead.address, address],
      errorHandler: (e) => {
        seen.push(e);
        return new Error('mine', { cause: e });
      },
    });
    for (let i = 0; i < 4; i++) expect(await client.echo({ text: 'x' })).toEqual({ text: 'x' });
    expect(seen[0]).toBeInstanceOf(GetConnectionError);
  });
});

describe('declared exceptions', () => {
  it('are success to tracers on both sides, as biz errors are', async () => {
    const errors: unknown[] = [];
    const tracer = {
      start: () => undefined,
      finish: (ctx: RpcContext) => {
        errors.push(ctx.rpcInfo.stats.error);
      },
    };
    const { address } = await serve({ echo: () => Promise.reject(new Refused('no')), ping: () => Promise.reject(new BizStatusError(3, 'x')) }, { tracers: [tracer] });
    const client = connect(address, { tracers: [tracer] });
    await expect(client.echo({ text: 'x' })).rejects.toBeInstanceOf(Refused);
    await expect(client.ping()).rejects.toBeInstanceOf(BizStatusError);
    await expect.poll(() => errors).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('a call that never began', () => {
  it('reaches no tracer', async () => {
    const seen: string[] = [];
    const { address } = await serve();
    const client = connect(address, { tracers: [{ start: () => void seen.push('start'), finish: () => void seen.push('finish') }] });
    await expect(client.echo({ text: 'x' }, { rpcTimeoutMs: -1 })).rejects.toThrow('call.rpcTimeoutMs');
    await client.close();
    await expect(client.echo({ text: 'x' })).rejects.toThrow('is closed');
    expect(seen).toEqual([]);
  });
});

describe('closing a client', () => {
  it('waits for the calls in flight', async () => {
    const g = gate();
    const { address } = await serve({ echo: (req) => g.wait.then(() => req) });
    const order: string[] = [];
    const client = connect(address, { closeCallbacks: [() => void order.push('callback')] });
    const call = client.echo({ text: 'x' }).then((v) => (order.push('answer'), v));
    await expect.poll(() => active(client)).toBe(1);
    const closed = client.close();
    await expect(client.echo({ text: 'y' })).rejects.toThrow('is closed');
    g.open();
    expect(await call).toEqual({ text: 'x' });
    await closed;
    expect(order).toEqual(['answer', 'callback']);
    expect(client.close()).toBe(closed);
  });

  it('waits for them no longer than exitWaitTimeMs, and not at all with destroy()', async () => {
    const g = gate();
    const { address } = await serve({ echo: (req) => g.wait.then(() => req) });
    for (const [o, end] of [
      [{ exitWaitTimeMs: 20 }, 'close'],
      [{ exitWaitTimeMs: 600_000 }, 'destroy'],
    ] as const) {
      const client = connect(address, o);
      const call = client.echo({ text: 'x' }, { ctx: background }).catch((e: unknown) => e);
      await expect.poll(() => active(client)).toBe(1);
      await client[end]();
      expect(await call).toMatchObject({ code: 'KITEX_REMOTE_OR_NETWORK' });
    }
    g.open();
  });

  it('collects what fails, and goes on to the end', async () => {
    const order: string[] = [];
    const client = createClient(Echo, {
      destService: 'echo',
      closeCallbacks: [
        () => {
          throw new Error('one');
        },
        () => Promise.reject(new Error('two')),
        () => void order.push('three'),
      ],
    });
    await expect(client.close()).rejects.toThrow('one | two');
    expect(order).toEqual(['three']);
  });
});
