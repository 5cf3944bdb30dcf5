// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { OptionValue, ProtoType } from './model.js';

/** A value as generated code has it: integers of 64 bits as bigint, enums as their number. */
export type ScalarValue = number | bigint | boolean | string | Uint8Array;

const RANGES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};
const ALIAS: Readonly<Record<string, string>> = { sint32: 'int32', sfixed32: 'int32', sint64: 'int64', sfixed64: 'int64', fixed32: 'uint32', fixed64: 'uint64' };

/** What a written value is as a value of a type that is no message; an Error says why it is none. */
export function scalarOf(type: ProtoType, v: OptionValue): ScalarValue | Error {
  if (type.kind === 'message') return new Error('wanted a message');
  if (type.kind === 'enum') {
    if (v.kind !== 'ident') return new Error(`wanted a name of ${type.decl.fullName}`);
    const found = type.decl.values.find((x) => x.name === v.text);
    return found === undefined ? new Error(`got "${v.text}", which ${type.decl.fullName} has not`) : found.number;
  }
  switch (type.name) {
    case 'bool':
      return v.kind === 'ident' && (v.text === 'true' || v.text === 'false') ? v.text === 'true' : new Error('wanted true or false');
    case 'string':
      if (v.kind !== 'string') return new Error('wanted a string');
      return Buffer.from(v.bytes).toString('utf8');
    case 'bytes':
      return v.kind === 'string' ? v.bytes : new Error('wanted a string');
    case 'double':
    case 'float': {
      if (v.kind === 'int') return Number(v.value);
      if (v.kind === 'float') return v.value;
      if (v.kind === 'ident' && /^inf(inity)?$/i.test(v.text)) return Infinity;
      return v.kind === 'ident' && v.text.toLowerCase() === 'nan' ? NaN : new Error('wanted a number');
    }
    default: {
      const name = ALIAS[type.name] ?? type.name;
      const [least, most] = RANGES[name]!;
      if (v.kind !== 'int') return new Error('wanted an integer');
      if (v.value < least || v.value > most) return new Error(`got ${v.value}, wanted ${least} to ${most}`);
      return name.endsWith('64') ? v.value : Number(v.value);
    }
  }
}
