// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { Int64, baseTypes, types } from './generated.js';
import { i64, toBigInt } from './wire.js';

const max = 2n ** 63n - 1n;
const min = -max - 1n;
const beyondDouble = 2n ** 53n + 1n;

const point = (x, y, label) => new types.Point({ x, y, ...(label === undefined ? {} : { label }) });

function tree(depth) {
  if (depth === 0) return new types.Tree({ name: 'leaf' });
  return new types.Tree({ name: 'node', children: [tree(depth - 1), new types.Tree({ name: 'side', children: [] })] });
}

/**
 * Extreme values everywhere and every optional field set, to something other
 * than its default.
 */
export function full() {
  const color = types.Color;
  return new types.AllTypes({
    flag: true,
    tiny: -128,
    small: -32768,
    medium: -2147483648,
    large: i64(min),
    ratio: Number.MIN_VALUE,
    text: 'é 日本 😀 \0 "quoted"',
    raw: Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
    color: color.LAST,
    id: i64(max),
    point: point(2147483647, -1, ''),
    info: new baseTypes.Info({ origin: 'here', level: baseTypes.Level.HIGH, labels: { '': 'empty key' } }),
    tree: tree(20),
    choice: new types.Choice({ point: point(1, 2) }),
    must: 'm'.repeat(5000),
    mustBig: i64(beyondDouble),

    boolList: [true, false, true],
    tinyList: [-128, -1, 0, 127],
    smallList: [-32768, 0, 32767],
    mediumList: [-2147483648, 0, 2147483647],
    largeList: [i64(min), i64(0n), i64(beyondDouble), i64(max)],
    ratioList: [-Infinity, -0.1, -0, Number.MAX_VALUE, Infinity],
    textList: ['', 'a', 'é'],
    rawList: [Buffer.alloc(0), Buffer.from([0]), Buffer.from([0xff, 0xfe])],
    colorList: [color.NEGATIVE, color.RED, color.BLUE, 77],
    pointList: [point(0, 0), point(1, 2, 'p')],
    listList: [[], [1], [1, 2]],
    setList: [['b', 'a'], []],
    mapList: [{ k: i64(max) }, {}],
    choiceList: [
      new types.Choice({ text: 't' }),
      new types.Choice({ number: i64(min) }),
      new types.Choice({ names: ['n'] }),
    ],

    boolSet: [true, false],
    tinySet: [-128, 127],
    smallSet: [-32768, 32767],
    mediumSet: [-2147483648, 2147483647],
    largeSet: [i64(min), i64(beyondDouble), i64(max)],
    textSet: ['z', '', 'é'],
    colorSet: [color.LAST, color.NEGATIVE],
    listSet: [[2, 1], [], [1, 2]],

    boolKeys: { true: 'yes', false: 'no' },
    tinyKeys: { '-128': 127, 0: -1 },
    smallKeys: { '-32768': 32767 },
    mediumKeys: { '-2147483648': 2147483647 },
    largeKeys: { [min]: i64(max), [beyondDouble]: i64(-beyondDouble), [beyondDouble - 1n]: i64(0n) },
    textKeys: { '': '', ['__proto__']: 'p', constructor: 'c', é: '日本' },
    colorKeys: { '-1': 'negative', 2147483647: 'last' },
    boolValues: { t: true, f: false },
    ratioValues: { pi: Math.PI },
    rawValues: { e: Buffer.alloc(0), ff: Buffer.from([0xff]) },
    colorValues: { c: color.BLUE },
    pointValues: { o: point(0, 0), p: point(-5, 5, 'l') },
    listValues: { e: [], l: [i64(min)] },
    setValues: { s: [3, -3] },
    mapValues: { e: {}, m: { n: i64(beyondDouble) } },
    deep: { [max]: { '-2147483648': [['x', 'y'], []] }, 0: {} },
    labels: { l: 'v' },

    maybeFlag: false,
    maybeMedium: 0,
    maybeLarge: i64(min),
    maybeRatio: -1.5,
    maybeText: '',
    maybeRaw: Buffer.alloc(0),
    maybeColor: color.RED,
    maybePoint: point(0, 0),
    maybeList: [],
    maybeMap: { m: i64(-1n) },
    maybeChoice: new types.Choice({ number: i64(0n) }),

    onByDefault: false,
    answer: 0,
    beyond: i64(-1n),
    greeting: '',
    favourite: color.RED,
    primes: [],
    ages: {},
    maybeGreeting: '',
    maybeAnswer: 0,
    half: -0,
    last: 'end',
  });
}

/** Below how many lists each field has its sets, which come in any order. */
const sets = new Map(
  Object.entries({
    boolSet: 0, tinySet: 0, smallSet: 0, mediumSet: 0, largeSet: 0, textSet: 0, colorSet: 0, listSet: 0,
    setList: 1, setValues: 0, deep: 1,
  }),
);

/** Plain data that is deeply equal for equal values: i64 as bigint, bytes as hex. */
export function canonical(value, setDepth = -1) {
  if (value instanceof Int64) return toBigInt(value);
  if (Buffer.isBuffer(value)) return `0x${value.toString('hex')}`;
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item, setDepth - 1));
    if (setDepth !== 0) return items;
    const text = (item) => (typeof item === 'bigint' ? `${item}` : JSON.stringify(item));
    return items.sort((a, b) => (text(a) < text(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, v]) => v !== null && v !== undefined);
  return new Map(entries.map(([k, v]) => [k, canonical(v, sets.get(k) ?? setDepth)]));
}
