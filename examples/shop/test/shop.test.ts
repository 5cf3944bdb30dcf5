// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { request } from 'node:http';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audit, settle } from '../src/demo/checks.js';
import { Shop } from '../src/demo/shop.js';
import { HttpClient } from '../src/load/client.js';
import type { Answer } from '../src/load/client.js';
import { alive, fromSource } from './support.js';

/** The machine may be busy with other things: what has to come about may take its time. */
const PATIENCE = { timeout: 60_000, interval: 50 };

let dir = '';
let shop: Shop;
let http: HttpClient;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'shop-test-'));
  shop = await Shop.start({ dir, drills: true, execArgv: fromSource });
  http = new HttpClient(shop.url);
}, 120_000);

afterAll(async () => {
  http.close();
  await shop.stop();
  rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}, 60_000);

const order = (key: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  http.send('POST', '/api/orders', { 'x-shop-user': 'ada', 'idempotency-key': key, ...headers }, body, 20_000);
const one = (sku: string, quantity = 1, payToken = 'card'): unknown => ({ lines: [{ sku, quantity }], payToken });

/** A request as it is written, with the headers and bytes of the answer. */
function raw(method: string, path: string, headers: Readonly<Record<string, string>>, body?: string): Promise<{ readonly status: number; readonly headers: NodeJS.Dict<string | string[]>; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const r = request(shop.url + path, { method, headers }, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (d: string) => (text += d));
      res.on('end', () => {
        resolve({ status: res.statusCode!, headers: res.headers, text });
      });
    });
    r.on('error', reject);
    r.end(body);
  });
}

