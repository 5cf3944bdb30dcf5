// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from 'node:util';
import type { Check } from '../ops/board.js';
import type { LoadProgress, LoadReport } from '../ops/messages.js';
import type { Ending } from '../ops/supervisor.js';
import { pause } from '../shared/retry.js';
import { audit, settle } from './checks.js';
import { temporaryFolder } from './folder.js';
import { printChecks, printReport } from './report.js';
import { Shop } from './shop.js';
import { bar, Terminal } from './terminal.js';
import type { Output } from './terminal.js';

const USAGE = `npm run demo -- [options]

  --once           check and exit: status 0 when all is well, 1 when not
  --rate N         orders per second (default 200)
  --seconds N      length of the load (default 8)
  --port N         port of the page (default: a free one)
  --unsafe         sell by "read, think, write", to see the checks fail
  --help
`;

interface Settings {
  readonly once: boolean;
  readonly rate: number;
  readonly seconds: number;
  readonly port: number;
  readonly unsafe: boolean;
}

/** What ended the demo early. */
class Interrupted extends Error {}

/** Runs the demo; resolves with the exit status. */
export async function demo(args: readonly string[], out: Output = process.stdout): Promise<number> {
  let settings: Settings | undefined;
  try {
    settings = read(args);
  } catch (e) {
    process.stderr.write(`${e instanceof Error ? e.message : String(e)}\n\n${USAGE}`);
    return 2;
  }
  if (settings === undefined) {
    out.write(USAGE);
    return 0;
  }
  const t = new Terminal(out);
  const stop = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    stop.abort(new Interrupted(signal));
  };
  for (const s of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(s, onSignal);
  // npm and a shell may end before this process is told to: whoever has no parent any more ends too.
  const parent = process.ppid;
  const orphaned = setInterval(() => {
    if (process.ppid !== parent) onSignal('SIGHUP');
  }, 500);
  orphaned.unref();
  const folder = temporaryFolder();
  try {
    return await run(settings, t, folder.dir, stop.signal);
  } catch (e) {
    t.clear();
    if (!(e instanceof Interrupted)) t.line(`demo: ${e instanceof Error ? e.message : String(e)}`);
    t.line(`demo: ${e instanceof Interrupted ? `ended by ${e.message}` : 'failed'}`);
    return e instanceof Interrupted ? 130 : 1;
  } finally {
    clearInterval(orphaned);
    folder.remove();
    for (const s of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(s, onSignal);
  }
}

function read(args: readonly string[]): Settings | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      rate: { type: 'string', default: '200' },
      seconds: { type: 'string', default: '8' },
      port: { type: 'string', default: '0' },
      unsafe: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const number = (name: 'rate' | 'seconds' | 'port', min: number, max: number): number => {
    const n = Number(values[name]);
    if (!Number.isInteger(n) || n < min || n > max) throw new Error(`--${name}: got "${values[name]}", wanted a whole number from ${min} to ${max}`);
    return n;
  };
  return { once: values.once, rate: number('rate', 10, 5000), seconds: number('seconds', 2, 120), port: number('port', 0, 65_535), unsafe: values.unsafe };
}

async function run(s: Settings, t: Terminal, dir: string, signal: AbortSignal): Promise<number> {
  const began = performance.now();
  t.line(t.paint('bold', 'A small shop: 6 services and gateways in 8 processes, each database its own, found through a folder of leases'));
  let driving = true;
  const shop = await Shop.start({
    dir,
    port: s.port,
    drills: true,
    stock: s.unsafe ? 'unsafe' : 'safe',
    onEvent: (e) => {
      t.line(`  ${t.paint(e.tone === 'plain' ? 'dim' : e.tone, e.text)}`);
    },
    onLoad: (p) => {
      // Later loads are those of the page, which shows them itself.
      if (driving) t.show(progressLine(p, s));
    },
  });
  try {
    t.line(`  ready after ${((performance.now() - began) / 1000).toFixed(1)} s, page at ${t.paint('bold', shop.url)}`);
    signal.throwIfAborted();
    const { load, checks } = await drive(shop, s, t, signal);
    driving = false;
    const stock = (await shop.inventory.audit()).rows;
    t.line();
    printReport(t, load, stock, checks);
    if (s.once) {
      const more = await atTheEnd(shop, await shop.stop());
      printChecks(t, more);
      return verdict(t, [...checks, ...more], performance.now() - began);
    }
    verdict(t, checks, performance.now() - began);
    t.line();
    t.line(`Look at ${t.paint('bold', shop.url)}, kill a process there, send more buyers. Ctrl-C ends the shop.`);
    await ended(signal);
    t.line('stopping');
    printChecks(t, await atTheEnd(shop, await shop.stop()));
    return checks.every((c) => c.ok) ? 0 : 1;
  } finally {
    t.clear();
    await shop.stop();
  }
}

