// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, describe, expect, it } from 'vitest';
import { generateThrift, IdlError, loadThriftText } from '@cloudwego/pilota-build';
import { randomIdl } from '../random-idl.js';
import { cleanUp, typeCheck, write } from './load.js';

/*
 * Whatever an IDL calls its things, it is refused with a message or it compiles under the strictest options. PILOTA_RANDOM_IDLS: how many of each kind.
 */
const COUNT = Number(process.env['PILOTA_RANDOM_IDLS'] ?? 5);

const WORDS = (
  'class default function import export await async arguments eval this super new delete typeof void yield let static enum interface type of get set any unknown never undefined NaN ' +
  'Map Set Promise Record Readonly Error Array Object String Symbol Uint8Array BigInt Iterable AsyncIterable ReadonlyMap Buffer globalThis name stack cause message constructor toString ' +
  'valueOf hasOwnProperty prototype length __proto__ then close encode decode shape w r v t depth unknown_ set_ n1 a1 e1 k1 m1 success error ctx options requests XInput Client Handlers $'
)
  .split(' ')
  .filter((w) => w !== '$' && !['enum', 'void', 'set', 'map', 'list', 'async', 'const', 'service', 'struct', 'include', 'namespace', 'oneway', 'throws', 'extends', 'optional', 'required'].includes(w));

afterAll(cleanUp);

describe.each([
  ['with names that TypeScript has taken', { words: WORDS, bare: false }],
  ['with nothing else, so that names clash', { words: WORDS, bare: true }],
])('random IDLs %s', (title, o) => {
  it('are refused with a message, or compile', () => {
    const roots: string[] = [];
    let refused = 0;
    for (let seed = 0; seed < COUNT * 8; seed++) {
      const idl = randomIdl(seed + title.length * 1000, { ...o, structs: o.bare ? 4 : 10, services: 2 });
      let files;
      try {
        files = generateThrift(loadThriftText(idl, `idl${seed}.thrift`), { keepUnknownFields: seed % 2 === 1, i64: (['bigint', 'number', 'string'] as const)[seed % 3]! });
      } catch (e) {
        // Anything else is a crash of the compiler.
        expect(e, idl).toBeInstanceOf(IdlError);
        refused++;
        continue;
      }
      if (roots.length >= COUNT) continue;
      const dir = write(files);
      for (const f of files) roots.push(`${dir}/${f.path}`);
    }
    expect(typeCheck('/', roots).errors).toEqual([]);
    expect(roots.length).toBeGreaterThan(0);
    if (!o.bare) expect(refused).toBeLessThan(COUNT * 8);
  });
});

it.each([
  ['a cycle of typedefs', 'typedef A B\ntypedef B A'],
  ['a cycle of services', 'service A extends B {}\nservice B extends A {}'],
  ['a struct that requires itself', 'struct A { 1: required A a = {} }'],
  ['a default that needs itself by way of another struct', 'struct B { 1: A a }\nstruct A { 1: B b = {} }'],
  ['a default that needs itself in a list of a constant', 'const list<A> L = [{}]\nstruct A { 1: list<A> a = L }'],
  ['a constant of itself', 'const i32 A = B\nconst i32 B = A'],
  ['two fields of one name', 'struct A { 1: i32 a, 2: i32 a }'],
])('%s gets a message', (_, idl) => {
  expect(() => generateThrift(loadThriftText(idl))).toThrow(IdlError);
});
