// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Instance, Registry } from '@cloudwego/governance';
import { storeRegistry, writeInstance } from '@cloudwego/shared-discovery';
import type { StoreSession } from '@cloudwego/shared-discovery';
import { createEtcdClient } from '@cloudwego/shared-etcd';
import type { EtcdClient } from '@cloudwego/shared-etcd';
import { instanceKey } from './keys.js';
import { registryTable } from './options.js';
import type { EtcdRegistryOptions } from './options.js';

/** The variables that Go's registry reads. */
const ADDRESS_ENV = { host: 'KITEX_IP_TO_REGISTRY', port: 'KITEX_PORT_TO_REGISTRY' };
const TTL_ENV = 'KITEX_ETCD_REGISTRY_LEASE_TTL';
const DEFAULT_TTL_SECONDS = 60;

/**
 * Announces servers in etcd, where Go's registry-etcd and its resolver read and write them too.
 * Shape:  `<prefix>/<service>/<host>:<port>` holds `{"network":"tcp","address":"host:port","weight":10,"tags":null}`, bound to a lease.
 * The address is that of `advertise`, else of KITEX_IP_TO_REGISTRY and KITEX_PORT_TO_REGISTRY, else the server's; a host of all interfaces becomes this machine's first
 * IPv4 address. A lease that is lost is followed by another one, as often as it takes; a registration that goes takes its lease along.
 * Errors: OptionError at construction; EtcdError when the store cannot be reached, AdvertiseError.
 * `Differs:` Go gives up after five failures, leaves the lease to expire, and deletes the key of the address listened on where another one was written.
 * Source: kitex-contrib/registry-etcd v0.2.6 etcd_registry.go.
 */
export function etcdRegistry(options: EtcdRegistryOptions): Registry {
  const o = registryTable.resolve(options, 'etcdRegistry');
  const ttlSeconds = o.leaseTtlSeconds ?? ttlOfEnvironment();
  return storeRegistry(
    {
      connect: () => createEtcdClient({ endpoints: o.endpoints, auth: o.auth, tls: o.tls, dialTimeoutMs: o.dialTimeoutMs }),
      open: (etcd, service, i, signal) => open(etcd, o.prefix!, service, i, ttlSeconds, signal),
      env: ADDRESS_ENV,
    },
    o,
  );
}

/** Source: kitex-contrib/registry-etcd etcd_registry.go getTTL: what is no number counts as absent. */
function ttlOfEnvironment(): number {
  const text = process.env[TTL_ENV];
  return text !== undefined && /^[1-9]\d{0,9}$/.test(text) ? Number(text) : DEFAULT_TTL_SECONDS;
}

async function open(etcd: EtcdClient, prefix: string, service: string, first: Instance, ttlSeconds: number, signal: AbortSignal): Promise<StoreSession> {
  const lease = await etcd.lease(ttlSeconds, signal);
  let key = instanceKey(prefix, service, first.address);
  const write = async (i: Instance): Promise<void> => {
    const before = key;
    key = instanceKey(prefix, service, i.address);
    await etcd.put(key, writeInstance(i), { lease });
    if (key !== before) await etcd.delete(before);
  };
  try {
    await etcd.put(key, writeInstance(first), { lease, signal });
  } catch (e) {
    // Whether it was written or not: it goes with its lease.
    await lease.revoke().catch(() => undefined);
    throw e;
  }
  return { lost: lease.lost, update: write, close: () => lease.revoke() };
}
