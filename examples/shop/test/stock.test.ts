// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Reason, ReservationState } from '../src/kitex_gen/shop/inventory/index.js';
import { Stock } from '../src/inventory/stock.js';
import { folder, program, using } from './support.js';
import type { Program } from './support.js';

function make(supply: Readonly<Record<string, number>>, o: ConstructorParameters<typeof Stock>[1] = {}): Promise<{ readonly stock: Stock; readonly file: string }> {
  const file = join(folder(), 'inventory.db');
  const stock = using(new Stock(file, o));
  return Promise.all(Object.entries(supply).map(([sku, n]) => stock.adjust(sku, BigInt(n), `supply:${sku}`))).then(() => ({ stock, file }));
}

const level = (stock: Stock, sku: string): readonly [bigint, bigint, bigint] => {
  const r = stock.levels([sku]).get(sku)!;
  return [r.available, r.reserved, r.sold];
};

describe('a reservation', () => {
  test('holds pieces, sells them, or gives them back', async () => {
    const { stock } = await make({ kite: 10 });
    const r = await stock.reserve('o1', [{ sku: 'kite', quantity: 3 }], 1000);
    expect(r).toMatchObject({ orderId: 'o1', state: ReservationState.HELD, lines: [{ sku: 'kite', quantity: 3 }] });
    expect(level(stock, 'kite')).toEqual([7n, 3n, 0n]);
    await stock.confirm('o1');
    expect(level(stock, 'kite')).toEqual([7n, 0n, 3n]);
    await stock.reserve('o2', [{ sku: 'kite', quantity: 7 }], 1000);
    expect((await stock.release('o2', Reason.REFUSED)).reason).toBe(Reason.REFUSED);
    expect(level(stock, 'kite')).toEqual([7n, 0n, 3n]);
    expect(await stock.audit()).toMatchObject({ ok: true, violations: [], held: 0 });
  });

  test('is one and the same however often it is asked for', async () => {
    const { stock } = await make({ kite: 10 });
    const all = await Promise.all(Array.from({ length: 5 }, () => stock.reserve('o1', [{ sku: 'kite', quantity: 3 }], 1000)));
    for (const r of all) expect(r).toEqual(all[0]);
    expect(level(stock, 'kite')).toEqual([7n, 3n, 0n]);
    await Promise.all([stock.confirm('o1'), stock.confirm('o1'), stock.confirm('o1')]);
    expect(level(stock, 'kite')).toEqual([7n, 0n, 3n]);
    await Promise.all([stock.reserve('o2', [{ sku: 'kite', quantity: 1 }], 1000), stock.reserve('o3', [{ sku: 'kite', quantity: 1 }], 1000)]);
    await Promise.all([stock.release('o2', Reason.CANCELLED), stock.release('o2', Reason.CANCELLED)]);
    expect(level(stock, 'kite')).toEqual([6n, 1n, 3n]);
  });

  test('has all its lines or none, whichever of them is short', async () => {
    const { stock } = await make({ a: 5, b: 1, c: 5 });
    await expect(stock.reserve('o1', [{ sku: 'c', quantity: 2 }, { sku: 'b', quantity: 2 }, { sku: 'a', quantity: 2 }], 1000)).rejects.toMatchObject({
      statusCode: 42001,
      extra: { sku: 'b', left: '1' },
    });
    expect([level(stock, 'a'), level(stock, 'b'), level(stock, 'c')]).toEqual([[5n, 0n, 0n], [1n, 0n, 0n], [5n, 0n, 0n]]);
    expect(stock.find('o1')).toBeUndefined();
  });

  test('of one sku in several lines counts them together', async () => {
    const { stock } = await make({ a: 5 });
    await expect(stock.reserve('o1', [{ sku: 'a', quantity: 3 }, { sku: 'a', quantity: 3 }], 1000)).rejects.toMatchObject({ statusCode: 42001 });
    await stock.reserve('o2', [{ sku: 'a', quantity: 3 }, { sku: 'a', quantity: 2 }], 1000);
    expect(level(stock, 'a')).toEqual([0n, 5n, 0n]);
  });

  test('cannot be sold after it was released, nor released after it was sold', async () => {
    const { stock } = await make({ a: 5 });
    await stock.reserve('o1', [{ sku: 'a', quantity: 1 }], 1000);
    await stock.release('o1', Reason.CANCELLED);
    await expect(stock.confirm('o1')).rejects.toMatchObject({ statusCode: 42409 });
    await stock.reserve('o2', [{ sku: 'a', quantity: 1 }], 1000);
    await stock.confirm('o2');
    await expect(stock.release('o2', Reason.CANCELLED)).rejects.toMatchObject({ statusCode: 42409 });
    await expect(stock.confirm('o3')).rejects.toMatchObject({ statusCode: 42404 });
    expect(level(stock, 'a')).toEqual([4n, 0n, 1n]);
  });

  test('that comes after its release reserves nothing', async () => {
    const { stock } = await make({ a: 5 });
    await stock.release('o1', Reason.CANCELLED);
    expect(await stock.reserve('o1', [{ sku: 'a', quantity: 5 }], 1000)).toMatchObject({ state: ReservationState.RELEASED, lines: [] });
    expect(level(stock, 'a')).toEqual([5n, 0n, 0n]);
  });

  test('past its time is listed, and keeps its pieces until somebody decides', async () => {
    let now = 1_000_000;
    const { stock } = await make({ a: 5 }, { now: () => now });
    await stock.reserve('late', [{ sku: 'a', quantity: 2 }], 1000);
    await stock.reserve('later', [{ sku: 'a', quantity: 1 }], 5000);
    expect(stock.overdue(10)).toEqual([]);
    now += 1001;
    expect(stock.overdue(10).map((r) => r.orderId)).toEqual(['late']);
    expect(level(stock, 'a')).toEqual([2n, 3n, 0n]);
    expect((await stock.audit()).overdue).toBe(1);
    await stock.release('late', Reason.EXPIRED);
    expect(stock.overdue(10)).toEqual([]);
    expect(level(stock, 'a')).toEqual([4n, 1n, 0n]);
  });

  test.each([
    ['no lines', [], 42400],
    ['no pieces', [{ sku: 'a', quantity: 0 }], 42400],
    ['less than no pieces', [{ sku: 'a', quantity: -1 }], 42400],
    ['far too many', [{ sku: 'a', quantity: 1001 }], 42400],
    ['a sku that is not known', [{ sku: 'nothing', quantity: 1 }], 42404],
  ] as const)('with %s is refused', async (_, lines, code) => {
    const { stock } = await make({ a: 5 });
    await expect((async () => stock.reserve('o1', lines, 1000))()).rejects.toMatchObject({ statusCode: code });
    expect(level(stock, 'a')).toEqual([5n, 0n, 0n]);
  });
});

