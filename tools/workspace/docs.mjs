// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Writes the documents that are made from code: docs/architecture.md from the tables of stages, docs/governance.md from those and from the defaults that a
// client really has, docs/errors.md from the classes of errors.
//
//   node tools/workspace/docs.mjs [--check]

import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { packageFolders } from './checks.mjs';

const here = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Path and text of every generated document. */
export async function documents(root) {
  return [
    { path: 'docs/architecture.md', text: await architecture(root) },
    { path: 'docs/governance.md', text: await governance(root) },
    { path: 'docs/errors.md', text: errors(root) },
  ];
}

/** What differs from what would be written now. */
export async function checkDocs(root) {
  const problems = [];
  for (const d of await documents(root)) {
    const path = join(root, d.path);
    if (!existsSync(path) || readFileSync(path, 'utf8') !== d.text) problems.push(`${d.path} is out of date: run "npm run docs"`);
  }
  return problems;
}

const head = (title) => `<!-- Written by tools/workspace/docs.mjs. Do not edit. -->\n\n# ${title}\n\n`;

async function architecture(root) {
  const { clientStages, clientStreamStages, serverStages, serverStreamStages } = await import(pathToFileURL(join(root, 'packages/kitex/dist/index.js')).href);
  const table = (stages) =>
    ['| # | stage | when | file |', '|---|---|---|---|', ...stages.map((s, i) => `| ${i + 1} | \`${s.name}\` | ${s.when} | [${s.file}](../packages/kitex/src/${s.file}) |`)].join('\n');
  const { arrows } = await import('./arrows.mjs');
  const lines = Object.entries(arrows).map(([from, to]) => `| \`${from}\` | ${to.length === 0 ? 'nothing of the suite' : to.map((t) => `\`${t}\``).join(', ')} |`);
  return `${head('Architecture')}A call of Kitex is run by a flat runner: the stages below, one file each, in this order. Middlewares of users form the one onion (the stages
\`middlewares\`, \`unary-middlewares\`, \`stream-middlewares\` and \`instance-middlewares\` say where). The tables are exported as \`clientStages\`, \`serverStages\`,
\`clientStreamStages\` and \`serverStreamStages\`; a test traces
calls and compares the order run with them. Who wants to watch: subscribe to the diagnostics channels \`cloudwego:kitex:client:stages\` and
\`cloudwego:kitex:server:stages\`.

## A call, on the client

${table(clientStages)}

A call that streams, up to its opening and for each message:

${table(clientStreamStages)}

## A call, on the server

${table(serverStages)}

A call that streams:

${table(serverStreamStages)}

## Who may import whom

| package | may import |
|---|---|
${lines.join('\n')}

Contrib packages import their framework and what it may import; registries and resolvers import \`governance\` and below only. The rule is checked by lint.
`;
}

/** What governance does to a call and in which order, with the defaults as the code resolves them. */
async function governance(root) {
  const load = (name) => import(pathToFileURL(join(root, `packages/${name}/dist/index.js`)).href);
  const { clientStages, serverStages } = await load('kitex');
  const { BreakerSuite, resolvePolicy } = await load('governance');
  const order = (stages) => ['| # | stage | by default | when |', '|---|---|---|---|', ...stages.map((s, i) => `| ${i + 1} | \`${s.name}\` | ${/(?:is|are) set|has a retry policy/.test(s.when) ? 'off' : 'on'} | ${s.when} |`)].join('\n');
  const policies = { failure: { kind: 'failure' }, backup: { kind: 'backup', delayMs: 1 }, mixed: { kind: 'mixed', delayMs: 1 } };
  const resolved = Object.entries(policies).map(([kind, p]) => [kind, resolvePolicy(p, kind)]);
  const cell = (v) => (v === undefined ? '' : typeof v === 'object' ? `\`${v.kind}\`` : `\`${String(v)}\``);
  const keys = ['maxRetries', 'maxDurationMs', 'chainStop', 'deadlineStop', 'errorRate', 'sameNode', 'backoff', 'onTimeout'];
  const retry = ['| option | failure | backup | mixed |', '|---|---|---|---|', ...keys.map((k) => `| \`${k}\` | ${resolved.map(([kind, p]) => (kind === 'backup' && ['maxDurationMs', 'deadlineStop', 'backoff', 'onTimeout'].includes(k) ? 'not used' : cell(p[k]))).join(' | ')} |`), '| `delayMs` | not used | required | required |'].join('\n');
  const levels = new BreakerSuite().dump();
  const breaker = ['| option | of a method (`service`) | of an instance (`instance`) |', '|---|---|---|', ...Object.keys(levels.service.config).map((k) => `| \`${k}\` | ${cell(levels.service.config[k])} | ${cell(levels.instance.config[k])} |`)].join('\n');
  return `${head('Governance')}What a call passes, in this order. A stage that is off costs one comparison. Retries run the stages from \`breaker\` to \`error-handler\` anew for each attempt;
the fallback sees what came of all of them.

## On the client

${order(clientStages)}

## On the server

${order(serverStages)}

## Retry policies

\`retry\` for all methods, \`methodRetry\` by method, \`retry\` of a call over both.

${retry}

## Circuit breakers

\`circuitBreaker: true\` turns both levels on. They look at the last 10 s, stay open for 5 s, then let one call through every 200 ms and close after two that went well.

${breaker}

## Switches of the original

Switches of a whole process are options here, of one client or server: two of them in one process can differ. Each switch of Go Kitex, and what there is in its place.

| in Go | here |
|---|---|
${SWITCHES.map(([go, here]) => `| ${go} | ${here} |`).join('\n')}

Variables of the suite's own: \`CLOUDWEGO_LOG_LEVEL\` sets the level of the default logger, \`CLOUDWEGO_NETPOLL_ENGINE\` names the backend, \`CLOUDWEGO_NATIVE=require\` refuses to go without the native engine.

## What proves it

Features of the original, and the test that fails when one of them is off. \`packages/kitex/test/features.test.ts\` checks that each test is there.

| feature | file | test |
|---|---|---|
${proofs(root)}
`;
}

