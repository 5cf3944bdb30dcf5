// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import ts from 'typescript';
import { createLogger } from '@cloudwego/gopkg/logger';
import { createClient, createServer } from '@cloudwego/kitex';
import type { ServiceDefinition } from '@cloudwego/pilota/codegen/v1';
import { generate } from '@cloudwego/kitex-cli';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const logger = createLogger({ write: () => undefined });
let dir = '';

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kitex-proto-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
};
const read = (path: string): string => readFileSync(join(dir, path), 'utf8');

const ECHO = `syntax = "proto3";
package demo.echo;
import "common/item.proto";
import "google/protobuf/timestamp.proto";
message Request { string message = 1; int64 id = 2; repeated common.Item items = 3; google.protobuf.Timestamp at = 4; }
message Response { string message = 1; int64 id = 2; oneof extra { common.Item item = 3; bytes raw = 4; } }
service EchoService {
  rpc Echo(Request) returns (Response);
  rpc List(Request) returns (stream Response);
  rpc Sum(stream Request) returns (Response);
  rpc Chat(stream Request) returns (stream Response);
}
`;

function files(): void {
  put('idl/echo.proto', ECHO);
  put('inc/common/item.proto', 'syntax = "proto3"; package common; message Item { string name = 1; map<string, int32> counts = 2; }');
}

/** Links the packages that generated code and the scaffold import. */
function link(): void {
  mkdirSync(join(dir, 'node_modules/@cloudwego'), { recursive: true });
  for (const p of ['kitex', 'pilota', 'gopkg', 'transport', 'protocol', 'governance', 'netpoll']) {
    const at = join(dir, 'node_modules/@cloudwego', p);
    if (!existsSync(at)) symlinkSync(join(repository, 'packages', p), at);
  }
}

interface Msg {
  readonly message?: string;
  readonly id?: bigint | number;
  readonly items?: readonly { readonly name: string; readonly counts?: unknown }[];
  readonly at?: { readonly seconds?: bigint };
  readonly extra?: { readonly item?: { readonly name: string; readonly counts?: unknown }; readonly raw?: Uint8Array };
}

interface EchoClient {
  echo(req: Msg): Promise<Msg>;
  list(req: Msg): AsyncIterable<Msg>;
  sum(requests: Iterable<Msg>): Promise<Msg>;
  chat(requests: Iterable<Msg>): AsyncIterable<Msg>;
}

async function load(): Promise<ServiceDefinition<EchoClient, unknown>> {
  link();
  const module = (await import(pathToFileURL(join(dir, 'kitex_gen/demo/echo/index.ts')).href)) as { EchoService: ServiceDefinition<EchoClient, unknown> };
  return module.EchoService;
}

const handlers = {
  echo: (req: Msg) => ({ message: `${req.message ?? ''}!`, id: req.id, extra: { item: req.items?.[0] ?? { name: 'none' } } }),
  *list(req: Msg) {
    for (let i = 0; i < Number(req.id); i++) yield { message: req.message, id: i };
  },
  async sum(requests: AsyncIterable<Msg>) {
    let id = 0n;
    for await (const r of requests) id += BigInt(r.id ?? 0);
    return { id };
  },
  async *chat(requests: AsyncIterable<Msg>) {
    for await (const r of requests) yield { message: `${r.message ?? ''}?`, extra: { raw: Uint8Array.of(1, 2) } };
  },
};

