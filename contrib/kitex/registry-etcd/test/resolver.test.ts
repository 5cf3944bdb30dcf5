// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it, onTestFinished, test } from 'vitest';
import type { Instance } from '@cloudwego/governance';
import { resolverContract, runWithVitest } from '@cloudwego/governance/testing';
import { etcdResolver } from '@kitex-contrib/registry-etcd';

runWithVitest(
  { describe, it, onTestFinished },
  'etcdResolver',
  resolverContract({
    watches: false,
    create() {
      const services = new Map<string, readonly Instance[]>();
      const make = () => etcdResolver({ store: 'test', list: (service) => Promise.resolve(services.get(service) ?? []) });
      return {
        resolver: make(),
        same: make,
        set(service, instances) {
          services.set(service, instances);
          return Promise.resolve();
        },
      };
    },
  }),
);

test('it refuses options that it cannot use', () => {
  expect(() => etcdResolver({ store: '', list: () => Promise.resolve([]) })).toThrow(/store/);
  expect(() => etcdResolver({ store: 'a' } as never)).toThrow(/list/);
});

test('what the store says goes to the caller', async () => {
  const resolver = etcdResolver({ store: 'a', list: () => Promise.reject(new Error('the store is away')) });
  await expect(resolver.resolve('stock', new AbortController().signal)).rejects.toThrow('the store is away');
});
