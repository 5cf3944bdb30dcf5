// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { Color } from '../../.build/typescript/interop/index.js';
import { Level } from '../../.build/typescript/base/index.js';

const max = 2n ** 63n - 1n;
const min = -max - 1n;
const beyondDouble = 2n ** 53n + 1n;

function tree(depth) {
  if (depth === 0) return { name: 'leaf', children: undefined };
  return { name: 'node', children: [tree(depth - 1), { name: 'side', children: [] }] };
}

const map = (o) => new Map(Object.entries(o));

/** Extreme values everywhere and every optional field set, to something other than its default. */
export function full() {
  return {
    flag: true,
    tiny: -128,
    small: -32768,
    medium: -2147483648,
    large: min,
    ratio: Number.MIN_VALUE,
    text: 'é 日本 😀 \0 "quoted"',
    raw: Uint8Array.from({ length: 256 }, (_, i) => i),
    color: Color.LAST,
    id: max,
    point: { x: 2147483647, y: -1, label: '' },
    info: { origin: 'here', level: Level.HIGH, labels: new Map([['', 'empty key']]) },
    tree: tree(20),
    choice: { point: { x: 1, y: 2, label: undefined } },
    must: 'm'.repeat(5000),
    mustBig: beyondDouble,

    boolList: [true, false, true],
    tinyList: [-128, -1, 0, 127],
    smallList: [-32768, 0, 32767],
    mediumList: [-2147483648, 0, 2147483647],
    largeList: [min, 0n, beyondDouble, max],
    ratioList: [-Infinity, -0.1, -0, Number.MAX_VALUE, Infinity],
    textList: ['', 'a', 'é'],
    rawList: [new Uint8Array(0), Uint8Array.of(0), Uint8Array.of(0xff, 0xfe)],
    colorList: [Color.NEGATIVE, Color.RED, Color.BLUE, 77],
    pointList: [
      { x: 0, y: 0, label: undefined },
      { x: 1, y: 2, label: 'p' },
    ],
    listList: [[], [1], [1, 2]],
    setList: [new Set(['b', 'a']), new Set()],
    mapList: [map({ k: max }), new Map()],
    choiceList: [{ text: 't' }, { number: min }, { names: ['n'] }],

    boolSet: new Set([true, false]),
    tinySet: new Set([-128, 127]),
    smallSet: new Set([-32768, 32767]),
    mediumSet: new Set([-2147483648, 2147483647]),
    largeSet: new Set([min, beyondDouble, max]),
    textSet: new Set(['z', '', 'é']),
    colorSet: new Set([Color.LAST, Color.NEGATIVE]),
    listSet: new Set([[2, 1], [], [1, 2]]),

    boolKeys: new Map([
      [true, 'yes'],
      [false, 'no'],
    ]),
    tinyKeys: new Map([
      [-128, 127],
      [0, -1],
    ]),
    smallKeys: new Map([[-32768, 32767]]),
    mediumKeys: new Map([[-2147483648, 2147483647]]),
    largeKeys: new Map([
      [min, max],
      [beyondDouble, -beyondDouble],
      [beyondDouble - 1n, 0n],
    ]),
    textKeys: new Map([
      ['', ''],
      ['__proto__', 'p'],
      ['constructor', 'c'],
      ['é', '日本'],
    ]),
    colorKeys: new Map([
      [Color.NEGATIVE, 'negative'],
      [Color.LAST, 'last'],
    ]),
    boolValues: map({ t: true, f: false }),
    ratioValues: map({ pi: Math.PI }),
    rawValues: map({ e: new Uint8Array(0), ff: Uint8Array.of(0xff) }),
    colorValues: map({ c: Color.BLUE }),
    pointValues: map({ o: { x: 0, y: 0, label: undefined }, p: { x: -5, y: 5, label: 'l' } }),
    listValues: map({ e: [], l: [min] }),
    setValues: map({ s: new Set([3, -3]) }),
    mapValues: map({ e: new Map(), m: map({ n: beyondDouble }) }),
    deep: new Map([
      [max, new Map([[-2147483648, [new Set(['x', 'y']), new Set()]]])],
      [0n, new Map()],
    ]),
    labels: map({ l: 'v' }),

    maybeFlag: false,
    maybeMedium: 0,
    maybeLarge: min,
    maybeRatio: -1.5,
    maybeText: '',
    maybeRaw: new Uint8Array(0),
    maybeColor: Color.RED,
    maybePoint: { x: 0, y: 0, label: undefined },
    maybeList: [],
    maybeMap: map({ m: -1n }),
    maybeChoice: { number: 0n },

    onByDefault: false,
    answer: 0,
    beyond: -1n,
    greeting: '',
    favourite: Color.RED,
    primes: [],
    ages: new Map(),
    maybeGreeting: '',
    maybeAnswer: 0,
    half: -0,
    last: 'end',
  };
}

/** What has no default, and nothing else: the rest must come back as its default. */
export const least = { must: 'm', mustBig: 1n, choice: { text: '' } };

/** Plain text that is equal for equal values, whatever the order of sets and maps. */
export function canonical(v) {
  if (v === undefined || v === null) return 'nothing';
  if (v instanceof Uint8Array) return `bytes ${Buffer.from(v).toString('hex')}`;
  if (v instanceof Set) return `set {${[...v].map(canonical).sort().join(', ')}}`;
  if (v instanceof Map) return `map {${[...v].map(([k, x]) => `${canonical(k)}: ${canonical(x)}`).sort().join(', ')}}`;
  if (Array.isArray(v)) return `[${v.map(canonical).join(', ')}]`;
  if (typeof v === 'object') {
    const fields = Object.entries(v).filter(([, x]) => x !== undefined);
    return `{${fields.map(([k, x]) => `${k}: ${canonical(x)}`).join(', ')}}`;
  }
  if (typeof v === 'bigint') return `${v}n`;
  return Object.is(v, -0) ? '-0' : JSON.stringify(v) ?? String(v);
}
