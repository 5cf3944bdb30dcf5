// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes } from 'node:crypto';
import { BizStatusError } from '@cloudwego/kitex';
import type { Line } from '../kitex_gen/shop/base/index.js';
import { OrderState } from '../kitex_gen/shop/order/index.js';
import type { Order, OrderLine, OrderPage, OrderReport, PlaceReq, Tally } from '../kitex_gen/shop/order/index.js';
import { Codes } from '../shared/codes.js';
import { json } from '../shared/json.js';
import { CURRENCY } from '../shared/money.js';
import { Store } from '../shared/store.js';
import type { Row } from '../shared/store.js';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS orders (
  id TEXT PRIMARY KEY, user_id TEXT NOT NULL, idem_key TEXT NOT NULL, body_hash TEXT NOT NULL,
  state INTEGER NOT NULL, total INTEGER NOT NULL, currency TEXT NOT NULL, pay_token TEXT NOT NULL,
  reason_code INTEGER, reason TEXT, extra TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
  todo INTEGER NOT NULL, owner TEXT NOT NULL, lease_until INTEGER NOT NULL,
  UNIQUE (user_id, idem_key)
) STRICT;
CREATE INDEX IF NOT EXISTS orders_todo ON orders (lease_until) WHERE todo = 1;
CREATE INDEX IF NOT EXISTS orders_user ON orders (user_id, id);
CREATE TABLE IF NOT EXISTS order_line (
  order_id TEXT NOT NULL REFERENCES orders, sku TEXT NOT NULL, name TEXT NOT NULL, quantity INTEGER NOT NULL, price INTEGER NOT NULL, PRIMARY KEY (order_id, sku)
) STRICT, WITHOUT ROWID`;

const MAX_LINES = 20;
const MAX_QUANTITY = 100;
const PAGE = 20;

/** Why an order ended as it did. */
export interface Why {
  readonly code: number;
  readonly message: string;
  readonly extra?: Readonly<Record<string, string>> | undefined;
}

/** An order with what only the service itself knows. */
export interface Kept {
  readonly order: Order;
  readonly payToken: string;
  readonly bodyHash: string;
  readonly extra: Readonly<Record<string, string>> | undefined;
  /** Something is left to do for it. */
  readonly todo: boolean;
  readonly leaseUntil: number;
}

/** Options of {@link Orders}. */
export interface OrdersOptions {
  /** Who drives orders here: the instance's name. */
  readonly owner: string;
  /** How long an order belongs to whoever drives it, from its last step. Unit ms. @defaultValue 1500 */
  readonly leaseMs?: number;
  readonly now?: () => number;
}

/**
 * Orders in one file, which any number of processes share. A state changes by `UPDATE … WHERE id = ? AND state = ?` alone, so that each change happens once,
 * whoever tries. The lease says who drives an order at the moment; it saves work, and nothing depends on it.
 */
export class Orders implements AsyncDisposable {
  private readonly store: Store;
  private readonly owner: string;
  private readonly leaseMs: number;
  private readonly now: () => number;

  constructor(path: string, o: OrdersOptions) {
    this.store = new Store(path, SCHEMA);
    this.owner = o.owner;
    this.leaseMs = o.leaseMs ?? 1500;
    this.now = o.now ?? Date.now;
  }

  /**
   * The order of this user's key, new or known.
   * Errors: 40422 when the key was used with another body.
   */
  async place(r: PlaceReq, lines: readonly OrderLine[]): Promise<{ readonly kept: Kept; readonly fresh: boolean }> {
    const hash = bodyHash(r);
    const at = this.now();
    const id = `o${at.toString(36)}${randomBytes(5).toString('hex')}`;
    const total = lines.reduce((sum, l) => sum + l.price.minor * BigInt(l.quantity), 0n);
    const out = await this.store.write(() => {
      const added = this.store
        .sql(
          `INSERT INTO orders (id, user_id, idem_key, body_hash, state, total, currency, pay_token, created_at, updated_at, todo, owner, lease_until)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?) ON CONFLICT (user_id, idem_key) DO NOTHING`,
        )
        .run(id, r.userId, r.idempotencyKey, hash, OrderState.NEW, total, CURRENCY, r.payToken, at, at, this.owner, at + this.leaseMs);
      if (added === 0) return { kept: this.byKey(r.userId, r.idempotencyKey)!, fresh: false };
      for (const l of lines) {
        this.store.sql('INSERT INTO order_line (order_id, sku, name, quantity, price) VALUES (?, ?, ?, ?, ?)').run(id, l.sku, l.name, l.quantity, l.price.minor);
      }
      return { kept: this.find(id)!, fresh: true };
    });
    sameBody(out.kept, hash);
    return out;
  }

  /** The order of a key that was used before. Errors: 40422. */
  known(r: PlaceReq): Kept | undefined {
    const k = this.byKey(r.userId, r.idempotencyKey);
    if (k !== undefined) sameBody(k, bodyHash(r));
    return k;
  }

  /** Moves an order on; undefined when it is not in `from` any more. `todo` says whether something is left to do. */
  move(id: string, from: OrderState, to: OrderState, todo: boolean, why?: Why): Promise<Kept | undefined> {
    return this.store.write(() => {
      const at = this.now();
      const n = this.store
        .sql(
          `UPDATE orders SET state = ?, todo = ?, updated_at = ?, owner = ?, lease_until = ?,
             reason_code = coalesce(?, reason_code), reason = coalesce(?, reason), extra = coalesce(?, extra) WHERE id = ? AND state = ?`,
        )
        .run(to, todo ? 1 : 0, at, this.owner, at + this.leaseMs, why?.code ?? null, why?.message ?? null, why?.extra === undefined ? null : json.stringify(why.extra), id, from);
      return n === 0 ? undefined : this.find(id);
    });
  }

  /** What was left to do for a finished order is done. */
  async done(id: string): Promise<void> {
    await this.store.write(() => this.store.sql('UPDATE orders SET todo = 0 WHERE id = ?').run(id));
  }

  /** Takes an order that nobody drives; false when somebody does, or nothing is left to do. */
  claim(id: string): Promise<boolean> {
    return this.store.write(() => {
      const at = this.now();
      return this.store.sql('UPDATE orders SET owner = ?, lease_until = ? WHERE id = ? AND todo = 1 AND lease_until < ?').run(this.owner, at + this.leaseMs, id, at) === 1;
    });
  }

  /** Lets go of an order whose next step could not be made; it is taken up again after `afterMs`. */
  async letGo(id: string, afterMs: number): Promise<void> {
    await this.store.write(() => this.store.sql('UPDATE orders SET lease_until = ? WHERE id = ? AND owner = ? AND todo = 1').run(this.now() + afterMs, id, this.owner));
  }

  /** Ids of orders with something left to do that nobody drives, the longest waiting first. */
  abandoned(limit: number): readonly string[] {
    return this.store
      .sql('SELECT id FROM orders WHERE todo = 1 AND lease_until < ? ORDER BY lease_until LIMIT ?')
      .all(this.now(), limit)
      .map((r) => String(r['id']));
  }

  find(id: string): Kept | undefined {
    return this.kept(this.store.sql('SELECT * FROM orders WHERE id = ?').get(id));
  }

  private byKey(userId: string, key: string): Kept | undefined {
    return this.kept(this.store.sql('SELECT * FROM orders WHERE user_id = ? AND idem_key = ?').get(userId, key));
  }

  /** Orders of one user, newest first, below `cursor`. */
  list(userId: string, cursor: string): OrderPage {
    const rows = this.store.sql('SELECT * FROM orders WHERE user_id = ? AND (? = \'\' OR id < ?) ORDER BY id DESC LIMIT ?').all(userId, cursor, cursor, PAGE + 1);
    const orders = rows.slice(0, PAGE).map((r) => this.kept(r)!.order);
    return { orders, next: rows.length > PAGE ? orders.at(-1)!.id : undefined };
  }

  count(): Tally {
    const states = new Map<string, bigint>();
    for (const r of this.store.sql('SELECT state, count(*) AS n FROM orders GROUP BY state').all()) states.set(stateName(Number(r['state'])), BigInt(r['n']!));
    const open = this.store.sql('SELECT count(*) AS n FROM orders WHERE todo = 1').get()!;
    return { states, open: BigInt(open['n']!) };
  }

  audit(): OrderReport {
    const sold = new Map<string, bigint>();
    for (const r of this.store.sql('SELECT sku, sum(quantity) AS n FROM order_line l JOIN orders o ON o.id = l.order_id WHERE o.state = ? GROUP BY sku').all(OrderState.CONFIRMED)) {
      sold.set(String(r['sku']), BigInt(r['n']!));
    }
    const paid = this.store.sql('SELECT count(*) AS n, coalesce(sum(total), 0) AS minor FROM orders WHERE state IN (?, ?)').get(OrderState.PAID, OrderState.CONFIRMED)!;
    const wrong = this.store
      .sql('SELECT id, total, (SELECT coalesce(sum(quantity * price), 0) FROM order_line l WHERE l.order_id = o.id) AS lines FROM orders o WHERE total <> lines')
      .all();
    return {
      tally: this.count(),
      sold,
      paidCount: BigInt(paid['n']!),
      paidMinor: BigInt(paid['minor']!),
      violations: wrong.map((r) => `order ${String(r['id'])}: total ${String(r['total'])}, its lines are worth ${String(r['lines'])}`),
    };
  }

  private kept(r: Row | undefined): Kept | undefined {
    if (r === undefined) return undefined;
    const currency = String(r['currency']);
    const lines = this.store.sql('SELECT sku, name, quantity, price FROM order_line WHERE order_id = ? ORDER BY sku').all(r['id']!);
    return {
      order: {
        id: String(r['id']),
        userId: String(r['user_id']),
        state: Number(r['state']) as OrderState,
        lines: lines.map((l) => ({ sku: String(l['sku']), name: String(l['name']), quantity: Number(l['quantity']), price: { minor: BigInt(l['price']!), currency } })),
        total: { minor: BigInt(r['total']!), currency },
        createdAt: BigInt(r['created_at']!),
        updatedAt: BigInt(r['updated_at']!),
        reasonCode: r['reason_code'] === null ? undefined : Number(r['reason_code']),
        reason: r['reason'] === null ? undefined : String(r['reason']),
      },
      payToken: String(r['pay_token']),
      bodyHash: String(r['body_hash']),
      extra: r['extra'] === null ? undefined : json.parse<Record<string, string>>(String(r['extra'])),
      todo: r['todo'] === 1n,
      leaseUntil: Number(r['lease_until']),
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.store[Symbol.asyncDispose]();
  }
}

/** The IDL's name of a state. */
export function stateName(state: number): string {
  return Object.entries(OrderState).find(([, v]) => v === state)?.[0] ?? `state ${state}`;
}

/** Refuses what no order can be. Errors: 40400. */
export function checkRequest(r: PlaceReq): readonly Line[] {
  const bad = (what: string): BizStatusError => new BizStatusError(Codes.OrderBadRequest, what);
  if (r.userId === '' || r.userId.length > 64) throw bad('wanted a user id of 1 to 64 characters');
  if (r.idempotencyKey === '' || r.idempotencyKey.length > 128) throw bad('wanted an idempotency key of 1 to 128 characters');
  if (r.lines.length === 0 || r.lines.length > MAX_LINES) throw bad(`got ${r.lines.length} lines, wanted 1 to ${MAX_LINES}`);
  const sum = new Map<string, number>();
  for (const l of r.lines) {
    const quantity = (sum.get(l.sku) ?? 0) + l.quantity;
    if (l.quantity < 1 || quantity > MAX_QUANTITY) throw bad(`${l.sku}: got ${l.quantity} pieces, wanted 1 to ${MAX_QUANTITY}`);
    sum.set(l.sku, quantity);
  }
  return [...sum].map(([sku, quantity]) => ({ sku, quantity })).sort((a, b) => (a.sku < b.sku ? -1 : 1));
}

/** What makes two requests the same; without it a key that is used twice by mistake gives somebody the order of another basket. */
function bodyHash(r: PlaceReq): string {
  const body = [checkRequest(r).map((l) => [l.sku, l.quantity]), r.payToken, r.address ?? ''];
  return createHash('sha256').update(json.stringify(body)).digest('base64url');
}

function sameBody(k: Kept, hash: string): void {
  if (k.bodyHash !== hash) throw new BizStatusError(Codes.KeyReused, 'the idempotency key was used with another body');
}
