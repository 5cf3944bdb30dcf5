// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { int, oneOf, optionTable } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';

/** How dynamic Protobuf values look in JavaScript. In all else they look as generated code's do. */
export interface ProtoValueOptions {
  /** What integers of 64 bits are read as; a number where it is safe, else an error. Written are all three. @defaultValue 'bigint' */
  readonly i64?: 'bigint' | 'number' | 'string' | undefined;
  /** Fields that the message does not have: kept and written again, or passed over. Go: DiscardUnknown. @defaultValue 'keep' */
  readonly unknown?: 'keep' | 'drop' | undefined;
  /** Messages inside one another. @defaultValue 64 */
  readonly maxDepth?: number | undefined;
}

const table: OptionTable<ProtoValueOptions> = optionTable<ProtoValueOptions>({
  i64: oneOf(['bigint', 'number', 'string'] as const, { default: 'bigint' }),
  unknown: oneOf(['keep', 'drop'] as const, { default: 'keep' }),
  maxDepth: int({ min: 1, max: 1000, default: 64 }),
});

export type ResolvedProtoValueOptions = { readonly [K in keyof ProtoValueOptions]-?: NonNullable<ProtoValueOptions[K]> };

/** Checks options and fills defaults. Errors: OptionError. */
export function resolveProtoValueOptions(o: ProtoValueOptions): ResolvedProtoValueOptions {
  return table.resolve(o, 'protoValues') as ResolvedProtoValueOptions;
}
