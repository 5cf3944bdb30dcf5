// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { BizStatusError, createClient, isTimeoutError, TTStreamError, writable } from '@cloudwego/kitex';
import { Streams } from '../../.build/typescript/streams/index.js';
import { runCases } from '../run-cases.mjs';
import { logger } from './server.mjs';
import { item } from './streams.mjs';
import { PStreams } from './streams-proto.mjs';

async function failure(run) {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error('the call succeeded, want an error');
}

async function readAll(client, v, wanted, wait = 0) {
  const s = client.list(item(v));
  await s.header;
  await sleep(wait);
  let n = 0;
  for await (const got of s) {
    if (got.number !== BigInt(n) || got.raw.length !== (v.raw?.length ?? 0)) throw new Error(`message ${n} is ${got.number} with ${got.raw.length} bytes`);
    n++;
  }
  strictEqual(n, wanted);
}

/** Messages until the end or the failure. */
async function drain(s) {
  let n = 0;
  const error = await (async () => {
    for await (const v of s) {
      void v;
      n++;
    }
  })().catch((e) => e);
  return { n, error };
}

const wantBiz = (e) => {
  ok(e instanceof BizStatusError, `got ${e}, want a biz status`);
  deepStrictEqual([e.statusCode, e.bizMessage, e.extra], [404, 'nf', { k: 'v' }]);
};
const wantStatus = (e, status) => strictEqual(e?.cause?.status, status, `got ${e}`);

const bytes = (n) => new Uint8Array([0, 255, n]);
const metadata = { key: ['one', 'two'], 'key-bin': bytes(6) };
const wantMeta = (v, header, trailer) => {
  strictEqual(v.text, 'one|two');
  deepStrictEqual(new Uint8Array(v.raw), bytes(6));
  deepStrictEqual([header.get('h'), header.getBinary('h-bin')], ['header', bytes(7)]);
  deepStrictEqual([trailer.get('t'), trailer.getBinary('t-bin')], ['trailer', bytes(8)]);
};

/** What TTHeader streaming does not have: statuses, metadata of unary calls and of requests. */
const grpcOnly = ['status', 'deadline-sent', 'metadata-unary', 'metadata-stream'];

function* numbered(n) {
  for (let i = 0; i < n; i++) yield item({ number: BigInt(i) });
}

