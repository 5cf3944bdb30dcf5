// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { FieldMask } from '@cloudwego/pilota/thrift';
import type { FieldMaskOptions } from '@cloudwego/pilota/thrift';
import { All, Keys, Needs, Tree } from '../golden/golden.js';
import type { TreeInput } from '../golden/golden.js';
import { back, bytes, codeOf } from '../support.js';

const tree: TreeInput = { name: 'r', children: [{ name: 'a', children: [{ name: 'aa' }] }, { name: 'b' }, { name: 'c' }], named: { x: { name: 'nx' }, y: { name: 'ny' }, 'q"': { name: 'nq' } } };

function sent(paths: readonly string[], o?: FieldMaskOptions): unknown {
  const c = new FieldMask(Tree, paths, o).codec(Tree);
  return JSON.parse(JSON.stringify(back(Tree, bytes(c, tree)), (_, v: unknown) => (v instanceof Map ? Object.fromEntries(v) : v)));
}

describe('a white list lets pass', () => {
  it('everything where it names nothing or the root', () => {
    expect(sent([])).toEqual(sent(['$']));
    expect(sent(['$.*'])).toEqual(sent([]));
    expect(bytes(new FieldMask(Tree, []).codec(Tree), tree).equals(bytes(Tree, tree))).toBe(true);
  });

  it('fields, items, entries, and parts of them', () => {
    expect(sent(['$.name'])).toEqual({ name: 'r' });
    expect(sent(['$.children[0,2].name'])).toEqual({ name: '', children: [{ name: 'a' }, { name: 'c' }] });
    expect(sent(['$.children[*].name', '$.children[0].children'])).toEqual({ name: '', children: [{ name: '', children: [{ name: 'aa' }] }, { name: 'b' }, { name: 'c' }] });
    expect(sent(['$.named{"x","q\\""}'])).toEqual({ name: '', named: { x: { name: 'nx' }, 'q"': { name: 'nq' } } });
    expect(sent(['$.named{*}.children'])).toEqual({ name: '', named: { x: { name: '' }, y: { name: '' }, 'q"': { name: '' } } });
    expect(sent(['$.children', '$.children[0].name'])).toEqual({ name: '', children: tree.children });
  });
});

describe('a black list leaves out', () => {
  it('what it names', () => {
    expect(sent(['$.named', '$.children[0]', '$.children[1].name'], { list: 'black' })).toEqual({ name: 'r', children: [{ name: '' }, { name: 'c' }] });
    expect(sent(['$.named{"x"}', '$.children'], { list: 'black' })).toEqual({ name: 'r', named: { y: { name: 'ny' }, 'q"': { name: 'nq' } } });
  });
});

describe('required fields', () => {
  const value = { id: 'secret', inner: { b: true }, n: 7 };

  it('are always there: with their value, or with zero if told so', () => {
    expect(back(Needs, bytes(new FieldMask(Needs, ['$.n']).codec(Needs), value))).toEqual(value);
    expect(back(Needs, bytes(new FieldMask(Needs, ['$.n'], { zeroRequired: true }).codec(Needs), value))).toEqual({ id: '', inner: { b: false }, n: 7 });
    expect(back(Needs, bytes(new FieldMask(Needs, ['$.id'], { list: 'black', zeroRequired: true }).codec(Needs), value))).toEqual({ id: '', inner: { b: true }, n: 7 });
  });
});

it('is the same in the compact protocol, and takes integer keys', () => {
  const value = { enums: new Map([[3, [3]], [7, [7]]]) as Map<3 | 7, (3 | 7)[]>, byDouble: new Map([[1, 'x']]) };
  const c = new FieldMask(Keys, ['$.enums{7}', '$.byDouble{*}']).codec(Keys, 'compact');
  expect(back(c, bytes(c, value))).toMatchObject({ enums: new Map([[7, new Set([7])]]), byDouble: new Map([[1, 'x']]), lists: new Set() });
});

describe('refused are', () => {
  it.each([
    ['no root', 'name'], ['an unknown field', '$.nam'], ['parts of a text', '$.name.x'], ['an index of a struct', '$[0]'], ['texts in a list', '$.children["a"]'],
    ['numbers where keys are texts', '$.named{1}'], ['what does not end', '$.children[1'], ['nothing between', '$.children[]'], ['more behind *', '$.*.name'], ['a blank', '$. name'],
  ])('%s', (_, path) => {
    expect(codeOf(() => new FieldMask(Tree, [path]))).toBe('PILOTA_MASK_INVALID');
  });

  it('keys that have no text, masks of nothing, masks of other types, and too much', () => {
    expect(codeOf(() => new FieldMask(Keys, ['$.byStruct{"a"}']))).toBe('PILOTA_MASK_INVALID');
    expect(codeOf(() => new FieldMask(Tree, ['$'], { list: 'black' }))).toBe('PILOTA_MASK_INVALID');
    expect(codeOf(() => new FieldMask(Tree, ['$.name']).codec(All))).toBe('PILOTA_MASK_INVALID');
    expect(codeOf(() => new FieldMask(Tree, [`$${'.children[0]'.repeat(500)}`]))).toBe('PILOTA_MASK_INVALID');
    expect(codeOf(() => new FieldMask(Tree, new Array<string>(10_001).fill('$.name')))).toBe('PILOTA_MASK_INVALID');
  });
});
