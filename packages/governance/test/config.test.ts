// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createLogger } from '@cloudwego/gopkg/logger';
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ClientConfigOptions, LimitDocument } from '@cloudwego/governance';
import { ClientConfig, configSchemas, fileLayout, nacosLayout, pathLayout, RetryContainer, ServerConfig } from '@cloudwego/governance';
import { configSourceContract, runWithVitest } from '@cloudwego/governance/testing';
import { MemorySource } from './fixtures/memory-source.js';

runWithVitest(
  { describe, it, onTestFinished },
  'a source in memory',
  configSourceContract({
    create: () => {
      const source = new MemorySource();
      return { source, set: async (key, d) => { source.set(key, d); } };
    },
  }).filter((c) => c.skip === undefined),
);

const layout = pathLayout();
const key = (category: string): string => `/KitexConfig/c/s/${category}`;

function make(o: Partial<ClientConfigOptions> = {}): { source: MemorySource; config: ClientConfig; log: string[] } {
  const source = new MemorySource();
  const log: string[] = [];
  const logger = createLogger({ write: (e) => void log.push(`${e.level} ${e.message}`) });
  const config = new ClientConfig({ source, client: 'c', server: 's', layout, logger, ...o });
  onTestFinished(() => config.close());
  return { source, config, log };
}

describe('timeouts', () => {
  it('are 1000 and 50 ms without a document, as in the original; else those of the method, or of all', async () => {
    const { source, config } = make();
    await config.ready();
    expect(config.timeout('Echo')).toEqual({ rpcTimeoutMs: 1000, connectTimeoutMs: 50 });
    source.set(key('rpc_timeout'), { '*': { conn_timeout_ms: 100, rpc_timeout_ms: 3000 }, Echo: { Conn_Timeout_MS: 60, RPC_TIMEOUT_MS: 500, other: 1 } });
    expect([config.timeout('Echo'), config.timeout('Ping')]).toEqual([{ rpcTimeoutMs: 500, connectTimeoutMs: 60 }, { rpcTimeoutMs: 3000, connectTimeoutMs: 100 }]);
    source.set(key('rpc_timeout'), { Echo: { rpc_timeout_ms: 0 } });
    expect([config.timeout('Echo'), config.timeout('Ping')]).toEqual([{ rpcTimeoutMs: 0, connectTimeoutMs: 0 }, { rpcTimeoutMs: 1000, connectTimeoutMs: 50 }]);
    source.set(key('rpc_timeout'), undefined);
    expect(config.timeout('Echo')).toEqual({ rpcTimeoutMs: 1000, connectTimeoutMs: 50 });
  });
});

describe('retry policies', () => {
  it('come, change and go while counts stay', () => {
    const clock = new FakeClock();
    const { source, config } = make({ clock });
    source.set(key('retry'), { '*': { enable: true, type: 0, failure_policy: { stop_policy: { max_retry_times: 3 } } }, Echo: { enable: true, type: 1, backup_policy: { retry_delay_ms: 100, stop_policy: { max_retry_times: 2 } } } });
    expect([config.retry.find('Echo', 0), config.retry.find('Ping', 0)]).toMatchObject([{ kind: 'backup', maxRetries: 2, delayMs: 100 }, { kind: 'failure', maxRetries: 3 }]);
    for (let k = 0; k < 20; k++) config.retry.sent('c/s/Ping', k % 2);
    source.set(key('retry'), { '*': { enable: true, failure_policy: { stop_policy: { max_retry_times: 1 } } } });
    expect(config.retry.find('Echo', 0)).toMatchObject({ kind: 'failure', maxRetries: 1 });
    expect(config.retry.stopped('c/s/Ping', config.retry.find('Ping', 0)!)).toContain('sample=20');
    source.set(key('retry'), undefined);
    expect(config.retry.find('Echo', 0)).toBeUndefined();
  });

  it('lose against those of the code', () => {
    const { source, config } = make({ retry: new RetryContainer({ policies: { '*': { kind: 'failure', maxRetries: 2 } } }) });
    source.set(key('retry'), { '*': { enable: true, failure_policy: { stop_policy: { max_retry_times: 1 } } } });
    expect(config.retry.find('Echo', 0)?.maxRetries).toBe(2);
  });
});

