// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { lookup, Resolver as DnsResolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { OptionError } from '@cloudwego/gopkg/errors';
import { func, int, list, oneOf, optionTable, text } from '@cloudwego/gopkg/options';
import type { Instance, Resolver } from '@cloudwego/governance';

/** An entry of a service record. */
export interface SrvRecord {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** Options of {@link dnsResolver}. */
export interface DnsResolverOptions {
  /**
   * `address`: A and AAAA records, by the resolver of the system, with the port of the target. `srv`: service records, which name hosts, ports and weights; of
   * several priorities the first counts. @defaultValue 'address'
   */
  readonly records?: 'address' | 'srv' | undefined;
  /** Port of targets that name none. @defaultValue 443 */
  readonly defaultPort?: number | undefined;
  /** Servers to ask for service records, `host:port`. @defaultValue those of the system */
  readonly servers?: readonly string[] | undefined;
  /** Asks for addresses, in place of the system. */
  readonly lookupHost?: ((host: string) => Promise<readonly string[]>) | undefined;
  /** Asks for service records, in place of the servers. */
  readonly lookupSrv?: ((name: string) => Promise<readonly SrvRecord[]>) | undefined;
}

const table = optionTable<DnsResolverOptions>({
  records: oneOf(['address', 'srv'], { default: 'address' }),
  defaultPort: int({ min: 1, max: 65_535, default: 443 }),
  servers: list(text()),
  lookupHost: func<(host: string) => Promise<readonly string[]>>(),
  lookupSrv: func<(name: string) => Promise<readonly SrvRecord[]>>(),
});

/**
 * Finds servers by DNS. The target is the service name: `host`, `host:port`, `[v6]:port`, an address, or `:port` for this machine; it is asked for anew with each
 * refresh, because DNS tells of no change.
 * Differs: service records are offered beside addresses.
 * Errors: OptionError (GOPKG_OPTION_INVALID) at construction, and for a target that is none; what DNS answers reaches the caller as the cause.
 * Source: kitex-contrib/resolver-dns dns_resolver.go.
 */
export function dnsResolver(options: DnsResolverOptions = {}): Resolver {
  const o = table.resolve(options, 'dnsResolver');
  const srv = o.records === 'srv';
  const hosts = o.lookupHost ?? systemLookup;
  let services = o.lookupSrv;
  let asked: DnsResolver | undefined;
  if (srv && services === undefined) {
    const dns = new DnsResolver();
    if (o.servers !== undefined) dns.setServers(o.servers);
    asked = dns;
    services = (name) => dns.resolveSrv(name);
  }
  // Answers of one's own functions are not those of DNS.
  const own = o.lookupHost !== undefined || o.lookupSrv !== undefined ? `#${++functions}` : '';
  return {
    name: 'dns',
    identity: `dns:${o.records!}:${o.defaultPort!}:${o.servers?.join(',') ?? ''}${own}`,
    key: (t) => t.service,
    async resolve(key, signal) {
      signal.throwIfAborted();
      const found = srv ? await bySrv(services!, hosts, key) : await byAddress(hosts, parseTarget(key, o.defaultPort!));
      signal.throwIfAborted();
      return found;
    },
    [Symbol.asyncDispose]: () => {
      asked?.cancel();
      return Promise.resolve();
    },
  };
}

let functions = 0;

async function systemLookup(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true, verbatim: true })).map((a) => a.address);
}

interface HostPort {
  readonly host: string;
  readonly port: number;
}

async function byAddress(hosts: (host: string) => Promise<readonly string[]>, t: HostPort): Promise<readonly Instance[]> {
  const addresses = isIP(t.host) === 0 ? await hosts(t.host) : [t.host];
  return [...new Set(addresses)].map((host) => at(host, t.port, 10));
}

/** A weight of 0 means little, not nothing. Source: RFC 2782. */
async function bySrv(services: (name: string) => Promise<readonly SrvRecord[]>, hosts: (host: string) => Promise<readonly string[]>, name: string): Promise<readonly Instance[]> {
  const records = await services(name);
  const first = Math.min(...records.map((r) => r.priority));
  const lists = await Promise.all(
    records.filter((r) => r.priority === first).map(async (r) => (isIP(r.name) === 0 ? await hosts(r.name) : [r.name]).map((host) => at(host, r.port, Math.max(1, r.weight)))),
  );
  return lists.flat();
}

function at(host: string, port: number, weight: number): Instance {
  return { address: { kind: 'tcp', host, port }, weight, tags: {} };
}

/** Source: dns_resolver.go parseTarget. */
function parseTarget(target: string, defaultPort: number): HostPort {
  const fail = (why: string): never => {
    throw new OptionError('service', `dns: target "${target}" ${why}, wanted "host", "host:port", "[v6]:port" or ":port"`);
  };
  if (target === '') fail('is empty');
  if (isIP(target) !== 0) return { host: target, port: defaultPort };
  const m = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(target);
  if (m === null) return fail('is no address');
  const [, v6, name, port] = m;
  if (v6 !== undefined && isIP(v6) !== 6) fail('is no address of IPv6');
  if (port === '') fail('ends with a colon');
  const n = port === undefined ? defaultPort : Number(port);
  if (!Number.isInteger(n) || n < 1 || n > 65_535) fail(`has the port "${port!}"`);
  return { host: v6 ?? (name === '' ? 'localhost' : name!), port: n };
}