/** In the order of the Go client's; stopping the server comes last. */
export const cases = {
  echo: async (c) => {
    const v = await c.echo(item({ text: 'hé', number: 7n, raw: bytes(1) }));
    deepStrictEqual([v.text, v.number, new Uint8Array(v.raw)], ['hé', 7n, bytes(1)]);
  },
  'echo-16mib': async (c) => {
    const raw = Buffer.alloc(16 << 20, 'abc');
    ok(raw.equals((await c.echo(item({ raw }))).raw));
  },
  'list-many': (c, many) => readAll(c, { number: BigInt(many) }, many),
  'list-none': (c) => readAll(c, {}, 0),
  'list-slow-consumer': (c) => readAll(c, { number: 3000n, raw: new Uint8Array(4096) }, 3000, 300),
  'sum-many': async (c, many) => {
    strictEqual((await c.sum(numbered(many))).number, (BigInt(many) * BigInt(many - 1)) / 2n);
  },
  'sum-early': async (c) => {
    const w = writable();
    const sum = c.sum(w);
    void w.send(item({ text: 'early', number: 5n }));
    strictEqual((await sum).number, 5n);
  },
  'chat-many': async (c, many) => {
    let n = 0;
    for await (const v of c.chat(numbered(many))) strictEqual(v.number, BigInt(n++));
    strictEqual(n, many);
  },
  'chat-16mib': async (c) => {
    const raw = Buffer.alloc(16 << 20, 'abc');
    const s = c.chat([item({ raw })]);
    ok(raw.equals((await s.read()).raw));
    strictEqual(await s.read(), undefined);
  },
  'chat-turns': async (c) => {
    const w = writable();
    const s = c.chat(w);
    for (let i = 0n; i < 500n; i++) {
      void w.send(item({ number: i }));
      strictEqual((await s.read()).number, i);
    }
    w.close();
    strictEqual(await s.read(), undefined);
  },
  'chat-server-leaves': async (c) => {
    const w = writable();
    const s = c.chat(w);
    void w.send(item({ text: 'leave' }));
    strictEqual((await s.read()).text, 'leave');
    strictEqual(await s.read(), undefined);
    await failure(() => w.send(item({})));
  },
  cancel: async (c) => {
    const before = (await c.echo(item({ text: 'canceled' }))).number;
    let n = 0;
    for await (const v of c.list(item({ text: 'endless' }))) {
      void v;
      if (++n === 3) break;
    }
    for (let i = 0; i < 500; i++) {
      if ((await c.echo(item({ text: 'canceled' }))).number > before) return;
      await sleep(10);
    }
    throw new Error('the server did not learn of it');
  },
  'deadline-sent': async (c) => ok((await c.echo(item({ text: 'deadline' }), { rpcTimeoutMs: 30_000 })).number > 0n),
  deadline: async (c) => {
    const { error } = await drain(c.list(item({ text: 'endless' }), { rpcTimeoutMs: 200 }));
    ok(isTimeoutError(error), `got ${error}, want a timeout`);
  },
  status: async (c) => wantStatus(await failure(() => c.echo(item({ text: 'status' }))), 5),
  'fail-behind-messages': async (c) => {
    const { n, error } = await drain(c.list(item({ text: 'fail', number: 3n })));
    strictEqual(n, 3);
    if (error instanceof TTStreamError) deepStrictEqual([error.typeId, error.cause.typeId, error.message.includes('boom')], [12001, 6, true]);
    else ok([2, 13].includes(error?.cause?.status), `got ${error}`);
  },
  'biz-unary': async (c) => wantBiz(await failure(() => c.echo(item({ text: 'biz' })))),
  'biz-behind-messages': async (c) => {
    const { n, error } = await drain(c.list(item({ text: 'biz', number: 3n })));
    strictEqual(n, 3);
    wantBiz(error);
  },
  'metadata-unary': async (c) => {
    let header;
    let trailer;
    const v = await c.echo(item({ text: 'meta' }), { metadata, onHeader: (m) => (header = m), onTrailer: (m) => (trailer = m) });
    wantMeta(v, header, trailer);
  },
  'metadata-stream': async (c) => {
    const s = c.list(item({ text: 'meta' }), { metadata });
    const v = await s.read();
    strictEqual(await s.read(), undefined);
    wantMeta(v, await s.header, await s.trailer);
  },
  'header-and-trailer': async (c) => {
    const s = c.list(item({ text: 'meta' }));
    ok((await s.read()) !== undefined);
    strictEqual(await s.read(), undefined);
    deepStrictEqual([(await s.header).get('h'), (await s.trailer).get('t')], ['header', 'trailer']);
  },
  'stop-in-mid-stream': async (c) => {
    const w = writable();
    const s = c.chat(w);
    const turn = async (n) => {
      void w.send(item({ number: n }));
      strictEqual((await s.read()).number, n);
    };
    await turn(1n);
    await c.echo(item({ text: 'stop' }));
    await sleep(200);
    await turn(2n);
    w.close();
    strictEqual(await s.read(), undefined);
  },
};

export async function runStreamClient(options) {
  const service = options.payload === 'protobuf' ? PStreams : Streams;
  const transport = options.wire ?? 'grpc';
  const all = Object.keys(cases).filter((name) => transport === 'grpc' || !grpcOnly.includes(name));
  const names = options.case === 'all' ? all : options.case.split(',');
  const many = Number(options.many);
  const client = createClient(service, { destService: 'interop', hostPorts: [options.addr], transport, connectTimeoutMs: 5000, logger });
  try {
    await runCases(names, (name) => cases[name](client, many));
  } finally {
    await client.close();
  }
}
