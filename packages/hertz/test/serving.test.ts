// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createLogger } from '@cloudwego/gopkg/logger';
import { createPort, Hertz } from '@cloudwego/hertz';
import { describe, expect, it } from 'vitest';

const logger = createLogger({ write: () => undefined });

describe.each(['netpoll', 'node'] as const)('on %s', (carrier) => {
  const make = (o: ConstructorParameters<typeof Hertz>[0] = {}): Hertz => new Hertz({ logger, carrier, hostPorts: '127.0.0.1:0', ...o });

  it('hooks run, requests are served, and the stop is graceful', async () => {
    const seen: string[] = [];
    const h = make();
    h.onRun.push(() => { seen.push('run'); });
    h.onShutdown.push(async () => {
      await Promise.resolve();
      seen.push('shutdown');
    });
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let entered: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => {
      entered = resolve;
    });
    h.get('/hello/:name', (c) => { c.json(200, { hello: c.params.name }); });
    h.post('/echo', (c) => { c.data(200, c.contentType, c.bodyBytes); });
    h.get('/slow', async (c) => {
      entered();
      await held;
      c.string(200, 'done');
    });
    const { address } = await h.start();
    expect(seen).toEqual(['run']);
    const base = `http://${address}`;
    expect(await (await fetch(`${base}/hello/w`)).json()).toEqual({ hello: 'w' });
    const big = 'x'.repeat(300_000);
    const echoed = await fetch(`${base}/echo`, { method: 'POST', body: big, headers: { 'Content-Type': 'a/b' } });
    expect([await echoed.text(), echoed.headers.get('content-type')]).toEqual([big, 'a/b']);
    expect((await fetch(`${base}/none`)).status).toBe(404);
    const slow = fetch(`${base}/slow`);
    await inside;
    const stopping = h.stop();
    release();
    expect(await (await slow).text()).toBe('done');
    expect(await stopping).toMatchObject({ forced: 0 });
    expect(seen).toEqual(['run', 'shutdown']);
    await expect(fetch(`${base}/hello/w`)).rejects.toThrow();
  });

  it('a body above its limit is 413, 417 where it is not wanted', async () => {
    await using h = make({ maxRequestBodyBytes: 10, continueHandler: (c) => c.path !== '/no' });
    h.post('/:any', (c) => { c.string(200, c.bodyText); });
    const { address } = await h.start();
    const r = await fetch(`http://${address}/a`, { method: 'POST', body: 'x'.repeat(11) });
    expect([r.status, await r.text()]).toEqual([413, 'Request Entity Too Large']);
  });

  it('a hook that fails ends the start', async () => {
    const h = make();
    h.onRun.push(() => { throw new Error('no database'); });
    await expect(h.start()).rejects.toThrow('no database');
    await h.stop();
  });
});

describe('one port', () => {
  it('is shared with other apps', async () => {
    const h = new Hertz({ logger });
    h.get('/', (c) => { c.string(200, 'on a port'); });
    await using port = createPort({ address: '127.0.0.1:0', logger }).add(h);
    const { address } = await port.listen();
    if (address.kind !== 'tcp') throw new Error('wanted TCP');
    expect(await (await fetch(`http://127.0.0.1:${address.port}/`)).text()).toBe('on a port');
    await h.stop();
  });
});
