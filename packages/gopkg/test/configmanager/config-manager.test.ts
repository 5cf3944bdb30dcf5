// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { FakeClock } from '@cloudwego/gopkg/clock/testing';
import type { ConfigChange, ConfigManagerOptions, ConfigProvider, StandardSchema } from '@cloudwego/gopkg/configmanager';
import { ConfigClosedError, ConfigInvalidError, ConfigManager, ConfigMissingError, ConfigTimeoutError, FileProvider, FrequencyLimiter, NotModified } from '@cloudwego/gopkg/configmanager';
import fc from 'fast-check';
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runScript, uncaughtDuring, until } from '../support/wait.js';

const turn = async (): Promise<void> => {
  for (let i = 0; i < 3; i++) await new Promise((r) => setImmediate(r));
};

type Values = Record<string, unknown>;

/** A provider that gives what the test says. */
class Script implements ConfigProvider {
  readonly name = 'script';
  loads = 0;
  next: Values | Error | typeof NotModified = {};
  gate: Promise<void> | undefined = undefined;
  changed: () => void = () => undefined;

  async load(): Promise<ReadonlyMap<string, unknown> | typeof NotModified> {
    this.loads++;
    const { next } = this;
    await this.gate;
    if (next instanceof Error) throw next;
    return next === NotModified ? NotModified : new Map(Object.entries(next));
  }

  watch(changed: () => void): void {
    this.changed = changed;
  }
}

function rig<C extends object = Values>(o: Partial<ConfigManagerOptions<C>> = {}): { readonly p: Script; readonly clock: FakeClock; readonly m: ConfigManager<C>; readonly errors: string[]; readonly seen: ConfigChange<C>[][] } {
  const p = new Script();
  const clock = new FakeClock(0);
  const errors: string[] = [];
  const m = new ConfigManager<C>({ provider: p, clock, onError: (e) => errors.push(e.message), ...o });
  const seen: ConfigChange<C>[][] = [];
  m.onChange((c) => seen.push([...c]));
  onTestFinished(async () => {
    await m.close();
  });
  return { p, clock, m, errors, seen };
}

