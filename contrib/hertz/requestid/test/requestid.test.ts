// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Hertz } from '@cloudwego/hertz';
import type { PerformedResponse } from '@cloudwego/hertz/testing';
import { performRequest } from '@cloudwego/hertz/testing';
import type { RequestIdOptions } from '@hertz-contrib/requestid';
import { getRequestId, requestId } from '@hertz-contrib/requestid';
import { expect, it } from 'vitest';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
function ask(o: RequestIdOptions, headers: Readonly<Record<string, string>> = {}): Promise<PerformedResponse> {
  const h = new Hertz();
  h.use(requestId(o));
  h.get('/', (c) => {
    c.string(200, getRequestId(c));
  });
  return performRequest(h, 'GET', '/', { headers });
}

it('makes an id where none came, and sends it back', async () => {
  const [a, b] = [await ask({}), await ask({})];
  expect(a.header('x-request-id')).toMatch(UUID);
  expect(a.text()).toBe(a.header('x-request-id'));
  expect(a.text()).not.toBe(b.text());
});

it('keeps the one that came, unless it is fit for no log', async () => {
  expect((await ask({}, { 'x-request-id': 'a-1.b:c/d=' })).text()).toBe('a-1.b:c/d=');
  for (const bad of ['', 'a b', 'a\tb', '<script>', 'ü', 'x'.repeat(201)]) expect((await ask({}, { 'X-Request-ID': bad })).text()).toMatch(UUID);
});

it('its field, its maker and who is told can be chosen, each engine for itself', async () => {
  const told: string[] = [];
  const own = await ask({ header: 'X-Trace', generator: () => 'made', handler: (_c, id) => void told.push(id) }, { 'X-Request-ID': 'other' });
  expect([own.text(), own.header('x-trace'), own.header('x-request-id'), told]).toEqual(['made', 'made', undefined, ['made']]);
  expect((await ask({})).header('x-trace')).toBeUndefined();
  expect(() => requestId({ header: 'a b' })).toThrow(/header/);
});

it('there is none where the middleware did not run', async () => {
  const h = new Hertz();
  h.get('/', (c) => {
    c.string(200, `[${getRequestId(c)}]`);
  });
  expect((await performRequest(h, 'GET', '/')).text()).toBe('[]');
});
