// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { toError } from '@cloudwego/gopkg/errors';
import type { Awaitable } from '@cloudwego/gopkg/async';
import { func, optionTable, text } from '@cloudwego/gopkg/options';
import type { Exchange, PortApp } from '@cloudwego/transport';
import { HttpApp } from '@cloudwego/transport';
import type { Diagnosis } from './diagnosis.js';

/** Options of {@link diagnosisApp}. */
export interface DiagnosisAppOptions {
  /** Where probes are. @defaultValue '/debug' */
  readonly path?: string | undefined;
  /** Asked for readiness beside the servers. @defaultValue always ready */
  readonly ready?: (() => Awaitable<boolean>) | undefined;
}

const table = optionTable<DiagnosisAppOptions>({ path: text({ default: '/debug' }), ready: func<() => Awaitable<boolean>>() });

/**
 * A small HTTP endpoint, as an app of a Port of its own or beside the servers:
 *
 *   GET /livez              200 while the process answers
 *   GET /readyz             200 when every server of `d` is registered and none of them stops, else 503
 *   GET /debug              names of the probes
 *   GET /debug/<name>       what the probe says, as JSON
 *
 * It tells a lot about a process: give it a port that strangers cannot reach. Errors: OptionError.
 */
export function diagnosisApp(d: Diagnosis, options: DiagnosisAppOptions = {}): PortApp {
  const o = table.resolve(options, 'diagnosis');
  const base = o.path!.replace(/\/+$/, '');
  return new HttpApp(
    (x) => {
      void answer(x, d, base, o.ready);
    },
    { name: 'diagnosis' },
  );
}

async function answer(x: Exchange, d: Diagnosis, base: string, extra: (() => Awaitable<boolean>) | undefined): Promise<void> {
  const path = x.target.split('?', 1)[0]!;
  if (x.method !== 'GET' && x.method !== 'HEAD') {
    reply(x, 405, { error: `got ${x.method}, wanted GET` }, ['allow', 'GET, HEAD']);
    return;
  }
  try {
    if (path === '/livez') {
      reply(x, 200, { live: true });
    } else if (path === '/readyz') {
      const servers = Object.fromEntries(d.servers.map((s) => [s.name, s.ready]));
      const ready = d.servers.every((s) => s.ready) && (extra === undefined || (await extra()));
      reply(x, ready ? 200 : 503, { ready, servers });
    } else if (path === base || path === `${base}/`) {
      reply(x, 200, { probes: d.names });
    } else {
      const probe = path.startsWith(`${base}/`) ? d.find(decodeURIComponent(path.slice(base.length + 1))) : undefined;
      if (probe === undefined) reply(x, 404, { error: `no such probe, there are: ${d.names.join(', ')}` });
      else reply(x, 200, probe());
    }
  } catch (e) {
    reply(x, 500, { error: toError(e).message });
  }
}

function reply(x: Exchange, status: number, v: unknown, headers: readonly string[] = []): void {
  x.respond(status, ['content-type', 'application/json', 'cache-control', 'no-store', ...headers], JSON.stringify(v ?? null, plain));
}

/** What JSON has no form for. */
function plain(_key: string, v: unknown): unknown {
  if (typeof v === 'bigint') return v.toString();
  if (typeof v === 'number' && !Number.isFinite(v)) return String(v);
  if (v instanceof Map) return Object.fromEntries([...(v as Map<unknown, unknown>)].map(([k, y]) => [String(k), y]));
  if (v instanceof Set) return [...(v as Set<unknown>)];
  return v instanceof Error ? v.message : v;
}
