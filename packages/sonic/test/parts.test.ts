// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrayIter, bySchema, get, getMany, LazyValue, Node, objectIter, parse, PointerTree, Raw, SonicOptionError, SonicSyntaxError, SonicTypeError, stringify, visit } from '@cloudwego/sonic';

const text = ' {"a":{"b":[1,{"c":"x\\u0041"},null]},"\\u0064":true,"big":505874924095815681,"f":-1.5e2,"s":"12","e":""} ';

describe('a lazy value', () => {
  const doc = get(text, [])!;
  it('has a type, a place and its text', () => {
    const b = doc.get('a', 'b')!;
    expect([b.type, b.raw, b.start, b.end, String(b), Buffer.from(b.bytes).toString()]).toEqual(['array', '[1,{"c":"x\\u0041"},null]', 11, 35, b.raw, b.raw]);
    expect([...doc].map(([k, v]) => [k, v.type])).toEqual([['a', 'object'], ['d', 'boolean'], ['big', 'number'], ['f', 'number'], ['s', 'string'], ['e', 'string']]);
    expect([...b].map(([i, v]) => [i, v.raw])).toEqual([[0, '1'], [1, '{"c":"x\\u0041"}'], [2, 'null']]);
    expect(() => [...doc.get('d')!]).toThrow(SonicTypeError);
    expect(b.toJS()).toEqual([1, { c: 'xA' }, null]);
    expect(doc.get('big')!.toJS({ integers: 'number' })).toBe(505874924095815681);
  });

  it('gives the type that it has and no other', () => {
    expect(doc.get('a', 'b', 1, 'c')!.asString()).toBe('xA');
    expect(doc.get('f')!.asNumber()).toBe(-150);
    expect(doc.get('big')!.asBigInt()).toBe(505874924095815681n);
    expect(doc.get('d')!.asBoolean()).toBe(true);
    for (const f of [() => doc.get('s')!.asNumber(), () => doc.get('f')!.asString(), () => doc.get('f')!.asBigInt(), () => doc.get('s')!.asBigInt(), () => doc.get('s')!.asBoolean(), () => doc.asString()]) expect(f).toThrow(SonicTypeError);
  });

  // Source: bytedance/sonic ast/node_test.go TestTypeInt64, TestTypeNumber, TestTypeString, TestTypeBool.
  it.each<[string, unknown, unknown, unknown, unknown]>([
    ['1', '1', 1, 1n, true],
    ['0', '0', 0, 0n, false],
    ['-1.9', '-1.9', -1.9, -1n, true],
    ['1e3', '1e3', 1000, 1000n, true],
    ['9223372036854775807', '9223372036854775807', 9223372036854775807, 9223372036854775807n, true],
    ['true', 'true', 1, 1n, true],
    ['false', 'false', 0, 0n, false],
    ['null', '', 0, 0n, false],
    ['"12"', '12', 12, 12n, true],
    ['"1.5"', '1.5', 1.5, 1n, true],
    ['"0"', '0', 0, 0n, false],
    ['"true"', 'true', Error, Error, true],
    ['"x"', 'x', Error, Error, Error],
    ['""', '', Error, Error, Error],
    ['[]', Error, Error, Error, Error],
    ['{}', Error, Error, Error, Error],
    ['1e999', '1e999', Infinity, Error, true],
  ])('%s is cast leniently', (json, s, n, i, b) => {
    const v = get(json, [])!;
    for (const [to, want] of [['string', s], ['number', n], ['bigint', i], ['boolean', b]] as const) {
      const f = (): unknown => v.cast(to as 'string');
      if (want === Error) expect(f).toThrow(SonicTypeError);
      else expect(f()).toBe(want);
    }
  });

  it('is a view of the bytes, or a copy', () => {
    const bytes = Buffer.from('{"a":"x","b":[1]}');
    const view = get(bytes, ['a'])!;
    const copy = get(bytes, ['b'], { copy: true })!;
    expect(view.bytes.buffer).toBe(bytes.buffer);
    expect(copy.bytes.buffer).not.toBe(bytes.buffer);
    expect(copy.bytes.buffer.byteLength).toBe(3);
    bytes.fill(0x20);
    expect(copy.get(0)!.asNumber()).toBe(1);
    expect(getMany(Buffer.from('[1,2]'), [[1]], { copy: true })[0]!.bytes.buffer.byteLength).toBe(1);
  });
});

