// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CpuPool, piscinaThreads, PoolClosedError, PoolFullError, ThreadLostError } from '@cloudwego/gopkg/gopool';
import type { CpuPoolOptions, ThreadFactory } from '@cloudwego/gopkg/gopool';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runScript, until } from '../support/wait.js';

const module = new URL('../fixtures/cpu-tasks.mjs', import.meta.url);
interface Backend {
  readonly name: string;
  readonly module: URL;
  readonly thread: ThreadFactory | undefined;
  /** What it says of a function that is not there, and of what a thread died of. */
  readonly absent: string;
  readonly crashed: object;
}
const backends: readonly Backend[] = [
  { name: 'workers', module, thread: undefined, absent: 'the module of the pool exports no function', crashed: { code: 'GOPKG_POOL_THREAD_LOST', cause: { message: 'crashed' } } },
  { name: 'piscina', module: new URL('../fixtures/piscina-tasks.mjs', import.meta.url), thread: await piscinaThreads(), absent: 'No handler function', crashed: { message: 'crashed' } },
];

/** Lets threads that `hold` waits for go on. */
class Gate {
  readonly flag = new Int32Array(new SharedArrayBuffer(4));
  open(): void {
    Atomics.store(this.flag, 0, 1);
    Atomics.notify(this.flag, 0);
  }
}

interface Where {
  readonly thread: number;
  readonly data: unknown;
  readonly given: unknown;
}

