// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLogger } from '@cloudwego/gopkg/logger';
import { BizStatusError, createServer } from '@cloudwego/kitex';
import type { Server } from '@cloudwego/kitex';
import { GenericException, jsonPbGeneric, mapGeneric, registerGeneric } from '@cloudwego/kitex/generic';
import { protoFromText, thriftFromText } from '@cloudwego/pilota-build';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../src/index.js';
import { parseArguments } from '../src/arguments.js';
import { indented, jsonValues } from '../src/json.js';

const THRIFT = `
struct Item { 1: string name, 2: i64 id }
exception Missing { 1: string what }
service Other { string Far(1: string a) }
service Shop {
  Item Find(1: Item like) throws (1: Missing missing)
  string Name(1: string name)
  void Ping()
  oneway void Tell(1: string what)
  Item Chat(1: Item like) (streaming.mode = "bidirectional")
  Item List(1: Item like) (streaming.mode = "server")
  Item Sum(1: Item like) (streaming.mode = "client")
}
`;
const PROTO = 'syntax = "proto3"; package shop; message Item { string name = 1; int64 id = 2; } service Store { rpc Find(Item) returns (Item); rpc List(Item) returns (stream Item); }';

const folder = mkdtempSync(join(tmpdir(), 'kitexcall-'));
const thrift = join(folder, 'shop.thrift');
const proto = join(folder, 'shop.proto');
const servers: Server[] = [];
let address = '';
let store = '';
const told: unknown[] = [];

async function start(register: (s: Server) => void): Promise<string> {
  const server = createServer({ serviceName: 'shop', address: '127.0.0.1:0', logger: createLogger({ write: () => undefined }) });
  register(server);
  servers.push(server);
  return (await server.start()).address;
}

beforeAll(async () => {
  writeFileSync(thrift, THRIFT);
  writeFileSync(proto, PROTO);
  writeFileSync(join(folder, 'request.json'), '{"name":"from a file"}');
  address = await start((s) => {
    registerGeneric(s, mapGeneric(thriftFromText(THRIFT)), {
      genericCall(method, request, ctx) {
        if (method === 'Name') return `<${request as string}>`;
        if (method === 'Tell') told.push(request);
        if (method !== 'Find') return undefined;
        const item = request as { name: string; id: bigint };
        if (item.name === 'missing') throw new GenericException('missing', { what: 'it' });
        if (item.name === 'biz') throw new BizStatusError(42, 'no', { k: 'v' });
        if (item.name === 'meta') ctx.metainfo.sendBackward('back', `${ctx.metainfo.get('t') ?? ''} ${ctx.metainfo.getPersistent('p') ?? ''}`);
        return { ...item, id: item.id + 1n };
      },
      async *bidiStreaming(_m, requests) {
        for await (const r of requests as AsyncIterable<{ name: string }>) yield { name: `${r.name}!`, id: 1n };
      },
      *serverStreaming(_m, request) {
        for (let i = 0; i < 2; i++) yield { ...(request as object), id: BigInt(i) };
      },
      async clientStreaming(_m, requests) {
        let name = '';
        for await (const r of requests as AsyncIterable<{ name: string }>) name += r.name;
        return { name, id: 0n };
      },
    });
  });
  store = await start((s) => {
    registerGeneric(s, jsonPbGeneric(protoFromText(PROTO)), {
      genericCall: (_m, request) => request,
      *serverStreaming(_m, request) {
        yield request;
      },
    });
  });
});

afterAll(async () => {
  for (const s of servers) await s.stop();
  rmSync(folder, { recursive: true });
});

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

/** In this process, with a terminal of strings. */
async function call(args: readonly string[], input: readonly string[] = []): Promise<Ran> {
  let [out, error] = ['', ''];
  const status = await main(args, {
    input: (async function* () {
      yield* input;
    })(),
    out: (t) => (out += t),
    error: (t) => (error += t),
    colours: false,
  });
  return { status, out, error };
}

const shop = (method: string, ...more: string[]): string[] => ['-idl-path', thrift, '-m', method, '-e', address, ...more];

