// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Backoff, RetryPolicy } from './policy.js';
import { DEFAULT_ERROR_RATE, MAX_ERROR_RATE } from './policy.js';

/** What a document says of one method. */
export interface PolicyDocument {
  /** Undefined = retries are off. */
  readonly policy: RetryPolicy | undefined;
  /** What was put right, in words; for the log. */
  readonly notes: readonly string[];
}

const TYPES = ['failure', 'backup', 'mixed'] as const;

/**
 * Reads a retry policy in the form that Go's configuration centres keep.
 * Shape: `{ enable, type: 0 failure | 1 backup | 2 mixed, failure_policy | backup_policy | mixed_policy: { retry_delay_ms, stop_policy: { max_retry_times,
 *        max_duration_ms, disable_chain_stop, ddl_stop, cb_policy: { error_rate } }, backoff_policy: { backoff_type, cfg_items }, retry_same_node } }`
 * Keys match whatever their case, as Go's decoder has it; unknown ones are passed over.
 * Differs: mixed policies and disabled policies without a body are taken, which the original's loaders refuse.
 * Errors: OptionError for a document that is no policy.
 * Source: cloudwego/kitex pkg/retry/policy.go, item_retry.go.
 */
export function retryPolicyFromJson(json: unknown, path: string = 'retry'): PolicyDocument {
  const doc = lower(json, path);
  if (doc['enable'] !== true) return { policy: undefined, notes: [] };
  const type = doc['type'] ?? 0;
  const kind = typeof type === 'number' ? TYPES[type] : undefined;
  if (kind === undefined) throw new OptionError(`${path}.type`, `${path}.type: got ${String(type)}, wanted 0 (failure), 1 (backup) or 2 (mixed)`);
  const body = doc[`${kind}_policy`];
  if (body === undefined || body === null) throw new OptionError(`${path}.${kind}_policy`, `${path}: an enabled policy of type ${String(type)} needs ${kind}_policy`);
  const b = lower(body, `${path}.${kind}_policy`);
  const stop = lower(b['stop_policy'] ?? {}, `${path}.${kind}_policy.stop_policy`);
  const cb = lower(stop['cb_policy'] ?? {}, `${path}.${kind}_policy.stop_policy.cb_policy`);
  const notes: string[] = [];
  let errorRate = cb['error_rate'];
  if (typeof errorRate !== 'number' || !(errorRate > 0 && errorRate <= MAX_ERROR_RATE)) {
    if (errorRate !== undefined && errorRate !== 0) notes.push(`${path}: error_rate ${String(errorRate)} is not in (0, ${MAX_ERROR_RATE}], ${DEFAULT_ERROR_RATE} is used`);
    errorRate = DEFAULT_ERROR_RATE;
  }
  const policy: Record<string, unknown> = {
    kind,
    maxRetries: stop['max_retry_times'] ?? 0,
    maxDurationMs: stop['max_duration_ms'],
    chainStop: stop['disable_chain_stop'] !== true,
    deadlineStop: stop['ddl_stop'] === true,
    errorRate,
    sameNode: b['retry_same_node'] === true,
  };
  if (kind !== 'failure') policy['delayMs'] = b['retry_delay_ms'];
  if (kind !== 'backup' && b['backoff_policy'] !== undefined && b['backoff_policy'] !== null) policy['backoff'] = backoffFromJson(lower(b['backoff_policy'], `${path}.${kind}_policy.backoff_policy`), path);
  return { policy: policy as unknown as RetryPolicy, notes };
}

function backoffFromJson(b: Record<string, unknown>, path: string): Backoff {
  const items = lower(b['cfg_items'] ?? {}, `${path}.backoff_policy.cfg_items`);
  switch (b['backoff_type']) {
    case undefined:
    case 'none':
      return { kind: 'none' };
    case 'fixed':
      return { kind: 'fixed', ms: items['fix_ms'] as number };
    case 'random':
      return { kind: 'random', minMs: items['min_ms'] as number, maxMs: items['max_ms'] as number };
    default:
      throw new OptionError(`${path}.backoff_policy.backoff_type`, `${path}.backoff_policy.backoff_type: got ${String(b['backoff_type'])}, wanted one of "none", "fixed", "random"`);
  }
}

/** Writes a policy in the form that Go reads. Functions do not travel. */
export function retryPolicyToJson(policy: RetryPolicy | undefined): unknown {
  if (policy === undefined) return { enable: false, type: 0 };
  const body = {
    ...(policy.kind === 'failure' ? {} : { retry_delay_ms: policy.delayMs }),
    stop_policy: {
      max_retry_times: policy.maxRetries ?? { failure: 2, backup: 1, mixed: 1 }[policy.kind],
      max_duration_ms: policy.maxDurationMs ?? 0,
      disable_chain_stop: policy.chainStop === false,
      ddl_stop: policy.deadlineStop !== undefined && policy.deadlineStop !== false,
      cb_policy: { error_rate: policy.errorRate ?? DEFAULT_ERROR_RATE },
    },
    ...(policy.kind === 'backup' ? {} : { backoff_policy: backoffToJson(policy.backoff ?? { kind: 'none' }) }),
    retry_same_node: policy.sameNode === true,
  };
  return { enable: true, type: TYPES.indexOf(policy.kind), [`${policy.kind}_policy`]: body };
}

function backoffToJson(b: Backoff): unknown {
  if (b.kind === 'fixed') return { backoff_type: 'fixed', cfg_items: { fix_ms: b.ms } };
  if (b.kind === 'random') return { backoff_type: 'random', cfg_items: { min_ms: b.minMs, max_ms: b.maxMs } };
  return { backoff_type: 'none' };
}

/** An object with its keys in lower case. */
function lower(v: unknown, path: string): Record<string, unknown> {
  if (typeof v !== 'object' || v === null || Array.isArray(v)) throw new OptionError(path, `${path}: got ${v === null ? 'null' : Array.isArray(v) ? 'an array' : typeof v}, wanted an object`);
  return Object.fromEntries(Object.entries(v).map(([k, x]) => [k.toLowerCase(), x]));
}