describe('breakers', () => {
  it('change their rules, per method, and keep what was counted', () => {
    const { source, config } = make({ clock: new FakeClock() });
    const level = config.breakers.service!;
    for (let k = 0; k < 50; k++) level.record('s/Echo', new Error('x'), 'failure');
    source.set(key('circuit_break'), { Echo: { enable: true, err_rate: 0.3, min_sample: 51 } });
    level.record('s/Echo', new Error('x'), 'failure');
    expect(level.state('s/Echo')).toBe('OPEN');
    source.set(key('circuit_break'), { Echo: { enable: false } });
    expect(level.isAllowed('s/Echo')).toBe(true);
    source.set(key('circuit_break'), {});
    expect(level.isAllowed('s/Echo')).toBe(false);
  });
});

describe('degradation', () => {
  it('refuses a share of calls', () => {
    const draws = [0, 0.29, 0.3, 0.99];
    let k = 0;
    const { source, config } = make({ random: () => draws[k++ % draws.length]! });
    expect(config.refuse()).toBeUndefined();
    k = 0;
    source.set(key('degradation'), { enable: true, percentage: 30 });
    expect([1, 2, 3, 4].map(() => config.refuse() !== undefined)).toEqual([true, true, false, false]);
    expect(((k = 0), config.refuse())).toBe('rejected by client degradation config');
    source.set(key('degradation'), { enable: false, percentage: 100 });
    expect(config.refuse()).toBeUndefined();
  });
});

describe('documents', () => {
  it('that cannot be read change nothing, and are told', () => {
    const { source, config, log } = make();
    source.set(key('rpc_timeout'), { Echo: { rpc_timeout_ms: 5 } });
    for (const [category, d] of [
      ['rpc_timeout', { Echo: { rpc_timeout_ms: -1 } }],
      ['rpc_timeout', { Echo: { rpc_timeout_ms: '5' } }],
      ['rpc_timeout', []],
      ['rpc_timeout', 7],
      ['retry', { Echo: { enable: true, type: 0, failure_policy: { stop_policy: { max_retry_times: 6 } } } }],
      ['retry', { Echo: { enable: true, type: 1 } }],
      ['circuit_break', { Echo: { enable: true, err_rate: 2, min_sample: 1 } }],
      ['degradation', { percentage: 101 }],
    ] as const) {
      log.length = 0;
      source.set(key(category), d);
      expect(log).toEqual([expect.stringMatching(/^warn .*what was in force stays/)]);
    }
    expect(config.timeout('Echo').rpcTimeoutMs).toBe(5);
  });

  it('are told with their differences', () => {
    const { source, log } = make();
    log.length = 0;
    source.set(key('rpc_timeout'), { Echo: { rpc_timeout_ms: 5, conn_timeout_ms: 7 } });
    source.set(key('rpc_timeout'), { Echo: { rpc_timeout_ms: 6, conn_timeout_ms: 7 }, Ping: { rpc_timeout_ms: 1 } });
    source.set(key('rpc_timeout'), { Echo: { rpc_timeout_ms: 6, conn_timeout_ms: 7 }, Ping: { rpc_timeout_ms: 1 } });
    source.set(key('rpc_timeout'), undefined);
    const head = `info CONFIG: memory, ${key('rpc_timeout')} changed: `;
    expect(log).toEqual([
      head + 'Echo.rpc_timeout_ms: (none) -> 5; Echo.conn_timeout_ms: (none) -> 7',
      head + 'Echo.rpc_timeout_ms: 5 -> 6; Ping.rpc_timeout_ms: (none) -> 1',
      head + 'Echo.rpc_timeout_ms: 6 -> (none); Echo.conn_timeout_ms: 7 -> (none); Ping.rpc_timeout_ms: 1 -> (none)',
    ]);
  });

  it('say in a dry run what they would change, and change nothing', () => {
    const { source, config, log } = make({ dryRun: true });
    source.set(key('rpc_timeout'), { Echo: { rpc_timeout_ms: 5 } });
    expect(log).toEqual([`info CONFIG: memory, ${key('rpc_timeout')} would change: Echo.rpc_timeout_ms: (none) -> 5`]);
    expect(config.timeout('Echo').rpcTimeoutMs).toBe(1000);
  });

  it('put right what the original puts right', () => {
    const { source, config, log } = make();
    source.set(key('retry'), { Echo: { enable: true, failure_policy: { stop_policy: { max_retry_times: 1, cb_policy: { error_rate: 0.5 } } } } });
    expect(config.retry.find('Echo', 0)?.errorRate).toBe(0.1);
    expect(log[0]).toContain('error_rate 0.5 is not in (0, 0.3]');
  });

  it('stay in force while their source cannot tell, and when the configuration is closed', async () => {
    const { source, config, log } = make();
    source.set(key('rpc_timeout'), { Echo: { rpc_timeout_ms: 5 } });
    source.stale(key('rpc_timeout'), new Error('away'));
    expect(log.at(-1)).toBe(`warn CONFIG: memory, ${key('rpc_timeout')}: away`);
    await config.close();
    source.set(key('rpc_timeout'), { Echo: { rpc_timeout_ms: 6 } });
    expect(config.timeout('Echo').rpcTimeoutMs).toBe(5);
  });
});

