// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Queue } from '@cloudwego/gopkg/queue';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collected } from '../support/gc.js';

describe('Queue', () => {
  it('is an array with two ends and a limit', () => {
    const op = fc.record({ do: fc.constantFrom('push' as const, 'push' as const, 'unshift' as const, 'shift' as const, 'pop' as const, 'clear' as const), v: fc.option(fc.nat(), { nil: undefined }), times: fc.nat(12) });
    fc.assert(
      fc.property(fc.array(op, { maxLength: 80 }), fc.constantFrom(0, 1, 7, 20), (ops, limit) => {
        const q = new Queue<number | undefined>({ limit });
        const model: (number | undefined)[] = [];
        for (const o of ops) {
          if (o.do === 'clear') {
            if (o.times > 1) continue;
            q.clear();
            model.length = 0;
          } else {
            for (let i = 0; i <= o.times; i++) {
              const full = limit > 0 && model.length >= limit;
              expect(q.full).toBe(full);
              if (o.do === 'push' || o.do === 'unshift') {
                expect(q[o.do](o.v)).toBe(!full);
                if (!full) model[o.do](o.v);
              } else expect(q[o.do]()).toBe(model[o.do]());
            }
          }
          expect(q.size).toBe(model.length);
          expect([...q]).toEqual(model);
          for (const i of [0, 1, -1, model.length, -model.length - 1, 3]) expect(q.at(i)).toBe(model.at(i));
        }
      }),
    );
  });

  it('holds nothing that was taken, and gives room back', async () => {
    const q = new Queue<object>();
    const make = (): WeakRef<object>[] => {
      const refs: WeakRef<object>[] = [];
      for (let i = 0; i < 10_000; i++) {
        const o = {};
        q.push(o);
        if (i % 5000 === 0) refs.push(new WeakRef(o));
      }
      for (let i = 0; i < 9999; i++) q.shift();
      return refs;
    };
    const refs = make();
    for (const r of refs) await collected(r);
    expect((q as unknown as { ring: unknown[] }).ring.length).toBeLessThanOrEqual(1024);
    expect(q.size).toBe(1);
  });

  it('refuses limits that are none', () => {
    for (const limit of [-1, 1.5, NaN]) expect(() => new Queue({ limit })).toThrow('queue.limit');
    expect(new Queue().limit).toBe(Infinity);
  });
});
