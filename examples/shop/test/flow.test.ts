// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { background } from '@cloudwego/gopkg/context';
import { isKitexError } from '@cloudwego/kitex';
import { describe, expect, test } from 'vitest';
import { OrderState } from '../src/kitex_gen/shop/order/index.js';
import type { Order, PlaceReq } from '../src/kitex_gen/shop/order/index.js';
import type { Fate } from './world.js';
import { World } from './world.js';

const request = (key: string, quantity = 1, more: Partial<PlaceReq> = {}): PlaceReq => ({ userId: 'ada', idempotencyKey: key, lines: [{ sku: 'kite', quantity }], payToken: 'card', ...more });
const kites = (w: World): readonly [bigint, bigint, bigint] => {
  const r = w.stock.levels(['kite']).get('kite')!;
  return [r.available, r.reserved, r.sold];
};

async function world(pieces = 10): Promise<World> {
  const w = new World();
  await w.supply(pieces);
  return w;
}

describe('an order', () => {
  test('is reserved, paid and confirmed, with the price of the moment', async () => {
    const w = await world();
    const o = await w.flows[0]!.place(request('k1', 2), background);
    expect(o).toMatchObject({ state: OrderState.CONFIRMED, total: { minor: 3980n, currency: 'EUR' }, lines: [{ sku: 'kite', name: 'Paper kite', quantity: 2, price: { minor: 1990n } }] });
    expect(kites(w)).toEqual([8n, 0n, 2n]);
    expect(w.calls).toEqual(['BatchGet', 'Reserve', 'Authorize', 'Confirm']);
    expect(await w.faults()).toEqual([]);
  });

  test('that is sent again with its key is the same one, also while the first is under way and at another instance', async () => {
    const w = await world();
    const all = await Promise.all([0, 1, 0, 1, 0].map((i) => w.flows[i]!.place(request('k1', 2), background)));
    for (const o of all) expect(o).toEqual(all[0]);
    expect(await w.flows[1]!.place(request('k1', 2), background)).toEqual(all[0]);
    expect(kites(w)).toEqual([8n, 0n, 2n]);
    expect(w.ledger.audit().paidCount).toBe(1n);
  });

  test.each([
    ['other pieces', { lines: [{ sku: 'kite', quantity: 3 }] }],
    ['another card', { payToken: 'other' }],
    ['another address', { address: 'elsewhere' }],
  ])('with a key that was used for %s is refused, whatever became of the first', async (_, more) => {
    const w = await world();
    await w.flows[0]!.place(request('k1', 2), background);
    await expect(w.flows[0]!.place(request('k1', 2, more), background)).rejects.toMatchObject({ statusCode: 40422 });
    await expect(w.flows[0]!.place(request('short', 11), background)).rejects.toMatchObject({ statusCode: 42001 });
    await expect(w.flows[0]!.place({ ...request('short', 11), ...more }, background)).rejects.toMatchObject({ statusCode: 40422 });
    expect(kites(w)).toEqual([8n, 0n, 2n]);
  });

  test('with the same key of another buyer is another order; the order of lines does not matter', async () => {
    const w = await world();
    const lines = [{ sku: 'kite', quantity: 1 }, { sku: 'bottle', quantity: 1 }];
    const a = await w.flows[0]!.place(request('k1', 1, { lines }), background);
    expect(await w.flows[0]!.place(request('k1', 1, { lines: [...lines].reverse() }), background)).toEqual(a);
    const b = await w.flows[0]!.place(request('k1', 1, { lines, userId: 'bob' }), background);
    expect(b.id).not.toBe(a.id);
  });

  test('over more than there is is rejected, the same way every time, and takes nothing', async () => {
    const w = await world();
    for (let i = 0; i < 2; i++) await expect(w.flows[i]!.place(request('k1', 11), background)).rejects.toMatchObject({ statusCode: 42001, extra: { sku: 'kite', left: '10' } });
    expect(w.calls.filter((c) => c === 'Reserve').length).toBe(1);
    expect(kites(w)).toEqual([10n, 0n, 0n]);
    expect(await w.faults()).toEqual([]);
  });

  test('whose card is refused gives its pieces back', async () => {
    const w = await world();
    for (let i = 0; i < 2; i++) await expect(w.flows[0]!.place(request('k1', 2, { payToken: 'declined' }), background)).rejects.toMatchObject({ statusCode: 50402 });
    expect(kites(w)).toEqual([10n, 0n, 0n]);
    expect(await w.faults()).toEqual([]);
  });

  test.each<readonly [string, Partial<PlaceReq>, number]>([
    ['no lines', { lines: [] }, 40400],
    ['a negative quantity', { lines: [{ sku: 'kite', quantity: -1 }] }, 40400],
    ['too many pieces in two lines', { lines: [{ sku: 'kite', quantity: 60 }, { sku: 'kite', quantity: 60 }] }, 40400],
    ['no key', { idempotencyKey: '' }, 40400],
    ['no buyer', { userId: '' }, 40400],
    ['a product that is not there', { lines: [{ sku: 'nothing', quantity: 1 }] }, 40404],
  ])('with %s is refused and leaves nothing behind', async (_, more, code) => {
    const w = await world();
    await expect(w.flows[0]!.place({ ...request('k1'), ...more }, background)).rejects.toMatchObject({ statusCode: code });
    expect(w.orders[0]!.count()).toEqual({ states: new Map(), open: 0n });
  });

  test('is seen by its buyer alone', async () => {
    const w = await world();
    const o = await w.flows[0]!.place(request('k1'), background);
    expect(w.flows[1]!.get('ada', o.id).order).toEqual(o);
    expect(() => w.flows[0]!.get('eve', o.id)).toThrow(expect.objectContaining({ statusCode: 40404 }) as Error);
    await expect(w.flows[0]!.cancel('eve', o.id, background)).rejects.toMatchObject({ statusCode: 40404 });
  });

  test('lists come newest first, page by page', async () => {
    const w = await world(100);
    const ids: string[] = [];
    for (let i = 0; i < 25; i++) {
      w.now++;
      ids.unshift((await w.flows[0]!.place(request(`k${i}`), background)).id);
    }
    const first = w.orders[0]!.list('ada', '');
    const second = w.orders[1]!.list('ada', first.next!);
    expect([...first.orders, ...second.orders].map((o) => o.id)).toEqual(ids);
    expect(second.next).toBeUndefined();
  });
});

