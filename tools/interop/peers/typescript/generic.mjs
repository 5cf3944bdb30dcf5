// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Generic calls of every kind, both sides, for idl/generic.thrift. Cases and handlers speak JSON; a form says what values of one kind are.

import { deepStrictEqual, match, rejects, strictEqual } from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { createServer } from '@cloudwego/kitex';
import { binaryGeneric, binaryGenericV1, createGenericClient, GenericException, httpCall, httpGeneric, jsonGeneric, mapGeneric, readThriftMessage, registerGeneric, writeThriftMessage } from '@cloudwego/kitex/generic';
import { linkThrift } from '@cloudwego/pilota/descriptor';
import { JsonTranscoder } from '@cloudwego/pilota/dynamic';
import { thriftFromFile } from '@cloudwego/pilota-build';
import { logger } from './server.mjs';
import { runCases } from '../run-cases.mjs';
import { untilTold } from '../told.mjs';

const idl = thriftFromFile(join(dirname(fileURLToPath(import.meta.url)), '../../idl/generic.thrift'));
const functions = linkThrift(idl.current()).services.get('Generics').functions;
/** As the values of map calls here are: base64, digits as text, objects for maps. */
const json = new JsonTranscoder({ quotedNumbers: true, absentRequired: 'zero', absentDefault: 'zero' });
const NOT_FOUND = '{"message":"not found","id":404}';
const DENIED = '{"reason":"denied"}';

/** What a struct of one field is, as JSON; '' = it is empty. Fields of no known type are void's of Go. */
function open(struct, bytes) {
  if (bytes.length <= 1 || bytes[0] === 1) return ['', 0];
  const r = ByteReader.from(bytes);
  r.u8();
  const id = r.i16();
  return [json.readJson(r, struct.byId(id).type).toString(), id];
}

function wrap(struct, id, text) {
  const w = new ByteWriter();
  if (text !== '') {
    const { type } = struct.byId(id);
    w.u8(type.ttype);
    w.i16(id);
    json.writeThrift(w, type, text);
  }
  w.u8(0);
  return w.toBytes();
}

const bare = (type, text) => json.toThrift(type, text);
const first = (method) => functions.get(method).args.byId(1).type;
const isText = (method) => functions.get(method).success?.kind === 'string';

/** `arrived` and `answer` are of servers, `request` and `result` of clients; `message` and `text` of streams. A declared exception is thrown. */
const binary = {
  generic: () => binaryGeneric('Generics'),
  request: (method, text) => wrap(functions.get(method).args, 1, text),
  result: (method, v) => {
    const [text, id] = open(functions.get(method).result, v);
    if (id !== 0) throw new GenericException(functions.get(method).result.byId(id).name, text);
    return text;
  },
  arrived: (method, v) => open(functions.get(method).args, v)[0],
  answer: (method, text, thrown) => wrap(functions.get(method).result, thrown ?? 0, text),
  message: (method, text) => bare(first(method), text),
  text: (method, v) => json.toJson(first(method), v).toString(),
};

const forms = {
  json: {
    generic: () => jsonGeneric(idl),
    request: (_method, text) => text,
    result: (method, v) => (v === undefined ? '' : isText(method) ? JSON.stringify(v) : v),
    arrived: (method, v) => (first(method).kind === 'string' ? JSON.stringify(v) : v),
    answer: (_method, text, thrown) => {
      if (thrown !== undefined) throw new GenericException(thrown === 1 ? 'nf' : 'd', text);
      return text;
    },
    message: (_method, text) => text,
    text: (_method, v) => v,
  },
  map: {
    generic: () => mapGeneric(idl, { values: { i64: 'string', binary: 'base64', maps: 'object', sets: 'array' } }),
    request: (_method, text) => JSON.parse(digits(text)),
    result: (_method, v) => (v === undefined ? '' : JSON.stringify(v)),
    arrived: (_method, v) => JSON.stringify(v),
    answer: (_method, text, thrown) => {
      if (thrown !== undefined) throw new GenericException(thrown === 1 ? 'nf' : 'd', JSON.parse(text));
      return text === '' ? undefined : JSON.parse(digits(text));
    },
    message: (_method, text) => JSON.parse(digits(text)),
    text: (_method, v) => JSON.stringify(v),
  },
  binary,
  'binary-v1': {
    ...binary,
    generic: () => binaryGenericV1(),
    request: (method, text) => writeThriftMessage({ name: method, type: 1, seqId: 0, body: binary.request(method, text) }),
    result: (method, v) => binary.result(method, readThriftMessage(v).body),
    arrived: (method, v) => binary.arrived(method, readThriftMessage(v).body),
    answer: (method, text, thrown) => writeThriftMessage({ name: method, type: 2, seqId: 0, body: binary.answer(method, text, thrown) }),
  },
};

