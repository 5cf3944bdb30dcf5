// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ConnectionOptions } from 'node:tls';
import { OptionError } from '@cloudwego/gopkg/errors';
import { parseAddress } from '@cloudwego/gopkg/io';
import { any, int, list, optionTable, text } from '@cloudwego/gopkg/options';

/** Options of {@link createZooKeeperClient}. */
export interface ZooKeeperOptions {
  /** `host:port` of the servers of one ensemble; the port may be left out (2181). One that is away is passed over. */
  readonly servers: readonly string[];
  /** How long a session outlives its connection; the servers may grant less or more. Unit ms. @defaultValue 40000 */
  readonly sessionTimeoutMs?: number | undefined;
  /** User and password of the scheme `digest`. Nodes that are created then belong to that user alone. */
  readonly auth?: { readonly username: string; readonly password: string } | undefined;
  /** Certificates, as node:tls takes them; with it connections are TLS. */
  readonly tls?: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'passphrase' | 'servername' | 'rejectUnauthorized'> | undefined;
  /** How long a connection may take, up to its session. Unit ms. @defaultValue 5000 */
  readonly dialTimeoutMs?: number | undefined;
  /** How long one answer may take. Unit ms. @defaultValue 10000 */
  readonly requestTimeoutMs?: number | undefined;
  /** Longer answers are refused. Unit bytes. @defaultValue 67108864 */
  readonly maxMessageBytes?: number | undefined;
}

const table = optionTable<ZooKeeperOptions>({
  servers: list(text(), { required: true }),
  sessionTimeoutMs: int({ min: 1, max: 0x7fff_ffff, unit: 'ms', default: 40_000 }),
  auth: any<{ readonly username: string; readonly password: string }>({ what: '{ username, password }', test: isAuth }),
  tls: any<NonNullable<ZooKeeperOptions['tls']>>({ what: 'an object of certificates', test: (v) => typeof v === 'object' && v !== null }),
  dialTimeoutMs: int({ min: 1, unit: 'ms', default: 5000 }),
  requestTimeoutMs: int({ min: 1, unit: 'ms', default: 10_000 }),
  maxMessageBytes: int({ min: 64, max: 0x7fff_ffff, unit: 'bytes', default: 64 * 1024 * 1024 }),
});

/** A colon would make another name of it, once it is `user:password`. */
function isAuth(v: unknown): boolean {
  const a = v as { username?: unknown; password?: unknown } | null;
  return typeof a === 'object' && a !== null && typeof a.username === 'string' && a.username !== '' && !a.username.includes(':') && typeof a.password === 'string';
}

/** Where a server listens. */
export interface Server {
  readonly host: string;
  readonly port: number;
}

/** Options with their defaults. */
export interface ResolvedZooKeeperOptions {
  readonly servers: readonly Server[];
  readonly sessionTimeoutMs: number;
  readonly auth: ZooKeeperOptions['auth'];
  readonly tls: ZooKeeperOptions['tls'];
  readonly dialTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly maxMessageBytes: number;
}

const DEFAULT_PORT = 2181;

/** Errors: OptionError, also for servers that are none, and for none. */
export function resolveOptions(options: ZooKeeperOptions, owner: string): ResolvedZooKeeperOptions {
  const o = table.resolve(options, owner);
  if (o.servers.length === 0) throw new OptionError(`${owner}.servers`, `${owner}.servers: got none, wanted at least one "host:port"`);
  return {
    servers: o.servers.map((s, i) => serverOf(s, `${owner}.servers[${i}]`)),
    sessionTimeoutMs: o.sessionTimeoutMs!,
    auth: o.auth,
    tls: o.tls,
    dialTimeoutMs: o.dialTimeoutMs!,
    requestTimeoutMs: o.requestTimeoutMs!,
    maxMessageBytes: o.maxMessageBytes!,
  };
}

function serverOf(s: string, name: string): Server {
  const a = parseAddress(/^(?:[^:[\]]+|\[[^\]]*\])$/.test(s) ? `${s}:${DEFAULT_PORT}` : s, name);
  if (a.kind !== 'tcp' || a.host === '' || a.port === 0) throw new OptionError(name, `${name}: got "${s}", wanted "host" or "host:port"`);
  return { host: a.host, port: a.port };
}
