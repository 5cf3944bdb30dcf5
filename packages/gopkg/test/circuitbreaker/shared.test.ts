// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { BreakerShare, PanelOptions } from '@cloudwego/gopkg/circuitbreaker';
import { createBreakerShare, Panel, tripByConsecutive, tripByThreshold } from '@cloudwego/gopkg/circuitbreaker';
import fc from 'fast-check';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';

const pair = (share: BreakerShare, o: PanelOptions = {}): { readonly panels: readonly Panel[]; pass(ms: number): void } => {
  let t = share.base;
  return {
    panels: Array.from({ length: share.writers }, (_, writer) => new Panel({ now: () => t, ...o, shared: { share, writer } })),
    pass: (ms) => {
      t += ms;
    },
  };
};

describe('panels that share memory', () => {
  it('behave as one panel', () => {
    const step = fc.record({ who: fc.nat(2), key: fc.constantFrom('a', 'b'), do: fc.constantFrom('succeed' as const, 'fail' as const, 'timeout' as const, 'isAllowed' as const, 'pass' as const), ms: fc.oneof(fc.nat(50), fc.nat(3000)) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const o: PanelOptions = { shouldTrip: tripByThreshold(4), coolingMs: 500, detectMs: 20, bucketMs: 10 };
        const share = createBreakerShare({ writers: 3, keys: 4 });
        const { panels, pass } = pair(share, o);
        let t = 0;
        const one = new Panel({ ...o, now: () => t });
        for (const s of steps) {
          if (s.do === 'pass') {
            pass(s.ms);
            t += s.ms;
          } else expect(panels[s.who]![s.do](s.key)).toBe(one[s.do](s.key));
          for (const p of panels) {
            for (const k of ['a', 'b']) {
              expect(p.state(k)).toBe(one.state(k));
              expect(p.metrics(k)).toEqual(one.metrics(k));
            }
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('end a streak together, and reset together', () => {
    const { panels } = pair(createBreakerShare({ writers: 2 }), { shouldTrip: tripByConsecutive(3) });
    const [a, b] = panels as [Panel, Panel];
    a.fail('k');
    b.fail('k');
    a.succeed('k');
    b.fail('k');
    expect([a.state('k'), a.metrics('k').consecutiveErrors]).toEqual(['CLOSED', 1]);
    a.fail('k');
    b.fail('k');
    expect([a.state('k'), b.isAllowed('k')]).toEqual(['OPEN', false]);
    b.remove('k');
    expect([a.state('k'), a.metrics('k').samples, b.isAllowed('k')]).toEqual(['CLOSED', 0, true]);
  });

  it('count alone what no longer fits', () => {
    const { panels } = pair(createBreakerShare({ writers: 2, keys: 2 }));
    const [a, b] = panels as [Panel, Panel];
    for (const k of ['one', 'two', 'three']) a.fail(k);
    expect(['one', 'two', 'three'].map((k) => b.metrics(k).failures)).toEqual([1, 1, 0]);
    expect(a.metrics('three').failures).toBe(1);
  });

  it('refuse memory of another shape and writers that are not', () => {
    const share = createBreakerShare({ writers: 2, buckets: 200 });
    expect(() => new Panel({ shared: { share, writer: 0 } })).toThrow('made for 200 buckets, the panel has 100');
    expect(() => new Panel({ buckets: 200, shared: { share, writer: 2 } })).toThrow('panel.shared');
    expect(() => createBreakerShare({ writers: 0 })).toThrow('createBreakerShare.writers');
  });

  it('lose no count and make each change once, in threads', async () => {
    const writers = 3;
    const each = 20_000;
    const share = createBreakerShare({ writers: writers + 1, keys: 64 });
    // 'gate' trips only when every thread is done, so that every result must have been counted.
    const code = `
      import { parentPort, workerData } from 'node:worker_threads';
      import { Panel, tripByThreshold } from '@cloudwego/gopkg/circuitbreaker';
      const { share, writer, each } = workerData;
      let changes = 0;
      const p = new Panel({ shared: { share, writer }, bucketMs: 3_600_000, shouldTripFor: (k) => tripByThreshold(k === 'race' ? 1000 : Infinity), onStateChange: () => changes++ });
      for (let i = 0; i < each; i++) {
        if (i % 3 === 0) p.succeed('sum'); else if (i % 3 === 1) p.fail('sum'); else p.timeout('sum');
        for (const k of ['x', 'y', 'z' + (i % 40)]) if (i % 50 === 0) p.fail(k);
        p.fail('race');
      }
      await new Promise((r) => setImmediate(r));
      parentPort.postMessage(changes);
    `;
    const done = await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        const w = new Worker(`import('tsx/esm/api').then((t) => { t.register(); return import('data:text/javascript,' + encodeURIComponent(process.env.CODE)); });`, {
          eval: true,
          execArgv: ['--conditions=@cloudwego/source'],
          env: { ...process.env, CODE: code.replaceAll(`'@cloudwego/gopkg/circuitbreaker'`, `'${new URL('../../src/circuitbreaker/index.ts', import.meta.url).href}'`) },
          workerData: { share, writer, each },
          stdout: false,
        });
        const [[changes]] = (await Promise.all([once(w, 'message'), once(w, 'exit')])) as [[number], unknown];
        return changes;
      }),
    );
    const p = new Panel({ shared: { share, writer: writers }, bucketMs: 3_600_000 });
    const m = p.metrics('sum');
    const third = (r: number): number => Array.from({ length: each }, (_, i) => i).filter((i) => i % 3 === r).length * writers;
    expect([m.successes, m.failures, m.timeouts]).toEqual([third(0), third(1), third(2)]);
    expect([p.metrics('x').failures, p.metrics('y').failures]).toEqual([(each / 50) * writers, (each / 50) * writers]);
    expect(p.state('race')).toBe('OPEN');
    expect(done.reduce((a, b) => a + b, 0)).toBe(1);
    expect(fileURLToPath(import.meta.url)).toContain('shared.test.ts');
  });
});
