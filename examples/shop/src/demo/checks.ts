// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Check } from '../ops/board.js';
import type { LoadReport } from '../ops/messages.js';
import { catalogue } from '../product/catalogue.js';
import { pause } from '../shared/retry.js';
import type { Shop } from './shop.js';

/** Waits until no order has anything left to do; false when that does not come about in time. */
export async function settle(shop: Shop, timeoutMs: number): Promise<boolean> {
  const until = performance.now() + timeoutMs;
  while (performance.now() < until) {
    const tally = await shop.order.count().catch(() => undefined);
    if (tally?.open === 0n) return true;
    await pause(100);
  }
  return false;
}

/**
 * Adds up what the services wrote down, each from its own database, and compares it with one another and with what the buyers of `load` were told; all that was
 * ever sold with it too when they were the only ones (`alone`).
 */
export async function audit(shop: Shop, load?: LoadReport, alone: boolean = false): Promise<readonly Check[]> {
  const [stock, orders, ledger] = await Promise.all([shop.inventory.audit(), shop.order.audit(), shop.payment.audit()]);
  const checks: Check[] = [];
  const check = (name: string, ok: boolean, seen: string): void => {
    checks.push({ name, ok, seen });
  };
  const sum = (f: (r: (typeof stock.rows)[number]) => bigint): bigint => stock.rows.reduce((n, r) => n + f(r), 0n);

  check('every piece is available, reserved or sold, and no level is negative', stock.ok, stock.ok ? `${sum((r) => r.adjusted)} in, ${sum((r) => r.sold)} sold, ${sum((r) => r.available)} left` : stock.violations.join('; '));

  const wrong = stock.rows.filter((r) => r.sold !== (orders.sold.get(r.sku) ?? 0n));
  check('pieces sold are the pieces of confirmed orders', wrong.length === 0, wrong.length === 0 ? `${sum((r) => r.sold)} pieces` : wrong.map((r) => `${r.sku}: ${r.sold} sold, ${orders.sold.get(r.sku) ?? 0n} ordered`).join('; '));

  const { states, open } = orders.tally;
  const final = ['CONFIRMED', 'REJECTED', 'CANCELLED', 'EXPIRED'];
  const between = [...states].filter(([s]) => !final.includes(s));
  check('every order is in one final state', open === 0n && between.length === 0 && orders.violations.length === 0, open > 0n ? `${open} open` : [...[...states].map(([s, n]) => `${n} ${s.toLowerCase()}`), ...orders.violations].join(', '));

  check('nothing is reserved any more', stock.held === 0 && sum((r) => r.reserved) === 0n, `${stock.held} reservations held`);

  const equal = ledger.paidCount === orders.paidCount && ledger.paidMinor === orders.paidMinor && ledger.violations.length === 0;
  check('one receipt for each paid order, over its amount', equal, equal ? `${ledger.paidCount} receipts, ${euros(ledger.paidMinor)}` : `${ledger.paidCount} receipts over ${euros(ledger.paidMinor)}, ${orders.paidCount} orders over ${euros(orders.paidMinor)}`);

  if (load === undefined) return checks;
  if (alone) {
    const confirmed = states.get('CONFIRMED') ?? 0n;
    const ids = new Set(load.confirmedIds);
    check('what buyers were told is what is written', BigInt(ids.size) === confirmed && ids.size === load.confirmedIds.length, `${ids.size} confirmations, ${confirmed} confirmed orders`);
    const told = Object.entries(load.pieces).filter(([sku, n]) => BigInt(n) !== stock.rows.find((r) => r.sku === sku)?.sold);
    check('each buyer has the pieces he was promised', told.length === 0, told.length === 0 ? 'all skus agree' : told.map(([sku, n]) => `${sku}: ${n} promised`).join('; '));
  }

  const hot = stock.rows.find((r) => r.sku === catalogue[0]!.sku)!;
  // When far more want one than there are, all go, but for what refused cards gave back when nobody came any more.
  const rush = BigInt(load.hotWanted) * 2n >= hot.adjusted * 3n;
  const gone = hot.sold <= hot.adjusted && (!rush || hot.available <= BigInt(load.hotReturned));
  check(`no ${hot.sku} is sold that is not there${rush ? ', and none is kept back' : ''}`, gone, `${load.hotWanted} wanted, ${hot.sold} of ${hot.adjusted} sold`);

  check('buying twice by accident gives one order', load.twice.same === load.twice.tried, `${load.twice.same} of ${load.twice.tried}`);
  check('a key with another basket is refused', load.misuse.refused === load.misuse.tried, `${load.misuse.refused} of ${load.misuse.tried}`);

  const failed = (load.outcomes['gave up'] ?? 0) + (load.outcomes['other'] ?? 0);
  check('every buyer got an answer, with processes killed meanwhile', failed === 0, failed === 0 ? `${load.offered} of ${load.offered}` : `${failed} did not: ${load.failures.join('; ')}`);
  return checks;
}

function euros(minor: bigint): string {
  return `${minor / 100n}.${String(minor % 100n).padStart(2, '0')} EUR`;
}
