// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Both ends of torture.thrift in one program, written as a user writes it: every value goes there and back, every error arrives as its class.
// tools/workspace/packages.mjs copies it beside the generated code, compiles it under the strictest options and runs it.

import assert from 'node:assert/strict';
import { createClient, createServer, RemoteOrNetworkError, TransError } from '@cloudwego/kitex';
import { AGES, Conflict, Empty, FAR, Kind, KINDS, NotFound, ORIGIN, QUOTES, Second, Signed, Torture } from './kitex_gen/walk/torture/index.js';
import type { All, AllInput, Shape } from './kitex_gen/walk/torture/index.js';
import { bare } from './bare.js';

const notes: string[] = [];
let closed = '';

const server = createServer({ serviceName: 'walk', address: '127.0.0.1:0' })
  .register(Torture, {
    whoami: () => 'torture',
    toString_: () => undefined,
    everything(all) {
      if (all.d === 404) throw new NotFound({ message: 'not here', id: FAR });
      if (all.d === 409) throw new Conflict({ code: 9, name_: 'n', stack_: 's', shape: { reference: 7n } });
      if (all.d === 410) throw new Empty();
      if (all.d === 500) throw new Error('unexpected');
      return all;
    },
    shape: async (shape, ctx_, options_) => (options_ === 'same' && ctx_ === 3 ? shape : { reference: 0 }),
    kind: (kind) => kind,
    shapes: (ids) => new Map([[Kind.LAST, [...ids].map((reference) => ({ reference }))]]),
    nothing: () => undefined,
    note(text) {
      notes.push(text);
    },
    close_(node) {
      closed = node.name;
    },
    add: (a, b) => a + b,
  })
  .register(Second, {
    figure(f) {
      if (f.reference !== undefined) throw new Conflict({ code: 1 });
      return f;
    },
  });
const { address } = await server.start();

/** What narrows a union, and is complete: the compiler sees that nothing is left. */
function describe(s: Shape): string {
  if (s.point !== undefined) return `point ${s.point.x} ${s.point.y}`;
  if (s.path !== undefined) return `path of ${s.path.length}`;
  if (s.tree !== undefined) return `tree ${s.tree.name}`;
  const id: bigint = s.reference;
  return `reference ${id}`;
}

for (const transport of ['ttheader-framed', 'ttheader', 'framed', 'buffered'] as const) {
  const client = createClient(Torture, { destService: 'walk', hostPorts: [address], transport, connectTimeoutMs: 10_000, rpcTimeoutMs: 30_000 });

  const least: All = await client.everything({ figure: { point: {} } });
  assert.equal(least.kind, Kind.ROUND);
  assert.equal(least.signed, Signed.MINUS);
  assert.equal(least.far, 9007199254740993n);
  assert.deepEqual(least.primes, [2, 3, 5]);
  assert.deepEqual(least.figure, { point: { x: 0, y: -1.5 } });
  assert.deepEqual([least.e, least.small, least.text, least.g], [0n, 0, '0', '']);

  const most: AllInput = {
    a: true,
    b: -128,
    c: 32767,
    d: -2147483648,
    e: -9223372036854775808n,
    f: -0.1,
    g: 'ß 你好 🌍',
    h: new Uint8Array([0, 255]),
    // A number that this side's IDL does not know stays what it is.
    kind: 77 as Kind,
    signed: Signed.ZERO,
    index: { one: [1, 2n], none: [] },
    odd: [new Map([[Kind.ANGULAR, { path: [{ x: 1 }] }]])],
    deep: new Map([[5, [[{ reference: 1 }], []]]]),
    figure: { tree: { name: 'root', children: [{ name: 'leaf', shape: { reference: 2 } }], other: { back: { name: 'back' } } } },
    far: 0,
    primes: new Set([7]),
    small: 42,
    text: '9223372036854775807',
    negative: 'below',
  };
  const back = await client.everything(most);
  assert.deepEqual(bare(back), {
    a: true,
    b: -128,
    c: 32767,
    d: -2147483648,
    e: -9223372036854775808n,
    f: -0.1,
    g: 'ß 你好 🌍',
    h: [0, 255],
    kind: 77,
    signed: 0,
    index: new Map([['one', [1n, 2n]], ['none', []]]),
    odd: new Set([new Map([[5, { path: [{ x: 1, y: -1.5 }] }]])]),
    deep: new Map([[5n, new Set([[{ reference: 1n }], []])]]),
    figure: { tree: { name: 'root', children: [{ name: 'leaf', shape: { reference: 2n }, other: { flag: true } }], other: { back: { name: 'back', other: { flag: true } }, flag: true } } },
    far: 0n,
    primes: [7],
    small: 42,
    text: '9223372036854775807',
    negative: 'below',
  });

  const failure = (d: number): Promise<unknown> => client.everything({ d, figure: { reference: 1 } }).then(() => assert.fail('it was answered'), (e: unknown) => e);
  const missing = await failure(404);
  assert.ok(missing instanceof NotFound && missing.message === 'not here' && missing.id === FAR);
  const conflict = await failure(409);
  assert.ok(conflict instanceof Conflict && conflict.code === 9 && conflict.name_ === 'n' && conflict.stack_ === 's');
  assert.deepEqual(conflict.shape, { reference: 7n });
  assert.ok((await failure(410)) instanceof Empty);
  const unexpected = await failure(500);
  assert.ok(unexpected instanceof RemoteOrNetworkError && unexpected.cause instanceof TransError && unexpected.message.includes('unexpected'), String(unexpected));

  assert.equal(describe(await client.shape({ path: [{}, {}] }, 3, 'same')), 'path of 2');
  assert.equal(describe(await client.shape({ path: [] }, 4, 'other')), 'reference 0');
  assert.equal(await client.kind(Kind.ANGULAR), 5);
  assert.deepEqual(await client.shapes([1, 2n]), new Map([[6, [{ reference: 1n }, { reference: 2n }]]]));
  assert.equal(await client.nothing(), undefined);
  assert.equal(await client.whoami(), 'torture');
  assert.equal(await client.toString_(), undefined);
  assert.equal(await client.add(40, 2n), 42n);
  await client.note(transport);
  await client.close_({ name: transport });
  assert.equal(closed, transport);

  // Two members at once, none at all, a value of another type: refused here, before anything is sent.
  await assert.rejects(client.shape({ point: {}, reference: 1 } as never, 0, ''));
  await assert.rejects(client.shape({} as never, 0, ''));
  await assert.rejects(client.add('one' as never, 2));
  await assert.rejects(client.add(2n ** 63n, 2));
  await client.close();
}

const second = createClient(Second, { destService: 'walk', hostPorts: [address], connectTimeoutMs: 10_000, rpcTimeoutMs: 30_000 });
assert.equal(describe(await second.figure({ point: { x: 2 } })), 'point 2 -1.5');
await assert.rejects(second.figure({ reference: 1 }), (e: unknown) => e instanceof Conflict && e.code === 1);
await second.close();

assert.deepEqual(KINDS, [Kind.ROUND, Kind.LAST]);
assert.equal(AGES.get('bob'), 41);
assert.deepEqual(ORIGIN, { x: 0.5, y: -1.5 });
assert.equal(QUOTES, 'it\'s "quoted"');
await server.stop();
assert.deepEqual(notes.sort(), ['buffered', 'framed', 'ttheader', 'ttheader-framed']);
console.log('all of it');
