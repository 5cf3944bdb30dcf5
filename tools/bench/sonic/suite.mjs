// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { join } from 'node:path';

import { root } from '../lib/paths.mjs';
import { finish, start } from '../lib/pinned.mjs';
import { digits, ratio } from '../lib/stats.mjs';
import { documents, missing } from './documents.mjs';
import { buildSimdjson } from './simdjson.mjs';

/** Nothing here waits for a network, so that a fraction of the time of the other suites gives figures as steady. */
const SHARE = 4;

const large = ['twitter', 'citm', 'canada', 'ids'];

const ours = (key, title) => ({ key, title, ours: true });
const other = (key, title = `\`${key}\``) => ({ key, title, ours: false });

const titles = {
  small: 'small, 365 bytes',
  medium: 'medium, 10 KB',
  twitter: 'twitter, 632 KB',
  citm: 'citm, 1.7 MB',
  canada: 'canada, 270 KB of floats',
  ids: 'ids, 600 KB with 10,000 long integers',
  flat: 'a flat object of 4 fields',
  objects: 'a list of 10,000 flat objects',
  wide: 'a list of 10,000 flat objects with text beyond Latin-1',
  numbers: 'a list of 10,000 floats',
  integers: 'a list of 10,000 integers',
  strings: 'a list of 10,000 strings',
};

const tables = [
  ...Object.keys(documents).map((subject) => ({
    kind: 'get',
    subject,
    title: `One value of ${titles[subject]}, from a Buffer`,
    rows: [ours('get-front', '`get` near the front'), ours('get-middle', '`get` in the middle'), ours('get-last', '`get` of the last key'), other('pick-last', '`JSON.parse`, then pick')],
    against: ['pick-last'],
    targets: large.includes(subject) ? [['get-front', 'pick-last', 100], ['get-middle', 'pick-last', 4], ['get-last', 'pick-last', 2]] : [],
  })),
  ...Object.keys(documents).map((subject) => ({
    kind: 'parse',
    subject,
    title: `All of ${titles[subject]}, from a Buffer`,
    rows: [ours('sonic', '`parse`'), other('native', '`JSON.parse`'), other('lossless-json'), other('lossless-json-bigint', '`lossless-json`, told to give what `parse` gives'), other('secure-json-parse'), other('simdjson', '`simdjson`, the npm binding')],
    against: ['native', 'lossless-json', 'lossless-json-bigint', 'secure-json-parse', 'simdjson'],
    targets: [...(documents[subject].save ? [] : [['sonic', 'native', 0.85]]), ['sonic', 'lossless-json', 5]],
  })),
  ...['small', 'flat', 'objects', 'wide', 'numbers', 'integers', 'strings'].map((subject) => ({
    kind: 'stringify',
    subject,
    title: `Writing ${titles[subject]}`,
    rows: [ours('compiled', '`compile().stringify`'), ours('sonic', '`stringify`'), other('native', '`JSON.stringify`'), other('fast-json-stringify')],
    against: ['native', 'fast-json-stringify'],
    targets: [['compiled', 'native', subject === 'small' || subject === 'flat' ? 1.5 : 1]],
  })),
  ...['small', 'objects'].map((subject) => ({
    kind: 'decode',
    subject,
    title: `Reading ${titles[subject]} by its schema, from a Buffer`,
    rows: [ours('compiled', '`compile().decode`'), other('native', '`JSON.parse`, unchecked')],
    against: ['native'],
    targets: [],
  })),
];

/** Why some rows are below their targets. Shares are those of `node --cpu-prof` over `parse` of each document, Node 20. */
function notes(of) {
  const alone = Object.keys(documents).flatMap((subject) => {
    const t = tables.find((x) => x.kind === 'parse' && x.subject === subject);
    const r = ratio(of(t, { key: 'native' }), of(t, { key: 'lossless-json' }), (x) => x.cpuMicros);
    return r === undefined ? [] : [`${digits(r.median)} × on ${subject}`];
  });
  if (alone.length === 0) return [];
  return [
    `**Five times \`lossless-json\`.** \`parse\` hands the text to \`JSON.parse\`, because nothing that makes JavaScript values is faster, and finds before and puts right afterwards what that loses. \`JSON.parse\` by itself, losing integers, is this many times as fast as \`lossless-json\`: ${alone.join(', ')}. Where that is below five, five cannot be had.`,
    '**What `parse` adds.** Of the time on canada 65 % is `JSON.parse`, 11 % the text made of the bytes, 8 % the search for long integers (every sixteenth byte is looked at, and here most of them are digits), 5 % the levels, 6 % the collector. On medium 71 % is `JSON.parse`, 9 % marking six long integers and putting them back, 5 % the search for keys that reach a prototype. On ids 44 % is `JSON.parse`, 18 % marking 10,000 integers and putting bigints in their place, 12 % the collector, 5 % the levels.',
    '**Lists of strings and of floats** are written by `JSON.stringify`, after a look at each item whether it is one: a nanosecond for each, which is what is missing.',
  ];
}

/** JSON in memory: parts, wholes and writing, each way in a fresh process on core 1. */
export async function sonicSuite({ rounds, seconds, warmup, log }) {
  const absent = missing();
  const withoutSimdjson = absent ?? buildSimdjson();
  const missingOf = (row) => (row.key === 'simdjson' ? withoutSimdjson : absent);
  const each = { seconds: Math.max(0.05, seconds / SHARE), warmup: Math.max(0.05, warmup / SHARE) };
  const samples = new Map();
  const of = (t, row) => {
    const key = `${t.kind} ${t.subject} ${row.key}`;
    if (!samples.has(key)) samples.set(key, []);
    return samples.get(key);
  };
  for (let round = 1; round <= rounds && absent === undefined; round++) {
    for (const t of tables) {
      for (const row of t.rows.filter((r) => missingOf(r) === undefined)) {
        const p = start(1, [process.execPath, join(root, 'sonic/case.mjs'), t.kind, t.subject, row.key, String(each.seconds), String(each.warmup)]);
        const { micros } = JSON.parse(await finish(`sonic ${t.kind} ${t.subject} ${row.key}`, p, (each.seconds + each.warmup) * 1000 + 60_000));
        of(t, row).push({ cpuMicros: micros });
        log(`sonic round ${round} ${t.kind} ${t.subject} ${row.key}: ${micros.toPrecision(4)} µs CPU`);
      }
    }
  }
  return {
    key: 'sonic',
    title: 'JSON',
    about: [
      'Documents are the original\'s own (bytedance/sonic testdata; ids is made here), read from a Buffer, so that decoding UTF-8 belongs to the cost. `get` gives the value itself. The loss of integers by `JSON.parse` and `secure-json-parse` is not counted against them; `lossless-json` makes an object of every number unless it is told otherwise. Values near the front of a small document cost what a call costs: the targets are for large ones.',
      `CPU time of a process of its own for every figure, garbage collection included; each measured for a quarter of the seconds named above.`,
    ],
    notes: notes(of),
    tables: tables.map((t) => ({
      key: `${t.kind}-${t.subject}`,
      title: t.title,
      unit: 'call',
      against: t.against,
      targets: t.targets.map(([row, against, wanted]) => ({ row, other: against, wanted })),
      rows: t.rows.map((row) => ({ ...row, missing: missingOf(row), samples: of(t, row) })),
    })),
  };
}
