// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { credentials, Metadata, status } from '@grpc/grpc-js';
import { runCases } from '../run-cases.mjs';
import { item, limits, PStreams } from './service.mjs';

const bytes = (n) => Buffer.from([0, 255, n]);

/** A unary call, or the answer to a client's stream, with what came beside it. */
function one(start) {
  const got = {};
  const answer = new Promise((resolve, reject) => {
    got.call = start((e, v) => (e === null ? resolve(v) : reject(e)));
    got.call.on('metadata', (m) => (got.header = m));
    got.call.on('status', (s) => (got.trailer = s.metadata));
  });
  answer.catch(() => undefined);
  return Object.assign(got, { answer });
}

const failed = (p) => p.then(() => Promise.reject(new Error('the call succeeded, want an error')), (e) => e);
const echo = (c, v, ...more) => one((done) => c.echo(item(v), ...more, done)).answer;

/** Reads a stream: its messages, header, and status or error. */
async function read(call, each = () => undefined) {
  const got = { n: 0, header: undefined, status: undefined, error: undefined };
  call.on('metadata', (m) => (got.header = m));
  const ended = new Promise((resolve) => call.on('status', resolve));
  call.on('error', (e) => (got.error = e));
  call.on('data', (v) => each(v, got.n++));
  got.status = await ended;
  return got;
}

async function write(call, v) {
  if (!call.write(item(v))) await new Promise((resolve) => call.once('drain', resolve));
}

async function writeMany(call, many) {
  for (let i = 0; i < many; i++) await write(call, { number: i });
  call.end();
}

async function all(c, v, wanted) {
  const got = await read(c.list(item(v)), (x, n) => {
    if (x.number !== n || x.raw.length !== (v.raw?.length ?? 0)) throw new Error(`message ${n} is ${x.number}`);
  });
  deepStrictEqual([got.status.code, got.n], [status.OK, wanted]);
}

/** One message after another; without one only what comes, undefined at the end. */
function turns(call) {
  const iterator = call[Symbol.asyncIterator]();
  return async (v) => {
    if (v !== undefined) call.write(item(v));
    const { value } = await iterator.next();
    return value;
  };
}

function withMetadata() {
  const m = new Metadata();
  m.add('key', 'one');
  m.add('key', 'two');
  m.add('key-bin', bytes(6));
  return m;
}

function wantMeta(v, header, trailer) {
  deepStrictEqual([v.text, v.raw], ['one|two', bytes(6)]);
  deepStrictEqual([header.get('h'), header.get('h-bin'), trailer.get('t'), trailer.get('t-bin')], [['header'], [bytes(7)], ['trailer'], [bytes(8)]]);
}

const wantBiz = (code, details, m) => deepStrictEqual([code, details, m.get('biz-status'), JSON.parse(m.get('biz-extra')[0])], [status.INTERNAL, 'nf', ['404'], { k: 'v' }]);

