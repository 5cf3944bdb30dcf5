// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { background } from '@cloudwego/gopkg/context';
import type { Instance, LoadBalancer, Picker, Snapshot, Target } from '../spi.js';
import type { ContractCase } from '@cloudwego/gopkg/testing';
import { adder } from './support.js';

/** What the suite needs to run on an implementation. */
export interface LoadBalancerSubject {
  create(): LoadBalancer;
  /** Shares follow weights, and a weight of 0 or less is no share. @defaultValue true */
  readonly weighted?: boolean | undefined;
  /** Picks depend on the call only, as with consistent hashing: rules about shares are skipped. @defaultValue false */
  readonly sticky?: boolean | undefined;
  /** What is called. @defaultValue a target without tags */
  target?(n: number): Target;
}

/**
 * The rules of {@link LoadBalancer} and {@link Picker}.
 * Errors: cases throw AssertionError.
 */
export function loadBalancerContract(subject: LoadBalancerSubject): readonly ContractCase[] {
  const cases: ContractCase[] = [];
  const target = subject.target ?? ((): Target => ({ service: 's', method: 'M', tags: {} }));
  const weighted = subject.weighted === false ? 'it knows no weights' : subject.sticky === true ? 'picks depend on the call only' : undefined;
  const even = subject.sticky === true ? 'picks depend on the call only' : undefined;
  const add = adder(cases);
  let version = 0;
  const snapshot = (weights: readonly number[]): Snapshot => {
    const instances = weights.map((weight, i): Instance => Object.freeze({ address: Object.freeze({ kind: 'tcp', host: '127.0.0.1', port: i + 1 } as const), weight, tags: Object.freeze({}) }));
    return Object.freeze({ key: 's', version: ++version, instances: Object.freeze(instances) });
  };
  const make = (s: Snapshot, previous?: Picker): Picker => subject.create().picker(s, previous);
  const pick = (p: Picker, n: number, tried: readonly Instance[] = []): Instance | undefined => p.pick(background, target(n), Object.freeze([...tried]));

  add('has a name', undefined, () => {
    assert.ok(subject.create().name.length > 0);
  });

  add('gives nothing where there is nothing', undefined, () => {
    assert.equal(pick(make(snapshot([])), 0), undefined);
  });

  add('gives the only one there is', undefined, () => {
    const s = snapshot([10]);
    const p = make(s);
    for (let n = 0; n < 20; n++) assert.equal(pick(p, n), s.instances[0]);
  });

  add('gives instances of its list, the same objects, and changes nothing', undefined, () => {
    const s = snapshot([10, 20, 30]);
    const p = make(s);
    for (let n = 0; n < 200; n++) assert.ok(s.instances.includes(pick(p, n)!));
  });

  add('gives no instance that the call has tried, while another is left, and none when none is', undefined, () => {
    for (const weights of [[10, 10, 10, 10], [1, 1000, 5, 17]]) {
      const s = snapshot(weights);
      const p = make(s);
      for (let n = 0; n < 50; n++) {
        const tried: Instance[] = [];
        for (let k = 0; k < weights.length; k++) {
          const i = pick(p, n, tried);
          assert.ok(i !== undefined, `pick ${k} of ${weights.join(',')} gave nothing`);
          assert.ok(!tried.includes(i), `pick ${k} of ${weights.join(',')} gave what was tried`);
          tried.push(i);
        }
        assert.equal(pick(p, n, tried), undefined);
      }
    }
  });

  add('shares equal weights evenly', even, () => {
    const s = snapshot([10, 10, 10, 10, 10]);
    for (const [i, share] of shares(make(s), s, pick, 20_000).entries()) assert.ok(Math.abs(share - 0.2) < 0.03, `instance ${i} has a share of ${share}`);
  });

  add('shares by weight', weighted, () => {
    const weights = [1, 2, 3, 4, 90];
    const s = snapshot(weights);
    for (const [i, share] of shares(make(s), s, pick, 40_000).entries()) {
      const wanted = weights[i]! / 100;
      assert.ok(Math.abs(share - wanted) < 0.01 + wanted * 0.05, `weight ${weights[i]!} of 100 has a share of ${share}`);
    }
  });

  add('leaves out weights of 0 and less', weighted, () => {
    const s = snapshot([10, 0, -5, 10]);
    const p = make(s);
    for (let n = 0; n < 100; n++) assert.ok(pick(p, n)!.weight > 0);
    assert.equal(pick(make(snapshot([0, -1])), 0), undefined);
  });

  add('spreads all clients, not only the calls of one', even, () => {
    const s = snapshot([10, 10, 10, 10]);
    const first = new Set<Instance>();
    for (let n = 0; n < 500; n++) first.add(pick(make(s), n)!);
    assert.equal(first.size, 4);
  });

  add('a picker that follows another gives the new list only', undefined, () => {
    const lb = subject.create();
    let p = lb.picker(snapshot([10, 20]), undefined);
    for (const weights of [[5], [1, 2, 3], [7, 7], [10, 20]]) {
      const s = snapshot(weights);
      p = lb.picker(s, p);
      for (let n = 0; n < 30; n++) assert.ok(s.instances.includes(pick(p, n)!));
    }
  });

  add('takes every outcome', undefined, () => {
    const s = snapshot([10, 20]);
    const p = make(s);
    for (const outcome of ['ok', 'fail', 'timeout', 'refused'] as const) {
      const i = pick(p, 0)!;
      p.done?.(i, outcome, 1.5, 0);
    }
    assert.ok(s.instances.includes(pick(p, 0)!));
  });

  return cases;
}

function shares(p: Picker, s: Snapshot, pick: (p: Picker, n: number) => Instance | undefined, n: number): number[] {
  const counts = s.instances.map(() => 0);
  for (let k = 0; k < n; k++) {
    const i = pick(p, k)!;
    p.done?.(i, 'ok', 1, 0);
    counts[s.instances.indexOf(i)]!++;
  }
  return counts.map((c) => c / n);
}
