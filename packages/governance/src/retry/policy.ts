// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import { any, bool, func, int, num, oneOf, optionTable } from '@cloudwego/gopkg/options';
import type { OptionSpec, OptionTable } from '@cloudwego/gopkg/options';

/** What a retry rule may look at. */
export interface RetryInfo<Cx = unknown> {
  readonly ctx: Cx;
  /** Number of the attempt that ended; 0 = the first. */
  readonly attempt: number;
}

/** Which results are tried again. Source: pkg/retry ShouldResultRetry. */
export interface ResultRetry<Cx = unknown> {
  /** Timeouts of an attempt. @defaultValue true. Source: NotRetryForTimeout, the other way round. */
  readonly onTimeout?: boolean | undefined;
  /** Other errors. @defaultValue none. Source: ErrorRetryWithCtx. */
  readonly onError?: ((error: unknown, info: RetryInfo<Cx>) => boolean) | undefined;
  /** Answers: a value, or the declared exception; a business status is in the context. @defaultValue none. Source: RespRetryWithCtx. */
  readonly onResponse?: ((response: unknown, info: RetryInfo<Cx>) => boolean) | undefined;
}

/** A pause before each retry. Source: pkg/retry BackOffPolicy. */
export type Backoff = { readonly kind: 'none' } | { readonly kind: 'fixed'; readonly ms: number } | { readonly kind: 'random'; readonly minMs: number; readonly maxMs: number };

/** What a deadline rule is told. */
export interface DeadlineInfo {
  /** Until the caller's deadline; Infinity = it has none. Unit ms. */
  readonly remainingMs: number;
  /** Since the call began. Unit ms. */
  readonly elapsedMs: number;
  /** How long the last attempt took; 0 before the first. Unit ms. */
  readonly lastAttemptMs: number;
}

interface Common {
  /** Retries beside the first call. Integer from 0 to 5 (failure), 2 (backup), 3 (mixed). @defaultValue 2, 1, 1 */
  readonly maxRetries?: number | undefined;
  /** No retry starts later than so long after the call began; not for backup. Unit ms, 0 = no limit. @defaultValue 0 */
  readonly maxDurationMs?: number | undefined;
  /** A request that is itself a retry of an upstream service is not retried. @defaultValue true. Source: DisableChainStop, the other way round. */
  readonly chainStop?: boolean | undefined;
  /**
   * No retry that the caller's deadline leaves no time for: `true` = when less is left than the last attempt took, or a rule of your own that says stop; not
   * for backup. @defaultValue false. Source: DDLStop, RegisterDDLStop.
   */
  readonly deadlineStop?: boolean | ((info: DeadlineInfo) => boolean) | undefined;
  /** Largest share of retries among all calls of the method in 10 s, from 10 calls up. Above 0 up to 0.3. @defaultValue 0.1. Source: CBPolicy. */
  readonly errorRate?: number | undefined;
  /** Retries go to the instance of the call before, else to others while there are some. @defaultValue false */
  readonly sameNode?: boolean | undefined;
}

/** Again after a failure. Source: pkg/retry FailurePolicy. */
export interface FailurePolicy<Cx = unknown> extends Common, ResultRetry<Cx> {
  readonly kind: 'failure';
  /** @defaultValue none */
  readonly backoff?: Backoff | undefined;
}

/** A second request when the first is slow; the first to end counts. Source: pkg/retry BackupPolicy. */
export interface BackupPolicy extends Common {
  readonly kind: 'backup';
  /** Wait before the next request goes out. Unit ms, integer >= 1. */
  readonly delayMs: number;
}

/** Both: when slow, and after a failure. Source: pkg/retry MixedPolicy. */
export interface MixedPolicy<Cx = unknown> extends Common, ResultRetry<Cx> {
  readonly kind: 'mixed';
  /** Wait before the next request goes out. Unit ms, integer >= 1. */
  readonly delayMs: number;
  /** @defaultValue none */
  readonly backoff?: Backoff | undefined;
}

/** How calls are tried again. */
export type RetryPolicy<Cx = unknown> = FailurePolicy<Cx> | BackupPolicy | MixedPolicy<Cx>;

