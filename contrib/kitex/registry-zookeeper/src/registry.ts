// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Instance, Registry } from '@cloudwego/governance';
import { storeRegistry } from '@cloudwego/shared-discovery';
import type { StoreSession } from '@cloudwego/shared-discovery';
import { createZooKeeperClient } from '@cloudwego/shared-zookeeper';
import type { ZooKeeperClient } from '@cloudwego/shared-zookeeper';
import { instancePath, writeDocument } from './layout.js';
import { clientOptions, registryTable } from './options.js';
import type { ZooKeeperRegistryOptions } from './options.js';

/**
 * Announces servers in ZooKeeper, where Go's registry-zookeeper and its resolver read and write them too; Hertz's has the same layout.
 * Shape:  the ephemeral node `/<service>/<host>:<port>` holds `{"Weight":10,"Tags":null}`; its parents stay.
 * The address is that of `advertise`, else the server's; a host of all interfaces becomes this machine's first IPv4 address. A session that is lost is followed by another
 * one, as often as it takes; a node that an older session left behind is taken over. A registration that goes takes its node along.
 * Errors: OptionError at construction, and for unix sockets; ZooKeeperError when no server can be reached, AdvertiseError.
 * `Differs:` Go looks for a new session every second, and deletes a node before it makes it anew; here nobody sees it gone.
 * Source: kitex-contrib/registry-zookeeper registry/registry.go, entity/entity.go.
 */
export function zooKeeperRegistry(options: ZooKeeperRegistryOptions): Registry {
  const o = registryTable.resolve(options, 'zooKeeperRegistry');
  return storeRegistry({ connect: () => createZooKeeperClient(clientOptions(o)), open }, o);
}

async function open(zk: ZooKeeperClient, service: string, first: Instance, signal: AbortSignal): Promise<StoreSession> {
  // First: a server that no node can be named after is refused before anybody is asked.
  let path = instancePath(service, first.address);
  const session = await zk.session(signal);
  const write = async (i: Instance): Promise<void> => {
    const before = path;
    const next = instancePath(service, i.address);
    await zk.putEphemeral(next, writeDocument(i), session);
    path = next;
    if (next !== before) await zk.deleteEphemeral(before, session);
  };
  try {
    // Not by the signal: a node that is made while nobody waits for it would stay as long as the session.
    await zk.putEphemeral(path, writeDocument(first), session);
    signal.throwIfAborted();
  } catch (e) {
    await zk.deleteEphemeral(path, session).catch(() => undefined);
    throw e;
  }
  return { lost: session.expired, update: write, close: () => zk.deleteEphemeral(path, session) };
}