describe('ConfigManager', () => {
  it('loads at once, then every ten seconds', async () => {
    const { p, clock, m, seen } = rig();
    p.next = { a: 1 };
    await m.refreshAndWait();
    expect([m.get('a'), m.require('a'), m.all(), m.get('b')]).toEqual([1, 1, { a: 1 }, undefined]);
    expect(() => m.require('b')).toThrow(ConfigMissingError);
    expect(seen).toEqual([[{ type: 'add', key: 'a', old: undefined, value: 1 }]]);
    const { loads } = p;
    clock.advance(9996);
    await turn();
    expect(p.loads).toBe(loads);
    clock.advance(8);
    await turn();
    expect(p.loads).toBe(loads + 1);
  });

  it('tells what came, changed and went: model of two objects', async () => {
    const values = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom<unknown>(1, 2, { x: [1] }, { x: [2] }, null));
    await fc.assert(
      fc.asyncProperty(fc.array(values, { maxLength: 6 }), async (list) => {
        const { p, m, seen } = rig({ refreshMs: 0 });
        await m.ready();
        let old: Values = {};
        for (const next of list) {
          seen.length = 0;
          p.next = next;
          await m.refreshAndWait();
          const wanted = [...new Set([...Object.keys(old), ...Object.keys(next)])].flatMap((key) => {
            if (!(key in old)) return [{ type: 'add', key, old: undefined, value: next[key] }];
            if (!(key in next)) return [{ type: 'delete', key, old: old[key], value: undefined }];
            return JSON.stringify(old[key]) === JSON.stringify(next[key]) ? [] : [{ type: 'update', key, old: old[key], value: next[key] }];
          });
          const sorted = (c: readonly { key: string }[]): unknown => [...c].sort((a, b) => (a.key < b.key ? -1 : 1));
          expect(sorted(seen.flat())).toEqual(sorted(wanted));
          expect(seen.length).toBe(wanted.length > 0 ? 1 : 0);
          expect(m.all()).toEqual(next);
          old = next;
        }
        await m.close();
      }),
      { numRuns: 60 },
    );
  });

  it('keeps the last good values when a load fails or nothing changed', async () => {
    const { p, clock, m, errors, seen } = rig();
    p.next = { a: 1 };
    await m.refreshAndWait();
    p.next = new Error('down');
    await expect(m.refreshAndWait()).rejects.toThrow('down');
    clock.advance(10_004);
    await turn();
    expect(errors).toEqual(['down', 'down']);
    p.next = NotModified;
    await m.refreshAndWait();
    expect([m.get('a'), seen.length]).toEqual([1, 1]);
  });

  it('checks values, by functions and by schemas of any library', async () => {
    interface C {
      readonly port: number;
      readonly name: string;
      readonly free: unknown;
    }
    const port: StandardSchema<number> = { '~standard': { validate: async (v) => Promise.resolve(typeof v === 'number' ? { value: v + 1 } : { issues: [{ message: 'no number' }, { message: 'really' }] }) } };
    const { p, m, errors } = rig<C>({
      refreshMs: 0,
      checks: {
        port,
        name: (v) => {
          if (typeof v !== 'string') throw new TypeError('no text');
          return v.toUpperCase();
        },
      },
    });
    p.next = { port: 80, name: 'a', free: { x: 1 } };
    await m.refreshAndWait();
    expect(m.all()).toEqual({ port: 81, name: 'A', free: { x: 1 } });
    p.next = { port: 'x', name: 5, free: 2 };
    await m.refreshAndWait();
    expect(m.all()).toEqual({ port: 81, name: 'A', free: 2 });
    expect(errors).toEqual(['config: "port" of script: no number; really', 'config: "name" of script: no text']);
    p.next = { name: 'b' };
    await m.refreshAndWait();
    expect(m.all()).toEqual({ name: 'B' });
    p.next = { port: 'x' };
    await m.refreshAndWait();
    expect(m.all()).toEqual({});
  });

  it('merges requests that come during a load into one more, which sees what was there when they came', async () => {
    const { p, m } = rig({ refreshMs: 0 });
    await m.ready();
    let open: () => void = () => undefined;
    p.gate = new Promise((r) => (open = r));
    p.next = { v: 1 };
    const first = m.refreshAndWait();
    await turn();
    p.next = { v: 2 };
    const more = [m.refreshAndWait(), m.refreshAndWait(), m.refreshAndWait()];
    m.refresh();
    const { loads } = p;
    open();
    await Promise.all([first, ...more]);
    expect([p.loads, m.get('v')]).toEqual([loads + 1, 2]);
  });

  it('waits so long and no longer', async () => {
    const { p, clock, m } = rig({ refreshMs: 0, waitTimeoutMs: 50 });
    await m.ready();
    p.gate = new Promise(() => undefined);
    const waiting = m.refreshAndWait();
    const outcome = expect(waiting).rejects.toBeInstanceOf(ConfigTimeoutError);
    clock.advance(60);
    await outcome;
    expect(new ConfigTimeoutError(5)).toMatchObject({ code: 'GOPKG_CONFIG_TIMEOUT', originalName: 'wait timeout' });
  });

  it('answers who waits when it is closed', async () => {
    const { p, m } = rig({ refreshMs: 0 });
    await m.ready();
    let open: () => void = () => undefined;
    p.gate = new Promise((r) => (open = r));
    const waiting = [m.refreshAndWait(), m.refreshAndWait()];
    const outcomes = Promise.allSettled(waiting);
    const closing = m.close();
    open();
    await closing;
    expect((await outcomes).map((o) => o.status === 'rejected' && o.reason instanceof ConfigClosedError)).toEqual([true, true]);
    await expect(m.refreshAndWait()).rejects.toMatchObject({ code: 'GOPKG_CONFIG_CLOSED' });
    m.refresh();
  });

  it('tells the other listeners when one throws, and none that was disposed', async () => {
    const { p, m, seen } = rig({ refreshMs: 0 });
    await m.ready();
    const boom = new Error('boom');
    m.onChange(() => { throw boom; });
    const after: unknown[] = [];
    m.onChange((c) => after.push(...c));
    const gone = m.onChange(() => after.push('gone'));
    gone[Symbol.dispose]();
    p.next = { a: 1 };
    expect(await uncaughtDuring(async () => m.refreshAndWait())).toEqual([boom]);
    expect([seen.length, after.length]).toEqual([1, 1]);
  });

  it('can be followed by a loop', async () => {
    const { p, m } = rig({ refreshMs: 0 });
    await m.ready();
    const ac = new AbortController();
    const got: string[] = [];
    const loop = (async () => {
      for await (const c of m.changes({ signal: ac.signal })) got.push(`${c.type} ${c.key}`);
    })();
    await turn();
    p.next = { a: 1, b: 1 };
    p.changed();
    await until(() => got.length === 2);
    p.next = { b: 2 };
    p.changed();
    await until(() => got.length === 4);
    ac.abort();
    await loop;
    expect(got).toEqual(['add a', 'add b', 'update b', 'delete a']);
    const other = (async () => {
      for await (const _ of m.changes()) got.push('never');
    })();
    await turn();
    await m.close();
    await other;
  });

  it('limits how often errors are told, and dumps what it has', async () => {
    const clock = new FakeClock(0);
    const { p, m, errors } = rig({ refreshMs: 0, limiter: new FrequencyLimiter(1000, 2, () => clock.now()) });
    await m.ready();
    p.next = new Error('down');
    for (let i = 0; i < 5; i++) await m.refreshAndWait().catch(() => undefined);
    clock.advance(1000);
    await m.refreshAndWait().catch(() => undefined);
    expect(errors).toHaveLength(3);
    p.next = { a: { b: 1 } };
    await m.refreshAndWait();
    const dir = mkdtempSync(join(tmpdir(), 'gopkg-config-'));
    onTestFinished(() => { rmSync(dir, { recursive: true }); });
    await m.dump(join(dir, 'dump.json'));
    expect(readFileSync(join(dir, 'dump.json'), 'utf8')).toBe('{\n\t"a": {\n\t\t"b": 1\n\t}\n}\n');
    expect(statSync(join(dir, 'dump.json')).mode & 0o777 & ~0o022).toBe(0o644);
    expect(() => new FrequencyLimiter(0, 1)).toThrow(RangeError);
  });

  it('refuses options that make no sense', () => {
    for (const o of [{}, { provider: {} }, { provider: new Script(), refreshMs: -1 }, { provider: new Script(), checks: 1 }]) expect(() => new ConfigManager(o as never)).toThrow(/^configmanager\./);
  });
});

