// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { RequestContext } from '@cloudwego/hertz';
import { BindingError, Hertz } from '@cloudwego/hertz';
import type { PerformOptions } from '@cloudwego/hertz/testing';
import { performRequest } from '@cloudwego/hertz/testing';
import { createLogger } from '@cloudwego/gopkg/logger';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';

const logger = createLogger({ write: () => undefined });

async function within(target: string, o: PerformOptions, f: (c: RequestContext) => unknown): Promise<unknown> {
  let got: unknown;
  const h = new Hertz({ logger });
  h.any('/u/:id', async (c) => {
    try {
      got = await f(c);
    } catch (e) {
      if (!(e instanceof BindingError)) throw e;
      got = e.issues.map((i) => `${i.source ?? ''} ${i.path}`.trim());
    }
  });
  const r = await performRequest(h, 'POST', target, o);
  if (r.status !== 200) throw new Error(r.text());
  return got;
}
const json = (x: unknown): PerformOptions => ({ headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(x) });

const User = z.object({ id: z.int(), name: z.string().min(2), page: z.number().optional(), tags: z.array(z.string()).default([]), on: z.boolean().nullish() });

describe('a schema by itself', () => {
  it('takes JSON, query, form and path together, and texts become what it wants', async () => {
    const got = await within('/u/7?page=2&tags=a&on=true', json({ name: 'bob', id: 1, page: 9 }), async (c) => {
      const user = await c.bind(User);
      expectTypeOf(user).toEqualTypeOf<{ id: number; name: string; page?: number | undefined; tags: string[]; on?: boolean | null | undefined }>();
      return user;
    });
    expect(got).toEqual({ id: 7, name: 'bob', page: 2, tags: ['a'], on: true });
  });

  it('tells every fault with its place', async () => {
    expect(await within('/u/x?page=z&tags=1&tags=2', json({ name: 'b' }), (c) => c.bind(User))).toEqual(['id', 'name', 'page']);
  });

  it('keeps texts that could be numbers but are not meant to be', async () => {
    expect(await within('/u/007', json({}), (c) => c.bind(z.object({ id: z.string() })))).toEqual({ id: '007' });
  });

  it('looks at cookies and headers where it is told to', async () => {
    const S = z.object({ 'X-Trace': z.string().optional(), sid: z.string().optional() });
    const o = { headers: { 'x-trace': 't', Cookie: 'sid=s' } };
    expect(await within('/u/7', o, (c) => c.bind(S))).toEqual({});
    expect(await within('/u/7', o, (c) => c.bind(S, { sources: ['header', 'cookie'] }))).toEqual({ 'X-Trace': 't', sid: 's' });
  });

  it('of arktype and valibot does as well, and an asynchronous one', async () => {
    expect(await within('/u/7?n=2', {}, (c) => c.bind(type({ id: 'string', n: 'number' })))).toEqual({ id: '7', n: 2 });
    expect(await within('/u/7?n=2&n=3', {}, (c) => c.bind(v.object({ id: v.string(), n: v.array(v.string()) })))).toEqual({ id: '7', n: ['2', '3'] });
    const slow = v.pipeAsync(v.object({ id: v.string() }), v.checkAsync(async (x) => (await Promise.resolve(x.id)) === '7', 'not seven'));
    expect(await within('/u/7', {}, (c) => c.bind(slow))).toEqual({ id: '7' });
    expect(await within('/u/8', {}, (c) => c.bind(slow))).toEqual(['']);
  });

  it('gets a body that is no object as it is, and no prototype from a name', async () => {
    expect(await within('/u/7', json([1, 2]), (c) => c.bind(z.array(z.number())))).toEqual([1, 2]);
    expect(await within('/u/7?__proto__=x&a=1', {}, (c) => c.bind(z.looseObject({})))).toMatchObject({ a: '1', id: '7' });
  });
});

describe('schemas by their source', () => {
  it('are bound each on its own', async () => {
    const got = await within('/u/7?q=1', json({ a: true }), async (c) => {
      const r = await c.bind({ path: z.object({ id: z.coerce.bigint() }), query: type({ q: 'number' }), json: v.object({ a: v.boolean() }), header: z.object({ host: z.string() }), raw_body: z.instanceof(Uint8Array) });
      expectTypeOf(r.path.id).toEqualTypeOf<bigint>();
      expectTypeOf(r.json.a).toEqualTypeOf<boolean>();
      return [r.path, r.query, r.json, r.header, r.raw_body.length];
    });
    expect(got).toEqual([{ id: 7n }, { q: 1 }, { a: true }, { host: 'localhost' }, 10]);
  });

  it('all are heard', async () => {
    expect(await within('/u/7?q=x', json({ a: 1 }), (c) => c.bind({ query: z.object({ q: z.number() }), json: z.object({ a: z.boolean(), b: z.object({ c: z.array(z.string()) }) }), cookie: z.object({ s: z.string() }) }))).toEqual(['query q', 'json a', 'json b', 'cookie s']);
  });

  it('anything else is the fault of the program', async () => {
    await expect(within('/u/7', {}, (c) => c.bind({ body: z.string() } as never))).rejects.toThrow(/Internal/);
  });
});