describe.each(backends)('CpuPool on $name', ({ module, thread, absent, crashed }) => {
  function pool(o: CpuPoolOptions = {}): CpuPool {
    const p = new CpuPool(module, { execArgv: [], thread, ...o });
    onTestFinished(async () => {
      await p.destroy();
    });
    return p;
  }

  it('runs functions of a module elsewhere, with data there and back', async () => {
    const p = pool({ threads: 2, workerData: { region: 'eu' } });
    const data = { n: 5n, map: new Map([['a', new Set([1])]]), bytes: Uint8Array.of(1, 2) };
    const r = await p.run<Where>('where', data);
    expect(r.thread).toBeGreaterThan(0);
    expect([r.data, r.given]).toEqual([data, { region: 'eu' }]);
    expect(await p.run('sum', [1, 2, 3])).toBe(6);
    const buffer = new ArrayBuffer(1000);
    expect(await p.run('length', buffer, { transfer: [buffer] })).toBe(1000);
    expect(buffer.byteLength).toBe(0);
    await p.close();
    expect([p.running, p.queued]).toEqual([0, 0]);
  });

  it('keeps a key on its thread, in order', async () => {
    const p = pool({ threads: 3 });
    const keys = Array.from({ length: 12 }, (_, i) => `key ${i}`);
    const seen = await Promise.all(Array.from({ length: 5 }, () => keys).flat().map(async (key) => [key, await p.run<number>('hold', { name: key }, { key })] as const));
    const byKey = new Map(keys.map((k) => [k, new Set(seen.filter(([x]) => x === k).map(([, t]) => t))]));
    for (const threads of byKey.values()) expect(threads.size).toBe(1);
    expect(new Set(seen.map(([, t]) => t)).size).toBeGreaterThan(1);
    const names = Array.from({ length: 20 }, (_, i) => `n${i}`);
    await Promise.all(names.map(async (name) => p.run('hold', { name }, { key: 'k' })));
    expect((await p.run<string[]>('calls', undefined, { key: 'k' })).filter((n) => n.startsWith('n'))).toEqual(names);
  });

  it('uses all threads for what has no key', async () => {
    const p = pool({ threads: 2 });
    const gate = new Gate();
    const both = [p.run('hold', { flag: gate.flag }), p.run('hold', { flag: gate.flag })];
    await until(() => p.running === 2);
    gate.open();
    expect(new Set(await Promise.all(both)).size).toBe(2);
  });

  it('runs the greater priority first, whether or not it has a key', async () => {
    const p = pool({ threads: 1 });
    const gate = new Gate();
    const tasks = [p.run('hold', { flag: gate.flag, name: 'first' })];
    const add = (name: string, priority: number, key?: string): void => void tasks.push(p.run('hold', { name }, { priority, key }));
    add('low', -1);
    add('a', 0);
    add('keyed', 0, 'k');
    add('b', 0);
    add('high', 5);
    add('higher', 6, 'k');
    expect([p.running, p.queued]).toEqual([1, 6]);
    gate.open();
    await Promise.all(tasks);
    expect(await p.run('calls')).toEqual(['first', 'higher', 'high', 'a', 'keyed', 'b', 'low']);
  });

  it('refuses more than fits', async () => {
    const p = pool({ threads: 1, queueLimit: 1 });
    const gate = new Gate();
    const first = p.run('hold', { flag: gate.flag });
    const second = p.run('hold', {});
    await expect(p.run('hold', {})).rejects.toBeInstanceOf(PoolFullError);
    await expect(p.run('hold', {}, { key: 'k' })).rejects.toMatchObject({ code: 'GOPKG_POOL_FULL' });
    gate.open();
    await Promise.all([first, second]);
    expect(await p.run('sum', [1])).toBe(1);
  });

  it('takes a task that waits out of the queue, and forgets one that runs', async () => {
    const p = pool({ threads: 1 });
    const gate = new Gate();
    const [running, waiting] = [new AbortController(), new AbortController()];
    const first = p.run('hold', { flag: gate.flag, name: 'first' }, { signal: running.signal });
    const second = p.run('hold', { name: 'second' }, { signal: waiting.signal });
    const third = p.run('hold', { name: 'third' });
    waiting.abort(new Error('never mind'));
    await expect(second).rejects.toThrow('never mind');
    expect(p.queued).toBe(1);
    running.abort(new Error('too long'));
    await expect(first).rejects.toThrow('too long');
    expect(p.running).toBe(1);
    gate.open();
    await third;
    expect(await p.run('calls')).toEqual(['first', 'third']);
    await expect(p.run('sum', [], { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
  });

  it('hands errors over, and what cannot be cloned is one', async () => {
    const p = pool({ threads: 1 });
    await expect(p.run('fail')).rejects.toMatchObject({ name: 'RangeError', message: 'too much' });
    await expect(p.run('none')).rejects.toThrow(absent);
    await expect(p.run('constant')).rejects.toThrow(absent);
    await expect(p.run('sum', () => 1)).rejects.toThrow(/could not be cloned/);
    await expect(p.run('odd')).rejects.toThrow(/could not be cloned/);
    await expect(p.run('throwOdd')).rejects.toThrow(/\[object Object\]|could not be cloned/);
    await expect(p.run('sum', [], { priority: Infinity })).rejects.toThrow(RangeError);
    expect(await p.run('sum', [2])).toBe(2);
    const missing = new CpuPool(new URL('./none.mjs', import.meta.url), { threads: 1, execArgv: [] });
    await expect(missing.run('x')).rejects.toThrow(/none\.mjs/);
    await missing.destroy();
  });

  it('replaces a thread that is lost, and goes on with what waits', async () => {
    const p = pool({ threads: 1 });
    const lost = p.run('leave');
    const next = p.run('sum', [1, 2]);
    await expect(lost).rejects.toBeInstanceOf(ThreadLostError);
    expect(await next).toBe(3);
    await expect(p.run('crash')).rejects.toMatchObject(crashed);
    expect(await p.run('sum', [4])).toBe(4);
  });

  it('finishes what it accepted when it is closed, and nothing when it is destroyed', async () => {
    const p = pool({ threads: 1 });
    const gate = new Gate();
    const tasks = [p.run('hold', { flag: gate.flag }), p.run('sum', [1])];
    const closing = p.close();
    await expect(p.run('sum', [])).rejects.toBeInstanceOf(PoolClosedError);
    gate.open();
    await closing;
    expect(await tasks[1]).toBe(1);
    const q = pool({ threads: 1 });
    const stuck = [q.run('hold', { flag: new Gate().flag }), q.run('sum', [])];
    const outcomes = Promise.allSettled(stuck);
    await q.destroy();
    expect((await outcomes).map((o) => o.status === 'rejected' && o.reason instanceof PoolClosedError)).toEqual([true, true]);
  });

  it('does not keep the process alive when idle', async () => {
    const { out, status, err } = await runScript(`
      import { CpuPool } from '@cloudwego/gopkg/gopool';
      const p = new CpuPool(${JSON.stringify(module.href)}, { threads: 2, execArgv: [] });
      console.log(await p.run('sum', [1, 2]));
    `);
    expect([out, status, err]).toEqual(['3\n', 0, '']);
  });

  it('refuses options that make no sense', () => {
    for (const o of [{ threads: 0 }, { queueLimit: -1 }, { threads: 1.5 }]) expect(() => new CpuPool(module, o)).toThrow(/^cpupool\./);
  });
});
