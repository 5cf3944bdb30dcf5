// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { formatAddress } from '@cloudwego/gopkg/io';
import type { Instance, Resolver } from '../spi.js';
import type { ContractCase, ContractTest } from '@cloudwego/gopkg/testing';

/** Long enough for a machine with other things to do; a case that works never waits for it. Unit ms. */
const PATIENCE_MS = 20_000;
/** How long a case watches for what must not happen. Unit ms. */
const QUIET_MS = 60;

/** A signal that never aborts. */
export const never: AbortSignal = new AbortController().signal;

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A while in which nothing should happen. */
export function quiet(): Promise<void> {
  return sleep(QUIET_MS);
}

/** Asks until the answer is `wanted`, and fails with the last one when it never is. */
export async function eventually<T>(ask: () => T | Promise<T>, wanted: T, what: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const got = await ask();
    try {
      assert.deepEqual(got, wanted);
      return;
    } catch (e) {
      if (performance.now() > end) {
        (e as Error).message = `${what}: ${(e as Error).message}`;
        throw e;
      }
    }
    await sleep(10);
  }
}

/** Settles a promise that should fail, and gives its error. */
export async function rejection(f: () => Promise<unknown>, what: string): Promise<Error> {
  try {
    await f();
  } catch (e) {
    assert.ok(e instanceof Error, `${what}: it should fail with an Error`);
    return e;
  }
  assert.fail(`${what}: it should fail`);
}

/** Instances as text, sorted: `address weight {tags}`. */
export function texts(list: readonly Instance[]): string[] {
  return list.map(textOf).sort();
}

export function textOf(i: Instance): string {
  const tags = Object.entries(i.tags).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${formatAddress(i.address)} ${i.weight} {${tags.map(([k, v]) => `${k}=${v}`).join(' ')}}`;
}

/** Watches a key and keeps what came. */
export class Watcher {
  /** One entry per `update`, see {@link texts}. */
  readonly updates: string[][] = [];
  readonly stales: Error[] = [];
  private readonly ending = new AbortController();

  constructor(resolver: Resolver, key: string, t: ContractTest) {
    t.after(() => {
      this.stop();
    });
    resolver.watch!(
      key,
      {
        update: (list) => {
          this.updates.push(texts(list));
        },
        stale: (e) => {
          this.stales.push(e);
        },
      },
      this.ending.signal,
    );
  }

  get last(): string[] | undefined {
    return this.updates.at(-1);
  }

  stop(): void {
    this.ending.abort(new Error('the case is over'));
  }
}

/** Adds cases that are over when they return; `skip` says why one cannot run. */
export function adder(cases: ContractCase[]): (name: string, skip: string | undefined, run: () => void) => void {
  return (name, skip, run) => {
    cases.push({
      name,
      skip,
      run: async () => {
        run();
      },
    });
  };
}
