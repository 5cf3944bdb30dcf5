// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { bool, int, oneOf, optionTable } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';

/** How JSON and Thrift meet. Source: cloudwego/dynamicgo conv/api.go Options, each of which is named. */
export interface JsonOptions {
  /** What an i64 is in JSON; a number beyond 2^53 keeps its digits. Go: Int642String. @defaultValue 'number' */
  readonly i64?: 'number' | 'string' | undefined;
  /** Takes integers and doubles that stand in quotes; '' is 0. Go: String2Int64. @defaultValue false */
  readonly quotedNumbers?: boolean | undefined;
  /** What binary is in JSON: base64, or UTF-8. Go: NoBase64Binary. @defaultValue 'base64' */
  readonly binary?: 'base64' | 'text' | undefined;
  /** What an enum is written as; names and numbers are read. @defaultValue 'number' */
  readonly enums?: 'number' | 'name' | undefined;
  /** Honours `api.js_conv`: integers of the field, also in lists and as values of maps, are text. Go: EnableValueMapping. @defaultValue true */
  readonly jsConv?: boolean | undefined;
  /** How an i8 is written. Go: ByteAsUint8. @defaultValue 'signed' */
  readonly i8?: 'signed' | 'unsigned' | undefined;
  /** NaN and the infinities, which JSON does not have. Go: EncodeNullJSONForInfOrNan. @defaultValue 'error' */
  readonly nonFinite?: 'error' | 'null' | undefined;
  /** What fields are called: as in the IDL, or by `api.key` and the json name of `go.tag`, where they are. @defaultValue 'alias' */
  readonly keys?: 'name' | 'alias' | undefined;
  /** What stands for a required field that is absent: its zero value, its default (else the zero value), or an error. Go: WriteRequireField. @defaultValue 'error' */
  readonly absentRequired?: 'zero' | 'default' | 'error' | undefined;
  /** The same for a field that is neither required nor optional. Go: WriteDefaultField. @defaultValue 'omit' */
  readonly absentDefault?: 'zero' | 'default' | 'omit' | undefined;
  /** The same for an optional field; 'default' stands for those that have one. Go: WriteOptionalField. @defaultValue 'omit' */
  readonly absentOptional?: 'zero' | 'default' | 'omit' | undefined;
  /** Fields that the struct does not have. Go: DisallowUnknownField. @defaultValue 'ignore' */
  readonly unknown?: 'ignore' | 'error' | undefined;
  /** Objects and arrays, structs and containers inside one another. @defaultValue 64 */
  readonly maxDepth?: number | undefined;
}

const table: OptionTable<JsonOptions> = optionTable<JsonOptions>({
  i64: oneOf(['number', 'string'] as const, { default: 'number' }),
  quotedNumbers: bool({ default: false }),
  binary: oneOf(['base64', 'text'] as const, { default: 'base64' }),
  enums: oneOf(['number', 'name'] as const, { default: 'number' }),
  jsConv: bool({ default: true }),
  i8: oneOf(['signed', 'unsigned'] as const, { default: 'signed' }),
  nonFinite: oneOf(['error', 'null'] as const, { default: 'error' }),
  keys: oneOf(['name', 'alias'] as const, { default: 'alias' }),
  absentRequired: oneOf(['zero', 'default', 'error'] as const, { default: 'error' }),
  absentDefault: oneOf(['zero', 'default', 'omit'] as const, { default: 'omit' }),
  absentOptional: oneOf(['zero', 'default', 'omit'] as const, { default: 'omit' }),
  unknown: oneOf(['ignore', 'error'] as const, { default: 'ignore' }),
  maxDepth: int({ min: 1, max: 1000, default: 64 }),
});

export type ResolvedJsonOptions = { readonly [K in keyof JsonOptions]-?: NonNullable<JsonOptions[K]> };

/** Checks options and fills defaults. Errors: OptionError. */
export function resolveJsonOptions(o: JsonOptions): ResolvedJsonOptions {
  return table.resolve(o, 'json') as ResolvedJsonOptions;
}
