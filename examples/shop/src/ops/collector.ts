// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Histogram } from '../shared/histogram.js';
import type { EdgeLine, OrderCard, Point, ProcessLine } from './board.js';
import type { OrderSeen, Report, Span } from './messages.js';

/** Numbers of the page look at the last windows together, so that they do not jump. */
const WINDOWS = 4;
/** Every process has reported its part of a trace by then. Unit ms. */
const TRACE_WAIT_MS = 900;
const MAX_TRACES = 500;

interface Window {
  calls: number;
  errors: number;
  readonly latency: Histogram;
}

class Rolling {
  private readonly windows: Window[] = [];
  private open: Window = { calls: 0, errors: 0, latency: new Histogram() };

  add(calls: number, errors: number, latency: readonly number[]): void {
    this.open.calls += calls;
    this.open.errors += errors;
    this.open.latency.add({ counts: latency });
  }

  /** Ends a window; sums over the kept ones. */
  turn(windowMs: number): { readonly perSecond: number; readonly errorsPerSecond: number; readonly p99: number } {
    this.windows.push(this.open);
    if (this.windows.length > WINDOWS) this.windows.shift();
    this.open = { calls: 0, errors: 0, latency: new Histogram() };
    const h = new Histogram();
    let calls = 0;
    let errors = 0;
    for (const w of this.windows) {
      h.add(w.latency);
      calls += w.calls;
      errors += w.errors;
    }
    const seconds = (this.windows.length * windowMs) / 1000;
    return { perSecond: calls / seconds, errorsPerSecond: errors / seconds, p99: h.quantile(0.99) };
  }
}

interface Vitals {
  handled: Rolling;
  cpuMs: number;
  rssMb: number;
  loopMs: number;
}

/** Makes the page's numbers out of the reports of all processes. */
export class Collector {
  private readonly edges = new Map<string, Rolling>();
  private readonly vitals = new Map<string, Vitals>();
  private readonly spans = new Map<string, Span[]>();
  private waiting: { readonly order: OrderSeen; readonly since: number }[] = [];
  private http = { ok: 0, refused: 0, failed: 0, latency: new Histogram() };

  report(instance: string, service: string, r: Report): void {
    let v = this.vitals.get(instance);
    if (v === undefined) {
      v = { handled: new Rolling(), cpuMs: 0, rssMb: 0, loopMs: 0 };
      this.vitals.set(instance, v);
    }
    v.handled.add(r.handled, r.failed, r.latency);
    v.cpuMs += r.cpuMs;
    v.rssMb = r.rssMb;
    v.loopMs = r.loopMs;
    for (const e of r.edges) {
      const key = `${service}>${e.to}`;
      let edge = this.edges.get(key);
      if (edge === undefined) {
        edge = new Rolling();
        this.edges.set(key, edge);
      }
      edge.add(e.calls, e.errors, e.latency);
    }
    for (const s of r.spans) {
      const list = this.spans.get(s.trace);
      if (list !== undefined) list.push(s);
      else this.spans.set(s.trace, [s]);
    }
    // Traces that nobody asked for in time make room, the oldest first.
    for (const trace of this.spans.keys()) {
      if (this.spans.size <= MAX_TRACES) break;
      this.spans.delete(trace);
    }
    const now = Date.now();
    for (const order of r.orders) this.waiting.push({ order, since: now });
    if (r.http !== undefined) {
      this.http.ok += r.http.ok;
      this.http.refused += r.http.refused;
      this.http.failed += r.http.failed;
      this.http.latency.add({ counts: r.http.latency });
    }
  }

  /** Ends a window: rates of each wire. */
  turnEdges(windowMs: number): readonly EdgeLine[] {
    return [...this.edges].map(([key, e]) => {
      const [from = '', to = ''] = key.split('>');
      return { from, to, wire: 'thrift, ttheader-framed', ...e.turn(windowMs) };
    });
  }

  turnProcess(instance: string, windowMs: number): Pick<ProcessLine, 'perSecond' | 'p99' | 'cpu' | 'rssMb' | 'loopMs'> {
    const v = this.vitals.get(instance);
    if (v === undefined) return { perSecond: 0, p99: 0, cpu: 0, rssMb: 0, loopMs: 0 };
    const { perSecond, p99 } = v.handled.turn(windowMs);
    const cpu = v.cpuMs / windowMs;
    v.cpuMs = 0;
    return { perSecond, p99, cpu, rssMb: v.rssMb, loopMs: v.loopMs };
  }

  /** A process that is gone has no numbers. */
  forget(instance: string): void {
    this.vitals.delete(instance);
  }

  turnPoint(windowMs: number): Point {
    const h = this.http;
    this.http = { ok: 0, refused: 0, failed: 0, latency: new Histogram() };
    const per = 1000 / windowMs;
    return { at: Date.now(), ok: h.ok * per, refused: h.refused * per, failed: h.failed * per, p50: h.latency.quantile(0.5), p99: h.latency.quantile(0.99) };
  }

  /** Orders whose traces are complete. */
  orders(): readonly OrderCard[] {
    const now = Date.now();
    const out: OrderCard[] = [];
    this.waiting = this.waiting.filter(({ order, since }) => {
      if (now - since < TRACE_WAIT_MS) return true;
      out.push({ ...order, spans: (this.spans.get(order.trace) ?? []).sort((a, b) => a.at - b.at) });
      this.spans.delete(order.trace);
      return false;
    });
    return out;
  }
}
