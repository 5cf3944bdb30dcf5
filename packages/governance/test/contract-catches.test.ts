// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Instance, LoadBalancer, Picker, Snapshot } from '@cloudwego/governance';
import { weightedRoundRobin } from '@cloudwego/governance';
import { loadBalancerContract } from '@cloudwego/governance/testing';

/** Names of the rules that an implementation breaks. */
async function broken(create: () => LoadBalancer): Promise<string[]> {
  const out: string[] = [];
  for (const c of loadBalancerContract({ create })) {
    try {
      await c.run({ after: () => undefined });
    } catch {
      out.push(c.name);
    }
  }
  return out;
}

const around = (f: (right: Picker, s: Snapshot, previous: Picker | undefined) => Picker) => (): LoadBalancer => {
  const rr = weightedRoundRobin();
  return { name: 'x', picker: (s, previous) => f(rr.picker(s, undefined), s, previous) };
};

describe('the contract of balancers catches one that', () => {
  it.each<[string, () => LoadBalancer, RegExp]>([
    ['gives what was tried', around((p) => ({ pick: (c, t) => p.pick(c, t, []) })), /tried/],
    ['always gives the first', around((_p, s) => ({ pick: (_c, _t, tried) => s.instances.find((i) => !tried.includes(i)) })), /evenly/],
    ['knows no weights', around((_p, s) => weightedRoundRobin().picker({ ...s, instances: s.instances.map((i) => Object.assign(i.weight === 10 ? i : Object.create(i, { weight: { value: 10 } }) as Instance)) }, undefined)), /by weight|same objects/],
    ['gives copies', around((p) => ({ pick: (c, t, tried) => ((i) => i && { ...i })(p.pick(c, t, tried)) })), /same objects/],
    ['goes on with the list before', around((p, _s, previous) => previous ?? p), /new list only/],
    ['starts at the same instance everywhere', around((_p, s) => {
      let n = 0;
      return { pick: (_c, _t, tried) => s.instances.filter((i) => !tried.includes(i) && i.weight > 0).at(n++ % Math.max(1, s.instances.length - tried.length)) };
    }), /all clients/],
    ['fails on an outcome', around((p) => ({ ...p, pick: (c, t, tried) => p.pick(c, t, tried), done: (_i, outcome) => {
      if (outcome === 'refused') throw new Error('unknown outcome');
    } })), /every outcome/],
    ['has no name', () => ({ ...weightedRoundRobin(), name: '' }), /name/],
  ])('%s', async (_what, create, rule) => {
    expect((await broken(create)).join(' | ')).toMatch(rule);
  });

  it('is right about none', async () => {
    expect(await broken(weightedRoundRobin)).toEqual([]);
  });
});
