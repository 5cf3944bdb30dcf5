// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { CookieError, readCookies, writeCookie } from '@cloudwego/protocol';

describe('cookies', () => {
  it.each([
    [['Cookie', 'a=1; b=2'], [['a', '1'], ['b', '2']]],
    [['cookie', ' a = "x y" ;;b='], [['a', 'x y'], ['b', '']]],
    [['Cookie', 'a=1=2', 'X', 'c=3', 'COOKIE', 'd=%20'], [['a', '1=2'], ['d', '%20']]],
    [['Cookie', 'alone'], [['', 'alone']]],
    [[], []],
  ] as [string[], [string, string][]][])('%j are read as %j', (raw, pairs) => {
    expect(readCookies(raw)).toEqual(pairs);
  });

  it.each([
    ['a', 'b c', {}, 'a=b+c; path=/'],
    ['a', '1', { maxAgeSeconds: 60, domain: 'x.y', path: '/p', httpOnly: true, secure: true, sameSite: 'lax' }, 'a=1; max-age=60; domain=x.y; path=/p; HttpOnly; secure; SameSite=Lax'],
    ['a', '', { maxAgeSeconds: -1 }, 'a=; max-age=0; path=/'],
    ['a', '1', { expiresAtMs: 0, sameSite: 'default' }, 'a=1; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/; SameSite'],
    ['a', '1', { sameSite: 'none' }, 'a=1; path=/; secure; SameSite=None'],
    ['a', '1', { partitioned: true }, 'a=1; path=/; secure; Partitioned'],
    ['a', 'x;y\r\n', {}, 'a=x%3By%0D%0A; path=/'],
  ] as const)('%s=%j with %j is written %s', (name, value, o, expected) => {
    expect(writeCookie(name, value, o)).toBe(expected);
  });

  it('what would end a cookie is refused', () => {
    for (const f of [() => writeCookie('a b', ''), () => writeCookie('', ''), () => writeCookie('a', '', { path: '/;x' }), () => writeCookie('a', '', { domain: 'a\r\nb' })]) {
      expect(f).toThrow(CookieError);
    }
  });
});