/** In the order of the other clients; stopping the server comes last. */
const cases = {
  echo: async (c) => deepStrictEqual(await echo(c, { text: 'hé', number: 7, raw: bytes(1) }), item({ text: 'hé', number: 7, raw: bytes(1) })),
  'echo-16mib': async (c) => {
    const raw = Buffer.alloc(16 << 20, 'abc');
    ok(raw.equals((await echo(c, { raw })).raw));
  },
  'list-many': (c, many) => all(c, { number: many }, many),
  'list-none': (c) => all(c, {}, 0),
  'list-slow-consumer': async (c) => {
    const call = c.list(item({ number: 3000, raw: Buffer.alloc(4096) }));
    let n = 0;
    for await (const v of call) {
      strictEqual(v.number, n++);
      if (n % 500 === 1) await sleep(50);
    }
    strictEqual(n, 3000);
  },
  'sum-many': async (c, many) => {
    const { call, answer } = one((done) => c.sum(done));
    await writeMany(call, many);
    strictEqual((await answer).number, (many * (many - 1)) / 2);
  },
  'sum-early': async (c) => {
    const { call, answer } = one((done) => c.sum(done));
    call.write(item({ text: 'early', number: 5 }));
    strictEqual((await answer).number, 5);
  },
  'chat-many': async (c, many) => {
    const call = c.chat();
    const got = read(call, (v, n) => strictEqual(v.number, n));
    await writeMany(call, many);
    const { n, status: s } = await got;
    deepStrictEqual([n, s.code], [many, status.OK]);
  },
  'chat-16mib': async (c) => {
    const raw = Buffer.alloc(16 << 20, 'abc');
    const call = c.chat();
    const got = read(call, (v) => ok(raw.equals(v.raw)));
    call.end(item({ raw }));
    strictEqual((await got).n, 1);
  },
  'chat-turns': async (c) => {
    const call = c.chat();
    const turn = turns(call);
    for (let i = 0; i < 500; i++) strictEqual((await turn({ number: i })).number, i);
    call.end();
    strictEqual(await turn(undefined), undefined);
  },
  'chat-server-leaves': async (c) => {
    const call = c.chat();
    const got = read(call);
    call.write(item({ text: 'leave' }));
    const { n, status: s } = await got;
    deepStrictEqual([n, s.code], [1, status.OK]);
  },
  cancel: async (c) => {
    const before = (await echo(c, { text: 'canceled' })).number;
    const call = c.list(item({ text: 'endless' }));
    const { status: s } = await read(call, (_, n) => n === 2 && call.cancel());
    strictEqual(s.code, status.CANCELLED);
    for (let i = 0; i < 500; i++) {
      if ((await echo(c, { text: 'canceled' })).number > before) return;
      await sleep(10);
    }
    throw new Error('the server did not learn of it');
  },
  'deadline-sent': async (c) => ok((await echo(c, { text: 'deadline' }, { deadline: Date.now() + 30_000 })).number > 0),
  deadline: async (c) => strictEqual((await read(c.list(item({ text: 'endless' }), { deadline: Date.now() + 200 }))).status.code, status.DEADLINE_EXCEEDED),
  status: async (c) => {
    const e = await failed(echo(c, { text: 'status' }));
    // Kitex marks what comes of its handlers.
    deepStrictEqual([e.code, e.details.replace(' [biz error]', '')], [status.NOT_FOUND, 'no such item']);
  },
  'fail-behind-messages': async (c) => {
    const { n, status: s } = await read(c.list(item({ text: 'fail', number: 3 })));
    deepStrictEqual([n, s.code, s.details.includes('boom')], [3, status.INTERNAL, true]);
  },
  'biz-unary': async (c) => {
    const e = await failed(echo(c, { text: 'biz' }));
    wantBiz(e.code, e.details, e.metadata);
  },
  'biz-behind-messages': async (c) => {
    const { n, status: s } = await read(c.list(item({ text: 'biz', number: 3 })));
    strictEqual(n, 3);
    wantBiz(s.code, s.details, s.metadata);
  },
  'metadata-unary': async (c) => {
    const got = one((done) => c.echo(item({ text: 'meta' }), withMetadata(), done));
    const v = await got.answer;
    await sleep(0);
    wantMeta(v, got.header, got.trailer);
  },
  'metadata-stream': async (c) => {
    let first;
    const got = await read(c.list(item({ text: 'meta' }), withMetadata()), (v) => (first = v));
    wantMeta(first, got.header, got.status.metadata);
  },
  'stop-in-mid-stream': async (c) => {
    const call = c.chat();
    const turn = turns(call);
    strictEqual((await turn({ number: 1 })).number, 1);
    await echo(c, { text: 'stop' });
    await sleep(200);
    strictEqual((await turn({ number: 2 })).number, 2);
    call.end();
  },
};

export async function runStreamClient({ addr, many, case: only }) {
  const names = only === 'all' ? Object.keys(cases) : only.split(',');
  const c = new PStreams(addr, credentials.createInsecure(), limits);
  try {
    await runCases(names, (name) => cases[name](c, Number(many)));
  } finally {
    c.close();
  }
}
