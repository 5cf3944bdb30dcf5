// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Address } from '@cloudwego/gopkg/io';
import { formatAddress, parseAddress } from '@cloudwego/gopkg/io';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const label = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/);
const name = fc.stringMatching(/^[\x21-\x7e]{1,40}$/);
const address: fc.Arbitrary<Address> = fc.oneof(
  fc.record({ kind: fc.constant('tcp' as const), host: fc.oneof(fc.ipV4(), fc.ipV6(), fc.array(label, { minLength: 1, maxLength: 3 }).map((l) => l.join('.')), fc.constant('')), port: fc.nat(65_535) }),
  fc.record({ kind: fc.constant('unix' as const), path: fc.oneof(name.filter((p) => !p.startsWith('@')), name.map((n) => '\0' + n)) }),
  fc.record({ kind: fc.constant('shmipc' as const), control: name }),
  fc.record({ kind: fc.constant('memory' as const), name }),
);

describe('addresses', () => {
  it('read back as they were written', () => {
    fc.assert(
      fc.property(address, (a) => {
        expect(parseAddress(formatAddress(a))).toEqual(a);
      }),
    );
  });

  it('are different when their texts are', () => {
    fc.assert(
      fc.property(address, address, (a, b) => {
        expect(formatAddress(a) === formatAddress(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  it.each([
    ['127.0.0.1:80', { kind: 'tcp', host: '127.0.0.1', port: 80 }],
    [':80', { kind: 'tcp', host: '', port: 80 }],
    ['[::1]:80', { kind: 'tcp', host: '::1', port: 80 }],
    ['[fe80::1%eth0]:80', { kind: 'tcp', host: 'fe80::1%eth0', port: 80 }],
    ['my_host:0', { kind: 'tcp', host: 'my_host', port: 0 }],
    ['unix:/x', { kind: 'unix', path: '/x' }],
    ['unix:relative.sock', { kind: 'unix', path: 'relative.sock' }],
    ['unix:@abstract', { kind: 'unix', path: '\0abstract' }],
    ['shmipc:unix:/tmp/y', { kind: 'shmipc', control: 'unix:/tmp/y' }],
    ['memory:a', { kind: 'memory', name: 'a' }],
  ] as const)('%s', (text, a) => {
    expect(parseAddress(text)).toEqual(a);
  });

  it('stay as they are when they are addresses already', () => {
    const a: Address = { kind: 'memory', name: 'x' };
    expect(parseAddress(a)).toBe(a);
  });

  it.each(['', 'localhost', '127.0.0.1', '::1:80', '[::1]', 'a:b', 'a:65536', 'a:-1', 'a:99999999', 'http://a:80', 'a b:80', 'unix:', 'unix:@', 'shmipc:', 'memory:', '[]:80', 'a:80 '])('%j is refused with the forms allowed', (text) => {
    let error: unknown;
    try {
      parseAddress(text, 'server.address');
    } catch (e) {
      error = e;
    }
    expect(error).toBeInstanceOf(OptionError);
    expect((error as OptionError).option).toBe('server.address');
    expect((error as OptionError).message).toContain(`server.address: got "${text}"`);
    expect((error as OptionError).message).toContain('unix:/path');
  });
});
