// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Wire } from '@cloudwego/protocol';
import type { CallOptions } from '../types.js';

/** What each option of a call may be, in words. */
const wanted: { readonly [K in keyof CallOptions]-?: string } = {
  ctx: 'a Context: background, or the ctx of a handler',
  signal: 'an AbortSignal',
  rpcTimeoutMs: 'a number >= 0 (ms, 0 = none)',
  connectTimeoutMs: 'a number >= 0 (ms, 0 = none)',
  tags: 'an object of strings',
  metainfo: 'a MetaInfo, or an object { transient?, persistent? } of objects of strings',
  onBackward: 'a function',
  metadata: 'an object of strings, of Uint8Arrays under keys that end in "-bin", or of lists of them',
  onHeader: 'a function',
  onTrailer: 'a function',
  recvTimeoutMs: 'a number >= 0 (ms, 0 = none)',
  compression: 'the name of a compressor of the client, or "identity"',
  hostPort: '"host:port" or "unix:/path"',
  url: 'an absolute URL such as "http://host:port"',
  retry: 'a retry policy { kind: "failure" | "backup" | "mixed", … }',
  fallback: 'a fallback { when?, run, reportAsFallback? }',
};

/** What the client's wire can carry beside payloads. */
export interface Carries {
  readonly wire: Wire;
  readonly header: boolean;
  /** Metadata of its own kind, and streams. */
  readonly streams: boolean;
  /** Names of the compressors that messages may be sent with; undefined where none may. */
  readonly compressors: ReadonlySet<string> | undefined;
  /** False too where the default meta handlers are off. */
  readonly metainfo: boolean;
}

/**
 * Checks the options of one call: a mistake is told where it was made. Written as one pass without allocation, because calls with `{ ctx }` are the rule.
 * Errors: {@link OptionError} that names the option, what came and what is allowed.
 */
export function checkCallOptions(o: CallOptions, carries: Carries): void {
  if (typeof o !== 'object' || (o as unknown) === null) throw new OptionError('call', `call options: got ${String(o)}, wanted an object; known: ${Object.keys(wanted).join(', ')}`);
  for (const k in o) {
    const v = (o as Readonly<Record<string, unknown>>)[k];
    if (v !== undefined && !fits(k, v)) refuse(k, v);
  }
  if (o.metainfo !== undefined && !carries.metainfo) cannotTravel('metainfo', carries);
  if (o.onBackward !== undefined && !carries.header) cannotTravel('onBackward', carries);
  for (const key of ['metadata', 'onHeader', 'onTrailer'] as const) if (o[key] !== undefined && !carries.streams) cannotTravel(key, carries, 'gRPC or TTHeader streaming');
  if (o.compression !== undefined && o.compression !== 'identity' && carries.compressors?.has(o.compression) !== true) {
    throw new OptionError('call.compression', `call.compression: got "${o.compression}", wanted ${carries.compressors === undefined ? 'a client with transport "grpc"' : `"identity" or one of grpc.compressors (${[...carries.compressors].join(', ')})`}`);
  }
  if (o.hostPort !== undefined && o.url !== undefined) throw new OptionError('call.url', 'call.url: hostPort and url exclude each other, give one of them');
}

function cannotTravel(key: string, { wire, header }: Carries, only?: string): never {
  if (only !== undefined) throw new OptionError(`call.${key}`, `call.${key}: the transport "${wire}" has no place for it, wanted a client with transport "grpc", or no ${key}; metainfo goes by TTHeader too`);
  const why = header ? 'the client has defaultMetaHandlers: false' : `the transport "${wire}" has no header to carry it`;
  throw new OptionError(`call.${key}`, `call.${key}: ${why}, wanted a client with transport "ttheader", "ttheader-framed" or "grpc" and the default meta handlers, or no ${key}`);
}

function fits(key: string, v: unknown): boolean {
  switch (key) {
    case 'ctx':
      return typeof v === 'object' && typeof (v as { listen?: unknown } | null)?.listen === 'function';
    case 'signal':
      return typeof v === 'object' && typeof (v as { addEventListener?: unknown } | null)?.addEventListener === 'function';
    case 'rpcTimeoutMs':
    case 'connectTimeoutMs':
    case 'recvTimeoutMs':
      return typeof v === 'number' && v >= 0 && v < Infinity;
    case 'tags':
      return isStrings(v);
    case 'metainfo':
      return isMetainfo(v);
    case 'onBackward':
    case 'onHeader':
    case 'onTrailer':
      return typeof v === 'function';
    case 'metadata':
      return typeof v === 'object' && v !== null && !Array.isArray(v);
    case 'retry':
      return typeof v === 'object' && v !== null;
    case 'fallback':
      return typeof (v as { run?: unknown } | null)?.run === 'function';
    case 'hostPort':
    case 'url':
    case 'compression':
      return typeof v === 'string' && v !== '';
    default:
      return false;
  }
}

function isStrings(v: unknown): boolean {
  if (typeof v !== 'object' || v === null) return false;
  for (const x of v instanceof Map ? v.values() : Object.values(v)) if (typeof x !== 'string') return false;
  return true;
}

function isMetainfo(v: unknown): boolean {
  if (typeof v !== 'object' || v === null) return false;
  const { transient, persistent } = v as { readonly transient?: unknown; readonly persistent?: unknown };
  return (transient === undefined || isStrings(transient)) && (persistent === undefined || isStrings(persistent));
}

function refuse(key: string, v: unknown): never {
  if (!Object.hasOwn(wanted, key)) throw new OptionError(`call.${key}`, `call options: unknown option "${key}"; known: ${Object.keys(wanted).join(', ')}`);
  const got = typeof v === 'string' ? `"${v}"` : typeof v === 'object' ? (v === null ? 'null' : 'an object') : typeof v === 'function' ? 'a function' : String(v);
  throw new OptionError(`call.${key}`, `call.${key}: got ${got}, wanted ${wanted[key as keyof CallOptions]}`);
}
