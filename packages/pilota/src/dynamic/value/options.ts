// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { int, oneOf, optionTable } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';

/** How dynamic values look in JavaScript, and what becomes of what is absent. */
export interface ValueOptions {
  /** What an i64 is read as; a number where it is safe, else an error. Written are all three. @defaultValue 'bigint' */
  readonly i64?: 'bigint' | 'number' | 'string' | undefined;
  /** What binary is read as: bytes of its own, base64, or UTF-8. A string is written as base64 where this is 'base64', else as UTF-8. @defaultValue 'bytes' */
  readonly binary?: 'bytes' | 'base64' | 'text' | undefined;
  /** What structs are read as. Both are written. @defaultValue 'object' */
  readonly structs?: 'object' | 'map' | undefined;
  /** What maps are read as; an object's keys are text. Both are written, keys that are text converted to what the IDL says. @defaultValue 'map' */
  readonly maps?: 'map' | 'object' | undefined;
  /** What sets are read as. Any iterable is written. @defaultValue 'set' */
  readonly sets?: 'set' | 'array' | undefined;
  /** What enums are read as; a number that has no name stays one. Both are written. @defaultValue 'number' */
  readonly enums?: 'number' | 'name' | undefined;
  /** What fields are called: as in the IDL, or by `api.key` and the json name of `go.tag`, where they are. @defaultValue 'alias' */
  readonly keys?: 'name' | 'alias' | undefined;
  /** Which absent fields are there after reading: none, those with a default of the IDL, all but optional ones, all. Go: SetFieldsForEmptyStruct. @defaultValue 'defaults' */
  readonly fill?: 'none' | 'defaults' | 'non-optional' | 'all' | undefined;
  /** What is written for a required field that is not set: the zero value of its type, as Go's generic calls do; its default, else the zero value; or an error. @defaultValue 'zero' */
  readonly absentRequired?: 'zero' | 'default' | 'error' | undefined;
  /** The same for a field that is neither required nor optional. @defaultValue 'zero' */
  readonly absentDefault?: 'zero' | 'default' | 'omit' | undefined;
  /** The same for an optional field; 'default' writes those that have one. @defaultValue 'omit' */
  readonly absentOptional?: 'zero' | 'default' | 'omit' | undefined;
  /** Keys of a value that the struct does not have, and fields of bytes. @defaultValue 'ignore' */
  readonly unknown?: 'ignore' | 'error' | undefined;
  /** Structs and containers inside one another. @defaultValue 64 */
  readonly maxDepth?: number | undefined;
}

const table: OptionTable<ValueOptions> = optionTable<ValueOptions>({
  i64: oneOf(['bigint', 'number', 'string'] as const, { default: 'bigint' }),
  binary: oneOf(['bytes', 'base64', 'text'] as const, { default: 'bytes' }),
  structs: oneOf(['object', 'map'] as const, { default: 'object' }),
  maps: oneOf(['map', 'object'] as const, { default: 'map' }),
  sets: oneOf(['set', 'array'] as const, { default: 'set' }),
  enums: oneOf(['number', 'name'] as const, { default: 'number' }),
  keys: oneOf(['name', 'alias'] as const, { default: 'alias' }),
  fill: oneOf(['none', 'defaults', 'non-optional', 'all'] as const, { default: 'defaults' }),
  absentRequired: oneOf(['zero', 'default', 'error'] as const, { default: 'zero' }),
  absentDefault: oneOf(['zero', 'default', 'omit'] as const, { default: 'zero' }),
  absentOptional: oneOf(['zero', 'default', 'omit'] as const, { default: 'omit' }),
  unknown: oneOf(['ignore', 'error'] as const, { default: 'ignore' }),
  maxDepth: int({ min: 1, max: 1000, default: 64 }),
});

export type ResolvedValueOptions = { readonly [K in keyof ValueOptions]-?: NonNullable<ValueOptions[K]> };

/** Checks options and fills defaults. Errors: OptionError. */
export function resolveValueOptions(o: ValueOptions): ResolvedValueOptions {
  return table.resolve(o, 'values') as ResolvedValueOptions;
}

/** What becomes of a field that is not set. */
export function absence(f: { readonly requiredness: 'required' | 'default' | 'optional' }, o: ResolvedValueOptions): 'zero' | 'default' | 'omit' | 'error' {
  if (f.requiredness === 'required') return o.absentRequired;
  return f.requiredness === 'optional' ? o.absentOptional : o.absentDefault;
}
