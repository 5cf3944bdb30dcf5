// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ConfigCategory } from './source.js';

const object = (properties: Readonly<Record<string, unknown>>): unknown => ({ type: 'object', properties });
const byMethod = (entry: unknown): unknown => ({ type: 'object', description: 'By method; * = all others.', additionalProperties: entry });
const whole = (description: string): unknown => ({ type: 'integer', minimum: 0, default: 0, description });
const flag = (description: string): unknown => ({ type: 'boolean', default: false, description });

const stop = (most: number): unknown =>
  object({
    max_retry_times: { type: 'integer', minimum: 0, maximum: most, default: 0, description: 'Retries beside the first request.' },
    max_duration_ms: whole('No retry starts later; 0 = no limit.'),
    disable_chain_stop: flag('Retry requests that are retries of their caller, too.'),
    ddl_stop: flag('Do not retry when the deadline leaves no time.'),
    cb_policy: object({ error_rate: { type: 'number', exclusiveMinimum: 0, maximum: 0.3, default: 0.1, description: 'Largest share of retries.' } }),
  });
const backoff = object({
  backoff_type: { enum: ['none', 'fixed', 'random'], default: 'none' },
  cfg_items: object({ fix_ms: { type: 'number', exclusiveMinimum: 0 }, min_ms: { type: 'number', exclusiveMinimum: 0 }, max_ms: { type: 'number', exclusiveMinimum: 0 } }),
});
const sameNode = flag('Retry at the same instance.');
const delay = { type: 'integer', minimum: 1, description: 'Wait before a further request goes out.' };

/**
 * JSON Schemas (2020-12) of the documents, for editors and for checks before a document is published. Readers are more lenient: keys of any case, unknown keys.
 */
export const configSchemas: Readonly<Record<ConfigCategory, unknown>> = {
  rpc_timeout: { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'Time limits of a client', ...(byMethod(object({ rpc_timeout_ms: whole('Of a call; 0 = none.'), conn_timeout_ms: whole('Of a connection attempt; 0 = none.') })) as object) },
  retry: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Retry policies of a client',
    ...(byMethod(
      object({
        enable: flag('Off = no retries, also where * has some.'),
        type: { enum: [0, 1, 2], default: 0, description: '0 failure, 1 backup, 2 mixed.' },
        failure_policy: object({ stop_policy: stop(5), backoff_policy: backoff, retry_same_node: sameNode, extra: { type: 'string' } }),
        backup_policy: object({ retry_delay_ms: delay, stop_policy: stop(2), retry_same_node: sameNode }),
        mixed_policy: object({ retry_delay_ms: delay, stop_policy: stop(3), backoff_policy: backoff, retry_same_node: sameNode, extra: { type: 'string' } }),
      }),
    ) as object),
  },
  circuit_break: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Breakers of a client',
    description: 'By method; there is no entry for all.',
    type: 'object',
    additionalProperties: object({ enable: flag('Off = the method has no breaker.'), err_rate: { type: 'number', exclusiveMinimum: 0, maximum: 1 }, min_sample: { type: 'integer', minimum: 1 } }),
  },
  degradation: { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'Calls that a client refuses', ...(object({ enable: flag('Off = none.'), percentage: { type: 'number', minimum: 0, maximum: 100, default: 0 } }) as object) },
  limit: { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'Limits of a server', ...(object({ connection_limit: whole('0 = none.'), qps_limit: whole('Per second; 0 = none.') }) as object) },
};
