// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Hertz } from '@cloudwego/hertz';
import { expect, it } from 'vitest';
import { clientIPOf } from '../src/client-ip.js';

const FIELDS = ['X-Forwarded-For', 'X-Real-IP'];
const ask = (trusted: readonly string[], peer: string, headers: Readonly<Record<string, string>>): string =>
  clientIPOf(trusted, FIELDS)(peer === 'unix' ? { kind: 'unix', path: '/x' } : { kind: 'tcp', host: peer, port: 1 }, (n) => headers[n]);

it.each([
  [[], '10.0.0.1', { 'X-Forwarded-For': '1.1.1.1' }, '10.0.0.1'],
  [['10.0.0.0/8'], '10.0.0.1', { 'X-Forwarded-For': '1.1.1.1' }, '1.1.1.1'],
  [['10.0.0.0/8'], '10.0.0.1', { 'X-Forwarded-For': '9.9.9.9, 1.1.1.1, 10.2.3.4' }, '1.1.1.1'],
  [['10.0.0.0/8'], '10.0.0.1', { 'X-Forwarded-For': '10.1.1.1, 10.2.3.4' }, '10.1.1.1'],
  [['10.0.0.0/8'], '10.0.0.1', { 'X-Forwarded-For': 'spoof, 10.2.3.4', 'X-Real-IP': '2.2.2.2' }, '2.2.2.2'],
  [['10.0.0.0/8'], '11.0.0.1', { 'X-Forwarded-For': '1.1.1.1' }, '11.0.0.1'],
  [['10.0.0.0/8'], '10.0.0.1', {}, '10.0.0.1'],
  [['10.0.0.1'], '::ffff:10.0.0.1', { 'X-Real-IP': '2001:db8::1' }, '2001:db8::1'],
  [['fd00::/8'], 'fd00::7', { 'X-Forwarded-For': '[2001:db8::2]' }, '2001:db8::2'],
  [['127.0.0.1'], 'unix', { 'X-Forwarded-For': '1.2.3.4' }, '1.2.3.4'],
])('%j believed, from %s with %j: %s', (trusted, peer, headers, expected) => {
  expect(ask(trusted, peer, headers as Record<string, string>)).toBe(expected);
});

it.each(['10.0.0.0/33', 'proxy.local', '::/129', ''])('%j is no network', (network) => {
  expect(() => new Hertz({ trustedProxies: [network] })).toThrow(/trustedProxies/);
});