describe('limits of a server', () => {
  it('come, change and go', async () => {
    const source = new MemorySource();
    const config = new ServerConfig({ source, server: 's', layout, logger: createLogger({ write: () => undefined }) });
    await config.ready();
    const seen: LimitDocument[] = [];
    const d = config.onLimits((l) => seen.push(l));
    source.set('/KitexConfig/s/limit', { connection_limit: 100, qps_limit: 2000 });
    source.set('/KitexConfig/s/limit', undefined);
    d[Symbol.dispose]();
    source.set('/KitexConfig/s/limit', { qps_limit: 1 });
    expect(seen).toEqual([{ maxConnections: 0, maxQps: 0 }, { maxConnections: 100, maxQps: 2000 }, { maxConnections: 0, maxQps: 0 }]);
    expect(config.limits).toEqual({ maxConnections: 0, maxQps: 1 });
    await config.close();
  });
});

describe('layouts', () => {
  it('are those of the stores', () => {
    const c = { client: 'c', server: 's', category: 'rpc_timeout' } as const;
    const s = { server: 's', category: 'limit' } as const;
    expect([pathLayout()(c), pathLayout()(s)]).toEqual(['/KitexConfig/c/s/rpc_timeout', '/KitexConfig/s/limit']);
    expect(pathLayout({ prefix: 'KitexConfig' })(c)).toBe('KitexConfig/c/s/rpc_timeout');
    expect([nacosLayout(c), nacosLayout(s)]).toEqual(['c.s.rpc_timeout', 's.limit']);
    expect([fileLayout(c), fileLayout(s), fileLayout({ ...c, category: 'circuit_break' })]).toEqual(['c/s#timeout', 's#limit', 'c/s#circuitbreaker']);
  });

  it('take templates of Go, and escape as its HTML templates do', () => {
    const n = { client: 'a+b<c>&"\'', server: 's', category: 'retry' } as const;
    expect(pathLayout({ prefix: '/x/{{ .Category }}', clientPath: '{{.ServerServiceName}}-{{.ClientServiceName}}' })({ ...n, client: 'c' })).toBe('/x/retry/s-c');
    expect(pathLayout({ htmlEscape: true })(n)).toBe('/KitexConfig/a&#43;b&lt;c&gt;&amp;&#34;&#39;/s/retry');
    expect(() => pathLayout({ clientPath: '{{.Service}}' })).toThrow(/unknown placeholder \{\{\.Service\}\}/);
  });
});

describe('schemas', () => {
  it('know every key that the readers know', () => {
    const text = JSON.stringify(configSchemas);
    for (const k of ['rpc_timeout_ms', 'conn_timeout_ms', 'enable', 'type', 'failure_policy', 'backup_policy', 'mixed_policy', 'stop_policy', 'max_retry_times', 'max_duration_ms', 'disable_chain_stop', 'ddl_stop', 'cb_policy', 'error_rate', 'backoff_policy', 'backoff_type', 'cfg_items', 'fix_ms', 'min_ms', 'max_ms', 'retry_same_node', 'retry_delay_ms', 'err_rate', 'min_sample', 'percentage', 'connection_limit', 'qps_limit']) {
      expect(text).toContain(`"${k}":`);
    }
  });
});
