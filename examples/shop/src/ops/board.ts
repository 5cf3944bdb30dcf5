// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { OrderSeen, Span, StockLine } from './messages.js';

// What the page shows. One shape for everything: the first message holds all that is kept, each one after it what is new.

export interface ProcessLine {
  readonly instance: string;
  readonly service: string;
  readonly state: 'starting' | 'ready' | 'stopping' | 'stopped' | 'waiting';
  readonly pid: number;
  readonly address: string;
  readonly restarts: number;
  /** Its lease is fresh: callers find it. */
  readonly leased: boolean;
  readonly perSecond: number;
  readonly p99: number;
  readonly cpu: number;
  readonly rssMb: number;
  readonly loopMs: number;
}

export interface EdgeLine {
  readonly from: string;
  readonly to: string;
  readonly wire: string;
  readonly perSecond: number;
  readonly errorsPerSecond: number;
  readonly p99: number;
}

/** Half a second at the gateway. */
export interface Point {
  readonly at: number;
  readonly ok: number;
  readonly refused: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
}

export interface EventLine {
  readonly at: number;
  readonly tone: 'good' | 'bad' | 'plain';
  readonly text: string;
}

export interface OrderCard extends OrderSeen {
  readonly spans: readonly Span[];
}

export interface LoadLine {
  readonly running: boolean;
  readonly elapsedMs: number;
  readonly seconds: number;
  readonly rate: number;
  readonly offered: number;
  readonly done: number;
  readonly inFlight: number;
}

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly seen: string;
}

export interface News {
  readonly at: number;
  readonly processes?: readonly ProcessLine[];
  readonly edges?: readonly EdgeLine[];
  readonly points?: readonly Point[];
  readonly stock?: readonly StockLine[];
  readonly states?: Readonly<Record<string, number>>;
  readonly open?: number;
  readonly events?: readonly EventLine[];
  readonly orders?: readonly OrderCard[];
  readonly load?: LoadLine;
  readonly checks?: readonly Check[];
}

const KEEP = { points: 240, events: 60, orders: 40 } as const;

/** Everything that is on the page. */
export class Board {
  private all: News = { at: 0 };

  apply(n: News): void {
    const last = <T>(a: readonly T[] | undefined, b: readonly T[] | undefined, keep: number): readonly T[] => (b === undefined ? (a ?? []) : [...(a ?? []), ...b].slice(-keep));
    this.all = {
      ...this.all,
      ...n,
      points: last(this.all.points, n.points, KEEP.points),
      events: last(this.all.events, n.events, KEEP.events),
      orders: last(this.all.orders, n.orders, KEEP.orders),
    };
  }

  snapshot(): News {
    return this.all;
  }
}
