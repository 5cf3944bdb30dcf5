// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// The fault drill: real processes, an open model of load, and one thing that goes wrong. Each scenario runs with and without governance, side by side.
//
//   node drill/run.mjs [scenario ...] [--seconds 60] [--smoke] [--write]
//
// --write makes docs/drill.md and docs/drill/*.svg. --smoke takes seconds and fails where a governed client does not come through; the packages have to be built, or be read
// from source: node --import tsx --conditions=@cloudwego/source drill/run.mjs --smoke.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import * as governance from '@cloudwego/governance';
import { createLogger } from '@cloudwego/gopkg/logger';
import { createClient } from '@cloudwego/kitex';

import { repository } from '../lib/paths.mjs';
import { plot } from './plot.mjs';
import { relay } from './relay.mjs';
import { document } from './report.mjs';
import { clientOptions, scenarios } from './scenarios.mjs';
import { Work } from './service.mjs';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '60' }, smoke: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
});
const seconds = flags.smoke ? 3 : Number(flags.seconds);
const INSTANCES = 5;
const RATE = 200;
const file = fileURLToPath(new URL('./server.mjs', import.meta.url));
const quiet = createLogger({ write: () => undefined });

const children = new Set();
process.on('exit', () => {
  for (const c of children) c.kill('SIGKILL');
});

async function instance(o, relayed) {
  const child = spawn(process.execPath, [...process.execArgv, file, JSON.stringify(o)], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const own = /LISTEN (\S+)/.exec(line)[1];
  const front = relayed ? await relay(own) : undefined;
  return { process: child, relay: front, address: front?.address ?? own };
}

function rssOf(i) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${i.process.pid}/status`, 'utf8'))[1]);
  } catch {
    return undefined;
  }
}

/** Calls at fixed times, whether or not earlier ones were answered. `rateAt`: calls a second at a time. */
async function load(client, rateAt) {
  const calls = [];
  const begun = performance.now();
  const open = new Set();
  for (let at = 0, n = 0; at < seconds * 1000; at += 1000 / rateAt(at), n++) {
    const wait = begun + at - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    const text = `call ${n}`;
    const sent = performance.now();
    const call = { at, ms: 0, outcome: 'ok' };
    calls.push(call);
    const p = client
      .do(text)
      .then((v) => void (v === text || (call.outcome = 'wrong')), (e) => void (call.outcome = /over limit/.test(e.message) ? 'refused' : (e.code ?? e.name)))
      .finally(() => {
        call.ms = performance.now() - sent;
        open.delete(p);
      });
    open.add(p);
  }
  await Promise.all(open);
  return calls;
}

async function run(name, governed) {
  const s = scenarios[name];
  const o = { workMs: 20, slots: s.slots ?? 0, governed };
  const instances = await Promise.all(Array.from({ length: INSTANCES }, () => instance(o, s.relayed === true)));
  const client = createClient(Work, { destService: 'work', hostPorts: instances.map((i) => i.address), logger: quiet, exitWaitTimeMs: 0, ...clientOptions(governed, governance) });
  const struck = (seconds * 1000) / 3;
  const rss = { before: [], after: [] };
  const timer = setTimeout(() => {
    rss.before = instances.map(rssOf);
    s.strike(instances[0]);
  }, struck);
  const lag = monitorEventLoopDelay({ resolution: 5 });
  lag.enable();
  const calls = await load(client, (at) => (s.flood !== undefined && at >= struck && at < 2 * struck ? RATE * s.flood : RATE));
  lag.disable();
  clearTimeout(timer);
  rss.after = instances.map(rssOf);
  await client.destroy();
  for (const i of instances) {
    i.relay?.close();
    i.process.kill('SIGKILL');
  }
  return { name, governed, title: s.title, flood: s.flood !== undefined, struck, calls, rss, lag: lag.percentile(99.9) / 1e6 };
}

const names = positionals.length > 0 ? positionals : flags.smoke ? ['killed', 'corrupting'] : Object.keys(scenarios);
const unknown = names.find((n) => scenarios[n] === undefined);
if (unknown !== undefined) {
  console.error(`drill: got ${unknown}, wanted ${Object.keys(scenarios).join(', ')}`);
  process.exit(2);
}

const runs = [];
const single = names.filter((n) => scenarios[n].flood === undefined);
// Two scenarios at a time, each with and without.
for (let i = 0; i < single.length; i += 2) {
  runs.push(...(await Promise.all(single.slice(i, i + 2).flatMap((name) => [run(name, true), run(name, false)]))));
}
// The flood would disturb whatever is beside it.
for (const name of names.filter((n) => !single.includes(n))) runs.push(await run(name, true), await run(name, false));
const { text, failures } = document(runs, seconds, RATE);
console.log(text);
if (flags.write) {
  const dir = join(repository, 'docs/drill');
  mkdirSync(dir, { recursive: true });
  for (const name of names) writeFileSync(join(dir, `${name}.svg`), plot(runs.filter((r) => r.name === name), seconds));
  writeFileSync(join(repository, 'docs/drill.md'), text);
}
for (const f of failures) console.error(`drill: ${f}`);
process.exit(failures.length > 0 ? 1 : 0);