describe('what a search checks', () => {
  const bad = '{"a":1,"b":[1,2,],"c":3,"d":"\\q"}';
  it("is what it passes, by default", () => {
    expect(get(bad, ['a'])!.raw).toBe('1');
    expect(() => get(bad, ['c'])).toThrow(SonicSyntaxError);
    expect(() => get(bad, ['b'])).toThrow(SonicSyntaxError);
    expect(() => get(bad, ['nope'])).toThrow(SonicSyntaxError);
    expect(() => get('{"a":1', ['b'])).toThrow('eof');
    expect(get(Buffer.from('{"a":1,"b":"\xff"}', 'latin1'), ['a'])!.raw).toBe('1');
    for (const f of [(b: Uint8Array) => get(b, ['a']), (b: Uint8Array) => [...objectIter(b)], (b: Uint8Array) => getMany(b, [['a']]), (b: Uint8Array) => bySchema(b, { a: 1 }), (b: Uint8Array) => [...arrayIter(b, ['a'])]]) {
      expect(() => f(Buffer.from('{"\xff":1,"a":["\xff"]}', 'latin1'))).toThrow(expect.objectContaining({ code: 'SONIC_UTF8_INVALID' }));
    }
    expect(() => [...arrayIter(Buffer.from('["a","\xff"]', 'latin1'))]).toThrow(expect.objectContaining({ code: 'SONIC_UTF8_INVALID', index: 6 }));
  });

  it("is all with 'all', for every kind of search, and nothing with 'none'", () => {
    const all = { validate: 'all' } as const;
    for (const f of [() => get(bad, ['a'], all), () => getMany(bad, [['a']], all), () => objectIter(bad, [], all).next(), () => bySchema(bad, { a: 1 }), () => Node.parse(bad), () => get('1 2', [], all), () => arrayIter('[1] x', [], all).next()]) expect(f).toThrow(SonicSyntaxError);
    expect(get(bad, ['c'], { validate: 'none' })!.raw).toBe('3');
    expect(get(bad, ['b'], { validate: 'none' })!.raw).toBe('[1,2,]');
    // What comes out then may be no JSON, and that is said when it is read.
    expect(() => get(bad, ['d'], { validate: 'none' })!.asString()).toThrow(SonicSyntaxError);
  });

  it('counts the levels that it may pass', () => {
    expect(get('[[1]]', [0], { maxDepth: 2 })!.raw).toBe('[1]');
    expect(getMany('[[1]]', [[0]], { maxDepth: 2 })[0]!.raw).toBe('[1]');
    for (const f of [() => get('[[1]]', [0], { maxDepth: 1 }), () => get('[[],1]', [1], { maxDepth: 1 }), () => getMany('[[],1]', [[1]], { maxDepth: 1 }), () => get('[[1]]', [], { maxDepth: 1 })]) expect(f).toThrow(expect.objectContaining({ code: 'SONIC_DEPTH_EXCEEDED' }));
  });
});

describe('many at once', () => {
  it('come in the order of the paths; a tree serves many texts', () => {
    const tree = new PointerTree([['b'], ['a', 1], ['b'], [], ['a'], ['x']]);
    expect(tree.size).toBe(6);
    expect(getMany('{"a":[1,2],"b":3}', tree).map((v) => v?.raw)).toEqual(['3', '2', '3', '{"a":[1,2],"b":3}', '[1,2]', undefined]);
    expect(getMany('[0]', tree).map((v) => v?.raw)).toEqual([undefined, undefined, undefined, '[0]', undefined, undefined]);
    expect(getMany('1', [])).toEqual([]);
    expect(() => new PointerTree([[-1]])).toThrow(SonicOptionError);
  });

  it('stop when all were found', () => {
    expect(getMany('{"a":1,"b":2,x', [['b'], ['a']]).map((v) => v!.raw)).toEqual(['2', '1']);
    expect(() => getMany('{"a":1,"b":2,x', [['a'], ['c']])).toThrow(SonicSyntaxError);
  });
});

