// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, describe, expect, it } from 'vitest';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateThrift, IdlError, loadThrift } from '@cloudwego/pilota-build';
import { cleanUp, load, program, texts, typeCheck, write } from './load.js';

afterAll(() => {
  cleanUp();
});

describe('modules', () => {
  it('follow namespaces: ts, js, *, go, then the file name', () => {
    const of = (ns: string): string[] => [...texts({ 'My.File.thrift': `${ns}\nstruct S {}` }).keys()];
    expect(of('namespace ts a.b\nnamespace js c\nnamespace go d')).toEqual(['a/b/index.ts']);
    expect(of('namespace js c\nnamespace * e\nnamespace go d')).toEqual(['c/index.ts']);
    expect(of('namespace * e\nnamespace go d')).toEqual(['e/index.ts']);
    expect(of('namespace go d.e.f')).toEqual(['d/e/f/index.ts']);
    expect(of('namespace rs x')).toEqual(['my/file/index.ts']);
    expect(of('namespace js x.y.z')).toEqual(['x/y/z/index.ts']);
  });

  it('share a namespace without sharing a file, and refuse two declarations of one name', () => {
    const files = { 'a.thrift': 'include "b.thrift"\nnamespace js n\nstruct A { 1: b.B b }', 'b.thrift': 'namespace js n\nstruct B {}' };
    const out = texts(files);
    expect([...out.keys()].sort()).toEqual(['n/a.ts', 'n/b.ts', 'n/index.ts']);
    expect(out.get('n/index.ts')).toContain("export * from './a.js';");
    expect(() => texts({ ...files, 'a.thrift': files['a.thrift'].replace('struct A', 'struct B') })).toThrow(/"B" is declared in .*b\.thrift too|THRIFT_NAMESPACE_CLASH/);
  });

  it('import what they include, from where -use says', () => {
    const files = { 'a.thrift': 'include "b.thrift"\nnamespace js x.a\nstruct A { 1: b.B b }', 'b.thrift': 'namespace js x.b\nstruct B {}' };
    expect(texts(files).get('x/a/index.ts')).toContain("import * as $b from '../b/index.js';");
    const used = texts(files, { use: { 'x.b': '@acme/b' } });
    expect([...used.keys()]).toEqual(['x/a/index.ts']);
    expect(used.get('x/a/index.ts')).toContain("import * as $b from '@acme/b';");
    expect([...texts(files, { noRecurse: true }).keys()]).toEqual(['x/a/index.ts']);
    expect(texts(files, { importExtension: '.ts' }).get('x/a/index.ts')).toContain("'../b/index.ts'");
  });
});

describe('names', () => {
  it('of methods have their first letter lowered, and meet nobody', async () => {
    const { S } = await load('namespace js m\nservice S { void Echo(), void close(), void Then(), void _hidden(), string ToString() }', 'm/index.ts');
    expect(S.methods.map((m: { name: string; key: string }) => [m.name, m.key])).toEqual([
      ['Echo', 'echo'],
      ['close', 'close_'],
      ['Then', 'then_'],
      ['ToString', 'toString_'],
    ]);
    expect(() => texts('service S { void Echo(), void echo() }')).toThrow(IdlError);
    expect(() => texts('service S { void Echo(), void echo() }')).toThrow('methods "Echo" and "echo" both become "echo" in TypeScript');
  });

  it('of the IDL win over those that are made from them', () => {
    const text = texts('struct X { 1: i64 a }\nstruct XInput { 1: X x }\nstruct Map { 1: map<string, Map> m }\nenum class { A = 1 }').get('test/index.ts')!;
    expect(text).toContain('export interface XInput_ {');
    expect(text).toContain('export interface XInput {');
    expect(text).toContain('globalThis.Map<string, Map>');
    expect(text).toContain('export const class_ = {');
  });
});

describe('services', () => {
  it('inherit, also across files', async () => {
    const files = {
      'a.thrift': 'include "b.thrift"\nnamespace js sa\nservice A extends b.B { i32 own(1: i32 x, 2: string y) }',
      'b.thrift': 'namespace js sb\nservice B { string base() }',
    };
    const { A } = await load(files, 'sa/index.ts');
    expect(A.methods.map((m: { key: string; arity: number }) => [m.key, m.arity])).toEqual([
      ['base', 0],
      ['own', 2],
    ]);
    const text = texts(files).get('sa/index.ts')!;
    expect(text).toContain('export interface AClient extends $b.BClient {');
    expect(text).toContain('own(x: number, y: string, options?: $.CallOptions): Promise<number>;');
    expect(text).toContain('own(x: number, y: string, ctx: $.HandlerContext): $.Awaitable<number>;');
  });

  it('carry docs, annotations, oneway, streams', () => {
    const text = texts(`
namespace js d
/** A greeting. */
struct G { 1: string t }
service S {
  // Says hello.
  G Hello(1: G g) (api.get = "/hello", deprecated = "yes")
  oneway void Note(1: string default)
  G Up(1: G g) (streaming.mode = "client")
  G Down(1: G g) (streaming.mode = "server")
  G Both(1: G g) (streaming.mode = "bidirectional")
}`).get('d/index.ts')!;
    expect(text).toContain('/** A greeting. */\nexport interface G {');
    expect(text).toContain('  /** Says hello. */\n  hello(g: GInput, options?: $.CallOptions): Promise<G>;');
    expect(text).toContain("annotations: { 'api.get': '/hello', deprecated: 'yes' }");
    expect(text).toContain('note(default_: string');
    expect(text).toContain('up(requests: Iterable<GInput> | AsyncIterable<GInput>, options?: $.CallOptions): Promise<G>;');
    expect(text).toContain('down(g: GInput, options?: $.CallOptions): $.ResponseStream<G>;');
    expect(text).toContain('both(requests: AsyncIterable<G>, ctx: $.HandlerContext): Iterable<GInput> | AsyncIterable<GInput>;');
  });
});

