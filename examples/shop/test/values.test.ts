// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { httpStatus } from '../src/shared/codes.js';
import { Histogram } from '../src/shared/histogram.js';
import { json } from '../src/shared/json.js';
import { formatMoney } from '../src/shared/money.js';

describe('JSON', () => {
  test('has whole numbers of 64 bits as digits, maps as objects, and leaves out what is not there', () => {
    expect(json.stringify({ total: 9_007_199_254_740_993n, left: new Map([['kite', 3n]]), none: undefined, list: [1, 'a"b', null, true] })).toBe(
      '{"total":"9007199254740993","left":{"kite":"3"},"list":[1,"a\\"b",null,true]}',
    );
    expect(() => json.stringify({ n: Number.NaN })).toThrow(TypeError);
  });
});

test('money has its point at the right place', () => {
  expect([0n, 5n, 99n, 1299n, -5n, -1299n].map((minor) => formatMoney({ minor, currency: 'EUR' }))).toEqual(['0.00 EUR', '0.05 EUR', '0.99 EUR', '12.99 EUR', '-0.05 EUR', '-12.99 EUR']);
});

test('business codes end in the status that HTTP has for them', () => {
  expect([40404, 42001, 40422, 50402, 42409, 40400].map(httpStatus)).toEqual([404, 422, 422, 402, 409, 400]);
});

test('quantiles of a histogram lie within five percent', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.01, max: 10_000, noNaN: true }), { minLength: 1, maxLength: 200 }), fc.constantFrom(0.5, 0.9, 0.99), (values, q) => {
      const h = new Histogram();
      for (const v of values) h.record(v);
      const exact = [...values].sort((a, b) => a - b)[Math.ceil(q * values.length) - 1]!;
      expect(Math.abs(h.quantile(q) - exact) / exact).toBeLessThan(0.05);
      expect(new Histogram(h.counts).quantile(q)).toBe(h.quantile(q));
    }),
  );
});
