// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import { formatAddress } from '@cloudwego/gopkg/io';
import type { ClientControl } from '../client/client.js';
import type { ClientCore } from '../client/core.js';
import { coreOf } from '../client/warm-up.js';
import type { Server } from '../server/server.js';

/** Gives a part of the state of a process, as data that JSON can say. */
export type Probe = () => unknown;

/**
 * Probes by name: what a process can say of itself while it runs. Nothing is computed before it is read.
 * Source: cloudwego/kitex pkg/diagnosis Service, whose probes they are: options, dest_service, conn_pool, retry_policy, service_infos, and more.
 */
export class Diagnosis {
  private readonly probes = new Map<string, Probe>();
  /** Servers whose readiness counts. */
  readonly servers: Server[] = [];

  /** Errors: OptionError for a name that is taken. Source: RegisterProbeFunc. */
  register(name: string, probe: Probe): this {
    if (this.probes.has(name)) throw new OptionError('diagnosis.register', `diagnosis.register: there is a probe "${name}" already`);
    this.probes.set(name, probe);
    return this;
  }

  /** Probes of a client, under `client/<name>/`. `name`: @defaultValue its destination */
  addClient(client: ClientControl, name?: string): this {
    const core = coreOf(client, 'diagnosis.addClient');
    const under = `client/${name ?? core.o.destService!}`;
    this.register(`${under}/options`, () => client.appliedOptions);
    this.register(`${under}/dest_service`, () => core.o.destService);
    this.register(`${under}/conn_pool`, () => ({ calls: core.pool.dump(), streams: core.streaming === undefined || core.streaming.pool === core.pool ? undefined : core.streaming.pool.dump() }));
    this.register(`${under}/retry_policy`, () => core.retry.dump());
    this.register(`${under}/circuit_breaker`, () => core.breakers?.dump());
    return this.register(`${under}/instances`, () => instancesOf(core));
  }

  /** Probes of a server, under `server/<name>/`; readiness is asked of it too. `name`: @defaultValue its service name */
  addServer(server: Server, name: string = server.name): this {
    const under = `server/${name}`;
    this.servers.push(server);
    this.register(`${under}/options`, () => server.appliedOptions);
    this.register(`${under}/service_infos`, () => server.dump().services);
    this.register(`${under}/limits`, () => server.dump().limits);
    return this.register(`${under}/state`, () => ({ state: server.dump().state, ready: server.ready, active: server.dump().active }));
  }

  get names(): readonly string[] {
    return [...this.probes.keys()];
  }

  /** Undefined = there is no such probe. */
  find(name: string): Probe | undefined {
    return this.probes.get(name);
  }
}

/** Lists by key, with the state of the breaker of each instance. */
function instancesOf(core: ClientCore): unknown {
  return (core.dispatch?.snapshots() ?? []).map((s) => ({
    key: s.key,
    version: s.version,
    instances: s.instances.map((i) => {
      const address = formatAddress(i.address);
      return { address, weight: i.weight, tags: i.tags, breaker: core.instanceBreaker?.state(address) };
    }),
  }));
}
