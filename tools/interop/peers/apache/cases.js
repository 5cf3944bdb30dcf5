// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { evolvedTypes, thrift, types } from './generated.js';
import { canonical, full } from './sample.js';
import { i64, toBigInt } from './wire.js';

const applicationException = thrift.Thrift.TApplicationException;

/** The error that the call must end with. */
async function failure(call) {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('the call succeeded, want an error');
}

async function wantApplicationException(call, type) {
  const error = await failure(call);
  if (!(error instanceof applicationException) || error.type !== type) {
    throw new Error(`got ${error.name} ${error.type} (${error.message}), want application exception ${type}`);
  }
  return error;
}

/** Cases by name; each throws when it fails. */
export const cases = {
  'all-types': async ({ client }) => {
    const sent = canonical(full());
    deepStrictEqual(canonical(await client.echoAll(full())), sent);
  },
  echo: async ({ client }) => {
    for (const s of ['', 'hello', 'naïve 日本 😀', 'nul\0inside', 'x'.repeat(70000)]) {
      strictEqual(await client.echo(s), s);
    }
  },
  'binary-16mib': async ({ client }) => {
    const sent = Buffer.alloc(16 << 20);
    for (let i = 0; i < sent.length; i += 1) sent[i] = (i * 31) >> 3;
    const got = await client.echoBinary(sent);
    if (!sent.equals(got)) throw new Error(`${sent.length} bytes came back as ${got.length} other bytes`);
  },
  void: async ({ client }) => {
    await client.ping();
  },
  inherited: async ({ client }) => {
    if ((await client.whoami()) === '') throw new Error('whoami: got an empty name');
  },
  oneway: async ({ client }) => {
    const before = toBigInt(await client.fired());
    // No promise: the library never settles that of a oneway call.
    for (let i = 0; i < 3; i += 1) void client.fire('bang');
    while (toBigInt(await client.fired()) < before + 3n) await sleep(5);
  },
  'multi-arg': async ({ client }) => {
    const max = 2n ** 63n - 1n;
    for (const [a, b] of [[2n, 3n], [2n ** 53n, 1n], [max, 1n], [-max - 1n, max]]) {
      strictEqual(toBigInt(await client.add(i64(a), i64(b))), BigInt.asIntN(64, a + b));
    }
  },
  exceptions: async ({ client }) => {
    strictEqual(await client.fail(0), 'ok');
    const nf = await failure(client.fail(1));
    if (!(nf instanceof types.NotFound)) throw new Error(`fail(1): got ${nf.message}`);
    deepStrictEqual([nf.message, toBigInt(nf.id)], ['not found', 404n]);
    const d = await failure(client.fail(2));
    if (!(d instanceof types.Denied)) throw new Error(`fail(2): got ${d.message}`);
    deepStrictEqual([d.reason, d.missing], ['denied', ['read', 'write']]);
  },
  'plain-error': async ({ client }) => {
    const error = await wantApplicationException(client.fail(3), 6);
    if (!error.message.includes('boom')) throw new Error(`got message ${error.message}, want boom in it`);
  },
  panic: async ({ client }) => {
    await wantApplicationException(client.fail(4), 6);
    await client.ping();
  },
  timeout: async ({ client }) => {
    // The library has no timeout of a call: this is what its users write.
    const first = await Promise.race([client.slow(i64(200n)), sleep(50, 'timed out')]);
    strictEqual(first, 'timed out');
    // The late answer must not become another call's.
    for (let i = 0; i < 20; i += 1) strictEqual(await client.echo(`after ${i}`), `after ${i}`);
  },
  'concurrent-1000': async ({ client }) => {
    const sent = Array.from({ length: 1000 }, (_, i) => `call ${i} ${'y'.repeat(i % 97)}`);
    deepStrictEqual(await Promise.all(sent.map((s) => client.echo(s))), sent);
  },
  evolve: async ({ client, evolved }) => {
    const old = await client.evolveOld(new types.EvolvedV1({ name: 'a', count: 1, note: 'n' }));
    deepStrictEqual({ ...old }, { name: 'a/v1', count: 2, note: 'n' });
    const part = new evolvedTypes.EvolvedPart({ key: 'p', values: [i64(1n)] });
    const got = await evolved().evolveOld(
      new evolvedTypes.EvolvedV2({ name: 'b', count: i64(7n), parts: [part], tag: 't', index: { i: part } }),
    );
    // The count's type differs, so each side skips the other's.
    deepStrictEqual({ ...got }, { name: 'b/v1', count: null, parts: null, tag: 'new', index: null });
  },
  'unknown-method': async ({ newer }) => {
    // No service name travels: a Kitex takes the service for unknown.
    await wantApplicationException(newer().nowhere('x'), 20);
  },
};