describe('when something fails on the way', () => {
  const ALL: readonly Fate[] = ['lost', 'lost', 'lost'];

  test('a lost call is made again, and an answer that was lost changes nothing', async () => {
    for (const fate of ['lost', 'answer lost'] as const) {
      for (let at = 0; at < 4; at++) {
        const w = await world();
        w.fates = [...Array.from({ length: at }, () => 'fine' as const), fate];
        expect((await w.flows[0]!.place(request('k1', 2), background)).state).toBe(OrderState.CONFIRMED);
        expect(kites(w)).toEqual([8n, 0n, 2n]);
        expect(await w.faults()).toEqual([]);
      }
    }
  });

  test('a payment whose outcome is unknown is told as such, and found out later', async () => {
    const w = await world();
    w.fates = ['fine', 'fine', 'answer lost', 'answer lost', 'answer lost'];
    const o = await w.flows[0]!.place(request('k1', 2), background);
    expect(o.state).toBe(OrderState.PAYING);
    expect(kites(w)).toEqual([8n, 2n, 0n]);
    w.now += 200;
    expect(await w.sweep(1)).toBe(1);
    expect(w.flows[0]!.get('ada', o.id).order.state).toBe(OrderState.CONFIRMED);
    expect(w.ledger.audit().paidCount).toBe(1n);
    expect(await w.faults()).toEqual([]);
  });

  test('an unpaid order that is too old is closed for payment before its pieces go back', async () => {
    const w = await world();
    w.fates = ['fine', 'fine', ...ALL];
    const o = await w.flows[0]!.place(request('k1', 2), background);
    expect(o.state).toBe(OrderState.PAYING);
    w.now += 11_000;
    await w.sweep();
    expect(w.flows[0]!.get('ada', o.id).order.state).toBe(OrderState.CANCELLED);
    // The charge that was on its way all the time arrives now.
    await expect(w.ledger.authorize({ orderId: o.id, userId: 'ada', amount: o.total, payToken: 'card' })).rejects.toMatchObject({ statusCode: 50409 });
    expect(kites(w)).toEqual([10n, 0n, 0n]);
    expect(await w.faults()).toEqual([]);
  });

  test('an order that was paid is never given up for its age', async () => {
    const w = await world();
    w.fates = ['fine', 'fine', 'answer lost', 'answer lost', 'answer lost'];
    const o = await w.flows[0]!.place(request('k1', 2), background);
    w.now += 11_000;
    await w.sweep();
    expect(w.flows[0]!.get('ada', o.id).order.state).toBe(OrderState.CONFIRMED);
    expect(await w.faults()).toEqual([]);
  });

  test('an order that could not be reserved in time expires, also if it was reserved after all', async () => {
    const w = await world();
    w.fates = ['fine', 'answer lost', 'answer lost', 'answer lost'];
    await expect(w.flows[0]!.place(request('k1', 2), background)).rejects.toSatisfy(isKitexError);
    expect(kites(w)).toEqual([8n, 2n, 0n]);
    w.now += 11_000;
    await w.sweep(1);
    expect(w.orders[0]!.count().states).toEqual(new Map([['EXPIRED', 1n]]));
    expect(kites(w)).toEqual([10n, 0n, 0n]);
    await expect(w.flows[0]!.place(request('k1', 2), background)).rejects.toMatchObject({ statusCode: 40409 });
    expect(await w.faults()).toEqual([]);
  });

  test('an order whose driver is gone is waited for while its lease runs, then taken on', async () => {
    const w = await world();
    // As a process leaves it that dies after Reserve: in this state, under its lease.
    const placed = await w.orders[0]!.place(request('k1', 2), [{ sku: 'kite', name: 'Paper kite', quantity: 2, price: { minor: 1990n, currency: 'EUR' } }]);
    await w.stock.reserve(placed.kept.order.id, [{ sku: 'kite', quantity: 2 }], 10_000);
    expect(await w.sweep(1)).toBe(0);
    const again = w.flows[1]!.place(request('k1', 2), background);
    w.now += 1500;
    expect(await again).toMatchObject({ id: placed.kept.order.id, state: OrderState.CONFIRMED });
    expect(kites(w)).toEqual([8n, 0n, 2n]);
  });

  test('a reservation that no order stands behind goes back', async () => {
    const w = await world();
    await w.stock.reserve('nobody', [{ sku: 'kite', quantity: 4 }], 1000);
    w.now += 1001;
    await w.sweep();
    expect(kites(w)).toEqual([10n, 0n, 0n]);
  });

  test('cancelling wins or loses against the payment, and never both', async () => {
    const w = await world();
    const placed = await w.orders[0]!.place(request('k1', 2), [{ sku: 'kite', name: 'Paper kite', quantity: 2, price: { minor: 1990n, currency: 'EUR' } }]);
    const { id } = placed.kept.order;
    const results = await Promise.allSettled([w.flows[0]!.drive(placed.kept, background), w.flows[1]!.cancel('ada', id, background)]);
    await w.settle();
    const state = w.flows[0]!.get('ada', id).order.state;
    if (state === OrderState.CANCELLED) {
      expect(results[1].status).toBe('fulfilled');
      expect(kites(w)).toEqual([10n, 0n, 0n]);
      expect((await w.flows[0]!.cancel('ada', id, background)).state).toBe(OrderState.CANCELLED);
    } else {
      expect(state).toBe(OrderState.CONFIRMED);
      expect(results[1]).toMatchObject({ status: 'rejected', reason: { statusCode: 40409 } });
      expect(kites(w)).toEqual([8n, 0n, 2n]);
    }
    expect(await w.faults()).toEqual([]);
  });
});

