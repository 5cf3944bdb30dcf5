// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';
import { createLogger } from '@cloudwego/gopkg/logger';
import { Hertz } from '@cloudwego/hertz';
import type { ConnectMiddleware } from '@cloudwego/hertz/express';
import { connect, connectRequest } from '@cloudwego/hertz/express';
import { performRequest } from '@cloudwego/hertz/testing';
import helmet from 'helmet';
import { describe, expect, it } from 'vitest';

// They are CommonJS, and their types are those of Express.
const require = createRequire(import.meta.url);
type Factory = (...args: readonly unknown[]) => ConnectMiddleware;
const cors = require('cors') as Factory;
const compression = require('compression') as Factory;
const morgan = require('morgan') as Factory;
const cookieParser = require('cookie-parser') as Factory;
const responseTime = require('response-time') as Factory;
const parser = require('body-parser') as { json(): ConnectMiddleware };
const make = (...middlewares: readonly ConnectMiddleware[]): Hertz => {
  const h = new Hertz({ logger: createLogger({ write: () => undefined }), handleMethodNotAllowed: true });
  h.use(connect(...middlewares));
  h.get('/', (c) => {
    c.setCookie('own', '1');
    c.json(201, { a: 'x'.repeat(3000) });
  });
  h.post('/', (c) => {
    c.json(200, { body: connectRequest(c)!.body, cookies: connectRequest(c)!.cookies });
  });
  return h;
};

describe('middlewares of Express', () => {
  it('helmet', async () => {
    const r = await performRequest(make(helmet()), 'GET', '/');
    expect([r.status, r.header('x-content-type-options'), r.header('content-security-policy')]).toEqual([201, 'nosniff', expect.stringContaining("default-src 'self'")]);
  });

  it('cors: fields, and preflights that it answers itself', async () => {
    const h = make(cors({ origin: 'https://a.test', maxAge: 60 }));
    expect((await performRequest(h, 'GET', '/', { headers: { Origin: 'https://a.test' } })).header('access-control-allow-origin')).toBe('https://a.test');
    const pre = await performRequest(h, 'OPTIONS', '/', { headers: { Origin: 'https://a.test', 'Access-Control-Request-Method': 'PUT' } });
    expect([pre.status, pre.text(), pre.header('access-control-max-age')]).toEqual([204, '', '60']);
  });

  it('compression sees what handlers answered', async () => {
    const h = make(compression());
    const r = await performRequest(h, 'GET', '/', { headers: { 'Accept-Encoding': 'gzip' } });
    expect([r.status, r.header('content-encoding'), r.header('vary'), r.header('content-type'), r.header('set-cookie')]).toEqual([201, 'gzip', 'Accept-Encoding', 'application/json; charset=utf-8', 'own=1; path=/']);
    expect(JSON.parse(gunzipSync(r.body).toString())).toEqual({ a: 'x'.repeat(3000) });
    expect(r.rawHeaders.filter((n) => n.toLowerCase() === 'set-cookie')).toHaveLength(1);
    expect((await performRequest(h, 'GET', '/')).header('content-encoding')).toBeUndefined();
  });

  it('morgan writes when the response left', async () => {
    const lines: string[] = [];
    await performRequest(make(morgan(':method :url :status :res[content-length]', { stream: { write: (s: string) => lines.push(s.trim()) } })), 'GET', '/?q');
    await new Promise((resolve) => setImmediate(resolve));
    expect(lines).toEqual(['GET /?q 201 3008']);
  });

  it('cookie-parser and body-parser leave what they read on the request', async () => {
    const h = make(cookieParser('secret'), parser.json());
    const r = await performRequest(h, 'POST', '/', { headers: { 'Content-Type': 'application/json', 'Content-Length': '7', Cookie: 'a=b; c=%20' }, body: '{"x":1}' });
    expect(JSON.parse(r.text())).toEqual({ body: { x: 1 }, cookies: { a: 'b', c: ' ' } });
    const bad = await performRequest(h, 'POST', '/', { headers: { 'Content-Type': 'application/json', 'Content-Length': '1' }, body: '{' });
    expect(bad.status).toBe(400);
  });

  it('response-time sets its field when the head is written', async () => {
    expect((await performRequest(make(responseTime()), 'GET', '/')).header('x-response-time')).toMatch(/^[\d.]+ms$/);
  });

  it('several share the request; one may answer, fail, or fail later', async () => {
    const seen: unknown[] = [];
    const h = new Hertz({ logger: createLogger({ write: () => undefined }) });
    h.use(connect((req: { x: number }, _res, next) => {
      req.x = 1;
      next();
    }), connect((req: { x: number }, _res, next) => {
      seen.push(req.x);
      next();
    }));
    h.get('/answers', connect((_req, res: { status(n: number): { json(v: unknown): void } }) => {
      res.status(202).json({ ok: true });
    }), (c) => {
      c.string(200, 'never');
    });
    h.get('/fails', connect((_req, _res, next) => {
      next(new Error('no'));
    }));
    h.get('/rejects', connect(async () => {
      await Promise.resolve();
      throw new Error('no');
    }));
    h.get('/streams', (c) => c.stream(['a', 'b']));
    const r = await performRequest(h, 'GET', '/answers');
    expect([r.status, r.text(), seen]).toEqual([202, '{"ok":true}', [1]]);
    expect((await performRequest(h, 'GET', '/fails')).status).toBe(500);
    expect((await performRequest(h, 'GET', '/rejects')).status).toBe(500);
    expect((await performRequest(h, 'GET', '/streams')).text()).toBe('ab');
  });
});