/** The load, with two processes killed in the middle of it; then the audit. */
async function drive(shop: Shop, s: Settings, t: Terminal, signal: AbortSignal): Promise<{ readonly load: LoadReport; readonly checks: readonly Check[] }> {
  t.line(`  ${s.rate} orders a second for ${s.seconds} s; two processes will be killed meanwhile`);
  const loading = shop.runLoad({ rate: s.rate, seconds: s.seconds });
  const drill = (async (): Promise<void> => {
    await pause(s.seconds * 350, signal);
    if (!signal.aborted) shop.kill('inventory-2');
    await pause(s.seconds * 300, signal);
    if (!signal.aborted) shop.kill('order-1');
  })();
  const load = await Promise.race([loading, ended(signal).then(() => Promise.reject(signal.reason as Error))]);
  await drill;
  t.clear();
  t.show('  waiting for the last orders to settle');
  await settle(shop, 20_000);
  t.clear();
  const checks = [...(await audit(shop, load, true)), ...(await back(shop))];
  shop.showChecks(checks);
  return { load, checks };
}

/** The killed processes are there again. */
async function back(shop: Shop): Promise<readonly Check[]> {
  const until = performance.now() + 15_000;
  const killed = shop.supervisor.children.filter((c) => c.instance === 'inventory-2' || c.instance === 'order-1');
  const again = (): boolean => killed.every((c) => c.state === 'ready' && c.restarted > 0);
  while (!again() && performance.now() < until) await pause(50);
  return [{ name: 'the killed processes are back', ok: again(), seen: killed.map((c) => `${c.instance} ${c.state}`).join(', ') }];
}

async function atTheEnd(shop: Shop, endings: readonly Ending[]): Promise<readonly Check[]> {
  const bad = endings.filter((e) => e.forced || e.code !== 0);
  return Promise.resolve([
    {
      name: 'every process ended in order when it was told to',
      ok: bad.length === 0 && endings.length === shop.supervisor.children.length,
      seen: bad.length === 0 ? `${endings.length} processes` : bad.map((e) => `${e.instance}: ${e.forced ? 'killed' : `status ${e.code ?? e.signal ?? '?'}`}`).join(', '),
    },
  ]);
}

function verdict(t: Terminal, checks: readonly Check[], ms: number): number {
  const failed = checks.filter((c) => !c.ok).length;
  t.line();
  t.line(t.paint(failed === 0 ? 'good' : 'bad', failed === 0 ? `demo: all is well, after ${(ms / 1000).toFixed(1)} s` : 'demo: NOT well'));
  t.line(`${checks.length - failed} passed, ${failed} failed, 0 skipped`);
  return failed === 0 ? 0 : 1;
}

function progressLine(p: LoadProgress, s: Settings): string {
  const total = s.rate * s.seconds;
  const ms = (v: number): string => v.toFixed(v < 10 ? 1 : 0);
  return `  ${(p.elapsedMs / 1000).toFixed(1).padStart(4)} s ${bar(p.done / total, 24)} ${String(p.done).padStart(5)}/${total} answered, ${String(p.inFlight).padStart(3)} in flight, ${p.confirmed} confirmed, p50 ${ms(p.p50)} ms, p99 ${ms(p.p99)} ms`;
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
    // Nothing else may be going on while the page is looked at.
  });
}
