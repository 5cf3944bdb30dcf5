// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { linkProto } from '@cloudwego/pilota/descriptor';
import { DynamicError, ProtoNode, ProtoValueCodec } from '@cloudwego/pilota/dynamic';
import type { PathStep } from '@cloudwego/pilota/dynamic';
import { protoFromText } from '@cloudwego/pilota-build';
import { describe, expect, it } from 'vitest';
import { random } from '../random.js';
import { failure } from './support.js';

const linked = linkProto(
  protoFromText(`
syntax = "proto2"; package dyn;
enum Color { RED = 1; BLUE = 7; }
message Leaf { optional int32 n = 1; optional string s = 2; }
message All {
  optional string text = 1; optional sint64 large = 2; optional Leaf leaf = 3; repeated Leaf leaves = 4; repeated int32 numbers = 5; repeated int32 packed = 6 [packed = true];
  map<string, Leaf> by_name = 7; map<int64, double> by_id = 8; map<bool, Color> by_flag = 9; optional bytes raw = 300; repeated string words = 11;
  oneof pick { int32 number = 12; Leaf chosen = 13; string word = 14; }
  optional group Inner = 15 { optional Leaf deep = 1; } optional All next = 16; repeated group Many = 17 { optional bool on = 1; }
}`).current(),
);
const all = linked.message('All');
const codec = new ProtoValueCodec();
const value = {
  text: 'hé', large: -5n, leaf: { n: 1, s: 'one' }, leaves: [{ n: 2 }, { n: 3, s: 'three' }], numbers: [10, -20], packed: [300, -1, 5],
  byName: new Map([['k', { n: 4 }], ['é', { n: 5 }]]), byId: new Map([[7n, 0.5], [-1n, 2]]), byFlag: new Map([[false, 7]]), raw: Uint8Array.of(1, 2), words: ['', 'w'],
  pick: { chosen: { s: 'c' } }, inner: { deep: { n: 9 } }, next: { text: 'in', leaves: [{ n: 6 }] }, many: [{ on: true }, {}],
};
const node = (v: unknown = value): ProtoNode => ProtoNode.from(v, all);
/** Absent fields are undefined in one and missing in the other. */
const same = (n: ProtoNode | undefined, wanted: unknown): void => expect(n?.toJS()).toEqual(wanted);

function whole(v: unknown): unknown {
  return ProtoNode.from(v, all).toJS();
}

describe('reading', () => {
  it.each<[PathStep[], unknown]>([
    [['text'], 'hé'],
    [[1], 'hé'],
    [['large'], -5n],
    [['leaf', 's'], 'one'],
    [['leaves', 1, 's'], 'three'],
    [['numbers', 1], -20],
    [['packed'], [300, -1, 5]],
    [['packed', 1], -1],
    [['by_name', 'é', 'n'], 5],
    [['byName', 'k', 'n'], 4],
    [['by_id', 7], 0.5],
    [['by_id', -1n], 2],
    [['by_flag', false], 7],
    [['raw'], Uint8Array.of(1, 2)],
    [['words'], ['', 'w']],
    [['chosen', 's'], 'c'],
    [['inner', 'deep', 'n'], 9],
    [['next', 'leaves', 0, 'n'], 6],
    [['many', 0, 'on'], true],
    [['many', 1, 'on'], undefined],
    [['leaves', 2], undefined],
    [['number'], undefined],
    [['next', 'leaf', 'n'], undefined],
  ])('%o', (path, wanted) => {
    same(node().get(...path), wanted);
  });

  it('what lies apart, and more than once, is read as a decoder reads it', () => {
    const w = new ByteWriter();
    const part = (v: unknown): void => codec.write(w, all, v);
    part({ leaf: { n: 1 }, packed: [1], pick: { chosen: { n: 1 } }, byName: { k: { n: 1 } } });
    part({ text: 'a', leaf: { s: 'later' }, packed: [2, 3], pick: { word: 'w' }, byName: { k: { s: 'new' } } });
    part({ text: 'b', pick: { chosen: { s: 'only' } } });
    const n = ProtoNode.of(w.toBytes(), all);
    const js = n.toJS() as typeof value;
    expect([n.get('leaf')!.toJS(), n.get('packed')!.toJS(), n.get('text')!.toJS(), n.get('chosen')!.toJS(), n.get('word'), n.get('by_name')!.toJS()]).toEqual([js.leaf, [1, 2, 3], 'b', js.pick.chosen, undefined, js.byName]);
    // An edit puts them together.
    same(n.set(['leaf', 'n'], 8).get('leaf'), { n: 8, s: 'later' });
    same(n.set(['packed', 3], 4).get('packed'), [1, 2, 3, 4]);
  });

  it('parts in order', () => {
    expect(node().children().map(([k]) => k)).toEqual(['text', 'large', 'leaf', 'leaves', 'numbers', 'packed', 'by_name', 'by_id', 'by_flag', 'raw', 'words', 'chosen', 'Inner', 'next', 'Many'].map((k) => all.fields.find((f) => f.name.toLowerCase() === k.toLowerCase())!.name));
    expect(node().get('by_id')!.children().map(([k, n]) => [k, n.toJS()])).toEqual([[7n, 0.5], [-1n, 2]]);
    expect([node().get('leaves')!.length, node().get('text')!.length]).toEqual([2, 0]);
  });
});

