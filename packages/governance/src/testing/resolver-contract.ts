// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { parseAddress } from '@cloudwego/gopkg/io';
import type { Instance, Resolver, Target } from '../spi.js';
import type { ContractCase, ContractTest } from '@cloudwego/gopkg/testing';
import { eventually, never, quiet, rejection, texts, Watcher } from './support.js';

/** A resolver under test, and the store that it reads. */
export interface ResolverFixture {
  readonly resolver: Resolver;
  /** A second one with the same settings. */
  same(): Resolver;
  /** What the store holds of `service` from now on, exactly. */
  set(service: string, instances: readonly Instance[]): Promise<void>;
}

/** What the suite needs to run on an implementation. */
export interface ResolverSubject {
  /** A fresh store with a fresh resolver. `t.after` ends them. */
  create(t: ContractTest): ResolverFixture | Promise<ResolverFixture>;
  /** The store can be changed only before the first resolve: rules about changes are skipped. @defaultValue false */
  readonly fixed?: boolean | undefined;
  /** It has a watch. @defaultValue true */
  readonly watches?: boolean | undefined;
  /** The store keeps weights and tags. @defaultValue true */
  readonly details?: boolean | undefined;
}

const target = (service: string): Target => ({ service, method: 'M', tags: {} });

const at = (port: number, more: Partial<Instance> = {}): Instance => ({ address: parseAddress(`127.0.0.1:${port}`, 'contract'), weight: 10, tags: {}, ...more });

/**
 * The rules of {@link Resolver}.
 * Errors: cases throw AssertionError.
 */
