// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { FastRand } from '@cloudwego/gopkg/fastrand';
import type { LoadPlan, LoadProgress, LoadReport } from '../ops/messages.js';
import { Histogram } from '../shared/histogram.js';
import { pause } from '../shared/retry.js';
import { HttpClient } from './client.js';
import type { Answer } from './client.js';

const MAX_IN_FLIGHT = 256;
const MAX_TRIES = 12;
const PROGRESS_MS = 250;
const FINAL = new Set(['CONFIRMED', 'REJECTED', 'CANCELLED', 'EXPIRED']);

interface Basket {
  readonly user: string;
  readonly key: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly payToken: string;
}

/** What a buyer was told in the end. */
interface Told {
  readonly outcome: 'confirmed' | 'short' | 'card refused' | 'too late' | 'gave up' | 'other';
  readonly id: string;
  readonly detail: string;
}

/**
 * Buyers who come by a schedule, whether the shop is quick or slow (an open model): an order that has to wait for its turn has waited since it was due. They
 * behave as programs should: the same key again when there was no answer.
 */
export class Driver {
  private readonly plan: LoadPlan;
  private readonly http: HttpClient;
  private readonly random: FastRand;
  private readonly run: string;
  private readonly latency = new Histogram();
  private readonly recent = new Histogram();
  private readonly outcomes: Record<string, number> = {};
  private readonly retries: Record<string, number> = {};
  private readonly perSecond: number[] = [];
  private readonly confirmedIds: string[] = [];
  private readonly pieces: Record<string, number> = {};
  private readonly failures: string[] = [];
  private readonly twice = { tried: 0, same: 0 };
  private readonly misuse = { tried: 0, refused: 0 };
  private offered: number = 0;
  private hotWanted: number = 0;
  private hotReturned: number = 0;
  private done: number = 0;
  private inFlight: number = 0;
  private lateMs: number = 0;
  private began: number = 0;
  private signal: AbortSignal | undefined;

  constructor(plan: LoadPlan) {
    this.plan = plan;
    this.http = new HttpClient(plan.url);
    this.random = new FastRand(plan.seed);
    this.run = `${plan.seed.toString(36)}-${Date.now().toString(36)}`;
  }

  /** Sends all buyers; ends early, with what there is by then, when `signal` aborts. */
  async drive(onProgress: (p: LoadProgress) => void, signal?: AbortSignal): Promise<LoadReport> {
    const { rate, seconds } = this.plan;
    const total = Math.round(rate * seconds);
    this.began = performance.now();
    this.signal = signal;
    const timer = setInterval(() => {
      onProgress(this.progress());
    }, PROGRESS_MS);
    const ended = (): boolean => signal?.aborted === true;
    const all: Promise<void>[] = [];
    try {
      for (let i = 0; i < total && !ended(); i++) {
        const due = this.began + (i * 1000) / rate;
        const wait = due - performance.now();
        if (wait > 0) await pause(wait, signal);
        else if (i % 64 === 0) await pause(0, signal);
        this.lateMs = Math.max(this.lateMs, performance.now() - due);
        while (this.inFlight >= MAX_IN_FLIGHT && !ended()) await pause(2);
        this.offered++;
        all.push(this.buyer(i, due));
      }
      await Promise.all(all);
    } finally {
      clearInterval(timer);
      this.http.close();
    }
    onProgress(this.progress());
    return this.report();
  }

  private progress(): LoadProgress {
    const p: LoadProgress = {
      kind: 'progress',
      elapsedMs: performance.now() - this.began,
      offered: this.offered,
      done: this.done,
      inFlight: this.inFlight,
      confirmed: this.outcomes['confirmed'] ?? 0,
      p50: this.recent.quantile(0.5),
      p99: this.recent.quantile(0.99),
    };
    this.recent.reset();
    return p;
  }

  private report(): LoadReport {
    const h = this.latency;
    return {
      kind: 'load-report',
      plan: this.plan,
      elapsedMs: performance.now() - this.began,
      offered: this.offered,
      outcomes: this.outcomes,
      retries: this.retries,
      latency: { p50: h.quantile(0.5), p90: h.quantile(0.9), p99: h.quantile(0.99), max: h.max },
      perSecond: Array.from(this.perSecond, (n) => n ?? 0),
      lateMs: this.lateMs,
      twice: this.twice,
      misuse: this.misuse,
      confirmedIds: this.confirmedIds,
      pieces: this.pieces,
      hotWanted: this.hotWanted,
      hotReturned: this.hotReturned,
      failures: this.failures,
    };
  }