describe('bySchema', () => {
  it('fills a shape', () => {
    // Source: cloudwego/sonic-rs src/lazyvalue/get.rs get_by_schema.
    const got = bySchema('{"a":{"b":1,"x":2},"l":[1,{"z":12345678901234567890}],"any":{"k":[1]},"n":null,"extra":{}}', { a: { b: 0, c: 'default' }, l: [], any: {}, n: { deep: 1 }, none: 7, nil: null });
    expect(got).toEqual({ a: { b: 1, c: 'default' }, l: [1, { z: 12345678901234567890n }], any: { k: [1] }, n: null, none: 7, nil: null });
    expect(bySchema('[1]', { a: 1 })).toEqual([1]);
    expect(bySchema('{"a":1,"a":2}', { a: 0 })).toEqual({ a: 1 });
    expect(bySchema('{"a":1,"a":2}', { a: 0 }, { duplicates: 'last' })).toEqual({ a: 2 });
  });

  it('leaves its defaults alone, and reaches no prototype', () => {
    const defaults = Object.freeze({ a: Object.freeze({ b: 1 }), toString: 'x' });
    expect(bySchema('{"a":{"b":2},"__proto__":{"x":1},"constructor":{"prototype":1}}', defaults)).toEqual({ a: { b: 2 }, toString: 'x' });
    expect(defaults.a.b).toBe(1);
    const own = JSON.parse('{"__proto__":1}') as object;
    const got = bySchema('{"__proto__":{"x":1}}', own);
    expect(Object.getPrototypeOf(got)).toBe(Object.prototype);
    expect(Object.hasOwn(got, '__proto__')).toBe(true);
  });
});

