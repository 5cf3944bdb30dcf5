// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linkThrift } from '@cloudwego/pilota/descriptor';
import { expect, test } from 'vitest';
import { IdlError, thriftFromFile, thriftFromFolder, thriftFromText } from '../../src/index.js';

const base = `
enum Color { RED = 1, BLUE = 4 }
typedef list<Color> Colors
struct Tree { 1: string name (go.tag = 'json:"label,omitempty"'), 2: list<Tree> children, 3: optional Colors colors = [1] }
exception Gone { 1: i64 since = 9000000000000000000 }
service Base { void Ping() }
`;
const root = `
include "base.thrift"
struct Query { 1: required base.Tree tree, -2: binary raw = "a\\x41", 3: map<string, set<i16>> m = {"k": [1, 2]}, 4: base.Tree t = {"name": "x"} } (a = "1", a = "2")
service Shop extends base.Base {
  base.Tree Find(1: Query q, 2: i32 depth = 3) throws (1: base.Gone gone) (api.get = "/find/:id")
  oneway void Tell(1: string what)
}
service Other {}
`;

const shop = () => thriftFromText(root, { path: 'shop.thrift', files: { 'base.thrift': base } });

test('an IDL becomes data that can be cloned', () => {
  const d = shop().current();
  expect(structuredClone(d)).toEqual(d);
  expect(Object.keys(d.structs)).toEqual(['base.Tree', 'base.Gone', 'shop.Query']);
  expect(d.structs['shop.Query']).toMatchObject({ structKind: 'struct', annotations: { a: ['1', '2'] } });
  expect(d.structs['shop.Query']!.fields).toEqual([
    { id: 1, name: 'tree', requiredness: 'required', type: { kind: 'struct', name: 'base.Tree' } },
    { id: -2, name: 'raw', requiredness: 'default', type: { kind: 'binary' }, defaultValue: new Uint8Array([0x61, 0x41]) },
    { id: 3, name: 'm', requiredness: 'default', type: { kind: 'map', key: { kind: 'string' }, value: { kind: 'set', element: { kind: 'i16' } } }, defaultValue: new Map([['k', new Set([1, 2])]]) },
    { id: 4, name: 't', requiredness: 'default', type: { kind: 'struct', name: 'base.Tree' }, defaultValue: { name: 'x' } },
  ]);
  expect(d.structs['base.Gone']!.fields[0]!.defaultValue).toBe(9000000000000000000n);
  expect(d.enums['base.Color']).toEqual({ name: 'Color', values: { RED: 1, BLUE: 4 } });
  expect(d.services.map((s) => [s.name, s.functions.map((f) => f.name)])).toEqual([
    ['Shop', ['Ping', 'Find', 'Tell']],
    ['Other', []],
  ]);
});

test('linking follows names once, recursive ones too', () => {
  const d = shop().current();
  const linked = linkThrift(d);
  expect(linkThrift(d)).toBe(linked);
  const tree = linked.struct('base.Tree');
  expect(tree.byId(2)!.type.element!.struct).toBe(tree);
  expect(tree.byAlias('label')!.name).toBe('name');
  expect(linkThrift(d, { goTag: false }).struct('base.Tree').byAlias('name')!.id).toBe(1);
  expect(tree.byId(3)!.type.element!.values).toEqual({ RED: 1, BLUE: 4 });
  expect(linked.struct('Query').byId(-2)!.name).toBe('raw');
  const find = linked.services.get('Shop')!.functions.get('Find')!;
  expect(find.result.fields.map((f) => [f.id, f.name, f.requiredness])).toEqual([
    [0, 'success', 'optional'],
    [1, 'gone', 'optional'],
  ]);
  expect(find.args.byName('depth')!.defaultValue).toBe(3);
  expect(find.annotations['api.get']).toEqual(['/find/:id']);
  expect(() => linked.struct('Nope')).toThrow(expect.objectContaining({ code: 'PILOTA_DESCRIPTOR_INVALID' }));
});

test('files of one base name keep their names apart', () => {
  const p = thriftFromText('include "a/x.thrift"\ninclude "b/x.thrift"\nstruct R { 1: x.A a, 2: x.B b }', {
    path: 'r.thrift',
    files: { 'a/x.thrift': 'struct A {}\nstruct S {}', 'b/x.thrift': 'struct B {}\nstruct S { 1: i32 n }' },
  });
  const d = p.current();
  expect(Object.keys(d.structs)).toEqual(['x.A', 'x.S', 'x~2.B', 'x~2.S', 'r.R']);
  expect(d.structs['r.R']!.fields.map((f) => (f.type as { name: string }).name)).toEqual(['x.A', 'x~2.B']);
});

test('a text is given another edition; a wrong one changes nothing', () => {
  const p = thriftFromText('struct A {}');
  const before = p.current();
  const seen: string[][] = [];
  const heard = p.onChange((d) => seen.push(Object.keys(d.structs)));
  expect(() => {
    p.update('struct A {');
  }).toThrow(IdlError);
  expect(p.current()).toBe(before);
  p.update('struct B {}');
  heard[Symbol.dispose]();
  p.update('struct C {}');
  expect(seen).toEqual([['idl.B']]);
  expect(Object.keys(p.current().structs)).toEqual(['idl.C']);
});

async function until(f: () => boolean): Promise<void> {
  const by = Date.now() + 20_000;
  while (!f() && Date.now() < by) await new Promise((r) => setTimeout(r, 5));
}

test('a watched folder gives new editions as its files change, come and go', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'idl-'));
  const errors: Error[] = [];
  writeFileSync(join(dir, 'a.thrift'), 'include "types.inc"\nservice A { types.T Get() }');
  writeFileSync(join(dir, 'types.inc'), 'struct T {}');
  const names = (p: ReturnType<typeof thriftFromFolder>): string => p.current().services.map((s) => s.name).join();
  await using folder = thriftFromFolder(dir, { watch: true, pollMs: 10, onError: (e) => errors.push(e) });
  await using file = thriftFromFile(join(dir, 'a.thrift'), { watch: true, pollMs: 10 });
  try {
    expect(names(folder)).toBe('A');
    writeFileSync(join(dir, 'b.thrift'), 'service B {}');
    await until(() => names(folder) === 'A,B');
    expect(names(folder)).toBe('A,B');
    writeFileSync(join(dir, 'b.thrift'), 'service {}');
    await until(() => errors.length > 0);
    expect(errors[0]).toBeInstanceOf(IdlError);
    expect(names(folder)).toBe('A,B');
    rmSync(join(dir, 'b.thrift'));
    await until(() => names(folder) === 'A');
    expect(names(folder)).toBe('A');
    // An included file counts as much as the root.
    writeFileSync(join(dir, 'types.inc'), 'struct T { 1: i32 added }');
    const fields = (): number => Object.values(file.current().structs)[0]!.fields.length;
    await until(() => fields() === 1);
    expect(fields()).toBe(1);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
