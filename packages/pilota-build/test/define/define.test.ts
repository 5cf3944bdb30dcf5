// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import type { MethodDefinition, ServiceDefinition, StructCodec } from '@cloudwego/pilota/codegen/v1';
import { arg, defineException, DefineError, defineService, defineStruct, defineUnion, f, method, printIdl, t } from '@cloudwego/pilota/define';
import type { StructType } from '@cloudwego/pilota/define';
import { equals, toJson } from '@cloudwego/pilota/thrift';
import { validator } from '@cloudwego/pilota/validate';
import { generateThrift, loadThriftText } from '@cloudwego/pilota-build';
import type { ResolvedStruct } from '@cloudwego/pilota-build';
import { cleanUp, load } from '../generate/load.js';
import { RandomValues } from '../random.js';

const Color = { RED: 1, BLUE: 2 } as const;
interface Node {
  name: string;
  below?: Node[] | undefined;
}
interface NodeInput {
  readonly name?: string | undefined;
  readonly below?: Iterable<NodeInput> | undefined;
}
const Tree: StructType<NodeInput, Node> = defineStruct('Tree', { name: f(1, t.string), below: f(2, t.list(t.ref<NodeInput, Node>(() => Tree))).optional() });
const Inner = defineStruct('Inner', { n: f(1, t.i32), b: f(-2, t.bool).required() });
const User = defineStruct('User', {
  id: f(1, t.i64).required(),
  name: f(2, t.string).annotate('vt.min_size', '1').annotate('api.vd', "len($)<9; msg:'long'"),
  tags: f(3, t.list(t.string)).optional(),
  scores: f(4, t.map(t.string, t.i64)),
  color: f(5, t.enum('Color', Color)).default(Color.BLUE),
  inner: f(6, Inner).optional(),
  list: f(7, t.list(t.i32)).default([1, 2]),
  bytes: f(8, t.binary),
  deep: f(9, t.map(t.i16, t.set(t.list(t.double)))).optional(),
  text: f(10, t.i64String),
  number: f(11, t.i64Number).default(5),
  said: f(12, t.string).default('it is "so"'),
  tree: f(13, Tree).optional(),
});
const Choice = defineUnion('Choice', { text: f(1, t.string), n: f(2, t.i64), user: f(3, Inner) });
const NotFound = defineException('NotFound', { message: f(1, t.string), code: f(2, t.i32).default(404) });
const Users = defineService(
  'Users',
  {
    find: method({ name: 'Find', args: [arg(1, 'id', t.i64), arg(2, 'deep', t.bool)], result: User, throws: { 1: NotFound } }),
    choose: method({ args: [arg(1, 'choice', Choice)], result: t.list(t.string) }),
    ping: method({}),
    note: method({ args: [arg(1, 'text', t.string)], kind: 'oneway' }),
    watch: method({ args: [arg(1, 'from', Inner)], result: Inner, kind: 'server' }),
  },
  { package: 'users' },
);

afterAll(cleanUp);

function bytes(c: { encode(w: ByteWriter, v: never): void }, v: unknown): Buffer {
  const w = new ByteWriter();
  c.encode(w, v as never);
  return Buffer.from(w.toBytes());
}
const read = <Out>(c: { decode(r: ByteReader): Out }, b: Buffer): Out => c.decode(new ByteReader(b));

