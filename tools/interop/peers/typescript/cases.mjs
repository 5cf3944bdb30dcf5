// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { strictEqual, deepStrictEqual, ok } from 'node:assert/strict';
import { BizStatusError, createClient, isTimeoutError, RemoteOrNetworkError } from '@cloudwego/kitex';
import { Evolved } from '../../.build/typescript/evolved/index.js';
import { Denied, Interop, NotFound } from '../../.build/typescript/interop/index.js';
import { Elsewhere, Interop as NewerInterop } from '../../.build/typescript/newer/index.js';
import { echoes, mixed, pipelined } from './pipelined.mjs';
import { canonical, full, least } from './sample.mjs';
import { logger } from './server.mjs';

export const clientName = 'interop-typescript-client';

/** What a case may use. Clients are closed when the case ends. */
export class Run {
  constructor(addr, transport, next, back) {
    this.addr = addr;
    this.transport = transport;
    this.next = next;
    this.back = back;
    this.header = transport.startsWith('ttheader');
    this.grpc = transport === 'grpc';
    this.open = [];
    this.client = this.make(Interop);
  }

  make(service, options = {}) {
    const client = createClient(service, {
      destService: 'interop',
      hostPorts: [this.addr],
      transport: this.transport,
      connectTimeoutMs: 5000,
      logger,
      ...(this.header ? { clientInfo: { serviceName: clientName } } : {}),
      ...options,
    });
    this.open.push(client);
    return client;
  }

  async close() {
    for (const c of this.open) await c.close();
  }
}

async function failure(call) {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('the call succeeded, want an error');
}

/** An error of the server has this number over gRPC, where a status is all there is. Source: spec of Kitex, status mapping. */
const INTERNAL = 13;

async function wantRemote(call, typeId) {
  const error = await failure(call);
  ok(error instanceof RemoteOrNetworkError, `got ${error.name} (${error.message}), want an exception of the server`);
  strictEqual(error.typeId, typeId, error.message);
  return error;
}

const wantEntries = (got, wanted) => {
  for (const [k, v] of Object.entries(wanted)) strictEqual(got.get(k), v, `entry ${k}`);
};

const metainfo = { transient: { t: 'transient value' }, persistent: { p: 'persistent value é' } };

/** Persistent values reach the second server; transient ones and what the second server sends back go one hop only. */
async function twoHops(client, next) {
  let back = new Map();
  const got = await client.meta(next, { metainfo, onBackward: (v) => (back = v) });
  wantEntries(got, {
    'transient:t': 'transient value',
    'persistent:p': 'persistent value é',
    'next:transient:t': undefined,
    'next:persistent:p': 'persistent value é',
    caller: clientName,
    'next:caller': got.get('server'),
    'next:method': 'meta',
  });
  ok(got.get('next:server') !== got.get('server'), `both hops ended at ${got.get('server')}`);
  strictEqual(back.get('back'), got.get('server'));
}

/**
 * Cases by name. `header` marks what only TTHeader carries, `next` and `back` what needs a further server, `alone` what `all` leaves out, `pingPong` what is no
 * matter of gRPC: raw bytes in order, services found by their method, and oneway calls, which Go Kitex does not answer there.
 */
