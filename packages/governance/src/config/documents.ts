// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ConfigInvalidError } from '@cloudwego/gopkg/configmanager';
import { toError } from '@cloudwego/gopkg/errors';
import type { BreakerConfig } from '../breaker/suite.js';
import { resolvePolicy } from '../retry/policy.js';
import type { RetryPolicy } from '../retry/policy.js';
import { retryPolicyFromJson } from '../retry/policy-json.js';

/** Time limits of a method. */
export interface MethodTimeout {
  /** Unit ms, 0 = none. */
  readonly rpcTimeoutMs: number;
  /** Unit ms, 0 = none. */
  readonly connectTimeoutMs: number;
}

/** Limits of a server. 0 = none. */
export interface LimitDocument {
  readonly maxConnections: number;
  readonly maxQps: number;
}

/** Which share of calls a client refuses. */
export interface DegradationDocument {
  readonly enable: boolean;
  /** From 0 to 100. */
  readonly percentage: number;
}

/** A document that was read, with what had to be put right. */
export interface Read<T> {
  readonly value: T;
  readonly notes: readonly string[];
}

/*
 * Readers of the documents that Go's configuration centres keep. Keys of their objects match whatever their case, unknown ones are passed over, as Go's decoder
 * has it; names of methods match exactly. They throw ConfigInvalidError (GOPKG_CONFIG_INVALID).
 */

/** Source: cloudwego/kitex pkg/rpctimeout/item_rpc_timeout.go: what is left out of an entry is 0 there, and 0 is no limit. */
export function readTimeouts(document: unknown): Read<ReadonlyMap<string, MethodTimeout>> {
  const out = new Map<string, MethodTimeout>();
  for (const [method, v] of methods(document, 'rpc_timeout')) {
    const o = lower(v, `rpc_timeout.${method}`);
    out.set(method, { rpcTimeoutMs: whole(o, 'rpc_timeout_ms', `rpc_timeout.${method}`), connectTimeoutMs: whole(o, 'conn_timeout_ms', `rpc_timeout.${method}`) });
  }
  return { value: out, notes: [] };
}

/** Source: cloudwego/kitex pkg/retry/policy.go. Policies of methods that are off are undefined. */
export function readRetry(document: unknown): Read<ReadonlyMap<string, RetryPolicy | undefined>> {
  const out = new Map<string, RetryPolicy | undefined>();
  const notes: string[] = [];
  for (const [method, v] of methods(document, 'retry')) {
    try {
      const read = retryPolicyFromJson(v, `retry.${method}`);
      if (read.policy !== undefined) resolvePolicy(read.policy, `retry.${method}`);
      out.set(method, read.policy);
      notes.push(...read.notes);
    } catch (e) {
      throw new ConfigInvalidError(toError(e).message, { cause: e });
    }
  }
  return { value: out, notes };
}

/** Source: cloudwego/kitex pkg/circuitbreak/cbsuite.go CBConfig. */
export function readBreakers(document: unknown): Read<ReadonlyMap<string, BreakerConfig>> {
  const out = new Map<string, BreakerConfig>();
  const notes: string[] = [];
  for (const [method, v] of methods(document, 'circuit_break')) {
    const path = `circuit_break.${method}`;
    const o = lower(v, path);
    if (method === '*') notes.push(`${path}: there is no entry for all methods, it has no effect`);
    const errorRate = number(o, 'err_rate', path);
    const minSamples = whole(o, 'min_sample', path);
    const enable = flag(o, 'enable', path);
    if (enable && !(errorRate > 0 && errorRate <= 1)) throw invalid(path, 'err_rate', o, 'a number above 0 up to 1');
    if (enable && minSamples < 1) throw invalid(path, 'min_sample', o, 'an integer >= 1');
    out.set(method, enable ? { enable, errorRate, minSamples } : { enable });
  }
  return { value: out, notes };
}

/** Source: cloudwego/kitex pkg/limiter/item_limiter.go. */
export function readLimit(document: unknown): Read<LimitDocument> {
  const o = lower(document, 'limit');
  return { value: { maxConnections: whole(o, 'connection_limit', 'limit'), maxQps: whole(o, 'qps_limit', 'limit') }, notes: [] };
}

/** Source: kitex-contrib/config-etcd pkg/degradation. */
export function readDegradation(document: unknown): Read<DegradationDocument> {
  const o = lower(document, 'degradation');
  const percentage = number(o, 'percentage', 'degradation');
  if (percentage > 100) throw invalid('degradation', 'percentage', o, 'a number from 0 to 100');
  return { value: { enable: flag(o, 'enable', 'degradation'), percentage }, notes: [] };
}

function methods(document: unknown, path: string): [string, unknown][] {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) throw new ConfigInvalidError(`${path}: got ${kind(document)}, wanted an object of methods`);
  return Object.entries(document);
}

function lower(v: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof v !== 'object' || v === null || Array.isArray(v)) throw new ConfigInvalidError(`${path}: got ${kind(v)}, wanted an object`);
  return Object.fromEntries(Object.entries(v).map(([k, x]) => [k.toLowerCase(), x]));
}

function number(o: Readonly<Record<string, unknown>>, key: string, path: string): number {
  const v = o[key] ?? 0;
  if (typeof v !== 'number' || !(v >= 0 && v < Infinity)) throw invalid(path, key, o, 'a number >= 0');
  return v;
}

function whole(o: Readonly<Record<string, unknown>>, key: string, path: string): number {
  const v = number(o, key, path);
  if (!Number.isSafeInteger(v)) throw invalid(path, key, o, 'an integer >= 0');
  return v;
}

function flag(o: Readonly<Record<string, unknown>>, key: string, path: string): boolean {
  const v = o[key] ?? false;
  if (typeof v !== 'boolean') throw invalid(path, key, o, 'true or false');
  return v;
}

function invalid(path: string, key: string, o: Readonly<Record<string, unknown>>, wanted: string): ConfigInvalidError {
  const v = o[key];
  return new ConfigInvalidError(`${path}.${key}: got ${typeof v === 'number' || typeof v === 'boolean' ? String(v) : kind(v)}, wanted ${wanted}`);
}

function kind(v: unknown): string {
  return v === null ? 'null' : Array.isArray(v) ? 'an array' : v === undefined ? 'nothing' : `a value of type ${typeof v}`;
}