describe('what is defined', () => {
  const idl = printIdl([Users, User, Choice], { namespace: 'users' });

  it('prints its IDL, each thing before it is used', () => {
    expect(idl).toContain('namespace * users');
    expect(idl).toContain('enum Color {\n  RED = 1\n  BLUE = 2\n}');
    expect(idl).toContain('struct Tree {\n  1: string name\n  2: optional list<Tree> below\n}');
    expect(idl).toContain(`  2: string name (vt.min_size = "1", api.vd = "len($)<9; msg:'long'")\n`);
    expect(idl).toContain('  5: Color color = Color.BLUE\n');
    expect(idl).toContain('  7: list<i32> list = [1, 2]\n');
    expect(idl).toContain(`  12: string said = 'it is "so"'\n`);
    expect(idl).toContain('  User Find(1: i64 id, 2: bool deep) throws (1: NotFound e1)\n');
    expect(idl).toContain('  oneway void note(1: string text)\n');
    expect(idl).toContain('  Inner watch(1: Inner from) (streaming.mode = "server")\n');
    expect(idl.match(/^(struct|enum|union|exception|service)/gm)).toHaveLength(7);
  });

  it('has the bytes of code that is generated from it, both ways, in values and in calls', async () => {
    const program = loadThriftText(idl);
    const made = (await load(idl, 'users/index.ts')) as Record<string, StructCodec<unknown>>;
    for (const [name, own] of Object.entries({ User, Inner, Choice, Tree } as unknown as Record<string, StructCodec<unknown>>)) {
      const decl = program.root.definitions.find((d): d is ResolvedStruct => d.kind === 'struct' && d.name === name)!;
      const random = new RandomValues(name.length);
      for (let i = 0; i < 200; i++) {
        // i64 that look otherwise are given as they look.
        const v = random.struct(decl) as Record<string, unknown>;
        if (name === 'User') Object.assign(v, { text: String(v['text']), number: Number(BigInt.asIntN(50, v['number'] as bigint)) });
        const sent = bytes(made[name]!, v);
        expect(bytes(own, v).toString('hex')).toBe(sent.toString('hex'));
        expect(read(own, sent)).toEqual(read(made[name]!, sent));
      }
    }
    const theirs = (made['Users'] as unknown as ServiceDefinition<unknown, unknown>).methods;
    for (const m of Users.methods) sameMethod(m, theirs.find((x) => x.name === m.name)!);
    const find = Users.methods[0]!;
    const error = bytes({ encode: (w: ByteWriter) => expect(find.encodeError(w, new NotFound({ message: 'gone' }))).toBe(true) }, undefined);
    const Theirs = made['NotFound'] as unknown as new (v: object) => Error;
    const generated = bytes({ encode: (w: ByteWriter) => expect(theirs[0]!.encodeError(w, new Theirs({ message: 'gone', code: 404 }))).toBe(true) }, undefined);
    expect(error.toString('hex')).toBe(generated.toString('hex'));
    expect(() => read(find.result as StructCodec<unknown>, error)).toThrow(NotFound);
    expect([find.isDeclared(new NotFound({})), find.isDeclared(new Error('x')), find.encodeError(new ByteWriter(), new Error('x'))]).toEqual([true, false, false]);
  });

  function sameMethod(a: MethodDefinition, b: MethodDefinition): void {
    expect([a.name, a.key, a.kind, a.arity]).toEqual([b.name, b.key, b.kind, b.arity]);
    const args: Record<string, unknown> = { Find: [7n, true], choose: { text: 'a' }, ping: [], note: 'n', watch: { n: 1, b: true } };
    const results: Record<string, unknown> = { Find: { id: 1n, text: '0', name: 'x' }, choose: ['a'], ping: undefined, note: undefined, watch: { n: 1, b: false } };
    expect(bytes(a.args as never, args[a.name])).toEqual(bytes(b.args as never, args[a.name]));
    expect(read(a.args, bytes(b.args as never, args[a.name]))).toEqual(read(b.args, bytes(b.args as never, args[a.name])));
    expect(bytes(a.result as never, results[a.name])).toEqual(bytes(b.result as never, results[a.name]));
    expect(read(a.result, bytes(a.result as never, results[a.name]))).toEqual(read(b.result, bytes(a.result as never, results[a.name])));
    if (a.kind === 'server') expect(bytes(a.request as never, { n: 3, b: true })).toEqual(bytes(b.request as never, { n: 3, b: true }));
  }

  it('is generated again from what it prints without a word changed', () => {
    expect(() => generateThrift(loadThriftText(idl))).not.toThrow();
  });

  it('fills defaults that nobody else holds', () => {
    const a = read(User, bytes(User, { id: 1, text: 0, bytes: new Uint8Array(0) }));
    const b = read(User, bytes(User, { id: 1, text: 0 }));
    a.list.push(3);
    expect(b.list).toEqual([1, 2]);
    expect(b).toMatchObject({ id: 1n, name: '', color: 2, number: 5, text: '0', scores: new Map() });
    expect(equals(User, b, { id: 1n, text: '0' })).toBe(true);
  });

  it('has JSON, and rules', () => {
    expect(toJson(Tree, { name: 'a', below: [{ name: 'b' }] })).toBe('{"name":"a","below":[{"name":"b"}]}');
    expect(validator(User)({ id: 1, name: '' }).map((x) => x.rule)).toEqual(['vt.min_size']);
    expect(validator(User)({ id: 1, name: 'too long a name' }).map((x) => x.message)).toEqual(['long']);
  });
});

describe('refused are', () => {
  it.each<[string, () => unknown]>([
    ['ids beyond i16', () => f(40_000, t.i32)],
    ['an id twice', () => defineStruct('A', { a: f(1, t.i32), b: f(1, t.i32) })],
    ['names that no IDL has', () => defineStruct('A B', {})],
    ['fields that no IDL has', () => defineStruct('A', { 'a-b': f(1, t.i32) })],
    ['requirements in unions', () => defineUnion('A', { a: f(1, t.i32).required() })],
    ['enums with a number twice', () => t.enum('E', { A: 1, B: 1 })],
    ['exceptions whose message is no text', () => defineException('A', { message: f(1, t.i32) })],
    ['exceptions with a stack', () => defineException('A', { stack: f(1, t.string) })],
    ['methods that every client has', () => defineService('S', { close: method({}) })],
    ['methods of one name', () => defineService('S', { a: method({ name: 'x' }), x: method({}) })],
    ['oneway with a result', () => defineService('S', { a: method({ kind: 'oneway', result: t.i32 }) })],
    ['streams of numbers', () => defineService('S', { a: method({ kind: 'bidi', args: [arg(1, 'a', t.i32)], result: Inner }) })],
    ['two things of one name in an IDL', () => printIdl([Inner, defineStruct('Inner', {})])],
  ])('%s', (_, run) => {
    expect(run).toThrow(DefineError);
  });
});
