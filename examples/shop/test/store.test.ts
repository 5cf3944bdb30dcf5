// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Store, StoreBusyError } from '../src/shared/store.js';
import { folder, program, using } from './support.js';

const SCHEMA = 'CREATE TABLE IF NOT EXISTS t (id TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT';
const make = (file: string, o: ConstructorParameters<typeof Store>[2] = {}): Store => using(new Store(file, SCHEMA, o));
const put = (s: Store, id: string, n: number | bigint): Promise<number> => s.write(() => s.sql('INSERT INTO t VALUES (?, ?)').run(id, n));
const ids = (s: Store): readonly unknown[] => s.sql('SELECT id FROM t ORDER BY id').all().map((r) => r['id']);

describe('writes', () => {
  test('of one turn share a transaction, and one that fails undoes itself alone', async () => {
    const s = make(join(folder(), 's.db'));
    const results = await Promise.allSettled([
      put(s, 'a', 1),
      s.write(() => {
        s.sql('INSERT INTO t VALUES (?, ?)').run('half', 1);
        throw new Error('changed my mind');
      }),
      put(s, 'a', 2),
      put(s, 'b', 3),
    ]);
    expect(results.map((r) => r.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect((results[1] as PromiseRejectedResult).reason).toMatchObject({ message: 'changed my mind' });
    expect((results[2] as PromiseRejectedResult).reason).toMatchObject({ code: expect.stringContaining('SQLITE_CONSTRAINT') as string });
    expect(ids(s)).toEqual(['a', 'b']);
  });

  test('are seen by others once they are settled, and not before', async () => {
    const file = join(folder(), 's.db');
    const [a, b] = [make(file), make(file)];
    const written = put(a, 'x', 1);
    expect(ids(b)).toEqual([]);
    await written;
    expect(ids(b)).toEqual(['x']);
  });

  test('keep whole numbers of any size that SQLite has', async () => {
    const s = make(join(folder(), 's.db'));
    await put(s, 'big', 9_223_372_036_854_775_807n);
    await put(s, 'small', -9_223_372_036_854_775_808n);
    expect(s.sql('SELECT n FROM t ORDER BY id').all()).toEqual([{ n: 9_223_372_036_854_775_807n }, { n: -9_223_372_036_854_775_808n }]);
  });

  test('wait for a writer in another process without holding up the loop, and give up after busyMs', async () => {
    const file = join(folder(), 's.db');
    const [a, b, c] = [make(file), make(file, { busyMs: 60_000 }), make(file, { busyMs: 20 })];
    a.sql('BEGIN IMMEDIATE').run();
    let settled = false;
    const waiting = put(b, 'patient', 1).then(() => (settled = true));
    await expect(put(c, 'hasty', 1)).rejects.toBeInstanceOf(StoreBusyError);
    expect(settled).toBe(false);
    a.sql('COMMIT').run();
    await waiting;
    expect(ids(a)).toEqual(['patient']);
  });

  test('that were asked for are done before the store closes; none is taken after', async () => {
    const file = join(folder(), 's.db');
    const s = make(file, { maxBatch: 4 });
    const all = Promise.all(Array.from({ length: 50 }, (_, i) => put(s, `k${i}`, i)));
    await s[Symbol.asyncDispose]();
    await all;
    await expect(put(s, 'late', 1)).rejects.toThrow('closed');
    expect(ids(make(file)).length).toBe(50);
  });
});

test('a new file may be opened while another process is making it', async () => {
  const file = join(folder(), 's.db');
  const other = program('locker', [file]);
  await expect.poll(() => other.out() + other.errors(), { timeout: 30_000, interval: 1 }).toContain('locked');
  const s = make(file);
  await put(s, 'a', 1);
  expect(ids(s)).toEqual(['a']);
  expect(await other.ended, other.errors()).toEqual({ code: 0, signal: null });
});