/** Long integers as text, so that JSON.parse keeps them. */
function digits(text) {
  return text.replaceAll(/(?<=[:[,])-?\d{16,}(?=[,}\]])/g, '"$&"');
}

let shots = 0;

function serveOne(form, method, request) {
  const text = form.arrived(method, request);
  switch (method) {
    case 'echo':
    case 'text':
      return form.answer(method, text);
    case 'fire':
      shots++;
      return form.answer(method, '');
    case 'fired':
      return form.answer(method, String(shots));
    case 'fail': {
      if (text === '3') throw new Error('boom');
      if (text === '1' || text === '2') return form.answer(method, text === '1' ? NOT_FOUND : DENIED, Number(text));
      return form.answer(method, '"ok"');
    }
    case 'ask': {
      const a = JSON.parse(digits(text));
      const v = { status: 201, where: `/ask/${a.id}`, said: `${a.q} ${a.trace} ${a.session} ${a.tags.join('+')}`, big: '9007199254740993', inner: a.inner, hidden: 'x' };
      return form.answer(method, JSON.stringify(v));
    }
    default:
      return form.answer(method, '');
  }
}

async function* streamOne(form, method, requests) {
  let sum = 0;
  for await (const m of requests) {
    const v = JSON.parse(form.text(method, m));
    if (method === 'sum') sum += v.n;
    else if (method === 'chat') yield form.message(method, JSON.stringify({ ...v, n: v.n + 1 }));
    else for (let n = 0; n < v.n; n++) yield form.message(method, JSON.stringify({ n }));
  }
  if (method === 'sum') yield form.message(method, JSON.stringify({ n: sum }));
}

export async function runGenericServer(options) {
  const form = forms[options.kind];
  const server = createServer({ serviceName: 'generic-typescript', address: options.addr ?? '127.0.0.1:0', logger, exitSignals: [], exitWaitTimeMs: 1000 });
  registerGeneric(server, form.generic(), {
    genericCall: async (method, request) => serveOne(form, method, request),
    clientStreaming: async (method, requests) => (await streamOne(form, method, requests).next()).value,
    serverStreaming: (method, request) => streamOne(form, method, [request]),
    bidiStreaming: (method, requests) => streamOne(form, method, requests),
  });
  const { address } = await server.start();
  console.log(`LISTEN ${address}`);
  await untilTold(options);
  await server.stop();
}

const sample =
  '{"flag":true,"tiny":-128,"small":-32768,"medium":-5,"large":9007199254740993,"ratio":1.5,"text":"é\\"x","raw":"AP9/","color":5,"inner":{"n":1,"s":"s"},"larges":[1,-9223372036854775808],"words":["a"],' +
  '"byNumber":{"-1":"x"},"deep":{"7":{"3":[{"n":2}]}},"raws":{"k":"AQI="},"maybe":0,"greeting":"hi","answer":7}';

/** Integers by their digits, in quotes or not. */
const value = (text) => JSON.parse(text.replaceAll(/(?<=[:[,])(-?\d+)(?=[,}\]])/g, '"$1"'));
const same = (got, wanted) => deepStrictEqual(value(got), value(wanted));

