// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { closeSync, existsSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { AsyncCache } from '@cloudwego/gopkg/asynccache';
import { StreamReader } from '@cloudwego/gopkg/bufiox';
import { Channel } from '@cloudwego/gopkg/channel';
import { createBreakerShare, Panel, tripByConsecutive, tripCombined } from '@cloudwego/gopkg/circuitbreaker';
import type { BreakerMetrics, PanelOptions } from '@cloudwego/gopkg/circuitbreaker';
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import { ConfigManager, FileProvider, FrequencyLimiter } from '@cloudwego/gopkg/configmanager';
import type { ConfigProvider } from '@cloudwego/gopkg/configmanager';
import { DeadlineError } from '@cloudwego/gopkg/context';
import { CpuPool, piscinaThreads, TaskPool } from '@cloudwego/gopkg/gopool';
import type { PoolThread, ThreadSpec } from '@cloudwego/gopkg/gopool';
import { SessionCtx } from '@cloudwego/gopkg/localsession';
import { backoffSink, createLogger, defaultLogger, FileSink, formatRecord, memorySink, setDefaultLogger, streamSink } from '@cloudwego/gopkg/logger';
import type { LogRecord } from '@cloudwego/gopkg/logger';
import { createMetaInfo, metaInfoToHttp } from '@cloudwego/gopkg/metainfo';
import { Queue } from '@cloudwego/gopkg/queue';
import { OrderedMap } from '@cloudwego/gopkg/skipmap';
import { hash, loadNative, XXH3 } from '@cloudwego/gopkg/xxhash3';
import { ZSet } from '@cloudwego/gopkg/zset';
import { afterAll, expect, it, onTestFinished, vi } from 'vitest';
import { documentedDefaults } from './support/documented.js';
import { until } from './support/wait.js';

/*
 * What happens when an option is not given, one row for each that the docstrings name. Rows are found in the sources: an option without one fails here.
 */

const dir = mkdtempSync(join(tmpdir(), 'gopkg-defaults-'));
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

const record = (message: string, time = 1_700_000_000_000): LogRecord => ({ level: 'info', time, message, fields: {} });
const turns = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await new Promise((r) => setImmediate(r));
};

/** What the default logger is told while `f` runs. */
async function logged(f: () => unknown): Promise<string[]> {
  const sink = memorySink();
  const before = defaultLogger();
  setDefaultLogger(createLogger({ write: sink }));
  try {
    await f();
    await turns();
  } finally {
    setDefaultLogger(before);
  }
  return sink.records.map((r) => r.message);
}

/** What is written to stderr while `f` runs. */
function said(f: () => void): string {
  let text = '';
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((s) => {
    text += String(s);
    return true;
  });
  try {
    f();
  } finally {
    spy.mockRestore();
  }
  return text;
}

/** A pool whose threads never end a task. */
function stuckPool(): { readonly pool: CpuPool; readonly specs: ThreadSpec[] } {
  const specs: ThreadSpec[] = [];
  const pool = new CpuPool('file:///none.mjs', {
    thread: (spec): PoolThread => {
      specs.push(spec);
      return { run: async () => new Promise(() => undefined), terminate: async () => Promise.resolve() };
    },
  });
  return { pool, specs };
}

/** Names in the order in which tasks of these priorities run. */
async function order(run: (name: string, priority?: number) => Promise<unknown>, ran: () => string[]): Promise<string[]> {
  const tasks = [run('first'), run('low', -1), run('none'), run('high', 1)];
  await Promise.all(tasks);
  return ran();
}

const panel = (o: PanelOptions = {}): { readonly p: Panel; pass(ms: number): void } => {
  let now = 1000;
  return { p: new Panel({ now: () => now, ...o }), pass: (ms) => { now += ms; } };
};
const metrics = (over: Partial<BreakerMetrics>): BreakerMetrics => ({ successes: 0, failures: 0, timeouts: 0, samples: 0, errorRate: 0, consecutiveErrors: 0, consecutiveErrorMs: 0, ...over });

function provider(loads: { n: number }): ConfigProvider {
  return { name: 'p', load: async () => Promise.resolve(new Map([['n', loads.n++]])) };
}

