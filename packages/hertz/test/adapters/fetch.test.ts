// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLogger } from '@cloudwego/gopkg/logger';
import { Hertz, streamBody } from '@cloudwego/hertz';
import { fromFetch, HertzApp, toFetch } from '@cloudwego/hertz/fetch';
import { performRequest } from '@cloudwego/hertz/testing';
import { describe, expect, it, vi } from 'vitest';

const logger = createLogger({ write: () => undefined });

describe('an app as a fetch handler', () => {
  const app = new HertzApp({ logger, maxRequestBodyBytes: 8 });
  const aborted: unknown[] = [];
  app.get('/hello/:name', (c) => {
    c.setCookie('a', '1');
    c.setCookie('b', '2');
    c.json(201, { hello: c.params.name, q: c.query('q'), host: c.host, ip: c.clientIP() });
  });
  app.post('/echo', (c) => {
    c.string(200, c.bodyText);
  });
  app.post('/stream', streamBody(), (c) => c.stream(c.bodyStream()));
  app.get('/endless', (c) => {
    c.signal.addEventListener('abort', () => aborted.push(c.signal.reason));
    return c.stream((async function* () {
      for (;;) {
        yield Buffer.alloc(1000);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })());
  });
  app.get('/breaks', (c) => c.stream((function* () {
    yield 'a';
    throw new Error('source');
  })()));
  app.get('/empty', (c) => {
    c.status = 204;
  });
  const fetch = toFetch(app);

  it('answers with fields, cookies and what it was asked', async () => {
    const r = await fetch(new Request('http://api.test:81/hello/bob?q=1'));
    expect([r.status, r.headers.get('content-type'), r.headers.getSetCookie()]).toEqual([201, 'application/json; charset=utf-8', ['a=1; path=/', 'b=2; path=/']]);
    expect(await r.json()).toEqual({ hello: 'bob', q: '1', host: 'api.test:81', ip: '0.0.0.0' });
    expect((await fetch(new Request('http://x/empty'))).status).toBe(204);
    expect((await fetch(new Request('http://x/none'))).status).toBe(404);
    const told = toFetch(app, { remote: () => ({ kind: 'tcp', host: '1.2.3.4', port: 5 }) });
    expect(await (await told(new Request('http://x/hello/a'))).json()).toMatchObject({ ip: '1.2.3.4' });
  });

  it('reads bodies with their limit, streams them both ways', async () => {
    expect(await (await fetch(new Request('http://x/echo', { method: 'POST', body: 'eight ab' }))).text()).toBe('eight ab');
    expect((await fetch(new Request('http://x/echo', { method: 'POST', body: 'more than 8' }))).status).toBe(413);
    expect(await (await fetch(new Request('http://x/stream', { method: 'POST', body: 'more than 8' }))).text()).toBe('more than 8');
  });

  it('a reader that leaves ends the handler, a source that fails ends the reader', async () => {
    const r = await fetch(new Request('http://x/endless'));
    const reader = r.body!.getReader();
    await reader.read();
    await reader.cancel('enough');
    await vi.waitFor(() => {
      expect(aborted).toHaveLength(1);
    });
    const leaving = new AbortController();
    const p = await fetch(new Request('http://x/endless', { signal: leaving.signal }));
    leaving.abort(new Error('gone'));
    await vi.waitFor(() => {
      expect(aborted).toHaveLength(2);
    });
    await expect(p.text()).rejects.toThrow('gone');
    await expect((await fetch(new Request('http://x/breaks'))).text()).rejects.toThrow('source');
  });
});

it('a fetch handler is mounted', async () => {
  const h = new Hertz({ logger });
  h.any('/m/*', fromFetch(async (req, c) => {
    if (req.url.endsWith('/none')) return new Response(null, { status: 304 });
    const headers = new Headers({ 'X-Method': req.method, 'X-Url': req.url, 'X-A': req.headers.get('x-a') ?? '', 'X-Path': c.fullPath });
    headers.append('Set-Cookie', 'a=1');
    headers.append('Set-Cookie', 'b=2');
    return new Response(`got ${await req.text()}`, { status: 202, headers });
  }));
  h.post('/s', streamBody(), fromFetch((req) => new Response(req.body)));
  const r = await performRequest(h, 'POST', '/m/x?y=1', { body: 'body', headers: { 'X-A': 'b' } });
  expect([r.status, r.text(), r.header('x-method'), r.header('x-url'), r.header('x-a'), r.header('x-path'), r.header('content-type')]).toEqual([202, 'got body', 'POST', 'http://localhost/m/x?y=1', 'b', '/m/*', 'text/plain;charset=UTF-8']);
  expect(r.rawHeaders.filter((_, i) => i % 2 === 1 && r.rawHeaders[i - 1] === 'Set-Cookie')).toEqual(['a=1', 'b=2']);
  expect((await performRequest(h, 'GET', '/m/none')).status).toBe(304);
  expect((await performRequest(h, 'POST', '/s', { body: 'streamed' })).text()).toBe('streamed');
});

it('@cloudwego/hertz/fetch reaches no module with sockets', () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const seen = new Map<string, string>();
  const found: string[] = [];
  const open = [join(root, 'hertz/src/fetch/index.ts')];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    // Types vanish.
    const text = readFileSync(file, 'utf8').replaceAll(/^\s*(?:import|export) type [^;]*;/gm, '');
    for (const [, name] of text.matchAll(/^\s*(?:import|export)\s[^'";]*from '([^']+)'/gm)) {
      if (/^node:(?:net|tls|http|https|http2|dgram)$|^@cloudwego\/(?:transport|netpoll)/.test(name!)) found.push(`${file}: ${name!}`);
      let next: string | undefined;
      if (name!.startsWith('.')) next = join(dirname(file), name!.replace(/\.js$/, '.ts'));
      const own = /^@cloudwego\/(\w+)((?:\/\w+)*)$/.exec(name!);
      if (own !== null) {
        const { exports } = JSON.parse(readFileSync(join(root, own[1]!, 'package.json'), 'utf8')) as { exports: Record<string, { '@cloudwego/source': string }> };
        next = join(root, own[1]!, exports[`.${own[2]!}`]!['@cloudwego/source']);
      }
      if (next !== undefined && existsSync(next) && !seen.has(next)) {
        seen.set(next, file);
        open.push(next);
      }
    }
  }
  expect(seen.size).toBeGreaterThan(50);
  expect(found).toEqual([]);
});
