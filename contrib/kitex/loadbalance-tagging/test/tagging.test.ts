// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { background } from '@cloudwego/gopkg/context';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Instance, LoadBalancer, Picker, Snapshot, Target } from '@cloudwego/governance';
import { leastRequest, weightedRoundRobin } from '@cloudwego/governance';
import { loadBalancerContract, runWithVitest } from '@cloudwego/governance/testing';
import { tagging } from '@kitex-contrib/loadbalance-tagging';

/** Nobody in the suite has a tag: all are in one group, which every call asks for. */
runWithVitest({ describe, it, onTestFinished }, 'tagging', loadBalancerContract({ create: () => tagging({ tag: 'zone', value: () => '', next: weightedRoundRobin() }) }));

const at = (port: number, tags: Readonly<Record<string, string>>): Instance => ({ address: { kind: 'tcp', host: '127.0.0.1', port }, weight: 10, tags });
const snapshot = (...instances: readonly Instance[]): Snapshot => ({ key: 's', version: 1, instances });
const asking = (tags: Readonly<Record<string, string>>): Target => ({ service: 's', method: 'M', tags });
const ports = (p: Picker, t: Target, n: number): number[] => [...new Set(Array.from({ length: n }, () => (p.pick(background, t, [])?.address as { port: number } | undefined)?.port ?? 0))].sort();
const byZone = (next: LoadBalancer = weightedRoundRobin()): LoadBalancer => tagging({ tag: 'zone', value: (_ctx, t) => t.tags['zone'] ?? '', next });

describe('groups', () => {
  const list = [at(1, { zone: 'a', disk: 'ssd' }), at(2, { zone: 'a', disk: 'hdd' }), at(3, { zone: 'b', disk: 'ssd' }), at(4, {})];

  it('are those with the value that the call asks for', () => {
    const p = byZone().picker(snapshot(...list), undefined);
    expect([ports(p, asking({ zone: 'a' }), 20), ports(p, asking({ zone: 'b' }), 20), ports(p, asking({}), 20)]).toEqual([[1, 2], [3], [4]]);
  });

  it('give nothing for a value that nobody has', () => {
    expect(byZone().picker(snapshot(...list), undefined).pick(background, asking({ zone: 'z' }), [])).toBeUndefined();
  });

  it('are never left, also when all of one were tried', () => {
    expect(byZone().picker(snapshot(...list), undefined).pick(background, asking({ zone: 'b' }), [list[2]!])).toBeUndefined();
  });

  it('nest', () => {
    const lb = byZone(tagging({ tag: 'disk', value: (_ctx, t) => t.tags['disk'] ?? '', next: weightedRoundRobin() }));
    expect(lb.name).toBe('tagging_tagging_weight_round_robin');
    expect(ports(lb.picker(snapshot(...list), undefined), asking({ zone: 'a', disk: 'hdd' }), 10)).toEqual([2]);
  });

  it('keep what their balancer learned when the list changes, and pass feedback on', () => {
    let k = 0;
    const lb = byZone(leastRequest({ random: () => [0, 0.9][k++ % 2]! }));
    const before = lb.picker(snapshot(...list), undefined);
    const first = before.pick(background, asking({ zone: 'a' }), [])!;
    expect((first.address as { port: number }).port).toBe(1);
    const after = lb.picker(snapshot(...list, at(5, { zone: 'b' })), before);
    expect((after.pick(background, asking({ zone: 'a' }), [])!.address as { port: number }).port).toBe(2);
    before.done!(first, 'ok', 1, 0);
    expect((after.pick(background, asking({ zone: 'a' }), [])!.address as { port: number }).port).toBe(1);
  });
});

it('refuses options that it cannot use', () => {
  expect(() => tagging({ tag: '', value: () => '', next: weightedRoundRobin() })).toThrow(/tag/);
  expect(() => tagging({ tag: 'x', value: () => '', next: {} as never })).toThrow(/picker/);
});