export const cases = {
  'all-types': {
    run: async ({ client }) => {
      strictEqual(canonical(await client.echoAll(full())), canonical(full()));
    },
  },
  'all-types-empty': {
    run: async ({ client }) => {
      const got = await client.echoAll(least);
      strictEqual(got.must, 'm');
      strictEqual(got.greeting, 'hello');
      strictEqual(got.beyond, 9007199254740993n);
      deepStrictEqual(got.primes, [2, 3, 5]);
      deepStrictEqual(got.ages, new Map([['a', 1]]));
      deepStrictEqual([got.maybeGreeting, got.maybeAnswer, got.half], ['hi', 7, 0.5]);
      deepStrictEqual([got.boolList, got.textSet, got.deep], [[], new Set(), new Map()]);
      deepStrictEqual([got.maybeFlag, got.maybePoint, got.maybeChoice], [undefined, undefined, undefined]);
      deepStrictEqual(got.choice, { text: '' });
    },
  },
  echo: {
    run: async ({ client }) => {
      for (const s of ['', 'hello', 'naïve 日本 😀', 'nul\0inside', 'x'.repeat(70000)]) strictEqual(await client.echo(s), s);
    },
  },
  'binary-16mib': {
    run: async ({ client }) => {
      const sent = Buffer.alloc(16 << 20);
      for (let i = 0; i < sent.length; i++) sent[i] = (i * 31) >> 3;
      const got = await client.echoBinary(sent);
      ok(sent.equals(got), `${sent.length} bytes came back as ${got.length} other bytes`);
    },
  },
  void: {
    run: async ({ client }) => {
      strictEqual(await client.ping(), undefined);
    },
  },
  inherited: {
    run: async ({ client }) => {
      ok((await client.whoami()) !== '');
    },
  },
  oneway: {
    pingPong: true,
    run: async ({ client }) => {
      const before = await client.fired();
      for (let i = 0; i < 3; i++) await client.fire('bang');
      while ((await client.fired()) < before + 3n) await new Promise((resolve) => setTimeout(resolve, 5));
    },
  },
  'multi-arg': {
    run: async ({ client }) => {
      const max = 2n ** 63n - 1n;
      for (const [a, b] of [
        [2n, 3n],
        [2n ** 53n, 1n],
        [max, 1n],
        [-max - 1n, max],
      ]) {
        strictEqual(await client.add(a, b), BigInt.asIntN(64, a + b));
      }
      strictEqual(await client.add(2, -3), -1n);
    },
  },
  exceptions: {
    run: async ({ client }) => {
      strictEqual(await client.fail(0), 'ok');
      const nf = await failure(client.fail(1));
      ok(nf instanceof NotFound, `fail(1): got ${nf.message}`);
      deepStrictEqual([nf.message, nf.id], ['not found', 404n]);
      const d = await failure(client.fail(2));
      ok(d instanceof Denied, `fail(2): got ${d.message}`);
      deepStrictEqual([d.reason, d.missing], ['denied', ['read', 'write']]);
    },
  },
  'plain-error': {
    run: async ({ client, grpc }) => {
      ok((await wantRemote(client.fail(3), grpc ? INTERNAL : 6)).message.includes('boom'));
    },
  },
  panic: {
    run: async ({ client, grpc }) => {
      await wantRemote(client.fail(4), grpc ? INTERNAL : 6);
      await client.ping();
    },
  },
  'biz-error': {
    run: async ({ client, header, grpc }) => {
      const error = await failure(client.fail(5));
      if (!header && !grpc) {
        // Nothing carries it: the reply is empty, which a typed client must not take for a string.
        strictEqual(error.typeId, 5, error.message);
        return;
      }
      ok(error instanceof BizStatusError, `got ${error.name} (${error.message})`);
      deepStrictEqual([error.statusCode, error.bizMessage, error.extra], [404, 'nf', { k: 'v' }]);
    },
  },
  timeout: {
    run: async ({ client, addr }) => {
      const started = performance.now();
      const error = await failure(client.slow(200, { rpcTimeoutMs: 50 }));
      ok(isTimeoutError(error), error.message);
      ok(error.message.includes(addr), `the message does not name ${addr}: ${error.message}`);
      ok(performance.now() - started < 190, 'the timeout came after the answer');
      for (let i = 0; i < 20; i++) strictEqual(await client.echo(`after ${i}`), `after ${i}`);
    },
  },
  'timeout-sent': {
    header: true,
    run: async ({ client }) => {
      const got = await client.meta('', { rpcTimeoutMs: 5000 });
      ok(Number(got.get('timeout')) > 4000 && Number(got.get('timeout')) <= 5000, `timeout seen by the server: ${got.get('timeout')}`);
    },
  },
  metainfo: {
    header: true,
    run: async ({ client }) => {
      let back = new Map();
      const got = await client.meta('', { metainfo, onBackward: (v) => (back = v) });
      wantEntries(got, { 'transient:t': 'transient value', 'persistent:p': 'persistent value é', caller: clientName, method: 'meta' });
      strictEqual(back.get('back'), got.get('server'));
    },
  },
  'two-hops': {
    header: true,
    next: true,
    run: ({ client, next }) => twoHops(client, next),
  },
  'two-hops-back': {
    header: true,
    back: true,
    run: ({ client, back }) => twoHops(client, back),
  },
  'concurrent-1000': {
    run: async ({ client }) => {
      const sent = Array.from({ length: 1000 }, (_, i) => `call ${i} ${'y'.repeat(i % 97)}`);
      deepStrictEqual(await Promise.all(sent.map((s) => client.echo(s))), sent);
    },
  },
  evolve: {
    pingPong: true,
    run: async (run) => {
      deepStrictEqual(await run.client.evolveOld({ name: 'a', count: 1, note: 'n' }), { name: 'a/v1', count: 2, note: 'n' });
      const part = { key: 'p', values: [1n] };
      const got = await run.make(Evolved).evolveOld({ name: 'b', count: 7n, parts: [part], tag: 't', index: { i: part } });
      // The count's type differs, so each side skips the other's.
      deepStrictEqual(got, { name: 'b/v1', count: 0n, parts: undefined, tag: 'new', index: undefined });
    },
  },
  'evolve-newer-server': {
    alone: true,
    run: async ({ client }) => {
      deepStrictEqual(await client.evolveOld({ name: 'a', count: 1, note: 'n' }), { name: 'a/v2', count: 0, note: undefined });
    },
  },
  'unknown-method': {
    run: async (run) => {
      await wantRemote(run.make(NewerInterop).nowhere('x'), run.header || run.grpc ? 1 : 20);
    },
  },
  'unknown-service': {
    run: async (run) => {
      await wantRemote(run.make(Elsewhere).nowhereElse('x'), 20);
    },
  },
  crc32c: {
    header: true,
    run: async (run) => {
      strictEqual(canonical(await run.make(Interop, { crc32c: true }).echoAll(full())), canonical(full()));
    },
  },
  'crc32c-strict': {
    header: true,
    alone: true,
    run: async (run) => {
      let back = new Map();
      strictEqual(await run.make(Interop, { crc32c: true }).echo('sum', { onBackward: (v) => (back = v) }), 'sum');
      ok(/^[0-9a-f]{8}$/.test(back.get('crc32c') ?? ''), `sum of the reply: ${back.get('crc32c')}`);
    },
  },
  'mux-1000': {
    header: true,
    alone: true,
    run: async (run) => {
      const client = run.make(Interop, { pool: { kind: 'mux', connectionsPerAddress: 8 } });
      const sent = Array.from({ length: 1000 }, (_, i) => `call ${i} ${'y'.repeat(i % 97)}`);
      deepStrictEqual(await Promise.all(sent.map((s) => client.echo(s))), sent);
      strictEqual(Object.values(client.dump().addresses)[0].length, 8);
      strictEqual(await client.echo('one more'), 'one more');
    },
  },
  'pipelined-256': {
    pingPong: true,
    run: ({ addr, transport }) => pipelined(addr, transport, echoes),
  },
  'pipelined-async': {
    pingPong: true,
    run: ({ addr, transport }) => pipelined(addr, transport, mixed),
  },
  'throws-behind-oneway': {
    pingPong: true,
    run: async ({ client }) => {
      await client.fire('bang');
      await wantRemote(client.fail(3), 6);
      strictEqual(await client.fail(0), 'ok');
    },
  },
};