describe('editing', () => {
  it.each<[string, (n: ProtoNode) => ProtoNode, unknown]>([
    ['a field', (n) => n.set(['text'], 'new'), { ...value, text: 'new' }],
    ['a field that was not there', (n) => n.set(['next', 'large'], 1), { ...value, next: { ...value.next, large: 1n } }],
    ['an item', (n) => n.set(['leaves', 0], { s: 'x' }), { ...value, leaves: [{ s: 'x' }, value.leaves[1]] }],
    ['a field of an item', (n) => n.set(['leaves', 1, 'n'], 7), { ...value, leaves: [value.leaves[0], { n: 7, s: 'three' }] }],
    ['an item behind the end', (n) => n.set(['numbers', 2], 30), { ...value, numbers: [10, -20, 30] }],
    ['an item of a packed list', (n) => n.set(['packed', 0], -7), { ...value, packed: [-7, -1, 5] }],
    ['a whole list', (n) => n.set(['words'], ['a']), { ...value, words: ['a'] }],
    ['an entry', (n) => n.set(['by_name', 'k'], { n: 0 }), { ...value, byName: new Map([['k', { n: 0 }], ['é', { n: 5 }]]) }],
    ['a new entry', (n) => n.set(['by_id', 9], 1.5), { ...value, byId: new Map([...value.byId, [9n, 1.5]]) }],
    ['a field of an entry', (n) => n.set(['by_name', 'é', 's'], 'y'), { ...value, byName: new Map([['k', { n: 4 }], ['é', { n: 5, s: 'y' }]]) }],
    ['another of a oneof', (n) => n.set(['number'], 3), { ...value, pick: { number: 3 } }],
    ['inside groups', (n) => n.set(['inner', 'deep', 's'], 'g').set(['many', 1, 'on'], false), { ...value, inner: { deep: { n: 9, s: 'g' } }, many: [{ on: true }, { on: false }] }],
    ['a node of the same kind', (n) => n.set(['leaf'], n.get('leaves', 1)), { ...value, leaf: value.leaves[1] }],
    ['away', (n) => n.unset(['text'], ['leaves', 0], ['by_name', 'k'], ['chosen'], ['packed', 1], ['inner']), { ...value, text: undefined, leaves: [value.leaves[1]], byName: new Map([['é', { n: 5 }]]), pick: undefined, packed: [300, 5], inner: undefined }],
    ['what is not there', (n) => n.unset(['number'], ['leaves', 9], ['by_name', 'z'], ['next', 'leaf', 'n'], ['leaves', 9, 'n']), value],
    ['many', (n) => n.setMany([[['text'], 'a'], [['leaf', 'n'], 2]]), { ...value, text: 'a', leaf: { n: 2, s: 'one' } }],
  ])('%s', (_, edit, wanted) => {
    const before = node();
    expect(edit(before).toJS()).toEqual(whole(wanted));
    expect(before.toJS()).toEqual(whole(value));
  });

  it('keeps what the descriptor does not have', () => {
    const w = new ByteWriter();
    codec.write(w, all, { text: 'a', leaf: { n: 1 } });
    w.varint(999 * 8);
    w.u8(5);
    const edited = ProtoNode.of(w.toBytes(), all).set(['leaf', 'n'], 2).set(['text'], 'b');
    expect(Buffer.from(edited.bytes).toString('hex')).toContain('b83e05');
  });

  it('that cannot be fails with the place', () => {
    expect(failure(() => node().get('nope'))).toBe('PILOTA_DYNAMIC_FIELD_UNKNOWN: $: dyn.All has no field "nope"');
    expect(failure(() => node().get('leaf', 'nope'))).toBe('PILOTA_DYNAMIC_FIELD_UNKNOWN: $.leaf: dyn.Leaf has no field "nope"');
    expect(failure(() => node().get('leaves', 'x'))).toContain('PILOTA_DYNAMIC_PATH_INVALID: $.leaves: got the step "x", wanted an index');
    expect(failure(() => node().get('text', 0))).toContain('$.text: a string has no parts');
    expect(failure(() => node().set(['leaves', 5], {}))).toBe('PILOTA_DYNAMIC_VALUE_MISSING: $.leaves[5]: nothing is there');
    expect(failure(() => node({}).set(['leaf', 'n'], 1))).toContain('PILOTA_DYNAMIC_VALUE_MISSING');
    expect(failure(() => node().set(['leaf', 'n'], 'x'))).toContain('PILOTA_DYNAMIC_VALUE_RANGE: $.leaf.n');
    expect(failure(() => node().set(['text'], node().get('leaf')))).toContain('PILOTA_DYNAMIC_TYPE_MISMATCH: $.text: got a dyn.Leaf, wanted a string');
    expect(failure(() => node().set([], 1))).toContain('the root cannot be set');
  });
});

it('bytes that were changed end in a value or a typed error', () => {
  const next = random(4);
  const good = Buffer.from(node().bytes);
  let refused = 0;
  for (let i = 0; i < 1500; i++) {
    const bad = Buffer.from(good);
    for (let n = 1 + Math.floor(next() * 3); n > 0; n--) bad[Math.floor(next() * bad.length)] = Math.floor(next() * 256);
    const n = ProtoNode.of(bad, all);
    for (const f of [() => n.get('leaves', 1, 's')?.toJS(), () => n.get('by_name', 'é')?.toJS(), () => n.set(['packed', 0], 1).toJS(), () => n.children().map(([, c]) => c.toJS()), () => codec.read(ByteReader.from(n.bytes), all)]) {
      try {
        f();
      } catch (e) {
        refused++;
        expect(e).toBeInstanceOf(DynamicError);
      }
    }
  }
  expect(refused).toBeGreaterThan(100);
});
