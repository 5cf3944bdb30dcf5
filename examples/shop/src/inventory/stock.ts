// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { BizStatusError } from '@cloudwego/kitex';
import type { Line } from '../kitex_gen/shop/base/index.js';
import { Reason, ReservationState } from '../kitex_gen/shop/inventory/index.js';
import type { AuditReport, Reservation, StockRow } from '../kitex_gen/shop/inventory/index.js';
import { Codes } from '../shared/codes.js';
import { pause } from '../shared/retry.js';
import { Store } from '../shared/store.js';
import type { Row } from '../shared/store.js';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS stock (
  sku TEXT PRIMARY KEY, available INTEGER NOT NULL CHECK (available >= 0), reserved INTEGER NOT NULL CHECK (reserved >= 0), sold INTEGER NOT NULL CHECK (sold >= 0)
) STRICT;
CREATE TABLE IF NOT EXISTS adjustment (ref TEXT PRIMARY KEY, sku TEXT NOT NULL, delta INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS reservation (order_id TEXT PRIMARY KEY, state INTEGER NOT NULL, expires_at INTEGER NOT NULL, reason INTEGER) STRICT;
CREATE INDEX IF NOT EXISTS reservation_held ON reservation (expires_at) WHERE state = ${ReservationState.HELD};
CREATE TABLE IF NOT EXISTS reservation_line (
  order_id TEXT NOT NULL REFERENCES reservation, sku TEXT NOT NULL REFERENCES stock, quantity INTEGER NOT NULL CHECK (quantity > 0), PRIMARY KEY (order_id, sku)
) STRICT, WITHOUT ROWID`;

const MAX_LINES = 50;
const MAX_QUANTITY = 1000;

/** Options of {@link Stock}. */
export interface StockOptions {
  /** The machine's clock. Unit ms since 1970. */
  readonly now?: () => number;
  /** Sells by "read, think, write", as so many shops do, so that the audit can be seen to find it. Never otherwise. @defaultValue false */
  readonly unsafe?: boolean;
  readonly busyMs?: number;
}

/**
 * Stock and reservations in one file, which any number of processes share.
 *
 *   available ──Reserve──▶ reserved ──Confirm──▶ sold
 *       ▲──────Release───────┘
 *
 * It cannot oversell, for one reason: a piece is taken by `UPDATE … SET available = available - n WHERE sku = ? AND available >= n`, in the transaction that
 * writes the reservation. Whoever comes second finds nothing changed, and all of his order is undone.
 */
export class Stock implements AsyncDisposable {
  private readonly store: Store;
  private readonly now: () => number;
  private readonly unsafe: boolean;

  constructor(path: string, o: StockOptions = {}) {
    this.store = new Store(path, SCHEMA, o.busyMs === undefined ? {} : { busyMs: o.busyMs });
    this.now = o.now ?? Date.now;
    this.unsafe = o.unsafe === true;
  }

  /** Reserves all lines or none. Errors: 42001 short with `sku` and `left`; 42400; 42404 for a sku that is not known. */
  reserve(orderId: string, lines: readonly Line[], ttlMs: number): Promise<Reservation> {
    const wanted = combine(lines);
    if (orderId === '' || ttlMs <= 0) throw new BizStatusError(Codes.StockBadRequest, 'wanted an order id and a time to live above 0');
    if (this.unsafe) return this.reserveUnsafe(orderId, wanted, ttlMs);
    return this.store.write(() => {
      const known = this.find(orderId);
      if (known !== undefined) return known;
      this.insert(orderId, ttlMs);
      for (const [sku, quantity] of wanted) {
        if (this.store.sql('UPDATE stock SET available = available - ?1, reserved = reserved + ?1 WHERE sku = ?2 AND available >= ?1').run(quantity, sku) === 0) {
          throw this.short(sku, quantity);
        }
        this.insertLine(orderId, sku, quantity);
      }
      return this.find(orderId)!;
    });
  }

  /** What not to do: between reading and writing, somebody else has read the same number. */
  private async reserveUnsafe(orderId: string, wanted: ReadonlyMap<string, number>, ttlMs: number): Promise<Reservation> {
    const seen = new Map<string, number>();
    for (const [sku, quantity] of wanted) {
      const available = Number(this.level(sku).available);
      if (available < quantity) throw this.short(sku, quantity);
      seen.set(sku, available);
    }
    await pause(2);
    return this.store.write(() => {
      const known = this.find(orderId);
      if (known !== undefined) return known;
      this.insert(orderId, ttlMs);
      for (const [sku, quantity] of wanted) {
        this.store.sql('UPDATE stock SET available = ?1, reserved = reserved + ?2 WHERE sku = ?3').run(seen.get(sku)! - quantity, quantity, sku);
        this.insertLine(orderId, sku, quantity);
      }
      return this.find(orderId)!;
    });
  }

  private insert(orderId: string, ttlMs: number): void {
    this.store.sql('INSERT INTO reservation (order_id, state, expires_at) VALUES (?, ?, ?)').run(orderId, ReservationState.HELD, this.now() + ttlMs);
  }

  private insertLine(orderId: string, sku: string, quantity: number): void {
    this.store.sql('INSERT INTO reservation_line (order_id, sku, quantity) VALUES (?, ?, ?)').run(orderId, sku, quantity);
  }

  private short(sku: string, quantity: number): BizStatusError {
    const { available } = this.level(sku);
    return new BizStatusError(Codes.StockShort, `${quantity} of ${sku} wanted, ${available} left`, { sku, left: String(available) });
  }

  /** Sells what was reserved; again: nothing more happens. Errors: 42404, 42409 when it was released. */
  confirm(orderId: string): Promise<Reservation> {
    return this.store.write(() => {
      const r = this.find(orderId);
      if (r === undefined) throw new BizStatusError(Codes.StockNotFound, `no reservation of order ${orderId}`);
      if (r.state === ReservationState.RELEASED) throw new BizStatusError(Codes.StockWrongState, `the reservation of order ${orderId} was released`);
      if (r.state === ReservationState.HELD) {
        this.settle(orderId, ReservationState.SOLD, undefined);
        for (const l of r.lines) this.store.sql('UPDATE stock SET reserved = reserved - ?1, sold = sold + ?1 WHERE sku = ?2').run(l.quantity, l.sku);
      }
      return this.find(orderId)!;
    });
  }

  /** Gives back what was reserved; again, or before anything was reserved: remembered. Errors: 42409 when it was sold. */
  release(orderId: string, why: Reason): Promise<Reservation> {
    return this.store.write(() => {
      const r = this.find(orderId);
      if (r?.state === ReservationState.SOLD) throw new BizStatusError(Codes.StockWrongState, `the reservation of order ${orderId} was sold`);
      if (r === undefined) {
        this.store.sql('INSERT INTO reservation (order_id, state, expires_at, reason) VALUES (?, ?, ?, ?)').run(orderId, ReservationState.RELEASED, this.now(), why);
      } else if (r.state === ReservationState.HELD) {
        this.settle(orderId, ReservationState.RELEASED, why);
        for (const l of r.lines) this.store.sql('UPDATE stock SET reserved = reserved - ?1, available = available + ?1 WHERE sku = ?2').run(l.quantity, l.sku);
      }
      return this.find(orderId)!;
    });
  }

  private settle(orderId: string, state: ReservationState, why: Reason | undefined): void {
    this.store.sql('UPDATE reservation SET state = ?, reason = ? WHERE order_id = ?').run(state, why ?? null, orderId);
  }

  /** Held reservations past their time, oldest first. */
  overdue(limit: number): readonly Reservation[] {
    const rows = this.store
      .sql('SELECT order_id FROM reservation WHERE state = ? AND expires_at < ? ORDER BY expires_at LIMIT ?')
      .all(ReservationState.HELD, this.now(), Math.min(Math.max(1, limit), 500));
    return rows.map((r) => this.find(text(r, 'order_id'))!);
  }

  find(orderId: string): Reservation | undefined {
    const r = this.store.sql('SELECT state, expires_at, reason FROM reservation WHERE order_id = ?').get(orderId);
    if (r === undefined) return undefined;
    const lines = this.store.sql('SELECT sku, quantity FROM reservation_line WHERE order_id = ?').all(orderId);
    return {
      orderId,
      state: Number(r['state']) as ReservationState,
      lines: lines.map((l) => ({ sku: text(l, 'sku'), quantity: Number(l['quantity']) })),
      expiresAt: BigInt(r['expires_at']!),
      reason: r['reason'] === null ? undefined : (Number(r['reason']) as Reason),
    };
  }

  private level(sku: string): StockRow {
    const row = this.levels([sku]).get(sku);
    if (row === undefined) throw new BizStatusError(Codes.StockNotFound, `no such product: ${sku}`);
    return row;
  }

  levels(skus: readonly string[]): Map<string, StockRow> {
    const out = new Map<string, StockRow>();
    for (const sku of skus) {
      const r = this.store
        .sql('SELECT sku, available, reserved, sold, (SELECT coalesce(sum(delta), 0) FROM adjustment a WHERE a.sku = s.sku) AS adjusted FROM stock s WHERE sku = ?')
        .get(sku);
      if (r !== undefined) out.set(sku, stockRow(r));
    }
    return out;
  }

  /** Adds pieces, or takes some out of the shelf. The same `ref` again does nothing. Errors: 42001 when fewer are available than are taken out. */
  adjust(sku: string, delta: bigint, ref: string): Promise<undefined> {
    if (sku === '' || ref === '') throw new BizStatusError(Codes.StockBadRequest, 'wanted a sku and a ref');
    return this.store.write(() => {
      if (this.store.sql('INSERT INTO adjustment (ref, sku, delta, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING').run(ref, sku, delta, this.now()) === 0) return undefined;
      this.store.sql('INSERT INTO stock (sku, available, reserved, sold) VALUES (?, 0, 0, 0) ON CONFLICT DO NOTHING').run(sku);
      if (this.store.sql('UPDATE stock SET available = available + ?1 WHERE sku = ?2 AND available + ?1 >= 0').run(delta, sku) === 0) throw this.short(sku, Number(-delta));
      return undefined;
    });
  }

  /** Adds everything up, from the reservations and the adjustments, in one transaction. */
  audit(): Promise<AuditReport> {
    return this.store.write(() => {
      const rows = this.store
        .sql(
          `SELECT s.sku, s.available, s.reserved, s.sold,
             (SELECT coalesce(sum(delta), 0) FROM adjustment a WHERE a.sku = s.sku) AS adjusted,
             (SELECT coalesce(sum(quantity), 0) FROM reservation_line l JOIN reservation r USING (order_id) WHERE l.sku = s.sku AND r.state = ${ReservationState.HELD}) AS held_lines,
             (SELECT coalesce(sum(quantity), 0) FROM reservation_line l JOIN reservation r USING (order_id) WHERE l.sku = s.sku AND r.state = ${ReservationState.SOLD}) AS sold_lines
           FROM stock s ORDER BY s.sku`,
        )
        .all();
      const violations: string[] = [];
      for (const r of rows) {
        const s = stockRow(r);
        const sum = s.available + s.reserved + s.sold;
        if (sum !== s.adjusted) violations.push(`${s.sku}: ${s.adjusted} pieces came in, available ${s.available} + reserved ${s.reserved} + sold ${s.sold} are ${sum}`);
        if (s.available < 0n || s.reserved < 0n || s.sold < 0n) violations.push(`${s.sku}: a level is negative`);
        if (s.reserved !== r['held_lines']) violations.push(`${s.sku}: ${s.reserved} reserved, the reservations hold ${String(r['held_lines'])}`);
        if (s.sold !== r['sold_lines']) violations.push(`${s.sku}: ${s.sold} sold, the reservations sold ${String(r['sold_lines'])}`);
      }
      const held = this.store.sql('SELECT count(*) AS n, coalesce(sum(expires_at < ?), 0) AS late FROM reservation WHERE state = ?').get(this.now(), ReservationState.HELD)!;
      return { ok: violations.length === 0, violations, rows: rows.map(stockRow), held: Number(held['n']), overdue: Number(held['late']) };
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.store[Symbol.asyncDispose]();
  }
}

/** Lines of one sku become one, in the order of skus, so that what two orders take is taken in one order. */
function combine(lines: readonly Line[]): ReadonlyMap<string, number> {
  if (lines.length === 0 || lines.length > MAX_LINES) throw new BizStatusError(Codes.StockBadRequest, `got ${lines.length} lines, wanted 1 to ${MAX_LINES}`);
  const sum = new Map<string, number>();
  for (const l of [...lines].sort((a, b) => (a.sku < b.sku ? -1 : 1))) {
    const quantity = (sum.get(l.sku) ?? 0) + l.quantity;
    if (l.quantity < 1 || quantity > MAX_QUANTITY) throw new BizStatusError(Codes.StockBadRequest, `${l.sku}: got ${l.quantity} pieces, wanted 1 to ${MAX_QUANTITY}`);
    sum.set(l.sku, quantity);
  }
  return sum;
}

const text = (r: Row, name: string): string => String(r[name]);

function stockRow(r: Row): StockRow {
  return { sku: text(r, 'sku'), available: BigInt(r['available']!), reserved: BigInt(r['reserved']!), sold: BigInt(r['sold']!), adjusted: BigInt(r['adjusted']!) };
}
