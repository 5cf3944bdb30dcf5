// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export type { DispatchPlan, Instance, LoadBalancer, Picker, Registration, Registry, Resolver, Snapshot, Target } from './spi.js';
export { createDispatch } from './dispatch.js';
export type { Dispatch, DispatchOptions } from './dispatch.js';
export { fixedResolver } from './fixed-resolver.js';
export type { DiscoveryChange } from './discovery.js';
export { DispatchClosedError, EmptyListError, NoInstanceError, ResolveError, RetryDurationError, RetryLostError } from './errors.js';

// Balancers
export { weightedRoundRobin } from './weighted-round-robin.js';
export { interleavedWeightedRoundRobin } from './balancers/interleaved.js';
export { weightedRandom, weightedRandomAlias } from './balancers/weighted-random.js';
export type { RandomOptions } from './balancers/weighted-random.js';
export { consistentHash } from './balancers/consistent-hash.js';
export type { ConsistentHashOptions } from './balancers/consistent-hash.js';
export { leastRequest } from './balancers/least-request.js';
export { p2cEwma } from './balancers/p2c-ewma.js';
export type { P2cEwmaOptions } from './balancers/p2c-ewma.js';
export { outlierExclusion } from './balancers/outlier.js';
export type { OutlierOptions } from './balancers/outlier.js';
export { locality, subset } from './balancers/prefer.js';
export type { LocalityOptions, SubsetOptions } from './balancers/prefer.js';

// Retry
export { ANY_METHOD, RetryContainer } from './retry/container.js';
export type { RetryContainerOptions } from './retry/container.js';
export { RetryBudget } from './retry/budget.js';
export type { RetryBudgetOptions } from './retry/budget.js';
export type { Backoff, BackupPolicy, DeadlineInfo, FailurePolicy, MixedPolicy, ResolvedPolicy, ResultRetry, RetryInfo, RetryPolicy } from './retry/policy.js';
export { resolvePolicy } from './retry/policy.js';
export { retryPolicyFromJson, retryPolicyToJson } from './retry/policy-json.js';
export type { PolicyDocument } from './retry/policy-json.js';
export { retryRefused, RetryRun } from './retry/run.js';
export type { Attempt, RetryPlan } from './retry/run.js';

// Circuit breakers
export { BreakerSuite } from './breaker/suite.js';
export type { BreakerConfig, BreakerEvent, BreakerLevel, BreakerOutcome, BreakerSuiteOptions } from './breaker/suite.js';

// State that threads share
export { Counter, Counters, createCounterShare } from './counters.js';
export type { CounterShare, CounterShareOptions } from './counters.js';

// Limits
export { concurrencyLimiter, qpsLimiter } from './limit/limiters.js';
export type { Limiter, LimiterOptions } from './limit/limiters.js';
export { LoadGauge } from './limit/gauge.js';
export type { Load } from './limit/gauge.js';
export { BUDGET_HEADER, formatBudget, formatLoad, LOAD_KEY, loadFactor, LoadReport, parseBudget, parseLoad } from './load-signal.js';
export { OverloadGuard } from './limit/overload.js';
export type { OverloadOptions, PriorityClass } from './limit/overload.js';

// Configuration while it runs
export { ClientConfig, ServerConfig } from './config/client-config.js';
export type { ClientConfigOptions, ServerConfigOptions } from './config/client-config.js';
export type { DegradationDocument, LimitDocument, MethodTimeout } from './config/documents.js';
export { configSchemas } from './config/schemas.js';
export { fileLayout, nacosLayout, pathLayout } from './config/layouts.js';
export type { PathLayoutOptions } from './config/layouts.js';
export type { ConfigCategory, ConfigLayout, ConfigName, ConfigSink, ConfigSource } from './config/source.js';
