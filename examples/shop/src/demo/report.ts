// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Check } from '../ops/board.js';
import type { LoadReport } from '../ops/messages.js';
import type { Terminal } from './terminal.js';
import { bar } from './terminal.js';

/** The closing report: what the buyers saw, what the shelves say, what was checked. */
export function printReport(t: Terminal, load: LoadReport, stock: readonly { readonly sku: string; readonly sold: bigint; readonly adjusted: bigint }[], checks: readonly Check[]): void {
  const { latency: l, outcomes, retries } = load;
  const ms = (v: number): string => (v < 10 ? v.toFixed(1) : v.toFixed(0));
  t.line(t.paint('bold', 'Buyers'));
  t.line(`  ${load.offered} orders in ${(load.elapsedMs / 1000).toFixed(1)} s, ${(load.offered / (load.elapsedMs / 1000)).toFixed(0)} a second (${load.plan.rate} wanted), driver at most ${ms(load.lateMs)} ms late`);
  t.line(`  from the moment an order is due to its answer: p50 ${ms(l.p50)} ms, p90 ${ms(l.p90)} ms, p99 ${ms(l.p99)} ms, max ${ms(l.max)} ms`);
  for (const [what, n] of Object.entries(outcomes).sort((a, b) => b[1] - a[1])) t.line(`  ${what.padEnd(13)} ${String(n).padStart(6)}  ${t.paint('dim', bar(n / load.offered, 30))}`);
  const again = Object.entries(retries);
  if (again.length > 0) t.line(`  asked again after ${again.map(([why, n]) => `${why} (${n})`).join(', ')}`);
  t.line();
  t.line(t.paint('bold', 'Shelves'));
  for (const r of stock) t.line(`  ${r.sku.padEnd(13)} ${String(r.sold).padStart(6)} of ${String(r.adjusted).padEnd(5)} ${t.paint('dim', bar(Number(r.sold) / Math.max(1, Number(r.adjusted)), 30))}`);
  t.line();
  t.line(t.paint('bold', 'Checks'));
  printChecks(t, checks);
}

export function printChecks(t: Terminal, checks: readonly Check[]): void {
  for (const c of checks) t.line(`  ${t.paint(c.ok ? 'good' : 'bad', c.ok ? 'ok  ' : 'FAIL')} ${c.name} ${t.paint('dim', `(${c.seen})`)}`);
}
