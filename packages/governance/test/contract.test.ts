// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, it, onTestFinished } from 'vitest';
import type { Instance, Resolver } from '@cloudwego/governance';
import { fixedResolver, weightedRoundRobin } from '@cloudwego/governance';
import { loadBalancerContract, resolverContract, runWithVitest } from '@cloudwego/governance/testing';
import type { ContractCase } from '@cloudwego/governance/testing';

const vitest = { describe, it, onTestFinished };
/** A rule that an implementation declares itself exempt from is none of its tests: what is skipped here is not to be had anywhere. */
const applicable = (cases: readonly ContractCase[]): readonly ContractCase[] => cases.filter((c) => c.skip === undefined);

runWithVitest(
  vitest,
  'fixedResolver',
  applicable(resolverContract({
    fixed: true,
    create: () => {
      // Its store is the list that it was made from.
      let made: Resolver | undefined;
      let list: readonly Instance[] = [{ address: { kind: 'tcp', host: '127.0.0.1', port: 9 }, weight: 10, tags: {} }];
      const resolver = (): Resolver => (made ??= fixedResolver(list.map((i) => i.address)));
      return {
        resolver: new Proxy({} as Resolver, { get: (_, key) => Reflect.get(resolver(), key) as unknown }),
        same: () => fixedResolver(list.map((i) => i.address)),
        set: async (_service, instances) => {
          list = instances;
          made = undefined;
        },
      };
    },
  })),
);

runWithVitest(vitest, 'weightedRoundRobin', loadBalancerContract({ create: weightedRoundRobin }));