describe('a node', () => {
  it('keeps what nobody touched as it came', () => {
    const n = Node.parse(text);
    expect(n.toString()).toBe(text.trim());
    n.get('a', 'b')!.setAt(0, 7n);
    expect(n.unset('d')).toBe(true);
    expect(n.set('new', { x: [1n] })).toBe(false);
    expect(n.set('e', new Raw('[ ]'))).toBe(true);
    expect(n.toString()).toBe('{"a":{"b":[7,{"c":"x\\u0041"},null]},"big":505874924095815681,"f":-1.5e2,"s":"12","e":[ ],"new":{"x":[1]}}');
    expect(Buffer.from(n.toBytes()).toString()).toBe(n.toString());
    expect(stringify(n.toJS())).toBe(stringify(parse(n.toString())));
    expect(n.toLazy().get('new', 'x', 0)!.asNumber()).toBe(1);
    expect(Node.parse('{ "a" : [ 1 , " x " ] }').compact()).toBe('{"a":[1," x "]}');
  });

  it('is looked through by key, index and position', () => {
    const n = Node.parse('{"a":1,"b":[10,20],"c":{}}');
    expect(n.get('b', 1)!.toString()).toBe('20');
    expect(n.at(0)!.toString()).toBe('1');
    expect(n.pairAt(1)!.map(String)).toEqual(['b', '[10,20]']);
    expect(n.pairAt(9)).toBeUndefined();
    expect(n.get('b')!.pairAt(0)).toBeUndefined();
    expect(n.indexOrGet(1, 'b')!.type).toBe('array');
    expect(n.indexOrGet(0, 'b')!.type).toBe('array');
    expect(n.indexOrGet(9, 'zz')).toBeUndefined();
    expect(n.get('a', 'b', 'c')).toBeUndefined();
    expect(n.length()).toBe(3);
    expect([...n.entries()].map(([k, v]) => [k, v.type])).toEqual([['a', 'number'], ['b', 'array'], ['c', 'object']]);
    expect(() => n.at(-1)).toThrow(SonicOptionError);
    expect(() => n.get('a')!.length()).toThrow(SonicTypeError);
    expect(() => n.get('a')!.entries().next()).toThrow(SonicTypeError);
  });

  it('is built from values, lazy values, nodes and raw text', () => {
    expect(Node.from(new Map([['a', 1n]])).toString()).toBe('{"a":1}');
    expect(Node.from(get('[ 1 ]', [])!).toString()).toBe('[ 1 ]');
    expect(Node.from(new Raw('{ }')).type).toBe('object');
    expect(() => Node.from(undefined)).toThrow(SonicTypeError);
    expect(() => Node.from(new Raw('{', { trusted: true }))).toThrow(SonicSyntaxError);
  });

  it('becomes a container when it is null, and nothing else does', () => {
    const n = Node.parse('[null,null,1]');
    n.at(0)!.set('a', 1);
    n.at(1)!.add(2);
    expect(n.toString()).toBe('[{"a":1},[2],1]');
    expect(() => n.at(2)!.set('a', 1)).toThrow(SonicTypeError);
    expect(() => n.at(2)!.add(1)).toThrow(SonicTypeError);
    expect(() => n.set('a', 1)).toThrow(SonicTypeError);
    expect(n.at(2)!.unset('a')).toBe(false);
    expect(() => n.at(0)!.pop()).toThrow(SonicTypeError);
  });

  it('is edited at a path, wholly or not at all', () => {
    const n = Node.parse('{"a":{"l":[0]},"n":null}');
    expect(n.setByPath(['a', 'l', 0], 1)).toBe(true);
    expect(n.setByPath(['a', 'l', 1], 2)).toBe(false);
    expect(n.setByPath(['x', 'y', 0, 'z'], 'v')).toBe(false);
    expect(n.setByPath(['n', 'k'], true)).toBe(false);
    const before = '{"a":{"l":[1,2]},"n":{"k":true},"x":{"y":[{"z":"v"}]}}';
    expect(n.toString()).toBe(before);
    for (const path of [['a', 'l', 5], ['q', 'r', 1], ['a', 'l', 'k'], ['a', 'l', 0, 'k'], ['q', 0, 3]]) {
      expect(() => n.setByPath(path, 1)).toThrow(SonicTypeError);
      expect(n.toString()).toBe(before);
    }
    expect(() => n.setByPath([], 1)).toThrow(SonicOptionError);
    expect(() => n.setByPath(['a'], undefined)).toThrow(SonicTypeError);
  });

  it('cannot hold itself, nor nest without end', () => {
    const n = Node.parse('{"a":{"b":[1]}}');
    for (const f of [() => n.set('a', n), () => n.get('a')!.set('x', n), () => n.get('a', 'b')!.add(n.get('a'))]) expect(f).toThrow(expect.objectContaining({ code: 'SONIC_VALUE_CIRCULAR' }));
    let deep = Node.parse('[]');
    for (let i = 0; i < 4095; i++) deep = Node.parse('[]').add(deep);
    expect(parse(deep.toString())).toHaveLength(1);
    const deeper = Node.parse('[]').add(deep);
    expect(() => deeper.toString()).toThrow(expect.objectContaining({ code: 'SONIC_VALUE_DEPTH' }));
    expect(Node.parse('['.repeat(4096) + ']'.repeat(4096)).load(true).sortKeys({ deep: true }).toString()).toHaveLength(8192);
  });

  it('sorts', () => {
    const n = Node.parse('{"b":{"z":1,"y":[{"d":1,"c":2}]},"a":2,"b":3}');
    expect(n.sortKeys().toString()).toBe('{"a":2,"b":{"z":1,"y":[{"d":1,"c":2}]},"b":3}');
    expect(n.sortKeys({ deep: true }).toString()).toBe('{"a":2,"b":{"y":[{"c":2,"d":1}],"z":1},"b":3}');
  });

  it('does to its children what an array does', () => {
    const op = fc.oneof(
      fc.tuple(fc.constant('add'), fc.nat(99)),
      fc.tuple(fc.constant('pop')),
      fc.tuple(fc.constant('unsetAt'), fc.nat(6)),
      fc.tuple(fc.constant('setAt'), fc.nat(6), fc.nat(99)),
      fc.tuple(fc.constant('move'), fc.nat(6), fc.nat(6)),
      fc.tuple(fc.constant('at'), fc.nat(6)),
    );
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 5 }), fc.array(op, { maxLength: 12 }), (start, ops) => {
        const n = Node.parse(JSON.stringify(start));
        const a = [...start];
        for (const [kind, i = 0, v = 0] of ops as [string, number?, number?][]) {
          if (kind === 'add') {
            n.add(i);
            a.push(i);
          } else if (kind === 'pop') expect(n.pop()?.toJS()).toBe(a.pop());
          else if (kind === 'unsetAt') expect(n.unsetAt(i)).toBe(a.splice(i, 1).length === 1);
          else if (kind === 'setAt') {
            expect(n.setAt(i, v)).toBe(i < a.length);
            if (i < a.length) a[i] = v;
          } else if (kind === 'at') expect(n.at(i)?.toJS()).toBe(a[i]);
          else if (i < a.length && v < a.length) {
            n.move(i, v);
            a.splice(i, 0, ...a.splice(v, 1));
          } else expect(() => n.move(i, v)).toThrow(expect.objectContaining({ code: 'SONIC_VALUE_RANGE' }));
          expect(n.toString()).toBe(JSON.stringify(a));
        }
        expect(n.length()).toBe(a.length);
      }),
    );
  });
});