describe('a call', () => {
  it('prints the answer, every digit of it', async () => {
    expect(await call(shop('Find', '-d', '{"name":"tea","id":9007199254740992}'))).toEqual({ status: 0, out: '{\n    "name": "tea",\n    "id": 9007199254740993\n}\n', error: '[Status]: Success\n' });
    expect((await call(shop('Shop/Name', '-d', '"a"', '-q'))).out).toBe('"<a>"\n');
    expect(await call(shop('Ping', '-d', '', '-quiet'))).toEqual({ status: 0, out: '', error: '' });
    expect((await call(shop('Find', '--compact', `--data=@${join(folder, 'request.json')}`))).out).toBe('{"name":"from a file","id":1}\n');
    expect((await call(shop('Find', '-compact', '-f', join(folder, 'request.json')))).out).toBe('{"name":"from a file","id":1}\n');
    expect((await call(shop('Tell', '-d', '"news"'))).status).toBe(0);
    await expect.poll(() => told, { timeout: 20_000 }).toEqual(['news']);
  });

  it.each(['buffered', 'framed', 'TTHeader', 'ttheaderframed', 'gRPC'])('goes over %s', async (transport) => {
    expect((await call(shop('Find', '-transport', transport, '-d', '{"name":"x"}', '-compact'))).out).toBe('{"name":"x","id":1}\n');
  });

  it('is made for each value of standard input, also behind one that failed', async () => {
    const r = await call(shop('Find', '-compact'), ['{"na', 'me":"a"} {"name":"missing"}', '\n{"name":"b"}\n']);
    expect([r.status, r.out]).toEqual([1, '{"name":"a","id":1}\n{"name":"b","id":1}\n']);
    expect(r.error).toContain('[ServerError]: missing {"what":"it"}');
  });

  it('carries metainfo, and shows business errors, which are answers', async () => {
    const meta = await call(shop('Find', '-meta', 't=1', '-meta-persistent', 'p=a=b', '-meta-backward', '-d', '{"name":"meta"}'));
    expect(meta.error).toContain('[MetaBackward]: back=1 a=b\n');
    const biz = await call(shop('Find', '-biz-error', '-d', '{"name":"biz"}'));
    expect([biz.status, biz.error]).toEqual([0, '[Status]: Failed\n[BizStatusError]: BizStatusCode=42, BizMessage=no, BizExtra={"k":"v"}\n']);
  });

  it('of Protobuf', async () => {
    const args = ['-p', proto, '-m', 'Store/Find', '-e', store, '-d', '{"name":"x","id":"9007199254740993"}', '-compact'];
    for (const transport of [[], ['-transport', 'grpc'], ['-transport', 'framed']]) expect((await call([...args, ...transport])).out).toBe('{"name":"x","id":"9007199254740993"}\n');
    expect((await call(['-p', proto, '-m', 'List', '-e', store, '-d', '{"name":"x"}', '-compact'])).out).toBe('{"name":"x"}\n');
  });
});

it.each(['gRPC', 'TTHeaderStreaming'])('streams over %s', async (transport) => {
  const o = ['-transport', transport, '-compact', '-q', '-streaming'];
  expect(await call(shop('Chat', ...o), ['{"name":"a"}{"name"', ':"b"}'])).toEqual({ status: 0, out: '{"name":"a!","id":1}\n{"name":"b!","id":1}\n', error: '' });
  expect((await call(shop('List', ...o, '-d', '{"name":"l"}'))).out).toBe('{"name":"l","id":0}\n{"name":"l","id":1}\n');
  expect((await call(shop('Sum', ...o, '-d', '{"name":"a"}{"name":"b"}'))).out).toBe('{"name":"ab","id":0}\n');
});

