// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { createLongPool } from '@cloudwego/transport';
import type { ConnPool } from '@cloudwego/transport';
import { connPoolContract } from '@cloudwego/transport/testing';
import type { ConnPoolSubject, TestEntry } from '@cloudwego/transport/testing';

type Make = ConnPoolSubject['create'];

/** Names of the rules that an implementation breaks. */
async function broken(create: Make): Promise<string> {
  const out: string[] = [];
  for (const c of connPoolContract({ create, keeps: true })) {
    if (c.skip !== undefined) continue;
    try {
      await c.run({ after: () => undefined });
    } catch {
      out.push(c.name);
    }
  }
  return out.join(' | ');
}

/** The right pool, with one thing changed. */
const wrong =
  (change: (right: ConnPool<TestEntry>, o: Parameters<Make>[0]) => Partial<ConnPool<TestEntry>>): Make =>
  (o) => {
    const right = createLongPool<TestEntry>(o);
    const all: ConnPool<TestEntry> = {
      get: (a, x) => right.get(a, x),
      put: (e) => {
        right.put(e);
      },
      discard: (e) => {
        right.discard(e);
      },
      clean: (a) => {
        right.clean(a);
      },
      close: () => right.close(),
      dump: () => right.dump(),
    };
    return { ...all, ...change(right, o) };
  };

describe('the contract of pools catches one that', () => {
  it.each<[string, Make, RegExp]>([
    ['gives an entry to two', wrong((right) => {
      let last: TestEntry | undefined;
      return { get: async (a, x) => (last = last?.usable() === true ? last : await right.get(a, x)) };
    }), /never share/],
    ['closes inside put', wrong(() => ({ put: (e) => {
      e.destroy();
    } })), /nothing is closed inside put/],
    ['does not listen to signals', wrong((right) => ({ get: (a, x) => right.get(a, { ...x, signal: undefined }) })), /given up at once/],
    ['forgets those in use when it closes', wrong((right) => {
      const used = new Set<TestEntry>();
      return { get: async (a, x) => {
        const e = await right.get(a, x);
        right.discard(Object.assign(e, { destroyed: -1 }));
        used.add(e);
        return e;
      } };
    }), /close destroys everything once/],
    ['loses the limit of a dial', wrong((right) => ({ get: (a, x) => right.get(a, { ...x, connectTimeoutMs: 0 }) })), /with its limit/],
    ['keeps what is in use over a clean', wrong(() => ({ clean: () => undefined })), /clean closes/],
    ['dumps what is no data', wrong(() => ({ dump: () => ({ f: () => undefined }) })), /plain data/],
    ['destroys twice', wrong((right) => ({ discard: (e) => {
      right.discard(e);
      e.destroy();
    } })), /discard destroys, once/],
    ['says nothing of its end', wrong((right, o) => ({ close: () => undefined, get: (a, x) => right.get(a, x), dump: () => o.clock.now() })), /close destroys everything/],
  ])('%s', async (_what, create, rule) => {
    expect(await broken(create)).toMatch(rule);
  });
});
