// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Instance, Resolver } from '@cloudwego/governance';
import { readInstance, writeInstance } from '@cloudwego/shared-discovery';
import { createEtcdClient } from '@cloudwego/shared-etcd';
import { isInstanceKey, servicePrefix } from './keys.js';
import { resolverTable } from './options.js';
import type { EtcdResolverOptions } from './options.js';

/**
 * Finds the servers that {@link etcdRegistry} or Go's registry-etcd announced. Changes are told as they happen. A service that nobody announced has no
 * instances; documents that cannot be read are passed over. Nothing it does keeps a process alive.
 * Errors: OptionError at construction; EtcdError when the store cannot be read.
 * `Differs:` Go asks every five seconds, and has an error for a service without instances, which the pipeline behind a resolver has here.
 * Source: kitex-contrib/registry-etcd v0.2.6 etcd_resolver.go.
 */
export function etcdResolver(options: EtcdResolverOptions): Resolver {
  const o = resolverTable.resolve(options, 'etcdResolver');
  const etcd = createEtcdClient({ endpoints: o.endpoints, auth: o.auth, tls: o.tls, dialTimeoutMs: o.dialTimeoutMs });
  const read = (value: Uint8Array): Instance | undefined => readInstance(value, o.defaultWeight);
  return {
    name: 'etcd',
    identity: `etcd:${[...o.endpoints].sort().join(',')}:${o.prefix!}:${o.defaultWeight!}`,
    key: (t) => t.service,
    async resolve(key, signal) {
      const start = servicePrefix(o.prefix!, key);
      const { kvs } = await etcd.list(start, signal);
      return kvs.flatMap((kv) => (isInstanceKey(kv.key, start) ? (read(kv.value) ?? []) : []));
    },
    watch(key, sink, signal) {
      const start = servicePrefix(o.prefix!, key);
      const known = new Map<string, Instance>();
      const take = (k: string, value: Uint8Array): void => {
        const i = isInstanceKey(k, start) ? read(value) : undefined;
        if (i === undefined) known.delete(k);
        else known.set(k, i);
      };
      let told: string | undefined;
      const tell = (): void => {
        const list = [...known.keys()].sort().map((k) => known.get(k)!);
        const text = list.map(writeInstance).join('\n');
        if (text === told) return;
        told = text;
        sink.update(list);
      };
      etcd.watch(
        start,
        {
          snapshot(kvs) {
            known.clear();
            for (const kv of kvs) take(kv.key, kv.value);
            tell();
          },
          events(events) {
            for (const e of events) {
              if (e.type === 'put') take(e.key, e.value);
              else known.delete(e.key);
            }
            tell();
          },
          failed(e) {
            // The next list is news whatever it holds.
            told = undefined;
            sink.stale(e);
          },
          live: tell,
        },
        signal,
      );
    },
    [Symbol.asyncDispose]: () => etcd.close(),
  };
}