/** A policy with every value in place. */
export interface ResolvedPolicy {
  readonly kind: 'failure' | 'backup' | 'mixed';
  readonly maxRetries: number;
  readonly maxDurationMs: number;
  readonly chainStop: boolean;
  readonly deadlineStop: boolean | ((info: DeadlineInfo) => boolean);
  readonly errorRate: number;
  readonly sameNode: boolean;
  readonly delayMs: number;
  readonly backoff: Backoff;
  readonly onTimeout: boolean;
  readonly onError: ((error: unknown, info: RetryInfo) => boolean) | undefined;
  readonly onResponse: ((response: unknown, info: RetryInfo) => boolean) | undefined;
}

/** Largest number of retries by kind, and the default. Source: pkg/retry maxFailureRetryTimes, maxBackupRetryTimes, maxMixRetryTimes. */
export const retryLimits: Readonly<Record<ResolvedPolicy['kind'], { readonly most: number; readonly default: number }>> = {
  failure: { most: 5, default: 2 },
  backup: { most: 2, default: 1 },
  mixed: { most: 3, default: 1 },
};

/** Source: pkg/retry defaultCBErrRate, and the range of checkCBErrorRate. */
export const DEFAULT_ERROR_RATE = 0.1;
export const MAX_ERROR_RATE = 0.3;

const resultSpecs: { readonly [K in keyof ResultRetry]-?: OptionSpec<NonNullable<ResultRetry[K]>> } = {
  onTimeout: bool({ default: true }),
  onError: func(),
  onResponse: func(),
};

/** Checks of {@link ResultRetry}. */
export const resultRetryTable: OptionTable<ResultRetry> = optionTable<ResultRetry>(resultSpecs);

const common = (kind: ResolvedPolicy['kind']): { readonly [K in keyof Common]-?: OptionSpec<NonNullable<Common[K]>> } & { readonly kind: OptionSpec<typeof kind> } => ({
  kind: oneOf([kind]),
  maxRetries: int({ min: 0, max: retryLimits[kind].most, default: retryLimits[kind].default }),
  maxDurationMs: int({ unit: 'ms, 0 = no limit', min: 0, default: 0 }),
  chainStop: bool({ default: true }),
  deadlineStop: any<NonNullable<Common['deadlineStop']>>({ default: false, what: 'true, false or a function', test: (v) => typeof v === 'boolean' || typeof v === 'function' }),
  errorRate: num({ min: 0.000001, max: MAX_ERROR_RATE, default: DEFAULT_ERROR_RATE }),
  sameNode: bool({ default: false }),
});

const delayMs = int({ unit: 'ms', min: 1, max: 3_600_000, required: true });
const backoff = any<Backoff>({
  default: { kind: 'none' },
  what: '{ kind: "none" }, { kind: "fixed", ms } or { kind: "random", minMs, maxMs } with ms > 0 and minMs < maxMs',
  test: isBackoff,
});
const NONE: Backoff = { kind: 'none' };

type Bag = Record<string, unknown>;
const tables: Readonly<Record<ResolvedPolicy['kind'], OptionTable<Bag>>> = {
  failure: optionTable<Bag>({ ...common('failure'), ...resultSpecs, backoff } as never),
  backup: optionTable<Bag>({ ...common('backup'), delayMs } as never),
  mixed: optionTable<Bag>({ ...common('mixed'), ...resultSpecs, delayMs, backoff } as never),
};

function isBackoff(v: unknown): boolean {
  const b = v as Partial<Record<'kind' | 'ms' | 'minMs' | 'maxMs', unknown>> | null;
  const ms = (x: unknown): x is number => typeof x === 'number' && x > 0 && x < Infinity;
  if (typeof b !== 'object' || b === null) return false;
  if (b.kind === 'fixed') return ms(b.ms);
  if (b.kind === 'random') return ms(b.minMs) && ms(b.maxMs) && b.minMs < b.maxMs;
  return b.kind === 'none';
}

/** Checks a policy and fills its defaults. Errors: OptionError that names the option. */
export function resolvePolicy(policy: RetryPolicy<never>, path: string): ResolvedPolicy {
  const kind = (policy as { readonly kind?: unknown } | null | undefined)?.kind;
  if (kind !== 'failure' && kind !== 'backup' && kind !== 'mixed') throw new OptionError(`${path}.kind`, `${path}.kind: got ${String(kind)}, wanted one of "failure", "backup", "mixed"`);
  const o = tables[kind].resolve(policy as unknown as Bag, path) as unknown as ResolvedPolicy;
  return { ...o, delayMs: o.delayMs ?? 0, backoff: o.backoff ?? NONE, onTimeout: o.onTimeout ?? true, onError: o.onError, onResponse: o.onResponse };
}
