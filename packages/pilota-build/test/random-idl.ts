// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { random } from './random.js';

/** What a random IDL is made of. */
export interface RandomIdlOptions {
  readonly structs: number;
  /** Names of declarations, fields and methods are drawn from here and get a number, which makes them differ in IDL terms. */
  readonly words?: readonly string[] | undefined;
  /** Whether words may stand without a number: then names clash, and are reserved in TypeScript. @defaultValue false */
  readonly bare?: boolean | undefined;
  /** Sets of scalars only and keys that Go can hash: Go peers have to read it. @defaultValue false */
  readonly forGo?: boolean | undefined;
  readonly services?: number | undefined;
}

const SCALARS = ['bool', 'i8', 'byte', 'i16', 'i32', 'i64', 'double', 'string', 'binary'];
const KEYS = ['i8', 'i16', 'i32', 'i64', 'string'];

/** A random IDL that is syntactically right: the same for the same seed. */
export function randomIdl(seed: number, o: RandomIdlOptions): string {
  const next = random(seed);
  const below = (n: number): number => Math.floor(next() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const words = o.words ?? ['item', 'Order', 'user', 'Address', 'state', 'Total', 'value'];
  const name = (i: number, upper: boolean): string => {
    const w = pick(words);
    const text = o.bare === true && below(2) === 0 ? w : `${w}${i}`;
    return upper ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  };
  const enums: string[] = [];
  const structs: string[] = [];
  const exceptions: string[] = [];
  const typedefs: string[] = [];
  const out: string[] = [];

  const key = (): string => (o.forGo === true ? pick([...KEYS, ...enums]) : pick([...KEYS, 'bool', 'double', 'binary', ...enums, ...structs.slice(0, 2)]));
  const type = (depth: number): string => {
    switch (depth > 2 ? 0 : below(12)) {
      case 7:
        return `list<${type(depth + 1)}>`;
      case 8:
        return `set<${o.forGo === true ? pick(['i32', 'string', 'i64']) : type(depth + 1)}>`;
      case 9:
        return `map<${key()}, ${type(depth + 1)}>`;
      case 5:
      case 6:
        return structs.length > 0 ? pick(structs) : 'string';
      case 4:
        return pick([...enums, ...typedefs]);
      default:
        return pick(SCALARS);
    }
  };
  const literal = (t: string): string | undefined => {
    if (t === 'bool') return pick(['true', 'false']);
    if (['i8', 'byte', 'i16', 'i32', 'i64'].includes(t)) return String(below(200) - 100);
    if (t === 'double') return `${below(100)}.5`;
    if (t === 'string') return `"text ${below(100)}"`;
    return /^(list|set)<(i32|i64|i16)>$/.test(t) ? `[${below(9)}, ${10 + below(9)}]` : undefined;
  };

  for (let i = 0; i < 3; i++) {
    const n = name(i, true);
    out.push(`enum ${n} { ${Array.from({ length: 1 + below(4) }, (_, k) => `${name(k, true)}_${k} = ${k * (1 + below(5))}`).join(', ')} }`);
    enums.push(n);
  }
  for (let i = 3; i < 5; i++) {
    const n = name(i, true);
    out.push(`typedef ${pick(['i64', 'string', 'list<i32>', 'map<string, i64>', ...enums])} ${n}`);
    typedefs.push(n);
  }
  for (let i = 5; i < 5 + o.structs; i++) {
    const kind = pick(['struct', 'struct', 'struct', 'union', 'exception']);
    const n = name(i, true);
    // A name that is taken already is written twice: an IDL error, not a crash.
    let id = 0;
    const fields = Array.from({ length: kind === 'union' ? 1 + below(4) : below(8) }, (_, k) => {
      const self = kind === 'struct' && below(12) === 0;
      const t = self ? pick([n, `list<${n}>`, `map<string, ${n}>`]) : type(0);
      const requiredness = self ? 'optional ' : kind === 'union' ? '' : pick(['', '', 'optional ', 'required ']);
      const value = kind === 'union' || below(3) > 0 ? undefined : literal(t);
      id += 1 + below(below(5) === 0 ? 40 : 2);
      return `  ${id}: ${requiredness}${t} ${name(k, false)}${value === undefined ? '' : ` = ${value}`}`;
    });
    out.push(`${kind} ${n} {\n${fields.join('\n')}\n}`);
    if (kind === 'exception') exceptions.push(n);
    else structs.push(n);
  }
  for (let i = 0; i < (o.services ?? 0); i++) {
    const methods = Array.from({ length: below(5) }, (_, k) => {
      const args = Array.from({ length: below(4) }, (_x, a) => `${a + 1}: ${type(0)} ${name(a, false)}`).join(', ');
      const throwing = exceptions.length > 0 && below(2) === 0 ? ` throws (1: ${pick(exceptions)} ${name(1, false)})` : '';
      return `  ${below(4) === 0 ? 'void' : type(0)} ${name(k, below(2) === 0)}(${args})${throwing}`;
    });
    out.push(`service ${name(100 + i, true)} {\n${methods.join('\n')}\n}`);
  }
  return `namespace js random\nnamespace go random\n\n${out.join('\n\n')}\n`;
}
