// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { linkThrift } from '@cloudwego/pilota/descriptor';
import { ThriftNode, ValueCodec } from '@cloudwego/pilota/dynamic';
import type { PathStep } from '@cloudwego/pilota/dynamic';
import { describe, expect, it } from 'vitest';
import { loadThriftText, thriftFromText } from '../../src/index.js';
import type { ResolvedStruct } from '../../src/index.js';
import { random, RandomValues } from '../random.js';
import { failure, IDL, linked, read, written } from './support.js';

const codec = new ValueCodec({ fill: 'none', absentDefault: 'omit', absentRequired: 'error' });
const all = linked.struct('All');
const value = {
  must: 'm',
  large: 5n,
  leaf: { n: 1, s: 'one' },
  leaves: [{ n: 2 }, { n: 3, s: 'three' }],
  numbers: new Set([10, 20]),
  byName: new Map([['k', { n: 4 }], ['é', { n: 5 }]]),
  byId: new Map([[7n, ['a', 'b']]]),
  grid: [[true], [false, true]],
  byColor: new Map([[7, 0.5]]),
  bins: new Map([[-2, new Uint8Array([1])]]),
  next: { must: 'inner', leaf: { n: 9 } },
};
const node = (v: unknown = value): ThriftNode => ThriftNode.of(written(codec, all, v), all);
const js = (n: ThriftNode | undefined): unknown => n?.toJS(codec);

describe('reading', () => {
  it.each<[PathStep[], unknown]>([
    [[], value],
    [['must'], 'm'],
    [[300], 'm'],
    [['leaf', 's'], 'one'],
    [['leaves', 1, 's'], 'three'],
    [['byName', 'é', 'n'], 5],
    [['byId', 7, 1], 'b'],
    [['byId', 7n, 0], 'a'],
    [['grid', 1, 1], true],
    [['numbers', 1], 20],
    [['byColor', 'BLUE'], 0.5],
    [['bins', -2], new Uint8Array([1])],
    [['byName', Buffer.from('k')], { n: 4 }],
    [['next', 'leaf', 'n'], 9],
    [['leaves', 2], undefined],
    [['maybe'], undefined],
    [['maybe', 'x'], undefined],
    [['byName', 'nope', 'n'], undefined],
  ])('%o', (path, wanted) => {
    expect(js(node().get(...path))).toEqual(wanted);
  });

  it('many paths at once', () => {
    const found = node().getMany([['leaves', 1, 'n'], ['must'], ['leaves', 0, 'n'], [], [], ['byId', 8], ['leaves']]);
    expect(found.map((n) => js(n))).toEqual([3, 'm', 2, value, value, undefined, value.leaves]);
  });

  it('parts in order, with what leads to them', () => {
    const n = node();
    expect(n.children().map(([step]) => step)).toEqual(all.fields.map((f) => f.name).filter((name) => name in value));
    expect(n.get('byName')!.children().map(([k, v]) => [k, js(v)])).toEqual([...value.byName]);
    expect(n.get('leaves')!.children().map(([k, v]) => [k, js(v)])).toEqual([...value.leaves.entries()]);
    expect([n.length, n.get('leaves')!.length, n.get('byName')!.length, n.get('must')!.length]).toEqual([Object.keys(value).length, 2, 2, 0]);
  });

  it('goes by ids where no descriptor is', () => {
    const n = ThriftNode.of(node().bytes, 12);
    expect(n.get(10, 2)!.toJS()).toBe('one');
    expect(n.get(13, 'k')!.toJS()).toEqual(new Map([[1, 4]]));
    expect(n.get(12, 0)!.toJS()).toBe(10);
    expect((n.toJS() as Map<number, unknown>).get(23)).toBeUndefined();
    expect(failure(() => n.get('leaf'))).toBe('PILOTA_DYNAMIC_FIELD_UNKNOWN: $: a field by its name "leaf" needs a descriptor, wanted its id');
    expect(n.set([10, 1], ThriftNode.from(77, all.byName('medium')!.type)).get(10, 1)!.toJS()).toBe(77);
  });

  it.each<[PathStep[], string]>([
    [['nope'], 'PILOTA_DYNAMIC_FIELD_UNKNOWN: $: All has no field "nope"'],
    [['leaf', 'm'], 'PILOTA_DYNAMIC_FIELD_UNKNOWN: $.leaf: Leaf has no field "m"'],
    [['leaves', 'x'], 'PILOTA_DYNAMIC_PATH_INVALID: $.leaves: got the step "x", wanted an index'],
    [['must', 'x'], 'PILOTA_DYNAMIC_PATH_INVALID: $.must: the value of type 11 has no parts, got the step "x"'],
    [['byId', 'x'], 'PILOTA_DYNAMIC_PATH_INVALID: $.byId: got the step "x", wanted a key of type 10'],
    [['bins', 40000], 'PILOTA_DYNAMIC_PATH_INVALID: $.bins: got the step 40000, wanted an integer of 16 bits'],
  ])('%o leads nowhere', (path, wanted) => {
    expect(failure(() => node().get(...path))).toBe(wanted);
  });

  it('bytes that are no such value are refused at once', () => {
    const bytes = node().bytes;
    expect(failure(() => ThriftNode.of(bytes.subarray(0, bytes.length - 1), all))).toMatch(/^PILOTA_DYNAMIC_BYTES_INVALID: \$/);
    const deep = Buffer.concat([...Array.from({ length: 100 }, () => Buffer.from([12, 0, 21])), Buffer.alloc(101)]);
    expect(failure(() => ThriftNode.of(deep, all))).toMatch(/^PILOTA_DYNAMIC_DEPTH_EXCEEDED/);
  });
});

