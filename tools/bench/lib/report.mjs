// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { digits, ratio, spread, withSpread } from './stats.mjs';

const names = { go: 'Go Kitex', rust: 'Rust Volo', apache: 'Apache Thrift', node: 'node:net', netpoll: 'Go netpoll', c: 'C epoll' };
/** What a row is called in a heading. */
const nameOf = (table, key) => names[key] ?? table.rows.find((r) => r.key === key).title;
const cpu = (s) => s.cpuMicros;
/** What targets are about: less is better in all of them. */
const measures = {
  cpu: { text: 'CPU', pick: cpu },
  p50: { text: 'p50', pick: (s) => s.p50 },
  p99: { text: 'p99', pick: (s) => s.p99 },
  throughput: { text: 'messages per second', pick: (s) => 1 / s.throughput },
};

function line(cells) {
  return `| ${cells.join(' | ')} |`;
}

/** Our rows against each of the others; a number above 1 is in our favour, below 1 is not. */
function comparisons(table, row) {
  return table.against.map((other) => {
    const theirs = table.rows.find((r) => r.key === other);
    return row.ours ? withSpread(ratio(row.samples, theirs.samples, cpu), ' ×') : '';
  });
}

function tableText(table) {
  const withRate = table.rows.some((r) => r.samples.some((s) => s.throughput !== undefined));
  const head = ['', ...(withRate ? [`${table.unit}s/s`] : []), `CPU, µs per ${table.unit}`];
  if (withRate) head.push('p50, µs', 'p99, µs');
  head.push(...table.against.map((other) => `CPU: ${nameOf(table, other)} / ours`));
  const out = [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:')))];
  for (const row of table.rows) {
    const name = row.ours ? `**${row.title}**` : row.title;
    if (row.samples.length === 0) {
      out.push(line([name, `missing: ${row.missing ?? 'no samples'}`.split('\n', 1)[0].slice(0, 120), ...head.slice(2).map(() => '')]));
      continue;
    }
    const of = (key) => spread(row.samples.map((s) => s[key]));
    const cells = [name];
    if (withRate) cells.push(withSpread(of('throughput')));
    cells.push(withSpread(of('cpuMicros')));
    if (withRate) cells.push(digits(of('p50').median), digits(of('p99').median));
    out.push(line([...cells, ...comparisons(table, row)]));
  }
  return out;
}

function verdict(met) {
  return met === undefined ? 'not measured' : met ? 'yes' : '**no**';
}

/** What was wanted and what came of it: { text, wanted, got, met } for every target of a suite. */
export function targetsOf(suite) {
  const list = [];
  for (const table of suite.tables) {
    for (const t of table.targets) {
      const row = table.rows.find((r) => r.key === t.row);
      const measure = measures[t.of ?? 'cpu'];
      const got = ratio(row.samples, table.rows.find((r) => r.key === t.other).samples, measure.pick);
      list.push({
        text: `${table.title}: ${row.title}, ${measure.text} against ${nameOf(table, t.other)}`,
        wanted: `≥ ${digits(t.wanted)} ×`,
        got: withSpread(got, ' ×'),
        met: got === undefined ? undefined : got.median >= t.wanted,
      });
    }
    const d = table.difference;
    if (d !== undefined) {
      const ours = table.rows.find((r) => r.key === d.row).samples;
      const theirs = table.rows.find((r) => r.key === d.other).samples;
      const got = spread(ours.map((s, i) => s.cpuMicros - theirs[i].cpuMicros));
      list.push({
        text: `${table.title}: more than straight code`,
        wanted: `≤ ${d.most} µs`,
        got: got === undefined ? '–' : `${digits(got.median)} µs (${digits(got.min)}–${digits(got.max)})`,
        met: got === undefined ? undefined : got.median <= d.most,
      });
    }
  }
  return list;
}

function suiteText(suite) {
  const out = [`### ${suite.title}`, '', ...suite.about.flatMap((a) => [a, '']), `![${suite.title}](benchmarks/${suite.key}.svg)`, ''];
  for (const table of suite.tables) out.push(`#### ${table.title}`, '', ...tableText(table), '');
  const targets = targetsOf(suite);
  if (targets.length > 0) {
    out.push('#### Targets', '', line(['', 'wanted', 'got', 'met']), line(['---', '---:', '---:', '---']));
    for (const t of targets) out.push(line([t.text, t.wanted, t.got, verdict(t.met)]));
    out.push('');
  }
  for (const note of suite.notes ?? []) out.push(note, '');
  return out;
}

/** One bench, as measured in one run. */
function benchText(name, { date, command, machine, settings, suites, missing }) {
  const m = machine;
  const out = [
    `## ${name[0].toUpperCase()}${name.slice(1)}`,
    '',
    `Measured on ${date.slice(0, 10)} at commit ${m.commit ?? 'unknown'}${m.dirty ? ' with uncommitted changes' : ''} by \`${command}\`: ${settings.rounds} rounds of ${settings.seconds} s after ${settings.warmup} s of warm-up.`,
    '',
    line(['', '']),
    line(['---', '---']),
    line(['CPU', `${m.cpu}, ${m.cores} cores`]),
    line(['System', `${m.system}, ${m.memoryGiB} GiB`]),
    line(['Tools', [`Node.js ${m.node}`, m.go, m.rust && `Rust ${m.rust}`, m.cc && `C compiler ${m.cc}`].filter((t) => t !== undefined).join(', ')]),
    line(['Pinned', m.pinned ? 'yes, by taskset' : `**no**: ${m.unpinned}, so that processes share cores and ratios are unreliable`]),
    line(['Missing', missing.length === 0 ? 'nothing' : missing.map((x) => `${x.title} (${x.reason.split('\n', 1)[0]})`).join('; ')]),
    '',
  ];
  for (const suite of suites) out.push(...suiteText(suite));
  return out;
}

/** docs/benchmarks.md, whole, from what docs/benchmarks.json holds: the last run of each bench by its name. */
export function report(benches) {
  const out = [
    '<!--',
    'SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors',
    'SPDX-License-Identifier: Apache-2.0',
    '-->',
    '',
    '<!-- Written by tools/bench/run.mjs. Do not edit. -->',
    '',
    '# Benchmarks',
    '',
    'Contenders take turns within each round, and every process is fresh in each round. Numbers are the median of the rounds, with the least and the greatest in brackets. A ratio is made within each round, so that what disturbs a round disturbs both sides; above 1 is in our favour, below 1 is not. Absolute numbers are the machine\'s; compare ratios. The raw samples are in [benchmarks.json](benchmarks.json).',
    '',
  ];
  for (const [name, bench] of Object.entries(benches)) out.push(...benchText(name, bench));
  return `${out.join('\n').trimEnd()}\n`;
}