  /** One buyer, from the moment he comes to the moment he knows. */
  private async buyer(i: number, due: number): Promise<void> {
    this.inFlight++;
    try {
      const b = this.basket(i);
      const pressesTwice = this.random.float64() < this.plan.twice;
      const [told, second] = await Promise.all([this.buy(b), pressesTwice ? this.buy(b) : undefined]);
      const ms = performance.now() - due;
      this.latency.record(ms);
      this.recent.record(ms);
      this.outcomes[told.outcome] = (this.outcomes[told.outcome] ?? 0) + 1;
      const at = Math.floor((performance.now() - this.began) / 1000);
      this.perSecond[at] = (this.perSecond[at] ?? 0) + 1;
      if (told.outcome === 'confirmed') {
        this.confirmedIds.push(told.id);
        for (const l of b.lines) this.pieces[l.sku] = (this.pieces[l.sku] ?? 0) + l.quantity;
      } else if (told.outcome === 'card refused' || told.outcome === 'too late') {
        if (b.lines[0]!.sku === this.plan.skus[0]) this.hotReturned++;
      } else if (told.outcome === 'other' || told.outcome === 'gave up') {
        if (this.failures.length < 10) this.failures.push(told.detail);
      }
      if (second !== undefined) {
        this.twice.tried++;
        if (second.outcome === told.outcome && second.id === told.id) this.twice.same++;
        else if (this.failures.length < 10) this.failures.push(`pressed twice: ${told.outcome} ${told.id}, ${second.outcome} ${second.id}`);
      }
      if (this.random.float64() < this.plan.misuse) {
        this.misuse.tried++;
        const other = await this.send({ ...b, lines: [{ sku: b.lines[0]!.sku, quantity: b.lines[0]!.quantity + 1 }] });
        if (other?.body?.['code'] === 40422) this.misuse.refused++;
      }
    } finally {
      this.inFlight--;
      this.done++;
    }
  }

  private basket(i: number): Basket {
    const { skus, hot, users, declined } = this.plan;
    const pick = (): string => skus[1 + Math.floor(this.random.float64() * (skus.length - 1))]!;
    const lines = new Map<string, number>();
    if (this.random.float64() < hot) {
      lines.set(skus[0]!, 1);
      this.hotWanted++;
    } else {
      for (let n = 1 + Math.floor(this.random.float64() * 3); n > 0; n--) lines.set(pick(), 1 + Math.floor(this.random.float64() * 2));
    }
    return {
      user: `user-${1 + Math.floor(this.random.float64() * users)}`,
      key: `${this.run}-${i}`,
      lines: [...lines].map(([sku, quantity]) => ({ sku, quantity })),
      payToken: this.random.float64() < declined ? 'declined-card' : `card-${i}`,
    };
  }

  /** Sends an order until there is an answer, always with the same key. */
  private async buy(b: Basket): Promise<Told> {
    let last = '';
    for (let n = 0; n < MAX_TRIES; n++) {
      if (n > 0) await pause(Math.min(50 * 2 ** n, 1000) * (0.75 + Math.random() / 2), this.signal);
      if (this.signal?.aborted === true) break;
      const a = await this.send(b);
      if (a === undefined) last = 'no connection';
      else if (a.status === 201) return { outcome: 'confirmed', id: text(a, 'id'), detail: '' };
      else if (a.status === 202) return this.follow(b, text(a, 'id'));
      else if (a.body?.['code'] === 42001) return { outcome: 'short', id: text(a, 'orderId'), detail: '' };
      else if (a.status === 402) return { outcome: 'card refused', id: text(a, 'orderId'), detail: '' };
      else if (a.status < 500) return { outcome: 'other', id: '', detail: `${a.status} ${text(a, 'detail')}` };
      else last = `${a.status} ${text(a, 'detail')}`;
      const why = a === undefined ? last : `${a.status} ${text(a, 'code')}`.trim();
      this.retries[why] = (this.retries[why] ?? 0) + 1;
    }
    return { outcome: 'gave up', id: '', detail: `after ${MAX_TRIES} tries: ${last}` };
  }

  /** The shop took the order and is not done with it. */
  private async follow(b: Basket, id: string): Promise<Told> {
    let state = '';
    for (let n = 0; n < 60 && this.signal?.aborted !== true; n++) {
      await pause(250, this.signal);
      const a = await this.http.send('GET', `/api/orders/${id}`, { 'x-shop-user': b.user }).catch(() => undefined);
      if (a?.status !== 200) continue;
      state = text(a, 'state');
      const code = a.body?.['code'];
      if (state === 'CONFIRMED') return { outcome: 'confirmed', id, detail: '' };
      if (FINAL.has(state)) return { outcome: code === 50402 ? 'card refused' : code === 42001 ? 'short' : 'too late', id, detail: '' };
    }
    return { outcome: 'gave up', id, detail: `order ${id} stays ${state}` };
  }

  private send(b: Basket): Promise<Answer | undefined> {
    return this.http
      .send('POST', '/api/orders', { 'x-shop-user': b.user, 'idempotency-key': b.key }, { lines: b.lines, payToken: b.payToken })
      .catch(() => undefined);
  }
}

function text(a: Answer, name: string): string {
  const v = a.body?.[name];
  return typeof v === 'string' ? v : '';
}
