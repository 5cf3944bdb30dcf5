// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { FastRand } from '@cloudwego/gopkg/fastrand';
import * as x from '@cloudwego/gopkg/stringx';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const count = (s: string): number => [...s].length;

describe('stringx', () => {
  it('pads by code points', () => {
    expect([x.padLeftChar('世😀', 5, '*'), x.padRightChar('世😀', 5, '😀'), x.padCenterChar('ab', 5, '-'), x.padCenterChar('ab', 6, '-')]).toEqual(['***世😀', '世😀😀😀😀', '-ab--', '--ab--']);
    expect([x.padLeftSpace('a', 3), x.padRightSpace('a', 3), x.padCenterSpace('a', 3)]).toEqual(['  a', 'a  ', ' a ']);
    fc.assert(
      fc.property(text, fc.integer({ min: -5, max: 40 }), (s, n) => {
        const left = x.padLeftChar(s, n, '·');
        expect(left).toBe('·'.repeat(Math.max(0, n - count(s))) + s);
        expect(x.padRightChar(s, n, '·')).toBe(s + '·'.repeat(Math.max(0, n - count(s))));
        const both = x.padCenterChar(s, n, '·');
        expect(count(both)).toBe(Math.max(count(s), n));
        expect(both.includes(s)).toBe(true);
      }),
    );
  });

  it('cuts by code points, from both ends, and never fails', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: -30, max: 30 }), fc.integer({ min: -30, max: 30 }), (s, a, b) => {
        // Array.slice has the same rules.
        expect(x.sub(s, a, b)).toBe([...s].slice(a, b).join(''));
        expect(x.subStart(s, a)).toBe([...s].slice(a).join(''));
      }),
    );
    expect([x.sub('a世😀b', 1, 3), x.sub('a世😀b', -2, 99), x.sub('', 0, 1), x.subStart('abc', -2)]).toEqual(['世😀', '😀b', '', 'bc']);
  });

  it('rotates, and back', () => {
    expect([x.rotate('abcd', 1), x.rotate('abcd', -1), x.rotate('abcd', 5), x.rotate('a世😀', 1), x.rotate('', 3), x.rotate('a', 0)]).toEqual(['dabc', 'bcda', 'dabc', '😀a世', '', 'a']);
    fc.assert(
      fc.property(text, fc.integer(), (s, n) => {
        expect(x.rotate(x.rotate(s, n), -n)).toBe(s);
      }),
    );
  });

  it('reverses, shuffles, removes, repeats', () => {
    expect([x.reverse('a世😀'), x.reverse(''), x.removeChar('aXbX😀', 'X'), x.removeChar('a😀b😀', '😀'), x.removeString('abcabc', 'bc'), x.removeString('abc', ''), x.repeatChar('😀', 2), x.repeatChar('a', -1)]).toEqual(['😀世a', '', 'ab😀', 'ab', 'aa', 'abc', '😀😀', '']);
    fc.assert(
      fc.property(text, fc.nat(), (s, seed) => {
        expect([...x.shuffle(s, new FastRand(seed))].sort()).toEqual([...s].sort());
        expect(x.reverse(x.reverse(s))).toBe(s);
      }),
    );
    expect(new Set(Array.from({ length: 50 }, () => x.shuffle('abc'))).size).toBeGreaterThan(1);
  });

  it('looks for any of several parts', () => {
    expect([x.containsAnySubstrings('hello', ['x', 'll']), x.containsAnySubstrings('hello', ['x']), x.containsAnySubstrings('hello', []), x.containsAnySubstrings('', [''])]).toEqual([true, false, false, true]);
  });

  it('knows letters and digits of every script', () => {
    expect([x.isAlpha('abcÜ世'), x.isAlpha('a1'), x.isAlpha(''), x.isAlpha('a b'), x.isAlpha('\n')]).toEqual([true, false, false, false, false]);
    expect([x.isNumeric('123٣'), x.isNumeric('1.5'), x.isNumeric(''), x.isNumeric('½')]).toEqual([true, false, false, false]);
    expect([x.isAlphanumeric('a1世٣'), x.isAlphanumeric('a_1'), x.isAlphanumeric('')]).toEqual([true, false, false]);
  });
});