export function resolverContract(subject: ResolverSubject): readonly ContractCase[] {
  const fixed = subject.fixed === true ? 'the list is fixed' : undefined;
  const plain = subject.details === false ? 'the store keeps addresses only' : undefined;
  const cases: ContractCase[] = [];
  const add = (name: string, skip: string | undefined, run: (f: ResolverFixture, t: ContractTest) => Promise<void>): void => {
    cases.push({ name, skip, run: async (t) => run(await subject.create(t), t) });
  };
  const addWatch = (name: string, skip: string | undefined, run: (f: ResolverFixture, t: ContractTest) => Promise<void>): void => {
    add(name, subject.watches === false ? 'it has no watch' : skip, run);
  };

  add('has a name for logs, and an identity that two of the same settings share', undefined, async (f) => {
    assert.ok(f.resolver.name.length > 0);
    assert.ok(f.resolver.identity.length > 0);
    const other = f.same();
    assert.equal(other.identity, f.resolver.identity);
    await other[Symbol.asyncDispose]();
  });

  add('gives one key for one target', undefined, async (f) => {
    assert.equal(f.resolver.key(target('s')), f.resolver.key({ ...target('s') }));
  });

  add('gives what the store holds, as plain data', undefined, async (f) => {
    await f.set('s', [at(1), at(2)]);
    const list = await f.resolver.resolve(f.resolver.key(target('s')), never);
    assert.deepEqual(texts(list), texts([at(1), at(2)]));
    assert.deepEqual(structuredClone(list), list);
  });

  add('gives weights and tags', plain ?? fixed, async (f) => {
    const one = at(1, { weight: 3, tags: { zone: 'a', 'odd key=': 'ü "quoted"\n' } });
    await f.set('s', [one, at(2, { weight: 1 })]);
    assert.deepEqual(texts(await f.resolver.resolve(f.resolver.key(target('s')), never)), texts([one, at(2, { weight: 1 })]));
  });

  add('answers concurrent callers alike', undefined, async (f) => {
    await f.set('s', [at(1), at(2)]);
    const key = f.resolver.key(target('s'));
    const lists = await Promise.all(Array.from({ length: 20 }, () => f.resolver.resolve(key, never)));
    for (const list of lists) assert.deepEqual(texts(list), texts([at(1), at(2)]));
  });

  add('refuses a signal that has aborted, with its reason', undefined, async (f) => {
    await f.set('s', [at(1)]);
    const reason = new Error('no longer wanted');
    const e = await rejection(() => f.resolver.resolve(f.resolver.key(target('s')), AbortSignal.abort(reason)), 'resolve');
    assert.ok(e === reason || e.cause === reason, `it should fail with the reason, got: ${e.message}`);
  });

  add('keeps services apart, and knows none of one that nobody announced', fixed, async (f) => {
    await f.set('s', [at(1)]);
    await f.set('s2', [at(2)]);
    const list = (service: string): Promise<readonly Instance[]> => f.resolver.resolve(f.resolver.key(target(service)), never);
    assert.deepEqual(texts(await list('s')), texts([at(1)]));
    assert.deepEqual(texts(await list('s2')), texts([at(2)]));
    assert.deepEqual(await list('nobody'), []);
  });

  add('sees changes, and leaves lists that it gave alone', fixed, async (f) => {
    await f.set('s', [at(1)]);
    const key = f.resolver.key(target('s'));
    const first = await f.resolver.resolve(key, never);
    await f.set('s', [at(1), at(2)]);
    await eventually(async () => texts(await f.resolver.resolve(key, never)), texts([at(1), at(2)]), 'an instance came');
    assert.deepEqual(texts(first), texts([at(1)]));
    await f.set('s', []);
    await eventually(async () => texts(await f.resolver.resolve(key, never)), [], 'all instances went');
  });

  addWatch('watch tells the list that is there without being asked', undefined, async (f, t) => {
    await f.set('s', [at(1)]);
    const w = new Watcher(f.resolver, f.resolver.key(target('s')), t);
    await eventually(() => w.last, texts([at(1)]), 'the first list');
    assert.deepEqual(w.stales, []);
  });

  addWatch('watch tells that there is none', fixed, async (f, t) => {
    const w = new Watcher(f.resolver, f.resolver.key(target('nobody')), t);
    await eventually(() => w.last, [], 'an empty list');
  });

  addWatch('watch tells arrivals, changes and departures', fixed, async (f, t) => {
    await f.set('s', [at(1)]);
    const w = new Watcher(f.resolver, f.resolver.key(target('s')), t);
    await eventually(() => w.last, texts([at(1)]), 'the first list');
    await f.set('s', [at(1), at(2)]);
    await eventually(() => w.last, texts([at(1), at(2)]), 'an arrival');
    if (plain === undefined) {
      await f.set('s', [at(1, { weight: 5, tags: { v: '2' } }), at(2)]);
      await eventually(() => w.last, texts([at(1, { weight: 5, tags: { v: '2' } }), at(2)]), 'a change of weight and tags');
    }
    await f.set('s', [at(2)]);
    await eventually(() => w.last, texts([at(2)]), 'a departure');
    await f.set('s', []);
    await eventually(() => w.last, [], 'the last departure');
  });

  addWatch('watch tells nothing twice in a row', fixed, async (f, t) => {
    await f.set('s', [at(1)]);
    const w = new Watcher(f.resolver, f.resolver.key(target('s')), t);
    await eventually(() => w.last, texts([at(1)]), 'the first list');
    await f.set('s', [at(1), at(2)]);
    await eventually(() => w.last, texts([at(1), at(2)]), 'an arrival');
    await quiet();
    for (let i = 1; i < w.updates.length; i++) assert.notDeepEqual(w.updates[i], w.updates[i - 1]);
  });

  addWatch('two watches of one key are independent', undefined, async (f, t) => {
    await f.set('s', [at(1)]);
    const key = f.resolver.key(target('s'));
    const a = new Watcher(f.resolver, key, t);
    const b = new Watcher(f.resolver, key, t);
    await eventually(() => [a.last, b.last], [texts([at(1)]), texts([at(1)])], 'both first lists');
    if (fixed !== undefined) return;
    a.stop();
    const told = a.updates.length;
    await f.set('s', [at(2)]);
    await eventually(() => b.last, texts([at(2)]), 'the change at the one that goes on');
    assert.equal(a.updates.length, told);
  });

  addWatch('watch is silent once its signal aborted, and from the start when it had', fixed, async (f, t) => {
    await f.set('s', [at(1)]);
    const key = f.resolver.key(target('s'));
    const w = new Watcher(f.resolver, key, t);
    await eventually(() => w.last, texts([at(1)]), 'the first list');
    w.stop();
    const told = w.updates.length;
    let late = 0;
    f.resolver.watch!(key, { update: () => late++, stale: () => late++ }, AbortSignal.abort());
    await f.set('s', [at(2)]);
    await eventually(async () => texts(await f.resolver.resolve(key, never)), texts([at(2)]), 'the change');
    await quiet();
    assert.equal(w.updates.length, told);
    assert.equal(late, 0);
  });

  addWatch('watch is silent after the resolver was disposed, twice at that', fixed, async (f, t) => {
    await f.set('s', [at(1)]);
    const w = new Watcher(f.resolver, f.resolver.key(target('s')), t);
    await eventually(() => w.last, texts([at(1)]), 'the first list');
    await f.resolver[Symbol.asyncDispose]();
    await f.resolver[Symbol.asyncDispose]();
    const told = w.updates.length;
    await f.set('s', [at(2)]);
    await quiet();
    assert.equal(w.updates.length, told);
  });

  return cases;
}
