// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { machine } from '../lib/machine.mjs';

/** The value below which `share` of the sorted values lie. */
function quantile(values, share) {
  if (values.length === 0) return NaN;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

const ms = (v) => (Number.isFinite(v) ? `${v < 10 ? v.toFixed(1) : Math.round(v)} ms` : '–');
const percent = (v) => `${(100 * v).toFixed(2)} %`;

/** What is looked at of one run. */
function measure(r) {
  const ok = r.calls.filter((c) => c.outcome === 'ok');
  const flood = r.flood ? r.calls.filter((c) => c.at >= r.struck && c.at < 2 * r.struck) : [];
  const growth = r.rss.before.flatMap((b, i) => (b === undefined || r.rss.after[i] === undefined ? [] : [r.rss.after[i] / b - 1]));
  const outcomes = {};
  for (const c of r.calls) outcomes[c.outcome] = (outcomes[c.outcome] ?? 0) + 1;
  return {
    calls: r.calls.length,
    success: ok.length / r.calls.length,
    idleP99: quantile(r.calls.filter((c) => c.outcome === 'ok' && c.at < r.struck).map((c) => c.ms), 0.99),
    // Five seconds after the strike, or a twelfth of the run where that is short.
    laterP99: quantile(r.calls.filter((c) => c.at >= r.struck + Math.min(5000, r.struck / 4)).map((c) => c.ms), 0.99),
    acceptedP99: quantile(flood.filter((c) => c.outcome === 'ok').map((c) => c.ms), 0.99),
    accepted: flood.filter((c) => c.outcome === 'ok').length,
    refusedP99: quantile(flood.filter((c) => c.outcome === 'refused').map((c) => c.ms), 0.99),
    growth: Math.max(0, ...growth),
    outcomes: Object.entries(outcomes).map(([k, n]) => `${k} ${n}`).join(', '),
  };
}

/** The loop of the caller was late by more than that: the machine had something else to do, and the run says nothing. Unit ms. */
const DISTURBED_MS = 50;

function verdict(failures, disturbed, all) {
  if (failures.length > 0) return `Not met in this run: ${failures.join('; ')}.`;
  if (disturbed === 0) return 'All of it was met in this run.';
  return disturbed === all ? 'There is no verdict on this run.' : 'All of it was met where there is a verdict.';
}

/** The document, and what a governed client did not keep. */
export function document(runs, seconds, rate) {
  const failures = [];
  const names = new Set(runs.map((r) => r.name));
  const disturbed = new Set(runs.filter((r) => r.lag > DISTURBED_MS).map((r) => r.name));
  /** What is wanted is wanted of this run. */
  const judged = (r) => r.governed && r.lag <= DISTURBED_MS;
  const { cpu, cores, system, node } = machine();
  const lines = [
    '<!-- Written by tools/bench/drill/run.mjs. Do not edit. -->',
    '',
    '# Fault drill',
    '',
    `Five instances of 20 ms work, each a process; ${rate} requests a second for ${seconds} s, sent at their times whether or not earlier ones were answered (open model); \`rpcTimeoutMs\` 200.`,
    `After ${(seconds / 3).toFixed(0)} s something happens to one instance. The same with and without governance. ${cpu}, ${cores} cores, ${system}, Node ${node}.`,
    '',
    'Governance is `outlierExclusion({ next: p2cEwma() })`, mixed retry (a second request after 60 ms) under a budget, breakers and checksums, as in `tools/bench/drill/scenarios.mjs`. Without: round robin and nothing else.',
    '',
    '| what happens | governance | success | p99 before | p99 from 5 s after | loop late | outcomes |',
    '|---|---|---|---|---|---|---|',
  ];
  for (const r of runs.filter((x) => !x.flood)) {
    const m = measure(r);
    lines.push(`| ${r.title} | ${r.governed ? 'yes' : 'no'} | ${percent(m.success)} | ${ms(m.idleP99)} | ${ms(m.laterP99)} | ${ms(r.lag)} | ${m.outcomes} |`);
    if (!judged(r)) continue;
    if (m.success < 0.999) failures.push(`${r.name}: success ${percent(m.success)}, wanted 99.9 %`);
    if (m.laterP99 > 250) failures.push(`${r.name}: p99 ${ms(m.laterP99)} from five seconds on, wanted 250 ms`);
  }
  const floods = runs.filter((r) => r.flood);
  if (floods.length > 0) {
    lines.push('', '## Flood', '', 'Each instance does at most 100 requests a second; in the middle third ten times the load comes. With governance a server takes `limit.maxConcurrency` and refuses the rest.', '');
    lines.push('| governance | p99 idle | accepted in the flood | their p99 | p99 of refusals | memory | outcomes |', '|---|---|---|---|---|---|---|');
    for (const r of floods) {
      const m = measure(r);
      lines.push(`| ${r.governed ? 'yes' : 'no'} | ${ms(m.idleP99)} | ${m.accepted} | ${ms(m.acceptedP99)} | ${ms(m.refusedP99)} | +${percent(m.growth)} | ${m.outcomes} |`);
      if (!judged(r)) continue;
      if (m.acceptedP99 > 2 * m.idleP99) failures.push(`flood: accepted p99 ${ms(m.acceptedP99)}, wanted at most twice ${ms(m.idleP99)}`);
      if (m.refusedP99 > 50) failures.push(`flood: refusals take ${ms(m.refusedP99)}, wanted 50 ms`);
      if (m.growth > 0.2) failures.push(`flood: memory grew by ${percent(m.growth)}, wanted 20 %`);
    }
  }
  lines.push('', 'Wanted with governance: success of 99.9 % over the whole run, p99 of 250 ms from five seconds after; in the flood a p99 of what was accepted of at most twice the idle one, refusals within 50 ms, memory +20 %.', '');
  lines.push(verdict(failures, disturbed.size, names.size), '');
  if (disturbed.size > 0) lines.push(`The machine had something else to do (the caller's own loop was late by more than ${DISTURBED_MS} ms, 99.9th percentile): no verdict on ${[...disturbed].join(', ')}.`, '');
  for (const name of names) lines.push(`![${name}](drill/${name}.svg)`, '');
  return { text: lines.join('\n'), failures };
}
