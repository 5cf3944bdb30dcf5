// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { SecureClientSessionOptions } from 'node:http2';
import { OptionError } from '@cloudwego/gopkg/errors';
import { any, int, list, optionTable, text } from '@cloudwego/gopkg/options';

/** Options of {@link createEtcdClient}. */
export interface EtcdOptions {
  /** `host:port`, or a URL with http or https. A call that finds one away tries the next. */
  readonly endpoints: readonly string[];
  /** Name and password of a user, where the cluster asks for one. */
  readonly auth?: { readonly username: string; readonly password: string } | undefined;
  /** Certificates, as node:tls takes them: `ca`, `cert`, `key`, `servername`. With it endpoints without a scheme are https. */
  readonly tls?: Pick<SecureClientSessionOptions, 'ca' | 'cert' | 'key' | 'passphrase' | 'servername' | 'rejectUnauthorized'> | undefined;
  /** How long a connection may take. Unit ms. @defaultValue 5000 */
  readonly dialTimeoutMs?: number | undefined;
  /** How long one answer may take. Unit ms. @defaultValue 3000 */
  readonly requestTimeoutMs?: number | undefined;
  /** Longer answers are refused. Unit bytes. @defaultValue 67108864 */
  readonly maxMessageBytes?: number | undefined;
}

const table = optionTable<EtcdOptions>({
  endpoints: list(text(), { required: true }),
  auth: any<{ readonly username: string; readonly password: string }>({ what: '{ username, password }', test: isAuth }),
  tls: any<NonNullable<EtcdOptions['tls']>>({ what: 'an object of certificates', test: (v) => typeof v === 'object' && v !== null }),
  dialTimeoutMs: int({ min: 1, unit: 'ms', default: 5000 }),
  requestTimeoutMs: int({ min: 1, unit: 'ms', default: 3000 }),
  maxMessageBytes: int({ min: 1, max: 0x7fff_ffff, unit: 'bytes', default: 64 * 1024 * 1024 }),
});

function isAuth(v: unknown): boolean {
  const a = v as { username?: unknown; password?: unknown } | null;
  return typeof a === 'object' && a !== null && typeof a.username === 'string' && a.username !== '' && typeof a.password === 'string';
}

/** Options with their defaults, and endpoints as URLs. */
export interface ResolvedEtcdOptions {
  readonly endpoints: readonly string[];
  readonly auth: EtcdOptions['auth'];
  readonly tls: NonNullable<EtcdOptions['tls']>;
  readonly dialTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly maxMessageBytes: number;
}

/** Errors: OptionError, also for endpoints that are none, and for none. */
export function resolveOptions(options: EtcdOptions, owner: string): ResolvedEtcdOptions {
  const o = table.resolve(options, owner);
  if (o.endpoints.length === 0) throw new OptionError(`${owner}.endpoints`, `${owner}.endpoints: got none, wanted at least one "host:port"`);
  return {
    endpoints: o.endpoints.map((e, i) => urlOf(e, o.tls !== undefined, `${owner}.endpoints[${i}]`)),
    auth: o.auth,
    tls: o.tls ?? {},
    dialTimeoutMs: o.dialTimeoutMs!,
    requestTimeoutMs: o.requestTimeoutMs!,
    maxMessageBytes: o.maxMessageBytes!,
  };
}

function urlOf(endpoint: string, secure: boolean, name: string): string {
  const text = /^https?:\/\//.test(endpoint) ? endpoint : `${secure ? 'https' : 'http'}://${endpoint}`;
  const u = URL.canParse(text) ? new URL(text) : undefined;
  if (u === undefined || u.port === '' || u.pathname !== '/' || u.search !== '' || u.username !== '') {
    throw new OptionError(name, `${name}: got "${endpoint}", wanted "host:port", "http://host:port" or "https://host:port"`);
  }
  return u.origin;
}
