// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Hertz } from '@cloudwego/hertz';
import type { PerformedResponse } from '@cloudwego/hertz/testing';
import { performRequest } from '@cloudwego/hertz/testing';
import type { CorsOptions } from '@hertz-contrib/cors';
import { cors } from '@hertz-contrib/cors';
import { describe, expect, it } from 'vitest';

function ask(o: CorsOptions, origin: string | undefined, method = 'GET', more: Readonly<Record<string, string>> = {}): Promise<PerformedResponse> {
  const h = new Hertz();
  h.use(cors(o));
  h.any('/', (c) => {
    c.string(200, 'body');
  });
  return performRequest(h, method, '/', { headers: { Host: 'api.test', ...(origin === undefined ? {} : { Origin: origin }), ...more } });
}
const PREFLIGHT = { 'Access-Control-Request-Method': 'PUT' };

describe('cors', () => {
  it('leaves requests alone that have no origin, or their own', async () => {
    for (const origin of [undefined, 'http://api.test', 'https://api.test']) {
      const r = await ask({ origins: ['https://a.test'] }, origin);
      expect([r.text(), r.header('access-control-allow-origin'), r.header('vary')]).toEqual(['body', undefined, 'Origin']);
    }
  });

  it('tells everybody, or those who are named; others get 403', async () => {
    const all = await ask({ expose: ['X-A', 'X-B'] }, 'https://x.test');
    expect([all.text(), all.header('access-control-allow-origin'), all.header('vary'), all.header('access-control-expose-headers')]).toEqual(['body', '*', undefined, 'X-A,X-B']);
    const named = await ask({ origins: ['https://A.test'], credentials: true }, 'https://a.test');
    expect([named.header('access-control-allow-origin'), named.header('access-control-allow-credentials')]).toEqual(['https://a.test', 'true']);
    const other = await ask({ origins: ['https://a.test'] }, 'https://b.test');
    expect([other.status, other.text(), other.header('vary')]).toEqual([403, '', 'Origin']);
  });

  it('answers preflights, also where no route is', async () => {
    const r = await ask({ origins: (o) => o.endsWith('.test'), privateNetwork: true }, 'https://a.test', 'OPTIONS', { ...PREFLIGHT, 'Access-Control-Request-Private-Network': 'true' });
    expect([r.status, r.text(), r.header('access-control-allow-methods'), r.header('access-control-allow-headers'), r.header('access-control-max-age'), r.header('access-control-allow-private-network')]).toEqual([204, '', 'GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS', 'Origin,Content-Length,Content-Type', '43200', 'true']);
    expect(r.rawHeaders.filter((_, i) => r.rawHeaders[i - 1] === 'Vary')).toEqual(['Origin', 'Access-Control-Request-Method, Access-Control-Request-Headers']);
    expect((await ask({}, 'https://a.test', 'OPTIONS')).text()).toBe('body');
    const h = new Hertz();
    h.use(cors());
    expect((await performRequest(h, 'OPTIONS', '/none', { headers: { Origin: 'https://a.test', ...PREFLIGHT } })).status).toBe(204);
  });

  it.each([
    ['https://*.shop.test', 'https://a.shop.test', true],
    ['https://*.shop.test', 'https://a.b.shop.test', true],
    ['https://*.shop.test', 'https://shop.test', false],
    ['https://*.shop.test', 'https://evil.test/.shop.test', false],
    ['https://*.shop.test', 'https://evil.test:1@x.shop.test', false],
    ['https://*.shop.test', 'https://evilshop.test', false],
    ['https://*.shop.test', 'http://a.shop.test', false],
    [/^https:\/\/a\d\.test$/g, 'https://a1.test', true],
    [/^https:\/\/a\d\.test$/g, 'https://a1.test.evil', false],
    ['null', 'null', true],
  ])('%s and %s: %s', async (pattern, origin, allowed) => {
    for (let i = 0; i < 2; i++) expect((await ask({ origins: [pattern] }, origin)).status).toBe(allowed ? 200 : 403);
  });

  it.each([[{ credentials: true }], [{ origins: ['a.test'] }], [{ origins: ['https://a*.test'] }], [{ origins: ['https://*'] }], [{ origins: ['https://a.test/path'] }], [{ origin: '*' } as never]])('%j is refused', (o) => {
    expect(() => cors(o as CorsOptions)).toThrow(/cors/);
  });
});
