// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, describe, expect, it } from 'vitest';
import { createServer } from '@cloudwego/kitex';
import type { RpcContext } from '@cloudwego/kitex';
import { Echo, Other, plain } from './fixtures/echo.js';
import { connect, echoArgs, framed, gate, serve, silentLogger, using } from './fixtures/harness.js';
import { startProgram } from './fixtures/program.js';
import { ttheader, Wire } from './fixtures/wire.js';

/** A handler that answers when its context is over, and says why. */
function untilOver(): { reason: Promise<unknown>; echo(req: { text: string }, ctx: RpcContext): Promise<{ text: string }> } {
  const over = gate<unknown>();
  return {
    reason: over.wait,
    echo: (req, ctx) =>
      new Promise((resolve) => {
        ctx.signal.addEventListener('abort', () => {
          over.open(ctx.signal.reason);
          resolve(req);
        });
      }),
  };
}

describe('the signal of a handler', () => {
  it('aborts when the caller goes away', async () => {
    const h = untilOver();
    const { address } = await serve({ echo: h.echo });
    const abort = new AbortController();
    const call = connect(address).echo({ text: 'x' }, { signal: abort.signal });
    call.catch(() => undefined);
    await new Promise((r) => setTimeout(r, 20));
    abort.abort();
    expect(await h.reason).toMatchObject({ code: 'KITEX_REMOTE_OR_NETWORK', message: expect.stringContaining('the caller closed the connection') as string });
  });

  it('aborts at the deadline that the caller sent', async () => {
    const h = untilOver();
    const { address } = await serve({ echo: h.echo });
    const w = await Wire.open(address);
    const args = framed(1, 'Echo', 1, echoArgs('x'));
    w.send(ttheader(args, { strings: { isn: 'Echo' }, ints: { 12: '30' } }));
    expect(await h.reason).toMatchObject({ code: 'GOPKG_CONTEXT_DEADLINE' });
    expect(await w.next()).toMatchObject({ type: 2 });
    w.close();
  });

  it('aborts when the server is forced to stop', async () => {
    const h = untilOver();
    const { server, address } = await serve({ echo: h.echo }, { exitWaitTimeMs: 30 });
    const client = connect(address);
    const call = client.echo({ text: 'x' }).catch((e: unknown) => e);
    await expect.poll(() => (client.dump() as { active: number }).active).toBe(1);
    await new Promise((r) => setTimeout(r, 20));
    expect(await server.stop()).toMatchObject({ inFlight: 1, forced: 1, finished: 0 });
    expect(await h.reason).toMatchObject({ code: expect.stringMatching(/DRAIN/) as string });
    await call;
  });

  it('does not abort after a call that ended well', async () => {
    let signal: AbortSignal | undefined;
    const { address } = await serve({
      ping: (ctx) => {
        signal = ctx.signal;
      },
    });
    const client = connect(address);
    await client.ping();
    await client.close();
    await new Promise((r) => setTimeout(r, 20));
    expect(signal?.aborted).toBe(false);
  });
});

describe('the time that a caller sent', () => {
  it('counts from the moment the head is read, also behind a slow request on the same connection', async () => {
    const deadlines: number[] = [];
    const { address } = await serve({
      echo: (req, ctx) => {
        deadlines.push(Math.round(ctx.deadline - performance.now()));
        return new Promise((r) => setTimeout(r, 40, req));
      },
    });
    const args = framed(1, 'Echo', 1, echoArgs('x'));
    const w = await Wire.open(address);
    w.send(Buffer.concat([ttheader(args, { strings: { isn: 'Echo' } }), ttheader(args, { strings: { isn: 'Echo' }, ints: { 12: '10' } })]));
    expect(await w.next()).toMatchObject({ type: 2 });
    expect(await w.next()).toMatchObject({ type: 2 });
    w.close();
    expect(deadlines[0]).toBe(Infinity);
    expect(deadlines[1]).toBeLessThanOrEqual(10);
  });
});