function proofs(root) {
  const groups = JSON.parse(readFileSync(join(root, 'packages/kitex/test/governance-features.json'), 'utf8'));
  return Object.entries(groups).flatMap(([group, rows]) => [`| **${group}** | | |`, ...Object.entries(rows).map(([feature, [file, test]]) => `| ${feature} | [${file.split('/').at(-1)}](../${file}) | ${test} |`)]).join('\n');
}

/** What Go Kitex reads from its environment or sets for a whole process. Source: spec/kitex.md section 24. */
const SWITCHES = [
  ['`KITEX_DISABLE_RPCINFO_POOL`, `rpcinfo.EnablePool`', 'means nothing: what a call knows is never used again for another one'],
  ['`KITEX_CONF_DIR`, `KITEX_CONF_FILE`, `KITEX_LOG_DIR`, `KITEX_RUNTIME_ROOT`', 'mean nothing: no file is read and none written unless an option names it'],
  ['`KITEX_GENERIC_GOTAG_ALIAS_DISABLED`', 'the option `goTag` of a generic kind'],
  ['`CLOUDWEGO_SESSION_CONFIG_KEY`', 'the option `ambientContext`; sessions are no timers and shards here'],
  ['`KITEX_TOOL_USE_PROTOC`, `KITEX_TOOL_USE_PRUTAL_MARSHAL`, `KITEX_PLUGIN_MODE`, `KITEX_TOOL_STDIN_LOAD_FILE`, `KITEX_TOOL_STDIN_DUMP_FILE`', 'mean nothing: the generator is one program that reads IDL itself'],
  ['`rpctimeout.EnableGlobalNeedFineGrainedErrCode`', 'the option `fineGrainedErrors`, on'],
  ['`kerrors.TimeoutCheckFunc`', 'means nothing: `isTimeoutError` goes by class; `serviceOutcome` of a breaker and `onError` of a retry policy decide on their own'],
  ['`gofunc.GoFunc`, `gofunc.SetPanicHandler`', 'means nothing, there are no goroutines; the channel `cloudwego:kitex:panic`'],
  ['`connpool.SetReporter`', 'the option `connReporter`'],
  ['`event.SetDefaultEventNum`', 'means nothing: breakers keep their last 200 events, channels keep none'],
  ['propagation mode of metainfo', 'always single hop'],
];

function errors(root) {
  const rows = [];
  for (const folder of packageFolders(root)) {
    const src = join(root, folder, 'src');
    if (!existsSync(src)) continue;
    const name = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).name;
    for (const f of files(src)) {
      const text = readFileSync(f, 'utf8');
      for (const m of text.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export class (\w+) extends \w+ \{([\s\S]*?)\n\}/g)) {
        const own = /readonly code(?:: \w+)? = '([A-Z0-9_]+)'/.exec(m[3])?.[1];
        const union = /readonly code: (\w+);/.exec(m[3])?.[1];
        // Members of a union end with the line that ends it; each may say what it means.
        const members = union === undefined ? '' : (new RegExp(`type ${union} =([\\s\\S]*?);\\n`).exec(text)?.[1] ?? '');
        const codes = own !== undefined ? [[own]] : [...members.matchAll(/(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?\|?\s*'([A-Z0-9_]+)'/g)].map((x) => [x[2], x[1]]);
        const original = /originalName[^=]*= '([^']+)'/.exec(m[3])?.[1] ?? '';
        const doc = m[1].replaceAll(/^\s*\* ?/gm, '').replaceAll(/\{@link (\w+)\}/g, '$1').split(/\n\s*(?:Source|Units|Shape|Errors|Owns|Differs):/)[0].replaceAll(/\s+/g, ' ').trim();
        for (const [code, own] of codes) rows.push({ code, cls: m[2], pkg: name, original, doc: own === undefined ? doc : own.replaceAll(/\s*\n\s*\* ?/g, ' ').trim(), file: relative(root, f) });
      }
    }
  }
  rows.sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
  return `${head('Errors')}Every error of the suite extends \`CloudWeGoError\` (those of sonic, which imports nothing, are of the same shape and stand alone) and has a code that never changes its meaning. Match on \`code\` or with \`instanceof\`; texts may change.

| code | class | package | name in the original | meaning |
|---|---|---|---|---|
${rows.map((r) => `| \`${r.code}\` | [${r.cls}](../${r.file}) | ${r.pkg} | ${r.original === '' ? '' : `\`${r.original}\``} | ${r.doc.replaceAll('|', '\\|')} |`).join('\n')}
`;
}

function files(dir) {
  return readdirSync(dir)
    .sort()
    .flatMap((n) => {
      const p = join(dir, n);
      if (statSync(p).isDirectory()) return files(p);
      return p.endsWith('.ts') ? [p] : [];
    });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--check')) {
    const problems = await checkDocs(here);
    for (const p of problems) console.log(p);
    process.exitCode = problems.length > 0 ? 1 : 0;
  } else {
    for (const d of await documents(here)) {
      mkdirSync(dirname(join(here, d.path)), { recursive: true });
      writeFileSync(join(here, d.path), d.text);
      console.log(`wrote ${d.path}`);
    }
  }
}