describe('the entry', () => {
  test('takes an order through all services, and finds it again for its buyer alone', async () => {
    const a = await order('first', { lines: [{ sku: 'notebook', quantity: 2 }, { sku: 'bottle', quantity: 1 }], payToken: 'card', address: 'Lane 1' });
    expect(a).toMatchObject({ status: 201, body: { state: 'CONFIRMED', total: { minor: '5030', currency: 'EUR' } } });
    const id = a.body!['id'] as string;
    expect((await http.send('GET', `/api/orders/${id}`, { 'x-shop-user': 'ada' })).body).toMatchObject({ id, state: 'CONFIRMED' });
    expect(await http.send('GET', `/api/orders/${id}`, { 'x-shop-user': 'eve' })).toMatchObject({ status: 404, body: { code: 40404, status: 404 } });
    expect((await http.send('GET', '/api/orders', { 'x-shop-user': 'ada' })).body).toMatchObject({ orders: [{ id }] });
    expect(await http.send('POST', `/api/orders/${id}/cancel`, { 'x-shop-user': 'ada' }, {})).toMatchObject({ status: 409, body: { code: 40409 } });
    expect(await http.send('GET', '/api/products/notebook', {})).toMatchObject({ status: 200, body: { name: 'Cloud notebook', price: { minor: '1290' }, available: '1998' } });
    expect((await http.send('GET', '/api/products?q=paper', {})).body).toMatchObject({ products: [{ sku: 'kite' }] });
  });

  test('gives one order for one key, however often and however parallel it is sent', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => order('many', one('kite', 2))));
    expect(new Set(all.map((a) => `${a.status} ${String(a.body?.['id'])}`)).size).toBe(1);
    expect(all[0]!.status).toBe(201);
    expect(await order('many', one('kite', 3))).toMatchObject({ status: 422, body: { code: 40422 } });
  });

  test('says why it refuses, as a problem document with the code of the service', async () => {
    expect(await order('too-many', one('compass', 99))).toMatchObject({ status: 201 });
    const short = await raw('POST', '/api/orders', { 'content-type': 'application/json', 'x-shop-user': 'ada', 'idempotency-key': 'short', 'x-shop-trace': '1' }, JSON.stringify({ lines: [{ sku: 'compass', quantity: 100 }, { sku: 'compass', quantity: 0 }], payToken: 'c' }));
    expect(short.status).toBe(400);
    expect(short.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(short.text)).toMatchObject({ type: 'about:blank', title: 'Bad request', status: 400, code: 40400, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string });
    for (let i = 0; i < 2; i++) await order(`compass-${i}`, one('compass', 80));
    expect(await order('out', one('compass', 90))).toMatchObject({ status: 422, body: { code: 42001, sku: 'compass', left: '1', orderId: expect.any(String) as string } });
    expect(await order('card', one('kite', 1, 'declined-card'))).toMatchObject({ status: 402, body: { code: 50402, title: 'Payment required' } });
    expect(await order('sku', one('nothing'))).toMatchObject({ status: 404, body: { code: 40404 } });
  });

  test.each([
    ['no key', 'POST', '/api/orders', { 'content-type': 'application/json', 'x-shop-user': 'ada' }, '{}', 400],
    ['no buyer', 'POST', '/api/orders', { 'content-type': 'application/json', 'idempotency-key': 'k' }, '{}', 400],
    ['a buyer who is none', 'POST', '/api/orders', { 'content-type': 'application/json', 'idempotency-key': 'k', 'x-shop-user': 'a b' }, '{}', 400],
    ['a body that is no JSON', 'POST', '/api/orders', { 'content-type': 'application/json', 'idempotency-key': 'k', 'x-shop-user': 'ada' }, '{', 400],
    ['a body of another shape', 'POST', '/api/orders', { 'content-type': 'application/json', 'idempotency-key': 'k', 'x-shop-user': 'ada' }, '{"lines":[{"sku":1}],"payToken":"c"}', 400],
    ['a body that is null', 'POST', '/api/orders', { 'content-type': 'application/json', 'idempotency-key': 'k', 'x-shop-user': 'ada' }, 'null', 400],
    ['a body of another kind', 'POST', '/api/orders', { 'content-type': 'text/plain', 'idempotency-key': 'k', 'x-shop-user': 'ada' }, '{}', 415],
    ['a body that is too long', 'POST', '/api/orders', { 'content-type': 'application/json', 'idempotency-key': 'k', 'x-shop-user': 'ada' }, `"${'x'.repeat(70_000)}"`, 413],
    ['another method', 'DELETE', '/api/orders', {}, undefined, 405],
    ['a place that is not there', 'GET', '/nowhere', {}, undefined, 404],
    ['a path that is not well-formed', 'GET', '/api/products/%E0%A4%A', {}, undefined, 400],
    ['the name of another host', 'GET', '/', { host: 'evil.example' }, undefined, 403],
    ['a fault without the header of the page', 'POST', '/api/ops/kill/payment', {}, undefined, 403],
  ] as const)('refuses %s', async (_, method, path, headers, body, status) => {
    const a = await raw(method, path, headers, body);
    expect(a.status, a.text).toBe(status);
    expect(JSON.parse(a.text)).toMatchObject({ status, title: expect.any(String) as string, detail: expect.any(String) as string });
    if (status === 405) expect(a.headers['allow']).toBe('POST, GET');
  });

  test('serves the page with nothing from elsewhere, and tells all that is known first', async () => {
    const page = await raw('GET', '/', {});
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    for (const [, path] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) expect((await raw('GET', path!, {})).status, path).toBe(200);
    expect(page.text).not.toMatch(/https?:|style=|<script(?! type="module" src)/);
    await expect.poll(() => shop.news.processes?.length, PATIENCE).toBe(8);
    const first = await new Promise<string>((resolve, reject) => {
      const r = request(`${shop.url}/api/events`, (res) => {
        let text = '';
        res.setEncoding('utf8').on('data', (d: string) => {
          text += d;
          const all = /event: all\nid: \d+\ndata: (.*)\n\n/.exec(text)?.[1];
          if (all === undefined) return;
          r.destroy();
          resolve(all);
        });
      });
      r.on('error', reject);
      r.end();
    });
    expect(JSON.parse(first)).toMatchObject({ processes: expect.arrayContaining([expect.objectContaining({ instance: 'inventory-2', state: 'ready' })]) as unknown });
  });

  test('follows an order through every process it went through', async () => {
    const a = await order('traced', one('kite'), { 'x-shop-trace': '1' });
    const trace = a.body!['traceId'];
    await expect.poll(() => shop.news.orders?.find((o) => o.trace === trace)?.spans.length, PATIENCE).toBe(11);
    const { spans } = shop.news.orders!.find((o) => o.trace === trace)!;
    const below = (parent: string): readonly string[] => spans.filter((s) => s.parent === parent).map((s) => `${s.kind} ${s.name} at ${s.instance.replace(/-\d$/, '')}`).sort();
    const find = (kind: string, name: string) => spans.find((s) => s.kind === kind && s.name === name)!;
    expect(below('')).toEqual(['http POST /api/orders at gateway']);
    expect(below(find('http', 'POST /api/orders').id)).toEqual(['client Place at gateway']);
    expect(below(find('server', 'Place').id)).toEqual(['client Authorize at order', 'client BatchGet at order', 'client Confirm at order', 'client Reserve at order']);
    for (const [name, service] of [['Place', 'order'], ['BatchGet', 'product'], ['Reserve', 'inventory'], ['Authorize', 'payment'], ['Confirm', 'inventory']] as const) {
      // A server knows its caller's span by what travelled with the call.
      expect(below(find('client', name).id)).toEqual([`server ${name} at ${service}`]);
    }
  });
});

