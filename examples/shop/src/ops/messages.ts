// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// What the processes of the shop tell one another over the channel that node:child_process gives a parent and its child.

/** One step of a trace. Times in ms since 1970, by the machine's clock. */
export interface Span {
  readonly trace: string;
  readonly id: string;
  readonly parent: string;
  /** `client` spans time the wire, `server` spans the work. */
  readonly kind: 'http' | 'client' | 'server';
  readonly name: string;
  readonly instance: string;
  readonly at: number;
  readonly ms: number;
  /** Empty when all went well; else what went wrong. */
  readonly error: string;
}

/** Calls that a process made to one service since its last report. */
export interface EdgeCount {
  readonly to: string;
  readonly calls: number;
  readonly errors: number;
  readonly latency: readonly number[];
}

/** An order as the gateway answered it. */
export interface OrderSeen {
  readonly id: string;
  readonly user: string;
  readonly state: string;
  readonly status: number;
  readonly what: string;
  readonly total: string;
  readonly ms: number;
  readonly at: number;
  readonly trace: string;
}

/** What a process says of itself from time to time. */
export interface Report {
  readonly kind: 'report';
  readonly cpuMs: number;
  readonly rssMb: number;
  /** 99th percentile of how late the event loop was. Unit ms. */
  readonly loopMs: number;
  readonly handled: number;
  readonly failed: number;
  readonly latency: readonly number[];
  readonly edges: readonly EdgeCount[];
  readonly spans: readonly Span[];
  readonly orders: readonly OrderSeen[];
  /** Answers of the gateway to POST /api/orders: confirmed or accepted, refused by the business, failed. */
  readonly http: { readonly ok: number; readonly refused: number; readonly failed: number; readonly latency: readonly number[] } | undefined;
}

/** What the load driver is to do. */
export interface LoadPlan {
  readonly url: string;
  /** Orders per second. */
  readonly rate: number;
  readonly seconds: number;
  readonly users: number;
  readonly seed: number;
  /** Skus that are bought; the first one is what `hot` of all buyers want, and nobody else. */
  readonly skus: readonly string[];
  readonly hot: number;
  /** Shares of buyers who press twice, whose card is refused, who send another body with a key that was used. */
  readonly twice: number;
  readonly declined: number;
  readonly misuse: number;
}

export interface LoadProgress {
  readonly kind: 'progress';
  readonly elapsedMs: number;
  readonly offered: number;
  readonly done: number;
  readonly inFlight: number;
  readonly confirmed: number;
  readonly p50: number;
  readonly p99: number;
}

/** What the buyers saw. Latencies count from the moment an order was due, in ms. */
export interface LoadReport {
  readonly kind: 'load-report';
  readonly plan: LoadPlan;
  readonly elapsedMs: number;
  readonly offered: number;
  /** Orders by what the buyer was told in the end. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Requests that were sent again, by reason. */
  readonly retries: Readonly<Record<string, number>>;
  readonly latency: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
  readonly perSecond: readonly number[];
  /** How late the driver itself was at most. Unit ms. */
  readonly lateMs: number;
  readonly twice: { readonly tried: number; readonly same: number };
  readonly misuse: { readonly tried: number; readonly refused: number };
  /** Ids of orders that were confirmed to a buyer. */
  readonly confirmedIds: readonly string[];
  /** Pieces that buyers were told are theirs. */
  readonly pieces: Readonly<Record<string, number>>;
  /** Pieces of the first sku that were asked for. */
  readonly hotWanted: number;
  /** Orders of the first sku whose pieces went back to the shelf: the card was refused, or the payment came too late. */
  readonly hotReturned: number;
  readonly failures: readonly string[];
}

/** What the page may ask the supervisor to do. */
export type Action =
  | { readonly name: 'kill' | 'restart'; readonly instance: string }
  | { readonly name: 'load'; readonly rate: number; readonly seconds: number }
  | { readonly name: 'restock' };

export type FromChild =
  | { readonly kind: 'ready'; readonly address: string }
  | Report
  | LoadProgress
  | LoadReport
  | { readonly kind: 'action'; readonly id: number; readonly action: Action }
  | { readonly kind: 'stock'; readonly rows: readonly StockLine[]; readonly states: Readonly<Record<string, number>>; readonly open: number };

export type ToChild =
  | { readonly kind: 'stop' }
  | { readonly kind: 'load'; readonly plan: LoadPlan }
  | { readonly kind: 'board'; readonly news: unknown }
  | { readonly kind: 'answer'; readonly id: number; readonly error: string };

/** One product with its stock, ready for the page. */
export interface StockLine {
  readonly sku: string;
  readonly name: string;
  readonly price: string;
  readonly available: number;
  readonly reserved: number;
  readonly sold: number;
  readonly adjusted: number;
}