describe('start and stop', () => {
  it('stop of a server that never started does nothing, and it cannot start any more', async () => {
    const hooks: string[] = [];
    const server = createServer({ logger: silentLogger, shutdownHooks: [() => void hooks.push('off')] });
    expect(await server.stop()).toEqual({ inFlight: 0, finished: 0, forced: 0, elapsedMs: 0 });
    await expect(server.start()).rejects.toThrow('the server was stopped');
    expect(hooks).toEqual([]);
  });

  it('a server without services does not start', async () => {
    await expect(createServer({ address: '127.0.0.1:0' }).start()).rejects.toThrow('no service is registered');
  });

  it('an address in use is an error that names it', async () => {
    const { address } = await serve();
    const second = createServer({ address, logger: silentLogger }).register(Echo, plain);
    await expect(second.start()).rejects.toThrow(address);
    await expect(second.start()).rejects.toThrow(address);
    await second.stop();
  });

  it('two services that share a method need a fallback, or strict names', async () => {
    const both = (o: object = {}) => createServer({ address: '127.0.0.1:0', logger: silentLogger, ...o }).register(Echo, plain).register(Other, plain);
    await expect(both().start()).rejects.toThrow('{ fallback: true }');
    const strict = using(both({ refuseTrafficWithoutServiceName: true }));
    await strict.start();
  });

  it('start() twice is one start', async () => {
    const server = using(createServer({ address: '127.0.0.1:0', logger: silentLogger }).register(Echo, plain));
    expect(server.start()).toBe(server.start());
    await server.start();
  });

  it('a shutdown hook that fails does not keep the others from running', async () => {
    const order: string[] = [];
    const { server } = await serve({}, { shutdownHooks: [() => Promise.reject(new Error('first')), () => void order.push('second')] });
    await server.stop();
    expect(order).toEqual(['second']);
  });

  it('tells clients on TTHeader that the connection will close', async () => {
    const g = gate();
    const { server, address } = await serve({ ping: () => g.wait });
    const w = await Wire.open(address);
    const ping = (seq: number): Buffer => framed(1, 'Ping', seq, new Uint8Array([0]));
    w.send(ttheader(ping(1), { strings: { isn: 'Echo' } }));
    await new Promise((r) => setTimeout(r, 20));
    const stopped = server.stop();
    await new Promise((r) => setTimeout(r, 20));
    g.open();
    expect(await w.next()).toMatchObject({ type: 2, strings: { crrst: '1' } });
    expect(await w.next()).toBeUndefined();
    expect(await stopped).toMatchObject({ inFlight: 1, finished: 1, forced: 0 });
  });
});

describe('run()', () => {
  it('drains on SIGTERM and lets the process end', async () => {
    const p = startProgram('server.mjs');
    const address = await p.line(/^LISTEN (.*)$/);
    const client = connect(address);
    const call = client.echo({ text: 'slow' });
    await p.line(/^serving$/);
    p.child.kill('SIGTERM');
    expect(await call).toEqual({ text: 'slow' });
    expect(await p.exited).toEqual({ code: 0, signal: null });
    expect(p.lines).toEqual([`LISTEN ${address}`, 'serving', 'stopping', 'stopped']);
  });

  it('ends by the signals that were named, and by no other', async () => {
    const p = startProgram('server.mjs', ['SIGUSR2']);
    await p.line(/^LISTEN (.*)$/);
    p.child.kill('SIGUSR2');
    expect(await p.exited).toEqual({ code: 0, signal: null });
    const q = startProgram('server.mjs', ['SIGUSR2']);
    await q.line(/^LISTEN (.*)$/);
    q.child.kill('SIGTERM');
    expect(await q.exited).toEqual({ code: null, signal: 'SIGTERM' });
  });
});

describe('no timer keeps a process alive', () => {
  it.each(['closed', 'destroyed'])('a client that was %s leaves nothing at all', async (how) => {
    const { address } = await serve();
    const p = startProgram('client.mjs', [address, how]);
    expect(await p.exited).toEqual({ code: 0, signal: null });
    expect(p.lines).toEqual(['[]']);
  });

  it.each(['open', 'open with a deadline', 'timed out', 'watched'])('a client that is %s leaves its connections only', async (how) => {
    const { server, address } = await serve();
    const p = startProgram('client.mjs', [address, how]);
    const left = await p.line(/^\[.*\]$/);
    expect(JSON.parse(left)).not.toContain('Timeout');
    expect(JSON.parse(left)).not.toContain('Immediate');
    // Without its connections it ends.
    await server.stop();
    expect(await p.exited).toEqual({ code: 0, signal: null });
  });

  it('a server that was stopped', async () => {
    const p = startProgram('stopped.mjs');
    expect(await p.exited).toEqual({ code: 0, signal: null });
    expect(p.lines).toEqual(['done']);
  });
});

afterEach(() => {
  expect(process.listenerCount('SIGTERM') + process.listenerCount('SIGHUP')).toBe(0);
});