describe('whatever happens, in whatever order', () => {
  interface Place {
    readonly kind: 'place';
    readonly user: number;
    readonly key: number;
    readonly sku: number;
    readonly quantity: number;
    readonly declined: boolean;
    readonly at: number;
  }
  type Step = Place | { readonly kind: 'cancel'; readonly nth: number; readonly at: number } | { readonly kind: 'sweep'; readonly at: number } | { readonly kind: 'wait'; readonly ms: number } | { readonly kind: 'fates'; readonly fates: readonly Fate[] };
  const at = fc.constantFrom(0, 1);
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('place' as const), user: fc.nat(2), key: fc.nat(4), sku: fc.nat(2), quantity: fc.integer({ min: 1, max: 3 }), declined: fc.boolean(), at }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), nth: fc.nat(8), at }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('sweep' as const), at }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(100, 1500, 11_000) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('fates' as const), fates: fc.array(fc.constantFrom<Fate>('fine', 'lost', 'answer lost'), { maxLength: 12 }) }) },
  );
  const skus = ['kite', 'bottle', 'lantern'];

  test('everything adds up in the end, and a buyer who was told has what he was told', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 }), async (rounds) => {
        const w = await world(6);
        const told = new Map<string, { readonly request: PlaceReq; readonly order: Order }>();
        const ids: string[] = [];
        for (const round of rounds) {
          for (const s of round) if (s.kind === 'fates') w.fates.push(...s.fates);
          // What is in one round happens at the same time.
          await Promise.all(
            round.map(async (s) => {
              try {
                if (s.kind === 'place') {
                  const r = { userId: `u${s.user}`, idempotencyKey: `k${s.key}`, lines: [{ sku: skus[s.sku]!, quantity: s.quantity }], payToken: s.declined ? 'declined' : 'card' };
                  const o = await w.flows[s.at]!.place(r, background.withDeadline(performance.now() + 200));
                  ids.push(o.id);
                  if (o.state === OrderState.CONFIRMED) told.set(o.id, { request: r, order: o });
                } else if (s.kind === 'cancel') {
                  const id = ids[s.nth];
                  if (id !== undefined) await w.flows[s.at]!.cancel(w.orders[0]!.find(id)!.order.userId, id, background);
                } else if (s.kind === 'sweep') {
                  await w.sweep(s.at);
                } else if (s.kind === 'wait') {
                  w.now += s.ms;
                }
              } catch (e) {
                // Refused by the business, lost on the way, or out of time: nothing else.
                if (!isKitexError(e) && (e as { statusCode?: number }).statusCode === undefined && (e as Error).name !== 'DeadlineError' && !/deadline/i.test(String(e))) throw e;
              }
            }),
          );
        }
        await w.settle();
        expect(await w.faults()).toEqual([]);
        for (const { request: r, order } of told.values()) expect(await w.flows[0]!.place(r, background)).toEqual(order);
      }),
      { numRuns: 60, endOnFailure: false },
    );
  }, 120_000);
});