describe('FileProvider', () => {
  function file(): { readonly path: string; write(text: string): void } {
    const dir = mkdtempSync(join(tmpdir(), 'gopkg-config-'));
    onTestFinished(() => { rmSync(dir, { recursive: true, force: true }); });
    const path = join(dir, 'config.json');
    return {
      path,
      write: (text) => {
        // As editors and orchestrators do.
        writeFileSync(`${path}.new`, text);
        renameSync(`${path}.new`, path);
      },
    };
  }
  const { signal } = new AbortController();

  it('reads an object of keys, and says when nothing changed', async () => {
    const f = file();
    const p = new FileProvider(f.path);
    f.write('{"a": 1, "b": {"c": [true]}}');
    expect(await p.load(signal)).toEqual(new Map<string, unknown>([['a', 1], ['b', { c: [true] }]]));
    expect(await p.load(signal)).toBe(NotModified);
    f.write('{"a": 1, "b": {"c": [true]}} ');
    expect(await p.load(signal)).toBeInstanceOf(Map);
    expect(p.name).toBe(`file ${f.path}`);
  });

  it('reports a broken file until it is mended', async () => {
    const f = file();
    const p = new FileProvider(f.path, { maxBytes: 100 });
    await expect(p.load(signal)).rejects.toMatchObject({ code: 'ENOENT' });
    for (const text of ['{"a": ', '[1]', 'null', '"x"', `{"a": "${'x'.repeat(100)}"}`]) {
      f.write(text);
      await expect(p.load(signal)).rejects.toBeInstanceOf(ConfigInvalidError);
      await expect(p.load(signal)).rejects.toMatchObject({ code: 'GOPKG_CONFIG_INVALID' });
    }
    f.write('{}');
    expect(await p.load(signal)).toEqual(new Map());
  });

  it('takes other formats', async () => {
    const f = file();
    const p = new FileProvider(f.path, { parse: (text) => Object.fromEntries(text.trim().split('\n').map((l) => l.split('='))) as unknown });
    f.write('a=1\nb=2\n');
    expect(await p.load(signal)).toEqual(new Map([['a', '1'], ['b', '2']]));
  });

  it('is followed by a manager, soon by watching and surely by polling', async () => {
    const f = file();
    f.write('{"a": 1}');
    await using m = new ConfigManager({ provider: new FileProvider(f.path), refreshMs: 200 });
    await m.ready();
    expect(m.get('a')).toBe(1);
    f.write('{"a": 2}');
    await until(() => m.get('a') === 2);
  });

  it('lets the process end', async () => {
    const f = file();
    f.write('{"a": 1}');
    const { out, status } = await runScript(`
      import { ConfigManager, FileProvider } from '@cloudwego/gopkg/configmanager';
      const m = new ConfigManager({ provider: new FileProvider(${JSON.stringify(f.path)}) });
      await m.ready();
      console.log(m.get('a'));
    `);
    expect([out, status]).toEqual(['1\n', 0]);
  });
});