async function cache(keys: number): Promise<{ readonly c: AsyncCache<string, string>; readonly clock: FakeClock; readonly state: { running: number; most: number; calls: number }; go: () => void }> {
  const clock = new FakeClock();
  const state = { running: 0, most: 0, calls: 0 };
  let held = false;
  let waiting: (() => void)[] = [];
  const c = new AsyncCache<string, string>({
    clock,
    refreshMs: 1000,
    fetch: async (k) => {
      state.calls++;
      state.most = Math.max(state.most, ++state.running);
      if (held) await new Promise<void>((r) => waiting.push(r));
      state.running--;
      return k;
    },
  });
  for (let i = 0; i < keys; i++) await c.get(`k${i}`);
  held = true;
  state.most = 0;
  return {
    c,
    clock,
    state,
    go: () => {
      held = false;
      for (const r of waiting) r();
      waiting = [];
    },
  };
}

const tasks = new URL('./fixtures/cpu-tasks.mjs', import.meta.url);

const rows: Readonly<Record<string, () => unknown>> = {
  'asynccache/async-cache.jitter': async () => {
    const { c, state, go } = await cache(3);
    const done = c.refresh();
    await turns();
    expect(state.running).toBe(3);
    go();
    await done;
    await c.close();
  },
  'asynccache/async-cache.refreshConcurrency': async () => {
    const { c, state, go } = await cache(20);
    const done = c.refresh();
    await turns();
    expect(state.most).toBe(8);
    go();
    await done;
    await c.close();
  },
  'asynccache/async-cache.expireMs': async () => {
    const { c, clock, go } = await cache(2);
    go();
    for (let i = 0; i < 20; i++) clock.advance(1000);
    await turns();
    expect(c.size).toBe(2);
    await c.close();
  },
  'asynccache/async-cache.maxEntries': async () => {
    const { c, go } = await cache(0);
    go();
    for (let i = 0; i < 3000; i++) c.setDefault(`k${i}`, 'v');
    expect(c.size).toBe(3000);
    await c.close();
  },
  'asynccache/async-cache.staleIfError': async () => {
    let fails = false;
    const c = new AsyncCache<string, number>({ refreshMs: 1000, clock: new FakeClock(), fetch: () => { if (fails) throw new Error('down'); return 1; } });
    await c.get('k');
    fails = true;
    await c.refresh();
    expect(await c.get('k')).toBe(1);
    await c.close();
  },
  'asynccache/async-cache.clock': async () => {
    let calls = 0;
    const c = new AsyncCache<string, number>({ refreshMs: 1, fetch: () => ++calls });
    await c.get('k');
    await until(() => calls > 2);
    await c.close();
  },
  'bufiox/reader.maxBytes': () => {
    const r = new StreamReader(new PassThrough());
    expect(() => r.next((64 << 20) + 1)).toThrow('wanted at most 67108864');
    void r.next(64 << 20);
  },
  'channel/channel.windowMs': async () => {
    const clock = new FakeClock();
    let asked = 0;
    const c = new Channel<number>({ clock, throttle: { consumer: () => asked++ === 0 } });
    await c.send(1);
    const got = c.receive();
    clock.advance(99);
    await turns();
    expect(asked).toBe(1);
    clock.advance(1);
    expect(await got).toEqual({ done: false, value: 1 });
  },
  'channel/channel.size': () => {
    const c = new Channel<number>();
    expect([c.trySend(1), c.trySend(2)]).toEqual([true, false]);
  },
  'channel/channel.nonBlocking': () => {
    const c = new Channel<number>({ size: 1 });
    expect([c.trySend(1), c.trySend(2)]).toEqual([true, false]);
    expect(new Channel<number>({ nonBlocking: true }).trySend(1)).toBe(true);
  },
  'channel/channel.ttlMs': async () => {
    const clock = new FakeClock();
    const c = new Channel<number>({ clock });
    await c.send(1);
    clock.advance(100_000);
    expect((await c.receive()).value).toBe(1);
  },
  'channel/channel.clock': async () => {
    const dropped: number[] = [];
    const c = new Channel<number>({ ttlMs: 1, onExpired: (v) => dropped.push(v) });
    await c.send(1);
    const late = performance.now() + 20;
    await until(() => performance.now() > late);
    const got = c.receive();
    await until(() => dropped.length === 1);
    c.close();
    expect((await got).done).toBe(true);
  },
  'circuitbreaker/share.keys': () => {
    expect(createBreakerShare({ writers: 1 }).keys).toBe(256);
  },
  'circuitbreaker/share.buckets': () => {
    expect(createBreakerShare({ writers: 1 }).buckets).toBe(100);
  },
  'circuitbreaker/trip.durationMs': () => {
    expect(tripCombined({ rate: 2, minSamples: 1, durationSamples: 1 })(metrics({ consecutiveErrors: 100, consecutiveErrorMs: 1e9 }))).toBe(false);
  },
  'circuitbreaker/trip.durationSamples': () => {
    expect(tripCombined({ rate: 2, minSamples: 1, durationMs: 10 })(metrics({ consecutiveErrors: 0, consecutiveErrorMs: 10 }))).toBe(true);
  },
  'circuitbreaker/trip.consecutive': () => {
    expect(tripCombined({ rate: 2, minSamples: 1 })(metrics({ consecutiveErrors: 1e9 }))).toBe(false);
  },
  'circuitbreaker/panel.bucketMs': () => {
    const { p, pass } = panel();
    p.fail('k');
    pass(99);
    p.fail('k');
    // The window ends with the bucket of 100 ms in which both fell.
    pass(9900);
    expect(p.metrics('k').failures).toBe(2);
    pass(1);
    expect(p.metrics('k').failures).toBe(0);
  },
  'circuitbreaker/panel.buckets': () => {
    const { p, pass } = panel({ bucketMs: 10 });
    p.fail('k');
    pass(999);
    expect(p.metrics('k').failures).toBe(1);
    pass(1);
    expect(p.metrics('k').failures).toBe(0);
  },
  'circuitbreaker/panel.coolingMs': () => {
    const { p, pass } = panel({ shouldTrip: () => true });
    p.fail('k');
    pass(4999);
    expect(p.isAllowed('k')).toBe(false);
    pass(1);
    expect(p.isAllowed('k')).toBe(true);
  },
  'circuitbreaker/panel.detectMs': () => {
    const { p, pass } = panel({ shouldTrip: () => true, coolingMs: 1 });
    p.fail('k');
    pass(1);
    p.isAllowed('k');
    pass(199);
    expect(p.isAllowed('k')).toBe(false);
    pass(1);
    expect(p.isAllowed('k')).toBe(true);
  },
  'circuitbreaker/panel.halfOpenSuccesses': () => {
    const { p, pass } = panel({ shouldTrip: () => true, coolingMs: 1 });
    p.fail('k');
    pass(1);
    p.isAllowed('k');
    p.succeed('k');
    expect(p.state('k')).toBe('HALFOPEN');
    p.succeed('k');
    expect(p.state('k')).toBe('CLOSED');
  },
  'circuitbreaker/panel.halfOpenMaxInFlight': () => {
    const { p, pass } = panel({ shouldTrip: () => true, coolingMs: 1, detectMs: 1 });
    p.fail('k');
    for (let i = 0; i < 100; i++) {
      pass(1);
      expect(p.isAllowed('k')).toBe(true);
    }
  },
  'circuitbreaker/panel.shouldTrip': () => {
    const { p } = panel();
    for (let i = 0; i < 1000; i++) p.fail('k');
    expect(p.state('k')).toBe('CLOSED');
  },
  'circuitbreaker/panel.now': async () => {
    const p = new Panel({ shouldTrip: tripByConsecutive(1), coolingMs: 1 });
    p.fail('k');
    await until(() => p.isAllowed('k'));
  },
  'circuitbreaker/panel.idleEvictMs': () => {
    for (const [ms, left] of [[599_999, 1025], [600_000, 1]] as const) {
      const { p, pass } = panel();
      for (let i = 0; i < 1024; i++) p.isAllowed(`k${i}`);
      pass(ms);
      p.isAllowed('new');
      expect(p.dump().size).toBe(left);
    }
  },
  'circuitbreaker/panel.classify': async () => {
    const { p } = panel();
    const ac = new AbortController();
    for (const e of [new DeadlineError(), new Error('x')]) await expect(p.run('k', () => { throw e; })).rejects.toBe(e);
    await expect(p.run('k', () => { ac.abort(new Error('gone')); throw new Error('y'); }, { signal: ac.signal })).rejects.toThrow('y');
    expect(p.metrics('k')).toMatchObject({ timeouts: 1, failures: 1, samples: 2 });
  },
  'configmanager/limiter.constructor': async () => {
    const l = new FrequencyLimiter(1, 1);
    expect(l.allow()).toBe(true);
    await until(() => l.allow());
  },
  'configmanager/config-manager.refreshMs': async () => {
    const loads = { n: 0 };
    const clock = new FakeClock();
    await using m = new ConfigManager({ provider: provider(loads), clock });
    await m.ready();
    await turns();
    clock.advance(9999);
    await turns();
    expect(loads.n).toBe(1);
    clock.advance(1);
    await until(() => loads.n === 2);
  },
  'configmanager/config-manager.waitTimeoutMs': async () => {
    const clock = new FakeClock();
    await using m = new ConfigManager({ provider: { name: 'p', load: async () => new Promise(() => undefined) }, clock, onError: () => undefined });
    let over = false;
    const waited = expect(m.ready().finally(() => (over = true))).rejects.toMatchObject({ code: 'GOPKG_CONFIG_TIMEOUT' });
    clock.advance(4999);
    await turns();
    expect(over).toBe(false);
    clock.advance(1);
    await waited;
  },
  'configmanager/config-manager.onError': async () => {
    const lines = await logged(async () => {
      await using m = new ConfigManager({ provider: { name: 'p', load: async () => Promise.reject(new Error('not there')) } });
      await expect(m.ready()).rejects.toThrow('not there');
    });
    expect(lines).toEqual(['CONFIG: not there']);
  },
  'configmanager/config-manager.clock': async () => {
    const loads = { n: 0 };
    await using _ = new ConfigManager({ provider: provider(loads), refreshMs: 1 });
    await until(() => loads.n > 2);
  },
  'configmanager/file-provider.parse': async () => {
    const path = join(dir, 'c.json');
    writeFileSync(path, '{"a":1}');
    expect(await new FileProvider(path).load(new AbortController().signal)).toEqual(new Map([['a', 1]]));
  },
  'configmanager/file-provider.maxBytes': async () => {
    const path = join(dir, 'large');
    const load = async (size: number): Promise<unknown> => {
      const fd = openSync(path, 'w');
      ftruncateSync(fd, size);
      closeSync(fd);
      return new FileProvider(path, { parse: () => ({}) }).load(new AbortController().signal);
    };
    expect(await load(16 << 20)).toEqual(new Map());
    await expect(load((16 << 20) + 1)).rejects.toThrow('wanted at most 16777216');
  },
  'gopool/piscina.idleTimeout': async () => {
    await using p = new CpuPool(tasks, { threads: 1, execArgv: [], thread: await piscinaThreads() });
    await p.run('hold', { name: 'a' });
    await turns();
    await p.run('hold', { name: 'b' });
    expect(await p.run('calls')).toEqual(['a', 'b']);
  },
  'gopool/cpu-pool.name': async () => {
    const { pool } = stuckPool();
    await pool.close();
    await expect(pool.run('x')).rejects.toThrow('pool cpu is closed');
  },
  'gopool/cpu-pool.threads': () => {
    expect(stuckPool().specs.length).toBe(availableParallelism());
  },
  'gopool/cpu-pool.queueLimit': async () => {
    const { pool } = stuckPool();
    const some = Array.from({ length: availableParallelism() + 1000 }, () => pool.run('x'));
    await expect(pool.run('x')).rejects.toThrow('1000 tasks are waiting');
    const over = Promise.allSettled(some);
    await pool.destroy();
    await over;
  },
  'gopool/cpu-pool.execArgv': () => {
    expect(stuckPool().specs[0]!.execArgv).toBeUndefined();
  },
  'gopool/cpu-pool.thread': async () => {
    await using p = new CpuPool(tasks, { threads: 1, execArgv: [], workerData: 'given' });
    expect(await p.run('where', 1)).toMatchObject({ data: 1, given: 'given' });
  },
  'gopool/cpu-pool.priority': async () => {
    await using p = new CpuPool(tasks, { threads: 1, execArgv: [] });
    const names = await order(async (name, priority) => p.run('hold', { name }, { priority }), () => []);
    expect([names, await p.run('calls')]).toEqual([[], ['first', 'high', 'none', 'low']]);
  },
  'gopool/task-pool.name': async () => {
    const p = new TaskPool();
    await p.close();
    await expect(p.run(() => 1)).rejects.toThrow('pool tasks is closed');
  },
  'gopool/task-pool.concurrency': () => {
    const p = new TaskPool();
    for (let i = 0; i < 5000; i++) p.go(async () => new Promise(() => undefined));
    expect([p.running, p.queued]).toEqual([5000, 0]);
  },
  'gopool/task-pool.queueLimit': () => {
    const p = new TaskPool({ concurrency: 1 });
    for (let i = 0; i < 5000; i++) p.go(async () => new Promise(() => undefined));
    expect([p.running, p.queued]).toEqual([1, 4999]);
  },
  'gopool/task-pool.onError': async () => {
    const lines = await logged(() => {
      new TaskPool().go(() => { throw new Error('boom'); });
    });
    expect(lines.length).toBe(1);
    expect(lines[0]).toContain('tasks');
  },
  'gopool/task-pool.priority': async () => {
    const p = new TaskPool({ concurrency: 1 });
    const ran: string[] = [];
    expect(await order(async (name, priority) => p.run(async () => { ran.push(name); await Promise.resolve(); }, { priority }), () => ran)).toEqual(['first', 'high', 'none', 'low']);
  },
  'localsession/session.timeoutMs': async () => {
    const s = new SessionCtx();
    const real = performance.now.bind(performance);
    const spy = vi.spyOn(performance, 'now').mockImplementation(() => real() + 1e12);
    onTestFinished(() => {
      spy.mockRestore();
    });
    await turns();
    expect(s.valid).toBe(true);
  },
  'logger/file-sink.format': async () => {
    const path = join(dir, 'format.log');
    await using f = new FileSink(path);
    await f.write(record('a'));
    expect(readFileSync(path, 'utf8')).toBe(formatRecord(record('a')) + '\n');
  },
  'logger/file-sink.maxBytes': async () => {
    const path = join(dir, 'one.log');
    await using f = new FileSink(path);
    for (let i = 0; i < 8; i++) await f.write(record('x'.repeat(900_000)));
    expect([statSync(path).size > 7_000_000, existsSync(`${path}.1`)]).toEqual([true, false]);
  },
  'logger/file-sink.maxFiles': async () => {
    const path = join(dir, 'many.log');
    await using f = new FileSink(path, { maxBytes: 1 });
    for (let i = 0; i < 9; i++) await f.write(record(`line ${i}`));
    expect([1, 2, 3, 4, 5, 6].map((i) => existsSync(`${path}.${i}`))).toEqual([true, true, true, true, true, false]);
  },
  'logger/file-sink.maxBufferedBytes': async () => {
    const path = join(dir, 'full.log');
    await using f = new FileSink(path, { format: (r) => r.message });
    for (let i = 0; i < 1100; i++) void f.write(record('x'.repeat(1023)));
    await f.flush();
    expect(statSync(path).size).toBe(1 << 20);
    await f.write(record('y'));
    expect(readFileSync(path, 'utf8')).toContain('76 lines were dropped');
  },
  'logger/logger.level': () => {
    expect(createLogger().level).toBe('info');
  },
  'logger/logger.write': () => {
    expect(said(() => { createLogger().warn('here'); })).toMatch(/\[Warn\] here\n$/);
  },
  'logger/logger.prefix': () => {
    const sink = memorySink();
    createLogger({ write: sink }).info('x');
    expect(sink.records[0]!.message).toBe('x');
  },
  'logger/logger.redact': () => {
    const sink = memorySink();
    createLogger({ write: sink }).info('x', { password: 'p', 'api-key': 'k', Cookie: 'c', access_token: 't', name: 'n' });
    expect(sink.records[0]!.fields).toEqual({ password: '[redacted]', 'api-key': '[redacted]', Cookie: '[redacted]', access_token: '[redacted]', name: 'n' });
  },
  'logger/logger.onSinkError': () => {
    expect(said(() => { createLogger({ write: () => { throw new Error('full'); } }).info('lost'); })).toMatch(/lost.*full/);
  },
  'logger/sinks.format': () => {
    const s = new PassThrough();
    streamSink(s)(record('a'));
    expect(String(s.read())).toBe(formatRecord(record('a')) + '\n');
  },
  'logger/sinks.maxBufferedBytes': () => {
    const s = new PassThrough({ highWaterMark: 1 });
    const sink = streamSink(s, { format: (r) => r.message });
    for (let i = 0; i < 2000; i++) sink(record('x'.repeat(1023)));
    // What the stream reads ahead comes on top.
    expect(s.writableLength).toBe(1 << 20);
  },
  'logger/sinks.key': () => {
    const sink = memorySink();
    const b = backoffSink(sink);
    for (const r of [record('a'), record('a'), { ...record('a'), level: 'warn' as const }, record('b')]) void b(r);
    expect(sink.records.length).toBe(3);
  },
  'logger/sinks.firstMs': () => {
    const sink = memorySink();
    const b = backoffSink(sink);
    for (const t of [0, 999, 1000, 2999, 3000]) void b(record('a', t));
    expect(sink.records.map((r) => r.time)).toEqual([0, 1000, 3000]);
  },
  'logger/sinks.maxMs': () => {
    const sink = memorySink();
    const b = backoffSink(sink);
    for (let t = 0; t < 600_000; t += 1000) void b(record('a', t));
    const times = sink.records.map((r) => r.time);
    expect(times[times.length - 1]! - times[times.length - 2]!).toBe(60_000);
  },
  'logger/sinks.resetMs': () => {
    const sink = memorySink();
    const b = backoffSink(sink, { firstMs: 1e9, maxMs: 1e9 });
    for (const t of [0, 299_999, 599_999]) void b(record('a', t));
    expect(sink.records.map((r) => r.time)).toEqual([0, 599_999]);
  },
  'metainfo/carriers.upstream': () => {
    const m = createMetaInfo({ transient: { A: '1' } }).forward();
    const names: string[] = [];
    metaInfoToHttp(m, (k) => names.push(k));
    metaInfoToHttp(m, (k) => names.push(k), { upstream: true });
    expect(names).toEqual(['rpc-transit-a']);
  },
  'queue/queue.limit': () => {
    expect(new Queue().limit).toBe(Infinity);
  },
  'skipmap/ordered-map.reverse': () => {
    expect([...new OrderedMap([[2, 'b'], [1, 'a']]).range({})].map(([k]) => k)).toEqual([1, 2]);
  },
  'xxhash3/native.create': async () => {
    expect((await loadNative()).create().update('abc').digest()).toBe(hash('abc', 0n));
  },
  'xxhash3/xxhash3.constructor': () => {
    expect(new XXH3().update('abc').digest()).toBe(new XXH3(0n).update('abc').digest());
  },
  'zset/zset.compare': () => {
    expect([...new ZSet([['\uffff', 1], ['😀', 1]])].map((e) => e.member)).toEqual(['\uffff', '😀']);
    expect([...new ZSet<number>([[10, 1], [9, 1]])].map((e) => e.member)).toEqual([9, 10]);
  },
  'zset/zset.weights': () => {
    expect(ZSet.union([new ZSet([['a', 2]]), new ZSet([['a', 3]])]).score('a')).toBe(5);
  },
  'zset/zset.aggregate': () => {
    expect(ZSet.inter([new ZSet([['a', 2]]), new ZSet([['a', 3]])]).score('a')).toBe(5);
  },
};

// Of interfaces that networks implement: theirs to prove.
const documented = documentedDefaults().filter((name) => !name.startsWith('io/connection.'));

it('every documented default has a row, and no row is for nothing', () => {
  expect(Object.keys(rows).sort()).toEqual([...documented].sort());
});

it.each(documented)('%s', async (name) => {
  await rows[name]!();
});
