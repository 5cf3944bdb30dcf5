// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { loadProtoText } from '@cloudwego/pilota-build';
import type { ProtoMessage, ProtoProgram } from '@cloudwego/pilota-build';
import { RandomMessages } from '../protobuf/random.js';
import { random } from '../random.js';

const SCALARS = 'double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string bytes'.split(' ');
const KEYS = 'int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string'.split(' ');
const MESSAGES = 25;
/** Values of each message; they begin deep, so that they stay small. */
const EACH = 28;

/** A random file: every kind of field, messages inside one another; the same every time. */
function schema(syntax: 'proto2' | 'proto3' | 'editions', seed: number): string {
  const next = random(seed);
  const below = (n: number): number => Math.floor(next() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const optional = syntax === 'proto2' ? 'optional ' : '';
  const out = [syntax === 'editions' ? 'edition = "2023";' : `syntax = "${syntax}";`, `package vectors.${syntax};`, 'enum Color { NONE = 0; RED = 1; FAR = 2000000; BELOW = -5; }'];
  for (let m = 0; m < MESSAGES; m++) {
    const type = (): string => (below(6) === 0 ? 'Color' : below(4) === 0 ? `M${below(m + 1)}` : pick(SCALARS));
    const numbers = new Set<number>();
    const number = (): number => {
      for (;;) {
        const n = pick([1 + below(15), 16 + below(300), 3000 + below(5000), 20000 + below(500_000_000)]);
        if (numbers.has(n)) continue;
        numbers.add(n);
        return n;
      }
    };
    const lines: string[] = [];
    for (let i = 4 + below(10); i > 0; i--) {
      const name = `f${lines.length}_${pick(['a', 'bc', 'd_e'])}`;
      const kind = below(12);
      if (kind < 5) lines.push(`${syntax === 'proto3' && below(3) === 0 ? 'optional ' : optional}${type()} ${name} = ${number()};`);
      else if (kind < 8) lines.push(`repeated ${type()} ${name} = ${number()};`);
      else if (kind === 8 && syntax !== 'editions') lines.push(`repeated ${pick(SCALARS.slice(0, 13))} ${name} = ${number()} [packed = ${below(2) === 0}];`);
      else if (kind === 8) lines.push(`M${below(m + 1)} ${name} = ${number()} [features.message_encoding = DELIMITED];`);
      else if (kind === 9) lines.push(`map<${pick(KEYS)}, ${type()}> ${name} = ${number()};`);
      else if (kind === 10) lines.push(`oneof ${name} { ${type()} ${name}x = ${number()}; ${type()} ${name}y = ${number()}; }`);
      else if (syntax === 'proto2') lines.push(`optional group G${m}x${lines.length} = ${number()} { optional ${pick(SCALARS)} inner = 1; }`);
      else lines.push(`${type()} ${name} = ${number()};`);
    }
    out.push(`message M${m} { ${lines.join('\n  ')} }`);
  }
  return out.join('\n');
}

/** Programs, each with the messages of its root file and their random values. */
export function vectorValues(): readonly { readonly program: ProtoProgram; readonly messages: readonly { readonly message: ProtoMessage; readonly values: readonly unknown[] }[] }[] {
  return (['proto2', 'proto3', 'editions'] as const).map((syntax, i) => {
    const program = loadProtoText(schema(syntax, i + 11), `${syntax}.proto`);
    const messages = program.root.messages.filter((m) => /^M\d+$/.test(m.name)).map((message, n) => {
      const values = new RandomMessages(100 * i + n);
      return { message, values: Array.from({ length: EACH }, () => values.message(message, 3)) };
    });
    return { program, messages };
  });
}
