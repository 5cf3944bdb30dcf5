// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import type { Connection } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { eventually, rejection } from './bench.js';
import type { Rule } from './rule.js';
import { rule } from './rule.js';

/** `Network.dial`. */
export const dialing: readonly Rule[] = [
  rule('a dial that nobody takes is refused with the address in the message and the cause kept', async (b) => {
    const { listener } = await b.pair();
    await listener.close();
    const e = await rejection(b.network.dial(listener.address));
    assert.equal(e.code, 'NETPOLL_DIAL_REFUSED');
    assert.ok(e.message.includes(formatAddress(listener.address)), e.message);
    assert.ok(e.cause instanceof Error);
    assert.ok(['ECONNREFUSED', 'ENOENT'].includes((e.cause as { code?: string }).code ?? ''), `cause ${(e.cause as { code?: string }).code}`);
  }),

  rule('an address of a kind that the network does not have is an option error', async (b) => {
    for (const call of [() => b.network.dial({ kind: 'shmipc', control: 'unix:/x' }), () => b.listen(() => undefined, {}, { kind: 'shmipc', control: 'unix:/x' })]) {
      assert.equal((await rejection(call())).code, 'GOPKG_OPTION_INVALID');
    }
  }),

  rule('a dial can be cancelled before it begins', async (b) => {
    const accepted: Connection[] = [];
    const listener = await b.listen((c) => accepted.push(c));
    const reason = new Error('not any more');
    const e = await rejection(b.network.dial(listener.address, { signal: AbortSignal.abort(reason) }));
    assert.equal(e.code, 'NETPOLL_DIAL_CANCELED');
    assert.equal(e.cause, reason);
  }),

  rule(
    'a dial can be cancelled while it waits',
    async (b) => {
      const silent = await b.subject.silent!(b.network);
      try {
        const abort = new AbortController();
        const p = rejection(b.network.dial(silent.address, { signal: abort.signal, connectTimeoutMs: 0 }));
        setTimeout(() => {
          abort.abort(new Error('not any more'));
        }, 20);
        const e = await p;
        assert.equal(e.code, 'NETPOLL_DIAL_CANCELED');
        assert.equal(e.cause, abort.signal.reason);
        assert.equal(getEventListeners(abort.signal, 'abort').length, 0);
      } finally {
        await silent[Symbol.asyncDispose]();
      }
    },
    'silent',
  ),

  rule(
    'a dial that is not answered ends after connectTimeoutMs, and says so',
    async (b) => {
      const silent = await b.subject.silent!(b.network);
      try {
        const e = await rejection(b.network.dial(silent.address, { connectTimeoutMs: 30 }));
        assert.equal(e.code, 'NETPOLL_DIAL_TIMEOUT');
        assert.ok(e.message.includes(formatAddress(silent.address)) && e.message.includes('connectTimeoutMs'), e.message);
        const all = await Promise.all(Array.from({ length: 20 }, () => rejection(b.network.dial(silent.address, { connectTimeoutMs: 10 }))));
        assert.ok(all.every((x) => x.code === 'NETPOLL_DIAL_TIMEOUT'));
      } finally {
        await silent[Symbol.asyncDispose]();
      }
    },
    'silent',
  ),

  rule('a signal is let go of when the dial is done, well or not', async (b) => {
    const accepted: Connection[] = [];
    const listener = await b.listen((c) => accepted.push(c));
    const abort = new AbortController();
    const c = await b.dial(listener.address, { signal: abort.signal });
    assert.equal(getEventListeners(abort.signal, 'abort').length, 0);
    await listener.close();
    await rejection(b.network.dial(listener.address, { signal: abort.signal }));
    assert.equal(getEventListeners(abort.signal, 'abort').length, 0);
    const r = b.record(c);
    abort.abort();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(r.closes.length, 0, 'a connection outlives the signal of its dial');
  }),

  rule('many dials of one turn all have their time', async (b) => {
    const accepted: Connection[] = [];
    const listener = await b.listen((c) => accepted.push(c));
    const all = await Promise.all(Array.from({ length: 300 }, () => b.dial(listener.address, { connectTimeoutMs: 10_000 })));
    await eventually(() => accepted.length === 300, 'all are accepted');
    assert.equal(all.length, 300);
  }),
];
