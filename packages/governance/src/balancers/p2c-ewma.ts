// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import { loopClock } from '@cloudwego/gopkg/clock';
import { func, instance, int, optionTable } from '@cloudwego/gopkg/options';
import type { Instance, LoadBalancer, Picker, Snapshot } from '../spi.js';
import type { Node } from './nodes.js';
import { TwoChoices } from './nodes.js';

/** Options of {@link p2cEwma}. */
export interface P2cEwmaOptions {
  /** How fast old latencies are forgotten: after so long, what was measured before counts for 1/e. Unit ms, integer >= 1. @defaultValue 10000 */
  readonly decayMs?: number | undefined;
  /** An instance that lost every comparison for so long is tried once, so that one which recovered is seen. Unit ms, integer >= 1. @defaultValue 1000 */
  readonly probeMs?: number | undefined;
  /** Numbers from 0 up to 1. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
  /** @defaultValue the clock of the thread */
  readonly clock?: Clock | undefined;
}

const table = optionTable<P2cEwmaOptions>({
  decayMs: int({ unit: 'ms', min: 1, max: 86_400_000, default: 10_000 }),
  probeMs: int({ unit: 'ms', min: 1, max: 86_400_000, default: 1000 }),
  random: func<() => number>(),
  clock: instance<Clock>('a Clock', ['now']),
});

interface Measured extends Node {
  /** Moving average that follows a rise at once and a fall slowly. Unit ms; 0 = nothing was measured. */
  latency: number;
  /** Moving average of outcomes: 1 = all well. */
  success: number;
  /** What the peer last said of itself: 0 = idle or unknown, 1 = fully used. */
  load: number;
  measuredAt: number;
  pickedAt: number;
}

/**
 * Of two instances drawn by weight, the cheaper one: `latency × (1 + in flight ÷ relative weight) × (1 + load) ÷ success`. Latency is a peak EWMA: a rise counts
 * at once, a fall decays. Errors make an instance dearer, and so does the load that a peer reports with its replies.
 * Beyond the original. Source: twitter/finagle PeakEwma; zeromicro/go-zero zrpc/internal/balancer/p2c.
 */
export function p2cEwma(options: P2cEwmaOptions = {}): LoadBalancer {
  const o = table.resolve(options, 'p2cEwma');
  const env: Env = { decayMs: o.decayMs!, probeMs: o.probeMs!, random: o.random ?? Math.random, clock: o.clock ?? loopClock() };
  return { name: 'p2c_ewma', usesLoad: true, picker: (s, previous) => new EwmaPicker(s, previous, env) };
}

interface Env {
  readonly decayMs: number;
  readonly probeMs: number;
  readonly random: () => number;
  readonly clock: Clock;
}

/** An instance of which everything fails is dearer by this factor, not by an infinite one. */
const LEAST_SUCCESS = 0.01;

/** Unit ms, as of a latency; above any that is measured. */
const UNKNOWN_COST = 1e12;

class EwmaPicker extends TwoChoices<Measured> {
  private readonly env: Env;

  constructor(s: Snapshot, previous: Picker | undefined, env: Env) {
    const now = env.clock.now();
    super(s, previous instanceof EwmaPicker ? previous : undefined, env.random, () => ({ inFlight: 0, latency: 0, success: 1, load: 0, measuredAt: now, pickedAt: now }));
    this.env = env;
  }

  protected better(a: Instance, b: Instance): boolean {
    const now = this.env.clock.now();
    const x = this.nodes.get(a)!;
    const y = this.nodes.get(b)!;
    const cheaper = this.cost(b, y) < this.cost(a, x);
    const loser = cheaper ? x : y;
    return now - loser.pickedAt >= this.env.probeMs ? !cheaper : cheaper;
  }

  private cost(i: Instance, n: Measured): number {
    // Nobody knows it yet: one call finds out, the others go elsewhere meanwhile.
    if (n.latency === 0) return n.inFlight === 0 ? 0 : UNKNOWN_COST + n.inFlight;
    return n.latency * (1 + (n.inFlight * this.meanWeight) / i.weight) * (1 + n.load) / Math.max(LEAST_SUCCESS, n.success);
  }

  protected override picked(i: Instance, node: Measured): void {
    super.picked(i, node);
    node.pickedAt = this.env.clock.now();
  }

  done(i: Instance, outcome: 'ok' | 'fail' | 'timeout' | 'refused', latencyMs: number, load: number): void {
    const n = this.nodes.get(i);
    if (n === undefined) return;
    this.landed(n);
    const now = this.env.clock.now();
    const keep = Math.exp(-Math.max(0, now - n.measuredAt) / this.env.decayMs);
    n.measuredAt = now;
    n.success = n.success * SUCCESS_KEEP + (outcome === 'ok' ? 1 - SUCCESS_KEEP : 0);
    if (Number.isFinite(load) && load >= 0) n.load = load;
    // A refusal says nothing about how fast the instance answers.
    if (outcome === 'refused') return;
    // Clocks of whole turns give 0 for what took less; an instance that was measured is never free.
    const measured = Math.max(latencyMs, 0.01);
    n.latency = measured > n.latency ? measured : n.latency * keep + measured * (1 - keep);
  }
}

/** Share of the old value in the average of outcomes: the last ten count for two thirds. */
const SUCCESS_KEEP = 0.9;