describe('kitex file.proto', () => {
  it('writes a module for every package, and the scaffold of a server whose handlers type-check', () => {
    files();
    const r = generate({ idl: 'idl/echo.proto', include: ['inc'], service: 'echo', module: 'echo-server', cwd: dir });
    const written = r.files.map((f) => f.path);
    expect(written).toEqual(expect.arrayContaining(['kitex_gen/demo/echo/index.ts', 'kitex_gen/common/index.ts', 'kitex_gen/google/protobuf/index.ts', 'handler.ts', 'main.ts', 'package.json', 'tsconfig.json', 'kitex_info.yaml']));
    expect(r.sources.map((s) => s.slice(dir.length + 1)).toSorted()).toEqual(['idl/echo.proto', 'inc/common/item.proto']);
    expect(read('handler.ts')).toContain('async *chat(requests, ctx)');
    expect(read('handler.ts')).toContain('async echo(req, ctx)');
    link();
    const config = ts.readConfigFile(join(dir, 'tsconfig.json'), (p) => ts.sys.readFile(p));
    const parsed = ts.parseJsonConfigFileContent(config.config, ts.sys, dir);
    const options: ts.CompilerOptions = { ...parsed.options, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true, customConditions: ['@cloudwego/source'], types: ['node'], typeRoots: [join(repository, 'node_modules/@types')] };
    delete options.rootDir;
    // main.ts is that of Thrift, which is checked with all of kitex elsewhere.
    const names = parsed.fileNames.filter((f) => !f.endsWith('/main.ts'));
    const errors = ts.getPreEmitDiagnostics(ts.createProgram(names, options)).filter((d) => !(d.file?.fileName.includes('/packages/') ?? false));
    expect(errors.map((d) => ts.flattenDiagnosticMessageText(d.messageText, '\n'))).toEqual([]);
  });

  it('generates again only what changed, copies IDLs when asked, and says where one is wrong', () => {
    files();
    generate({ idl: 'idl/echo.proto', include: ['inc'], copyIdl: true, cwd: dir });
    expect(read('kitex_gen/demo/echo/echo.proto')).toBe(ECHO);
    expect(generate({ idl: 'idl/echo.proto', include: ['inc'], cwd: dir }).files.every((f) => f.action === 'unchanged')).toBe(true);
    put('idl/bad.proto', 'syntax = "proto3";\nmessage A {\n  strnig name = 1;\n}\n');
    expect(() => generate({ idl: 'idl/bad.proto', cwd: dir })).toThrow(/bad\.proto:3:3: error: unknown type "strnig", did you mean "string"\?[\s\S]*\^{6}/);
    expect(() => generate({ idl: 'idl/echo.proto', include: ['inc'], trim: {}, cwd: dir })).toThrow('only Thrift can be trimmed');
  });

  it('serves and calls unary and streaming methods over gRPC', async () => {
    files();
    generate({ idl: 'idl/echo.proto', include: ['inc'], cwd: dir });
    const Echo = await load();
    const server = createServer({ serviceName: 'echo', address: '127.0.0.1:0', logger }).register(Echo, handlers);
    const { address } = await server.start();
    const client = createClient(Echo, { destService: 'echo', hostPorts: [address], transport: 'grpc', connectTimeoutMs: 10_000, logger });
    try {
      const item = { name: 'x', counts: { a: 1 } };
      expect(await client.echo({ message: 'hello', id: 2n ** 62n, items: [item] })).toEqual({ message: 'hello!', id: 2n ** 62n, extra: { item: { name: 'x', counts: new Map([['a', 1]]) } } });
      const listed: unknown[] = [];
      for await (const m of client.list({ message: 'm', id: 3 })) listed.push(m.id);
      expect(listed).toEqual([0n, 1n, 2n]);
      expect((await client.sum([{ id: 1 }, { id: 2 }, { id: 39 }])).id).toBe(42n);
      const talked: unknown[] = [];
      for await (const m of client.chat([{ message: 'a' }, { message: 'b' }])) talked.push([m.message, m.extra?.raw]);
      expect(talked).toEqual([['a?', Uint8Array.of(1, 2)], ['b?', Uint8Array.of(1, 2)]]);
    } finally {
      await client.close();
      await server.stop();
    }
  });

  it.each(['ttheader-framed', 'framed'] as const)('serves and calls unary methods as Kitex-Protobuf over %s', async (transport) => {
    files();
    generate({ idl: 'idl/echo.proto', include: ['inc'], cwd: dir });
    const Echo = await load();
    const server = createServer({ serviceName: 'echo', address: '127.0.0.1:0', logger }).register(Echo, handlers);
    const { address } = await server.start();
    const client = createClient(Echo, { destService: 'echo', hostPorts: [address], transport, connectTimeoutMs: 10_000, logger, rpcTimeoutMs: 20_000 });
    try {
      expect(await client.echo({ message: 'hello', id: -5 })).toMatchObject({ message: 'hello!', id: -5n, extra: { item: { name: 'none' } } });
    } finally {
      await client.close();
      await server.stop();
    }
  });
});
