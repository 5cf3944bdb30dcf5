// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { connect } from 'node:net';
import { createLogger } from '@cloudwego/gopkg/logger';
import { Hertz } from '@cloudwego/hertz';
import type { Handler, SseWriter } from '@cloudwego/hertz';
import { performRequest } from '@cloudwego/hertz/testing';
import { SseDecoder, writeSseEvent } from '@cloudwego/protocol';
import { describe, expect, it } from 'vitest';

const logger = createLogger({ write: () => undefined });

async function serve(carrier: 'netpoll' | 'node', handler: Handler): Promise<{ base: string; port: number; h: Hertz }> {
  const h = new Hertz({ logger, carrier, hostPorts: '127.0.0.1:0' });
  h.use((c) => { c.setHeader('X-From-Middleware', 'yes'); });
  h.get('/', handler);
  const { address } = await h.start();
  return { base: `http://${address}/`, port: Number(address.split(':')[1]), h };
}

describe.each(['netpoll', 'node'] as const)('server-sent events on %s', (carrier) => {
  it('are sent as they are written, with the fields of middlewares, and end with the handler', async () => {
    let resume: () => void = () => undefined;
    const read = new Promise<void>((resolve) => {
      resume = resolve;
    });
    const { base, h } = await serve(carrier, async (c) => {
      const sse = c.sse();
      await sse.write({ id: '1', event: 'hello', data: `after ${c.lastEventId}\nsecond line` });
      await read;
      await sse.comment('a comment');
      await sse.write({ data: 'last' });
    });
    const r = await fetch(base, { headers: { 'Last-Event-ID': '7' } });
    expect([r.status, r.headers.get('content-type'), r.headers.get('cache-control'), r.headers.get('x-from-middleware')]).toEqual([200, 'text/event-stream; charset=utf-8', 'no-cache', 'yes']);
    const d = new SseDecoder();
    const events: unknown[] = [];
    for await (const piece of r.body!) {
      events.push(...d.receive(piece).map((e) => [e.id, e.event, e.data]));
      // The first event is here while the handler still waits.
      if (events.length > 0) resume();
    }
    expect(events).toEqual([['1', 'hello', 'after 7\nsecond line'], [undefined, undefined, 'last']]);
    await h.stop();
  });

  it('go to many from elsewhere, until each leaves', async () => {
    const writers = new Set<SseWriter>();
    const { base, h } = await serve(carrier, async (c) => {
      const sse = c.sse();
      writers.add(sse);
      await sse.done;
      writers.delete(sse);
    });
    const leave = [new AbortController(), new AbortController()] as const;
    const heard = leave.map(async ({ signal }) => (await fetch(base, { signal })).body!.getReader().read());
    await expect.poll(() => writers.size, { timeout: 30_000 }).toBe(2);
    const event = writeSseEvent({ data: 'to all' });
    for (const w of writers) await w.writeEncoded(event);
    for (const one of heard) expect(Buffer.from((await one).value!).toString()).toBe(event);
    leave[0].abort();
    await expect.poll(() => writers.size, { timeout: 30_000 }).toBe(1);
    const [left] = writers;
    expect(left!.isClosed).toBe(false);
    left!.close();
    await expect.poll(() => writers.size, { timeout: 30_000 }).toBe(0);
    leave[1].abort();
    await h.stop();
  });

  it('a silent stream is kept alive by comments', async () => {
    const { base, h } = await serve(carrier, async (c) => {
      await c.sse({ keepAliveMs: 5 }).done;
    });
    const leave = new AbortController();
    const reader = (await fetch(base, { signal: leave.signal })).body!.getReader();
    expect(Buffer.from((await reader.read()).value!).toString()).toMatch(/^(:keep-alive\n\n)+$/);
    leave.abort();
    await h.stop();
  });

  it('a client that does not read makes its writer wait, and its end the writer fail', async () => {
    let behind = 0;
    let failed: unknown;
    const { port, h } = await serve(carrier, async (c) => {
      const sse = c.sse();
      const data = 'x'.repeat(100_000);
      try {
        for (let i = 0; i < 10_000; i++) {
          const r = sse.write({ data });
          if (sse.isBehind) behind = i;
          await r;
        }
      } catch (e) {
        failed = e;
        throw e;
      }
    });
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect.poll(() => behind, { timeout: 30_000 }).toBeGreaterThan(0);
    // Bounded by what sockets hold, which is far from all of it.
    expect(behind).toBeLessThan(2000);
    socket.destroy();
    await expect.poll(() => failed, { timeout: 30_000 }).toMatchObject({ code: 'TRANSPORT_CLIENT_GONE' });
    await h.stop();
  });

  it('a handler that fails cuts the stream', async () => {
    const { base, h } = await serve(carrier, async (c) => {
      await c.sse().write({ data: 'one' });
      throw new Error('the source fails');
    });
    const r = await fetch(base);
    await expect(r.text()).rejects.toThrow();
    await h.stop();
  });
});

describe('server-sent events', () => {
  it('a cache rule that was set stays; what no event can have is an error', async () => {
    const h = new Hertz({ logger });
    let refused: unknown;
    h.get('/', async (c) => {
      c.setHeader('Cache-Control', 'no-store');
      const sse = c.sse();
      try {
        await sse.write({ event: 'a\nb' });
      } catch (e) {
        refused = e;
      }
      await sse.write({ data: '' });
      sse.close();
      sse.close();
    });
    const r = await performRequest(h, 'GET', '/');
    expect([r.header('cache-control'), r.text()]).toEqual(['no-store', 'data: \n\n']);
    expect(refused).toMatchObject({ code: 'SSE_FIELD_INVALID' });
  });

  it('a stream is started once', async () => {
    const h = new Hertz({ logger });
    let refused: unknown;
    h.get('/', (c) => {
      c.sse();
      try {
        c.sse();
      } catch (e) {
        refused = e;
      }
    });
    await performRequest(h, 'GET', '/');
    expect(refused).toMatchObject({ code: 'HERTZ_ENGINE_STATE' });
  });
});