describe('under load', () => {
  test('sells what is there and no more, with instances killed in the middle of it', async () => {
    const loading = shop.runLoad({ rate: 150, seconds: 6, hot: 0.7 });
    await expect.poll(() => shop.news.load?.done ?? 0, PATIENCE).toBeGreaterThan(80);
    const victims = ['inventory-1', 'order-2'].map((n) => shop.supervisor.find(n));
    const pids = victims.map((v) => v.pid);
    for (const v of victims) shop.kill(v.instance);
    const load = await loading;
    expect(load.offered).toBe(900);
    expect(Object.keys(load.outcomes).sort()).toEqual(['card refused', 'confirmed', 'short']);
    expect(load.failures).toEqual([]);
    expect(await settle(shop, 60_000)).toBe(true);
    const lanterns = (await shop.inventory.levels(['lantern'])).get('lantern')!;
    // Twice as many as there are; what refused cards gave back late may be left.
    expect(load.hotWanted).toBeGreaterThan(600);
    expect(lanterns.reserved).toBe(0n);
    expect(lanterns.sold + lanterns.available).toBe(300n);
    expect(Number(lanterns.available)).toBeLessThanOrEqual(load.hotReturned);
    // Other tests have bought something too: what concerns the books of the services must hold all the same.
    const checks = await audit(shop, load);
    expect(checks.length).toBe(9);
    expect(checks.filter((c) => !c.ok)).toEqual([]);
    expect(load.twice.tried).toBeGreaterThan(0);
    expect(load.misuse.tried).toBeGreaterThan(0);
    // They are back, as other processes, and callers find them.
    await expect.poll(() => victims.map((v) => v.state), PATIENCE).toEqual(['ready', 'ready']);
    expect(victims.every((v, i) => v.pid !== pids[i] && v.restarted === 1)).toBe(true);
    await expect.poll(() => shop.news.processes?.filter((p) => p.service !== 'gateway' && p.service !== 'load').every((p) => p.leased), PATIENCE).toBe(true);
    expect(shop.news.events?.map((e) => e.text)).toContain('inventory-1 is back');
  }, 180_000);

  test('finds out what became of payments that were under way when payment was killed', async () => {
    await shop.restock();
    const loading = shop.runLoad({ rate: 100, seconds: 4, hot: 0, seed: 3 });
    await expect.poll(() => shop.news.load?.done ?? 0, PATIENCE).toBeGreaterThan(40);
    shop.kill('payment');
    const load = await loading;
    expect(load.failures).toEqual([]);
    expect(load.outcomes['gave up']).toBeUndefined();
    expect(await settle(shop, 60_000)).toBe(true);
    expect((await audit(shop, load)).filter((c) => !c.ok)).toEqual([]);
  }, 180_000);

  test('loses no order when instances are restarted in order', async () => {
    await shop.restock();
    const loading = shop.runLoad({ rate: 60, seconds: 6, hot: 0, seed: 7 });
    await expect.poll(() => shop.news.load?.done ?? 0, PATIENCE).toBeGreaterThan(20);
    for (const name of ['inventory-1', 'inventory-2', 'order-1', 'order-2']) await shop.supervisor.find(name).restart();
    const load = await loading;
    // What was under way was answered, what came after went elsewhere: no buyer had to ask twice.
    expect(load.retries).toEqual({});
    expect(load.failures).toEqual([]);
    expect(await settle(shop, 60_000)).toBe(true);
    expect((await audit(shop, load)).filter((c) => !c.ok)).toEqual([]);
  }, 180_000);

  test('the page can do what the supervisor can', async () => {
    const ops = (path: string, body: unknown = {}): Promise<Answer> => http.send('POST', `/api/ops/${path}`, { 'x-shop-ops': '1' }, body, 20_000);
    expect(await ops('kill/nobody')).toMatchObject({ status: 409, body: { detail: 'no such process: nobody' } });
    expect(await ops('load', { rate: 0, seconds: 1 })).toMatchObject({ status: 400 });
    const { pid } = shop.supervisor.find('payment');
    expect(await ops('kill/payment')).toMatchObject({ status: 202 });
    await expect.poll(() => shop.supervisor.find('payment').state === 'ready' && shop.supervisor.find('payment').pid !== pid, PATIENCE).toBe(true);
    // The gateway comes back where it was, so that a page that is open finds it.
    const { url } = shop;
    expect(await ops('restart/gateway')).toMatchObject({ status: 202 });
    await expect.poll(() => shop.supervisor.find('gateway').restarted, PATIENCE).toBe(1);
    await expect.poll(() => shop.supervisor.find('gateway').state, PATIENCE).toBe('ready');
    expect(shop.url).toBe(url);
    await expect.poll(async () => (await order('after', one('bottle')).catch(() => undefined))?.status, PATIENCE).toBe(201);
  }, 120_000);
});

describe('at the end', () => {
  test('every process ends in order, and its lease is gone', async () => {
    const pids = shop.supervisor.children.map((c) => c.pid);
    const endings = await shop.stop();
    expect(endings.map((e) => ({ ...e, instance: '' }))).toEqual(pids.map(() => ({ instance: '', code: 0, signal: null, forced: false })));
    expect(pids.filter(alive)).toEqual([]);
    const { readdirSync } = await import('node:fs');
    for (const service of ['product', 'inventory', 'payment', 'order']) expect(readdirSync(join(dir, 'registry', service))).toEqual([]);
    expect(existsSync(join(dir, 'data', 'order.db'))).toBe(true);
  }, 60_000);
});