describe('what cannot be', () => {
  it.each([
    [['-m', 'X'], 'ArgParseError', '-idl-path is missing'],
    [['-p', 'a.txt', '-m', 'X', '-e', 'x:1'], 'ArgParseError', 'say -type'],
    [['-p', 'a.thrift', '-m', 'S/', '-e', 'x:1'], 'ArgParseError', 'wanted METHOD or SERVICE/METHOD'],
    [['-p', 'a.thrift', '-p', 'b.thrift'], 'ArgParseError', 'given twice'],
    [['-p'], 'ArgParseError', 'wanted a value'],
    [['-nope'], 'ArgParseError', 'which is none'],
    [['word'], 'ArgParseError', 'wanted a flag'],
    [['-p', 'a.thrift', '-m', 'X', '-e', 'x:1', '-transport', 'smoke'], 'ArgParseError', 'wanted buffered'],
    [['-p', 'a.thrift', '-m', 'X', '-e', 'x:1', '-meta', 'k'], 'ArgParseError', 'wanted KEY=VALUE'],
    [['-p', 'a.thrift', '-m', 'X', '-e', 'x:1', '-timeout', 'soon'], 'ArgParseError', 'wanted milliseconds'],
    [['-p', 'a.thrift', '-m', 'X', '-e', 'x:1', '-f', 'a.txt'], 'ArgParseError', 'wanted a .json'],
    [['-p', '/no/such.thrift', '-m', 'X', '-e', 'x:1'], 'ClientError', 'such.thrift'],
  ])('%j', async (args, kind, text) => {
    const r = await call(args);
    expect([r.status, r.out]).toEqual([1, '']);
    expect(r.error).toContain(`[Status]: Failed\n[${kind}]: `);
    expect(r.error).toContain(text);
  });

  it('is said with what there is', async () => {
    expect((await call(shop('Nope'))).error).toContain('has no method "Nope", wanted one of Find, Name');
    expect((await call(shop('Nobody/Find'))).error).toContain('[ClientError]: generic.service: got "Nobody"');
    expect((await call(shop('Find', '-d', '{"id":"x"}'))).error).toContain('[ClientError]: $.id');
    expect((await call(shop('Find', '-transport', 'framed', '-meta', 'a=b', '-d', '{}'))).error).toContain('carries no business errors');
    expect((await call(shop('Chat', '-transport', 'framed', '-d', '{}'))).error).toContain('has no streams');
    expect((await call(['-p', thrift, '-m', 'Other/Far', '-e', address, '-d', '"x"', '-transport', 'ttheader'])).error).toContain('[ServerError]: ');
    expect((await call(shop('Find', '-d', `@${folder}/none.json`))).error).toContain('[ArgParseError]: cannot read');
    expect(parseArguments(['-h'])).toEqual({ kind: 'help' });
  });
});

it('JSON values are taken apart wherever the text is split', async () => {
  const text = ' {"a":"}\\"{","b":[1,{}]} 12 true"x\\\\""" [ ]{}null{"é":1}7';
  const wanted = ['{"a":"}\\"{","b":[1,{}]}', '12', 'true', '"x\\\\"', '""', '[ ]', '{}', 'null', '{"é":1}', '7'];
  for (let n = 1; n < 9; n++) {
    const chunks: string[] = [];
    for (let i = 0; i < text.length; i += n) chunks.push(text.slice(i, i + n));
    const got: string[] = [];
    for await (const v of jsonValues(chunks)) got.push(v);
    expect(got).toEqual(wanted);
  }
  expect(indented('{"a":[1,{"b":"x, {y}: \\""}],"c":{},"d":[ ]}')).toBe('{\n    "a": [\n        1,\n        {\n            "b": "x, {y}: \\""\n        }\n    ],\n    "c": {},\n    "d": []\n}');
});

it('is a program', async () => {
  const source = `import { main } from ${JSON.stringify(fileURLToPath(new URL('../src/index.ts', import.meta.url)))}; process.exitCode = await main(process.argv.slice(1));`;
  const child = spawn(process.execPath, ['--conditions=@cloudwego/source', '--import', 'tsx', '--input-type=module', '-e', source, '--', ...shop('Find', '-compact')], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end('{"name":"from a pipe"}\n');
  let [out, error] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (d: string) => (out += d));
  child.stderr.setEncoding('utf8').on('data', (d: string) => (error += d));
  const status = await new Promise((resolve) => child.once('close', resolve));
  expect({ status, out, error }).toEqual({ status: 0, out: '{"name":"from a pipe","id":1}\n', error: '[Status]: Success\n' });
});
