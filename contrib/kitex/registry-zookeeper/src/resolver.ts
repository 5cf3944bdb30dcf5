// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { formatAddress } from '@cloudwego/gopkg/io';
import type { Instance, Resolver } from '@cloudwego/governance';
import { createZooKeeperClient } from '@cloudwego/shared-zookeeper';
import { readNode, servicePath, writeDocument } from './layout.js';
import { clientOptions, resolverTable } from './options.js';
import type { ZooKeeperResolverOptions } from './options.js';

/**
 * Finds the servers that {@link zooKeeperRegistry} or Go's registry-zookeeper announced. Changes are told as they happen. A service that nobody announced has no instances;
 * nodes that cannot be read are passed over. Nothing it does keeps a process alive.
 * Errors: OptionError at construction; ZooKeeperError when no server can be asked.
 * `Differs:` Go asks every five seconds, fails for a service as a whole where one node cannot be read, and takes weights of 0 as they are.
 * Source: kitex-contrib/registry-zookeeper resolver/resolver.go.
 */
export function zooKeeperResolver(options: ZooKeeperResolverOptions): Resolver {
  const o = resolverTable.resolve(options, 'zooKeeperResolver');
  const zk = createZooKeeperClient(clientOptions(o));
  const read = (name: string, data: Uint8Array): readonly Instance[] => {
    const i = readNode(name, data, o.defaultWeight!);
    return i === undefined ? [] : [i];
  };
  return {
    name: 'zookeeper',
    identity: `zookeeper:${[...o.servers].sort().join(',')}:${o.auth?.username ?? ''}:${o.defaultWeight!}`,
    key: (t) => t.service,
    async resolve(key, signal) {
      const path = servicePath(key);
      const names = (await zk.children(path, signal)) ?? [];
      const nodes = await Promise.all([...names].sort().map(async (n) => [n, await zk.get(`${path}/${n}`, signal)] as const));
      return nodes.flatMap(([name, node]) => (node === undefined ? [] : read(name, node.data)));
    },
    watch(key, sink, signal) {
      let told: string | undefined;
      zk.watchChildren(
        servicePath(key),
        {
          nodes(all) {
            const names = [...all.keys()].sort();
            const list = names.flatMap((n) => read(n, all.get(n)!));
            const text = list.map((i) => `${formatAddress(i.address)} ${writeDocument(i)}`).join('\n');
            if (text === told) return;
            told = text;
            sink.update(list);
          },
          failed(e) {
            // The next list is news whatever it holds.
            told = undefined;
            sink.stale(e);
          },
        },
        signal,
      );
    },
    [Symbol.asyncDispose]: () => zk.close(),
  };
}
