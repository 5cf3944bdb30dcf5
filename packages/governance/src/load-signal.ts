// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import type { Load, LoadGauge } from './limit/gauge.js';

/**
 * The key under which an answer tells how loaded its server is, on every protocol: a string key of TTHeader, metadata of gRPC, a field of HTTP. Peers that do not
 * know it ignore it; Envoy does know it.
 * Source: cncf/xds OrcaLoadReport as Envoy reads it from HTTP fields.
 */
export const LOAD_KEY = 'endpoint-load-metrics';

/** The field of an HTTP request that says how long its caller still waits; RPC protocols have fields of their own. Unit ms. Source: Envoy's router. */
export const BUDGET_HEADER = 'x-envoy-expected-rq-timeout-ms';

const UTILISATION = 'application_utilization';
const QUEUE_DELAY = 'named_metrics.queue_delay_ms';

/** Longer texts are not looked at. */
const MAX_TEXT = 512;

/** `TEXT application_utilization=0.83, named_metrics.queue_delay_ms=12.5`. */
export function formatLoad(load: Load): string {
  return `TEXT ${UTILISATION}=${round(load.utilisation, 100)}, ${QUEUE_DELAY}=${round(load.queueDelayMs, 10)}`;
}

/** Reads {@link formatLoad}, and reports of others that say at least one of the two, or `cpu_utilization`; undefined = it says nothing that is known. */
export function parseLoad(text: string | undefined): Load | undefined {
  if (text === undefined || text.length > MAX_TEXT || !text.startsWith('TEXT ')) return undefined;
  let utilisation: number | undefined;
  let queueDelayMs: number | undefined;
  for (const pair of text.slice(5).split(',')) {
    const eq = pair.indexOf('=');
    const v = Number(pair.slice(eq + 1).trim() || NaN);
    if (eq < 0 || !Number.isFinite(v) || v < 0) continue;
    const name = pair.slice(0, eq).trim();
    if (name === UTILISATION || (name === 'cpu_utilization' && utilisation === undefined)) utilisation = v;
    else if (name === QUEUE_DELAY) queueDelayMs = v;
  }
  return utilisation === undefined && queueDelayMs === undefined ? undefined : { utilisation: utilisation ?? 0, queueDelayMs: queueDelayMs ?? 0 };
}

/** So long a queue counts as much as a loop that is fully used. Unit ms. */
const FULL_QUEUE_MS = 10;

/** One number for pickers: 0 = idle, 1 = fully used, more = work waits there. */
export function loadFactor(load: Load): number {
  return load.utilisation + load.queueDelayMs / FULL_QUEUE_MS;
}

/** What a server says of itself; the text is made once per window of the gauge. */
export class LoadReport {
  private readonly gauge: LoadGauge;
  private window: number = -1;
  private made: string = '';

  constructor(gauge: LoadGauge) {
    this.gauge = gauge;
  }

  get text(): string {
    const { load, windows } = this.gauge;
    if (windows !== this.window) {
      this.window = windows;
      this.made = formatLoad(load);
    }
    return this.made;
  }
}

/** The value of {@link BUDGET_HEADER} for a deadline; undefined = there is none. What is left is at least 1 ms, so that 0 never means that nobody waits. */
export function formatBudget(deadline: number, clock: Clock): string | undefined {
  return deadline === Infinity ? undefined : String(Math.max(1, Math.floor(deadline - clock.now())));
}

/** The deadline that a value of {@link BUDGET_HEADER} means here; Infinity = none, or one that is no whole number of ms. */
export function parseBudget(text: string | undefined, clock: Clock): number {
  return text !== undefined && /^\d{1,9}$/.test(text) && Number(text) > 0 ? clock.now() + Number(text) : Infinity;
}

function round(v: number, unit: number): number {
  return Math.round(v * unit) / unit;
}