describe('editing', () => {
  it('replaces, adds and removes in one pass, and leaves the rest as it was', () => {
    const n = node().setMany([
      [['leaves', 1, 'n'], 33],
      [['leaves', 2], { n: 44 }],
      [['leaves', 3], { n: 55 }],
      [['next', 'maybe'], 8n],
      [['maybe'], 9n],
      [['byName', 'new'], { n: 6 }],
      [['byId', 7n, 0], 'A'],
      [['text'], 'added'],
      [['must'], ThriftNode.from('M', all.byName('must')!.type)],
    ]);
    expect(js(n)).toEqual({
      ...value,
      text: 'added',
      maybe: 9n,
      must: 'M',
      leaves: [{ n: 2 }, { n: 33, s: 'three' }, { n: 44 }, { n: 55 }],
      byName: new Map([...value.byName, ['new', { n: 6 }]]),
      byId: new Map([[7n, ['A', 'b']]]),
      next: { ...value.next, maybe: 8n },
    });
    expect(js(n.unset(['text'], ['maybe'], ['leaves', 0], ['leaves', 3], ['byName', 'k'], ['next', 'maybe'], ['numbers', 0]))).toEqual({
      ...value,
      must: 'M',
      leaves: [{ n: 33, s: 'three' }, { n: 44 }],
      byName: new Map([['é', { n: 5 }], ['new', { n: 6 }]]),
      byId: new Map([[7n, ['A', 'b']]]),
      numbers: new Set([20]),
    });
  });

  it('what is not there is no loss', () => {
    const n = node();
    expect(Buffer.from(n.unset(['maybe'], ['leaves', 9], ['byName', 'nope'], ['maybe', 'x'], ['byId', 1n, 2]).bytes)).toEqual(Buffer.from(n.bytes));
  });

  it('a nested struct gets its own fields', () => {
    // dynamicgo puts such a field into the outermost struct.
    const n = node().set(['next', 'leaf', 's'], 'deep');
    expect(js(n.get('next'))).toEqual({ must: 'inner', leaf: { n: 9, s: 'deep' } });
    expect(js(n.get('leaf'))).toEqual(value.leaf);
  });

  it('empty containers take the types of what comes into them', () => {
    const untypedEmpty = node({ must: '', leaves: [], byName: new Map() });
    const bytes = Buffer.from(untypedEmpty.bytes);
    // As Go's generic server may write them.
    bytes[bytes.indexOf(Buffer.from([15, 0, 11])) + 3] = 0;
    const map = bytes.indexOf(Buffer.from([13, 0, 13]));
    bytes[map + 3] = 0;
    bytes[map + 4] = 0;
    const n = ThriftNode.of(bytes, all).setMany([[['leaves', 0], { n: 1 }], [['byName', 'a'], { n: 2 }]]);
    expect(js(n)).toEqual({ must: '', leaves: [{ n: 1 }], byName: new Map([['a', { n: 2 }]]) });
  });

  it('the root too', () => {
    expect(js(node().set([], { must: 'other' }, codec))).toEqual({ must: 'other' });
    expect(failure(() => node().unset([]))).toBe('PILOTA_DYNAMIC_PATH_INVALID: $: the root cannot be unset');
  });

  it.each<[PathStep[], unknown, string]>([
    [['maybe', 'x'], 1, 'PILOTA_DYNAMIC_VALUE_MISSING: $.maybe: nothing is there'],
    [['pick', 'number'], 1, 'PILOTA_DYNAMIC_VALUE_MISSING: $.pick: nothing is there'],
    [['leaves', 3], { n: 1 }, 'PILOTA_DYNAMIC_VALUE_MISSING: $.leaves[3]: the index 3 is beyond the end, wanted at most 2'],
    [['leaves', 0, 'n'], 'x', 'PILOTA_DYNAMIC_TYPE_MISMATCH: $.leaves[0].n: got "x", wanted an integer'],
    [['leaf'], { n: 'x' }, 'PILOTA_DYNAMIC_TYPE_MISMATCH: $.leaf.n: got "x", wanted an integer'],
    [['must'], ThriftNode.from(1, all.byName('medium')!.type), 'PILOTA_DYNAMIC_TYPE_MISMATCH: $.must: got a value of type 8, wanted 11'],
  ])('%o cannot be set to %o', (path, v, wanted) => {
    expect(failure(() => node().set(path, v))).toBe(wanted);
  });

  it('two edits of one place are refused', () => {
    expect(failure(() => node().setMany([[['leaf'], { n: 1 }], [['leaf', 'n'], 1]]))).toBe('PILOTA_DYNAMIC_PATH_INVALID: $.leaf: two edits meet at one place');
  });

  it('agrees with edits of the decoded value', () => {
    const s = loadThriftText(IDL, 'dyn.thrift').root.names.get('All') as ResolvedStruct;
    const values = new RandomValues(5);
    const next = random(6);
    for (let i = 0; i < 60; i++) {
      const v = values.struct(s) as Record<string, unknown> | undefined;
      const other = values.struct(s) as Record<string, unknown> | undefined;
      if (v === undefined || other === undefined) continue;
      const edits: (readonly [PathStep[], unknown])[] = [];
      const gone: PathStep[][] = [];
      const wanted: Record<string, unknown> = { ...v };
      for (const f of all.fields) {
        if (next() < 0.3 && other[f.name] !== undefined) {
          edits.push([[f.name], other[f.name]]);
          wanted[f.name] = other[f.name];
        } else if (next() < 0.2) {
          gone.push([f.name]);
          delete wanted[f.name];
        }
      }
      const n = node(v).setMany(edits).unset(...gone);
      expect(read(new ValueCodec({ fill: 'none' }), { ...n.type! }, codecBytes(n, wanted))).toEqual(wanted);
    }
  });
});

/** Bytes of a node whose required field may be gone. */
function codecBytes(n: ThriftNode, wanted: Record<string, unknown>): Uint8Array {
  if ('must' in wanted) return n.bytes;
  wanted['must'] = '';
  return n.set(['must'], '').bytes;
}

describe('cutting', () => {
  const small = linkThrift(
    thriftFromText('struct L { 2: optional string s } struct Small { 10: L leaf, 11: list<L> leaves, 13: map<string, L> byName, 5: string large, 300: required string must } struct Other { 99: required i32 x }').current(),
  );

  it('keeps what the other struct has, to the last level', () => {
    const n = node().cut(small.struct('Small'));
    expect(js(n)).toEqual({ leaf: { s: 'one' }, leaves: [{}, { s: 'three' }], byName: new Map([['k', {}], ['é', {}]]), must: 'm' });
    expect(Buffer.from(node().cut(all).bytes)).toEqual(Buffer.from(node().bytes));
    expect(failure(() => node().cut(small.struct('Other')))).toBe('PILOTA_DYNAMIC_FIELD_REQUIRED: $: required field (99/x) of Other is missing');
  });
});