async function read(form, method, stream) {
  const all = [];
  for await (const m of stream) all.push(form.text(method, m));
  return `[${all.join(',')}]`;
}

const cases = {
  echo: async (c) => same(await c.call('echo', sample), sample),
  defaults: async (c) => {
    const v = value(await c.call('echo', '{"deep":{},"inner":{}}'));
    deepStrictEqual([v.answer, v.large, v.maybe, v.flag], ['0', '0', undefined, false]);
  },
  text: async (c) => strictEqual(JSON.parse(await c.call('text', '"é\\n\\"text\\""')), 'é\n"text"'),
  nothing: async (c) => strictEqual(await c.call('nothing', '"x"'), ''),
  exception: (c) => rejects(c.call('fail', '1'), (e) => e instanceof GenericException && e.field === 'nf' && /not found/.test(JSON.stringify(e.value)) && /404/.test(JSON.stringify(e.value))),
  'second-exception': (c) => rejects(c.call('fail', '2'), (e) => e instanceof GenericException && e.field === 'd' && /denied/.test(JSON.stringify(e.value))),
  'plain-error': async (c) => {
    await rejects(c.call('fail', '3'), /boom/);
    strictEqual(await c.call('fail', '0'), '"ok"');
  },
  oneway: async (c) => {
    const count = async () => Number(JSON.parse(await c.call('fired', '"x"')));
    const before = await count();
    await c.oneway('fire', '"x"');
    for (let i = 0; (await count()) === before; i++) {
      if (i === 1000) throw new Error('it did not arrive');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  },
  ask: async (c) => {
    const reply = await httpCall(c.client, {
      method: 'POST',
      url: '/ask/9007199254740993?q=tea&tags=a,b',
      headers: { 'X-Trace': 't', cookie: 'session=s' },
      body: '{"inner":{"n":5},"big":"9007199254740992"}',
    });
    strictEqual(reply.status, 201);
    deepStrictEqual(reply.headers.find(([name]) => name === 'x-where'), ['x-where', '/ask/9007199254740993']);
    same(reply.body.toString(), '{"Said":"tea t s a+b","big":"9007199254740993","inner":{"n":5}}');
  },
  list: async (c) => same(await read(c.form, 'list', c.client.serverStreaming('list', c.form.message('list', '{"n":3}'))), '[{"n":0},{"n":1},{"n":2}]'),
  sum: async (c) => same(c.form.text('sum', await c.client.clientStreaming('sum', [c.form.message('sum', '{"n":1}'), c.form.message('sum', '{"n":41}')])), '{"n":42}'),
  chat: async (c) => same(await read(c.form, 'chat', c.client.bidiStreaming('chat', [c.form.message('chat', '{"n":1,"s":"a"}'), c.form.message('chat', '{"n":2}')])), '[{"n":2,"s":"a"},{"n":3}]'),
  'no-route': async (c) => match(String(await httpCall(c.client, { method: 'DELETE', url: '/ask/1' }).catch((e) => e.code)), /ROUTE_MISSING/),
};

export async function runGenericClient(options) {
  const http = options.kind === 'http';
  const form = forms[http ? 'json' : options.kind];
  const client = createGenericClient(http ? httpGeneric(idl) : form.generic(), {
    destService: 'generic',
    hostPorts: [options.addr],
    logger,
    rpcTimeoutMs: 20_000,
    ...(options.transport === 'ttheader-streaming' ? { streamTransport: 'ttheader-streaming' } : { transport: options.transport }),
  });
  const run = {
    client,
    form,
    call: async (method, text) => form.result(method, await client.genericCall(method, form.request(method, text))),
    oneway: (method, text) => client.genericOneway(method, form.request(method, text)),
  };
  try {
    await runCases(options.case.split(','), (name) => cases[name](run));
  } finally {
    await client.close();
  }
}