describe('an adjustment', () => {
  test('happens once for its ref, and takes out no more than is there', async () => {
    const { stock } = await make({ a: 5 });
    await Promise.all([stock.adjust('a', 3n, 'delivery-1'), stock.adjust('a', 3n, 'delivery-1')]);
    expect(level(stock, 'a')[0]).toBe(8n);
    await expect(stock.adjust('a', -9n, 'broken-1')).rejects.toMatchObject({ statusCode: 42001 });
    await stock.adjust('a', -8n, 'broken-1');
    expect(stock.levels(['a']).get('a')).toMatchObject({ available: 0n, adjusted: 0n });
    expect((await stock.audit()).ok).toBe(true);
  });
});

describe('three processes that want more than there is', () => {
  /** Orders and pieces that the programs say they got. */
  const taken = (outs: readonly string[]): { readonly ids: Set<string>; readonly pieces: number } => {
    const lines = outs.join('').split('\n').filter((l) => l.startsWith('got '));
    return { ids: new Set(lines.map((l) => l.split(' ')[1]!)), pieces: lines.reduce((n, l) => n + Number(l.split(' ')[2]), 0) };
  };

  /** Programs that want pieces, off at the same time. */
  const race = async (file: string, names: readonly string[], orders: number, mode = 'safe'): Promise<readonly Program[]> => {
    const racers = names.map((prefix) => program('racer', [file, 'lantern', prefix, String(orders), mode]));
    for (const r of racers) await expect.poll(() => r.out() + r.errors(), { timeout: 30_000, interval: 10 }).toContain('ready');
    writeFileSync(`${file}.go`, '');
    return racers;
  };

  test('sell exactly what is there', async () => {
    const { stock, file } = await make({ lantern: 5000 });
    const racers = await race(file, ['a', 'b', 'c'], 4000);
    for (const r of racers) expect(await r.ended, r.errors()).toEqual({ code: 0, signal: null });
    const { ids, pieces } = taken(racers.map((r) => r.out()));
    expect(pieces).toBe(5000);
    expect(level(stock, 'lantern')).toEqual([0n, 5000n, 0n]);
    expect(await stock.audit()).toMatchObject({ ok: true, violations: [], held: ids.size });
    // Nobody sold alone, else this is no race.
    for (const r of racers) expect(taken([r.out()]).ids.size).toBeGreaterThan(0);
  });

  test('keep what was acknowledged, and nothing half done, when one is killed', async () => {
    const { stock, file } = await make({ lantern: 50_000 });
    const racers = await race(file, ['a', 'b', 'c'], 3000);
    await expect.poll(() => racers[0]!.out().split('\n').length, { timeout: 30_000, interval: 5 }).toBeGreaterThan(20);
    racers[0]!.child.kill('SIGKILL');
    expect((await racers[0]!.ended).signal).toBe('SIGKILL');
    for (const r of racers.slice(1)) expect(await r.ended, r.errors()).toEqual({ code: 0, signal: null });
    const { ids } = taken(racers.map((r) => r.out()));
    for (const id of ids) expect(stock.find(id), id).toMatchObject({ state: ReservationState.HELD });
    const report = await stock.audit();
    expect(report).toMatchObject({ ok: true, violations: [] });
    // What it did and could not say any more: at most what it had under way.
    expect(report.held - ids.size).toBeLessThanOrEqual(64);
    expect(racers[0]!.out()).not.toContain('short');
  });

  test('find the file as it was before a transaction whose process died in it', async () => {
    const { stock, file } = await make({ lantern: 10 });
    const crasher = program('crasher', [file, 'lantern']);
    expect((await crasher.ended).signal, crasher.errors()).toBe('SIGKILL');
    expect(level(stock, 'lantern')).toEqual([9n, 1n, 0n]);
    await stock.reserve('after', [{ sku: 'lantern', quantity: 9 }], 1000);
    expect(await stock.audit()).toMatchObject({ ok: true, held: 2 });
  });

  test('sell more than there is when they read, think and write; and the audit finds it', async () => {
    const { stock, file } = await make({ lantern: 50 });
    const racers = await race(file, ['a', 'b'], 120, 'unsafe');
    for (const r of racers) expect(await r.ended, r.errors()).toEqual({ code: 0, signal: null });
    expect(taken(racers.map((r) => r.out())).pieces).toBeGreaterThan(50);
    const report = await stock.audit();
    expect(report.ok).toBe(false);
    expect(report.violations[0]).toMatch(/lantern: 50 pieces came in/);
  });
});