describe('visit', () => {
  it('tells everything in order, and passes over what is not wanted', () => {
    const seen: unknown[] = [];
    visit('{"a":[1,-2.50,"x",null,true],"skip":{"b":[1]},"e":{},"l":[]}', {
      beginObject: () => void seen.push('{'),
      endObject: () => seen.push('}'),
      beginArray: () => void seen.push('['),
      endArray: () => seen.push(']'),
      key: (k) => seen.push(`${k}:`),
      number: (v, t) => seen.push([v, t]),
      string: (s) => seen.push(s),
      null: () => seen.push(null),
      boolean: (b) => seen.push(b),
    });
    expect(seen).toEqual(['{', 'a:', '[', [1, '1'], [-2.5, '-2.50'], 'x', null, true, ']', 'skip:', '{', 'b:', '[', [1, '1'], ']', '}', 'e:', '{', '}', 'l:', '[', ']', '}']);
    let depth = 0;
    const keys: string[] = [];
    visit('{"a":{"b":{"c":1}},"d":[{"e":1}]}', { beginObject: () => ++depth < 2, endObject: () => void depth--, key: (k) => keys.push(k), beginArray: () => false });
    expect(keys).toEqual(['a', 'd']);
  });

  it('ends with what the visitor throws', () => {
    expect(() => {
      visit('[1,x', { number: () => { throw new RangeError('enough'); } });
    }).toThrow(new RangeError('enough'));
  });
});

describe('iterators', () => {
  it('make one value after another', () => {
    const it = arrayIter('[1,{"a":2},x');
    expect((it.next().value as LazyValue).raw).toBe('1');
    expect((it.next().value as LazyValue).get('a')!.asNumber()).toBe(2);
    expect(() => it.next()).toThrow(SonicSyntaxError);
    expect([...objectIter('{"l":{"a":1,"a":2}}', ['l'])].map(([k, v]) => [k, v.raw])).toEqual([['a', '1'], ['a', '2']]);
    expect(() => [...arrayIter('{}')]).toThrow('got object at index 0, wanted an array');
    expect(() => [...objectIter('[]')]).toThrow(SonicTypeError);
  });
});
