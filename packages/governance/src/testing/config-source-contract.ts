// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import type { ContractCase, ContractTest } from '@cloudwego/gopkg/testing';
import type { ConfigSource } from '../config/source.js';
import { eventually, quiet } from './support.js';

/** A source under test, with a hand on its store. */
export interface ConfigSourceFixture {
  readonly source: ConfigSource;
  /** Writes a document; undefined = takes it away. */
  set(key: string, document: unknown): Promise<void>;
  /** Writes something that is no document. Absent: the rule about it is skipped. */
  spoil?(key: string): Promise<void>;
}

/** What the suite needs to run on an implementation. */
export interface ConfigSourceSubject {
  /** A fresh store. `t.after` ends what is made. */
  create(t: ContractTest): ConfigSourceFixture | Promise<ConfigSourceFixture>;
  /** Fixtures have `spoil`. @defaultValue false */
  readonly spoils?: boolean | undefined;
  /** Two keys that the store takes. @defaultValue 'a' and 'b' */
  readonly keys?: readonly [string, string] | undefined;
}

interface Told {
  readonly documents: unknown[];
  readonly stales: Error[];
  stop(): void;
}

/**
 * The rules of {@link ConfigSource}.
 * Errors: cases throw AssertionError.
 */
export function configSourceContract(subject: ConfigSourceSubject): readonly ContractCase[] {
  const cases: ContractCase[] = [];
  const [a, b] = subject.keys ?? ['a', 'b'];
  const add = (name: string, skip: string | undefined, run: (f: ConfigSourceFixture, t: ContractTest) => Promise<void>): void => {
    cases.push({ name, skip, run: async (t) => run(await subject.create(t), t) });
  };
  const watch = (f: ConfigSourceFixture, key: string, t: ContractTest): Told => {
    const ending = new AbortController();
    const told: Told = {
      documents: [],
      stales: [],
      stop: () => {
        ending.abort();
      },
    };
    t.after(told.stop);
    f.source.watch(key, { update: (d) => void told.documents.push(d), stale: (e) => void told.stales.push(e) }, ending.signal);
    return told;
  };
  const last = (w: Told) => () => w.documents.at(-1);

  add('has a name', undefined, async (f) => {
    assert.ok(f.source.name.length > 0);
  });

  add('tells of a document that is there', undefined, async (f, t) => {
    await f.set(a, { x: 1 });
    const w = watch(f, a, t);
    await eventually<unknown>(last(w), { x: 1 }, 'the document');
  });

  add('tells of a document that is not there, too', undefined, async (f, t) => {
    const w = watch(f, a, t);
    await eventually(() => w.documents.length > 0, true, 'the first word');
    assert.deepEqual(w.documents, [undefined]);
  });

  add('tells of changes, of coming and of going', undefined, async (f, t) => {
    const w = watch(f, a, t);
    await eventually(() => w.documents.length > 0, true, 'the first word');
    for (const d of [{ x: 1 }, { x: 2, list: ['ü', null, { deep: true }] }, undefined, { x: 3 }]) {
      await f.set(a, d);
      await eventually<unknown>(last(w), d, 'the change');
    }
  });

  add('keeps keys apart, and tells each watcher', undefined, async (f, t) => {
    const [w1, w2, other] = [watch(f, a, t), watch(f, a, t), watch(f, b, t)];
    await f.set(b, { y: 1 });
    await f.set(a, { x: 1 });
    for (const w of [w1, w2]) await eventually<unknown>(last(w), { x: 1 }, 'the document');
    await eventually<unknown>(last(other), { y: 1 }, 'the other document');
  });

  add('says so when a document cannot be read, and goes on with the next', subject.spoils === true ? undefined : 'the store cannot be spoiled', async (f, t) => {
    await f.set(a, { x: 1 });
    const w = watch(f, a, t);
    await eventually<unknown>(last(w), { x: 1 }, 'the document');
    await f.spoil!(a);
    await eventually(() => w.stales.length > 0, true, 'the complaint');
    assert.deepEqual(last(w)(), { x: 1 });
    await f.set(a, { x: 2 });
    await eventually<unknown>(last(w), { x: 2 }, 'the next document');
  });

  add('is silent once the signal aborted, or was aborted before', undefined, async (f, t) => {
    await f.set(a, { x: 1 });
    const w = watch(f, a, t);
    await eventually<unknown>(last(w), { x: 1 }, 'the document');
    w.stop();
    let late = 0;
    f.source.watch(a, { update: () => late++, stale: () => late++ }, AbortSignal.abort());
    const told = w.documents.length;
    await f.set(a, { x: 2 });
    await quiet();
    assert.deepEqual([w.documents.length, late], [told, 0]);
  });

  add('is silent once it was disposed, twice at that', undefined, async (f, t) => {
    await f.set(a, { x: 1 });
    const w = watch(f, a, t);
    await eventually<unknown>(last(w), { x: 1 }, 'the document');
    await f.source[Symbol.asyncDispose]();
    await f.source[Symbol.asyncDispose]();
    const told = w.documents.length;
    await f.set(a, { x: 2 });
    await quiet();
    assert.equal(w.documents.length, told);
  });

  return cases;
}