describe('constants', () => {
  it('of every kind have their values', async () => {
    const m = await load(
      `namespace js c
enum E { A = 1, B = 2 }
struct P { 1: i32 x, 2: optional string s, 3: E e = E.B }
const bool T = true
const i32 I = 0x10
const i64 BIG = 9007199254740993
const double D = -1.5e-3
const string S = "it's \\"q\\""
const binary BIN = "ab"
const E EN = E.B
const list<i64> L = [1, 2]
const set<E> SE = [E.A, 2]
const map<E, list<string>> M = {E.A: ["x"], 2: []}
const P PO = {"x": 3}
const i32 REF = I
`,
      'c/index.ts',
    );
    expect(m).toMatchObject({ T: true, I: 16, BIG: 9007199254740993n, D: -0.0015, S: `it's "q"`, EN: 2, L: [1n, 2n], REF: 16, PO: { x: 3, e: 2 } });
    expect(m.BIN).toEqual(Uint8Array.of(97, 98));
    expect(m.SE).toEqual(new Set([1, 2]));
    expect(m.M).toEqual(new Map([[1, ['x']], [2, []]]));
  });
});

describe('types', () => {
  const torture = new URL('../../../../tools/workspace/test/torture.thrift', import.meta.url).pathname;
  const interop = new URL('../../../../tools/interop/idl/interop.thrift', import.meta.url).pathname;

  it.each([
    ['torture', torture, {}],
    ['torture with everything on', torture, { keepUnknownFields: true, i64: 'number' as const }],
    ['interop', interop, { i64: 'string' as const }],
  ])('of %s check under the strictest options', (_name, path, o) => {
    const files = generateThrift(loadThrift(path), o);
    const { errors } = typeCheck(write(files), files.map((f) => f.path));
    expect(errors).toEqual([]);
  }, 60_000);

  it('say what may be left out, what narrows, and what is refused', () => {
    const files = generateThrift(
      program(`namespace js t
union U { 1: string a, 2: i64 b }
struct S { 1: required i64 id, 2: optional string note, 3: list<i32> list, 4: map<string, i32> map, 5: U u, 6: i32 n = 5 }
exception E { 1: string reason }
service V { S go(1: S s, 2: i64 k) throws (1: E e), void nothing() }`),
    );
    const use = `
import { E, type S, type SInput, type U, type VClient, type VHandlers } from './t/index.js';
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const yes = <T extends true>(_: T): void => undefined;
export function narrow(u: U): string { return u.a !== undefined ? u.a : u.b.toString(); }
export const least: SInput = { id: 5 };
export const most: SInput = { id: 5n, note: 'x', list: new Set([1]), map: { a: 1 }, u: { b: 1 }, n: 1 };
declare const s: S;
yes<Equal<typeof s.note, string | undefined>>(true);
yes<Equal<typeof s.list, number[]>>(true);
yes<Equal<typeof s.u, U | undefined>>(true);
yes<Equal<typeof s.n, number>>(true);
declare const c: VClient;
yes<Equal<ReturnType<VClient['go']>, Promise<S>>>(true);
export const called: Promise<S> = c.go({ id: 1 }, 2);
export const h: VHandlers = { go: (x, k) => ({ ...x, id: k }), nothing: () => undefined };
export const e: Error = new E({ reason: 'x' });
// @ts-expect-error id is required
export const bad1: SInput = {};
// @ts-expect-error two fields of a union
export const bad2: SInput = { id: 1, u: { a: 'x', b: 1n } };
// @ts-expect-error no such method
c.stop();
// @ts-expect-error a handler is missing
export const bad3: VHandlers = { nothing: () => undefined };
`;
    const dir = write([...files, { path: 'use.ts', text: use }]);
    expect(typeCheck(dir, ['use.ts']).errors).toEqual([]);
  }, 60_000);
});

describe('an include of two services', () => {
  it('is the same text whichever service is generated, with what both need', () => {
    const dir = mkdtempSync(join(tmpdir(), 'include-'));
    writeFileSync(join(dir, 'base.thrift'), 'namespace js base\nstruct Money { 1: i64 minor }\n');
    writeFileSync(join(dir, 'a.thrift'), 'include "base.thrift"\nnamespace js a\nstruct A { 1: base.Money filled }\nservice X { A Get() }\n');
    writeFileSync(join(dir, 'b.thrift'), 'include "base.thrift"\nnamespace js b\nstruct B { 1: optional base.Money money }\nservice Y { B Get() }\n');
    const base = ['a', 'b'].map((n) => generateThrift(loadThrift(join(dir, `${n}.thrift`))).find((f) => f.path === 'base/index.ts')!.text);
    rmSync(dir, { recursive: true });
    expect(base[0]).toBe(base[1]);
    expect(base[0]).toContain('$defaultMoney');
  });
});

describe('golden', () => {
  // UPDATE_GOLDEN=1 writes them. The second is what pilota's own tests run on.
  it.each([
    ['shop', new URL('../golden/shop.thrift', import.meta.url), {}],
    ['golden of pilota', new URL('../../../pilota/test/golden/golden.thrift', import.meta.url), { keepUnknownFields: true }],
  ])('%s is what it was', (_name, idl, options) => {
    const golden = new URL(idl.href.replace(/\.thrift$/, '.ts'));
    const [file] = generateThrift(loadThrift(idl.pathname), options);
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, file!.text);
    expect(file!.text).toBe(readFileSync(golden, 'utf8'));
  });
});
