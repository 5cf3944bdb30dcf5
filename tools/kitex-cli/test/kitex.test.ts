// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import ts from 'typescript';
import { generate, main } from '@cloudwego/kitex-cli';
import { REFUSED } from '../src/arguments.js';
import { parseGitInclude } from '../src/include.js';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
let dir = '';

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kitex-cli-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
};
const read = (path: string): string => readFileSync(join(dir, path), 'utf8');

const ECHO = `namespace js demo.echo
struct Request { 1: string message, 2: i64 id }
struct Response { 1: string message }
exception Refused { 1: string reason }
service EchoService {
  Response Echo(1: Request req) throws (1: Refused r)
  oneway void Note(1: string text)
}
`;

async function run(...args: string[]): Promise<{ status: number; out: string; error: string }> {
  let out = '';
  let error = '';
  const cwd = process.cwd();
  process.chdir(dir);
  try {
    const status = await main(args, { out: (t) => void (out += t), error: (t) => void (error += t) });
    return { status, out, error };
  } finally {
    process.chdir(cwd);
  }
}

describe('kitex', () => {
  it('writes the module of a namespace, and nothing that has not changed', async () => {
    put('echo.thrift', ECHO);
    const first = await run('echo.thrift');
    expect(first).toMatchObject({ status: 0, error: '' });
    expect(first.out).toContain('wrote   kitex_gen/demo/echo/index.ts');
    expect(read('kitex_gen/demo/echo/index.ts')).toContain('export const EchoService: $.ServiceDefinition<EchoServiceClient, EchoServiceHandlers>');
    utimesSync(join(dir, 'kitex_gen/demo/echo/index.ts'), 1, 1);
    expect((await run('echo.thrift')).out).toBe('everything is up to date\n');
  });

  it('says where an IDL is wrong, with a caret', async () => {
    put('bad.thrift', 'struct A {\n  1: strnig name\n}\n');
    const r = await run('bad.thrift');
    expect(r.status).toBe(1);
    expect(r.error).toContain('bad.thrift:2:6: error:');
    expect(r.error).toContain('did you mean "string"');
    expect(r.error).toContain('  1: strnig name\n     ^^^^^^');
  });

  it('refuses flags of the Go tool with what to use instead, and unknown ones', async () => {
    put('echo.thrift', ECHO);
    // Every flag that kitex v0.16.3 prints with -h; what it takes is taken here, or refused with a sentence that says what to do.
    const taken = ['I', 'copy-idl', 'gen-path', 'module', 'no-recurse', 'service', 'thrift-plugin', 'type', 'use', 'v', 'verbose', 'version'];
    const refused =
      'combine-service compiler-path deep-copy-api frugal-pretouch frugal-struct handler-return-keep-resp hessian2 invoker local-thriftgo no-dependency-check no-fast-api protobuf protobuf-plugin protocol record streamx template-dir template-extension thrift thrift-plugin-time-limit tpl'.split(
        ' ',
      );
    for (const flag of refused) {
      for (const words of [[`-${flag}`, 'x'], [`--${flag}=x`]]) {
        const r = await run(...words, 'echo.thrift');
        expect(r.status).toBe(2);
        expect(r.error).toMatch(new RegExp(`^kitex: -${flag} is not supported: (use|leave it out|put|register) ?.{15,}\n$`));
      }
    }
    expect(Object.keys(REFUSED).toSorted()).toEqual([...refused, 'gen-frugal'].toSorted());
    expect(existsSync(join(dir, 'kitex_gen'))).toBe(false);
    for (const flag of taken) expect((await run(`-${flag}`, 'x')).error).not.toContain('unknown flag');
    expect(await run('-wat', 'echo.thrift')).toMatchObject({ status: 2, error: 'kitex: unknown flag -wat, see kitex -help\n' });
    expect((await run()).error).toContain('got no IDL file');
    expect((await run('-module')).error).toContain('-module needs a value');
    expect((await run('echo.proto')).error).toContain('no such file');
    expect((await run('-type', 'hessian2', 'echo.thrift')).error).toContain('wanted thrift or protobuf');
    expect((await run('nothing.thrift')).error).toContain('no such file');
    expect((await run('-gen-path', '../out', 'echo.thrift')).error).toContain('below the working folder');
    expect((await run('-use', 'x', 'echo.thrift')).error).toContain('-use needs -service');
  });

  it('prints help and version', async () => {
    expect((await run('-help')).out).toContain('usage: kitex');
    expect((await run('--version')).out).toMatch(/^kitex \d+\.\d+\.\d+/);
  });

  it('finds includes in folders and git repositories', async () => {
    put('idl/common.thrift', 'namespace js common\nstruct Page { 1: i32 size }\n');
    put('main.thrift', 'include "common.thrift"\nnamespace js app\nstruct Q { 1: common.Page page }\n');
    expect((await run('main.thrift')).status).toBe(1);
    expect(await run('-I', 'idl', 'main.thrift')).toMatchObject({ status: 0 });
    expect(existsSync(join(dir, 'kitex_gen/common/index.ts'))).toBe(true);

    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main', ...args], { cwd: join(dir, 'repo'), encoding: 'utf8' });
    put('repo/common.thrift', 'namespace js common\nstruct Page { 1: i32 size, 2: i32 fromGit }\n');
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'one');
    git('branch', 'next');
    git('clone', '-q', '--bare', '.', '../bare.git');
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    try {
      expect(await run('-I', `file://${dir}/bare.git`, '-gen-path', 'g1', 'main.thrift')).toMatchObject({ status: 0, error: '' });
      expect(read('g1/common/index.ts')).toContain('fromGit');
      put('repo/common.thrift', 'namespace js common\nstruct Page { 1: i32 size, 2: i32 second }\n');
      git('checkout', '-q', 'next');
      git('commit', '-qam', 'two');
      git('push', '-q', '../bare.git', 'next');
      expect(await run('-I', `file://${dir}/bare.git@next`, '-gen-path', 'g2', 'main.thrift')).toMatchObject({ status: 0 });
      expect(read('g2/common/index.ts')).toContain('second');
      expect((await run('-I', `file://${dir}/none.git`, 'main.thrift')).error).toContain('git clone failed');
    } finally {
      delete process.env['XDG_CACHE_HOME'];
    }
  });

  it('adds what generated code needs to package.json, once', async () => {
    put('echo.thrift', ECHO);
    put('package.json', '{\n    "name": "app"\n}\n');
    await run('echo.thrift');
    expect(JSON.parse(read('package.json'))).toMatchObject({ name: 'app', dependencies: { '@cloudwego/pilota': expect.stringMatching(/^\^/) as string } });
    expect(read('package.json')).toContain('\n    "name"');
    const before = read('package.json');
    await run('echo.thrift');
    expect(read('package.json')).toBe(before);
    put('package.json', '{ "name": "app", "peerDependencies": { "@cloudwego/pilota": "*" } }');
    await run('echo.thrift');
    expect(JSON.parse(read('package.json'))).toEqual({ name: 'app', peerDependencies: { '@cloudwego/pilota': '*' } });
    put('package.json', '{');
    expect((await run('echo.thrift')).error).toContain('package.json is no JSON');
  });

  it('completes a package.json for a server, and changes nothing in it', async () => {
    put('echo.thrift', ECHO);
    put('package.json', JSON.stringify({ name: 'app', type: 'commonjs', scripts: { start: 'mine' }, dependencies: { '@cloudwego/kitex': '1.2.3' } }));
    const r = await run('-service', 's', 'echo.thrift');
    expect(JSON.parse(read('package.json'))).toMatchObject({
      name: 'app',
      type: 'commonjs',
      scripts: { start: 'mine', build: 'tsc' },
      dependencies: { '@cloudwego/kitex': '1.2.3', '@cloudwego/pilota': expect.stringMatching(/^\^/) as string },
      devDependencies: { typescript: expect.any(String) as string },
    });
    expect(r.error).toBe('package.json: the server is an ES module, set "type": "module"\n');
  });

  it('checks the name of the package', async () => {
    put('echo.thrift', ECHO);
    put('package.json', '{ "name": "app" }\n');
    expect((await run('-module', 'other', 'echo.thrift')).error).toContain('package.json has the name "app"');
    expect((await run('-module', 'No Name', 'echo.thrift')).error).toContain('no name of a package');
    expect((await run('-module', 'app', 'echo.thrift')).status).toBe(0);
  });

  it('takes -copy-idl, -no-recurse, -i64 and -keep-unknown-fields', async () => {
    put('common.thrift', 'namespace js common\nstruct Page { 1: i64 size }\n');
    put('main.thrift', 'include "common.thrift"\nnamespace js app\nstruct Q { 1: common.Page page, 2: i64 n }\n');
    await run('-copy-idl', '-no-recurse', '-i64', 'number', '-keep-unknown-fields', 'main.thrift');
    expect(existsSync(join(dir, 'kitex_gen/common/index.ts'))).toBe(false);
    expect(read('kitex_gen/app/main.thrift')).toContain('struct Q');
    expect(read('kitex_gen/app/index.ts')).toContain('n: number;');
    expect(read('kitex_gen/app/index.ts')).toContain('$.keepUnknown');
    expect((await run('-copy-idl', '-no-recurse', '-i64', 'number', '-keep-unknown-fields', 'main.thrift')).out).toBe('everything is up to date\n');
    await run('-copy-idl', 'main.thrift');
    expect(read('kitex_gen/common/common.thrift')).toContain('struct Page');
    expect((await run('-i64', 'float', 'main.thrift')).error).toContain('wanted bigint, number or string');
  });

  it('tells a git URL, with or without a branch, from a folder', () => {
    for (const [text, url, branch] of [
      ['https://example.com/idl.git', 'https://example.com/idl.git', undefined],
      ['https://example.com/idl.git@v2/next', 'https://example.com/idl.git', 'v2/next'],
      ['https://example.com/idl@main', 'https://example.com/idl', 'main'],
      ['https://user@example.com/idl', 'https://user@example.com/idl', undefined],
      ['git@example.com:team/idl.git', 'git@example.com:team/idl.git', undefined],
      ['git@example.com:team/idl.git@main', 'git@example.com:team/idl.git', 'main'],
      ['file:///srv/idl.git', 'file:///srv/idl.git', undefined],
      ['../idl.git@main', '../idl.git', 'main'],
    ] as const) {
      expect(parseGitInclude(text)).toEqual({ url, branch });
    }
    for (const folder of ['idl', '../idl', '/srv/idl', './a@b', 'C:\\idl']) expect(parseGitInclude(folder)).toBeUndefined();
  });

  it('brings a git include up to date on every run, and refuses what is no branch', async () => {
    const git = (cwd: string, ...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main', ...args], { cwd: join(dir, cwd), encoding: 'utf8' });
    put('main.thrift', 'include "common.thrift"\nnamespace js app\nstruct Q { 1: common.Page page }\n');
    put('work/common.thrift', 'namespace js common\nstruct Page { 1: i32 one }\n');
    git('work', 'init', '-q');
    git('work', 'add', '.');
    git('work', 'commit', '-qm', 'one');
    git('.', 'clone', '-q', '--bare', 'work', 'bare.git');
    process.env['XDG_CACHE_HOME'] = join(dir, 'cache');
    try {
      const args = ['-I', `file://${dir}/bare.git@main`, 'main.thrift'];
      expect(await run(...args)).toMatchObject({ status: 0, error: '' });
      put('work/common.thrift', 'namespace js common\nstruct Page { 1: i32 two }\n');
      git('work', 'commit', '-qam', 'two');
      git('work', 'push', '-qf', '../bare.git', 'HEAD:main');
      expect(await run(...args)).toMatchObject({ status: 0, error: '' });
      expect(read('kitex_gen/common/index.ts')).toContain('two');
      expect((await run('-I', `file://${dir}/bare.git@--upload-pack=x`, 'main.thrift')).error).toContain('is no name of a branch');
      expect((await run('-I', `file://${dir}/bare.git@missing`, 'main.thrift')).error).toContain('git clone failed');
      expect((await run('-I', 'no-such-folder', 'main.thrift')).error).toContain('no such folder');
    } finally {
      delete process.env['XDG_CACHE_HOME'];
    }
  });
});

/** Type-checks the folder as its own tsconfig.json says, against this repository's packages. */
function typeErrors(strict: Record<string, boolean> = {}): string[] {
  mkdirSync(join(dir, 'node_modules/@cloudwego'), { recursive: true });
  for (const p of ['kitex', 'pilota', 'gopkg', 'transport', 'protocol', 'governance', 'netpoll']) {
    const link = join(dir, 'node_modules/@cloudwego', p);
    if (!existsSync(link)) symlinkSync(join(repository, 'packages', p), link);
  }
  const config = ts.readConfigFile(join(dir, 'tsconfig.json'), (p) => ts.sys.readFile(p));
  const parsed = ts.parseJsonConfigFileContent(config.config, ts.sys, dir);
  const options: ts.CompilerOptions = { ...parsed.options, ...strict, noEmit: true, customConditions: ['@cloudwego/source'], preserveSymlinks: false, types: ['node'], typeRoots: [join(repository, 'node_modules/@types')] };
  delete options.rootDir;
  const program = ts.createProgram(parsed.fileNames, options);
  return ts
    .getPreEmitDiagnostics(program)
    .filter((d) => d.file === undefined || !d.file.fileName.includes('/packages/'))
    .map((d) => `${d.file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(d.messageText, '\n')}`);
}

describe('the scaffold', () => {
  it('type-checks under the strictest options, and is never overwritten', async () => {
    put('echo.thrift', ECHO);
    const r = await run('-module', 'demo', '-service', 'demo.echo', 'echo.thrift');
    expect(r).toMatchObject({ status: 0, error: '' });
    for (const f of ['main.ts', 'handler.ts', 'package.json', 'tsconfig.json', 'kitex_info.yaml']) expect(existsSync(join(dir, f))).toBe(true);
    expect(read('kitex_info.yaml')).toContain('ServiceName: "demo.echo"');
    expect(
      typeErrors({ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noPropertyAccessFromIndexSignature: true, noUnusedLocals: true, noImplicitOverride: true }),
    ).toEqual([]);
    put('handler.ts', '// mine\n');
    put('main.ts', '// mine too\n');
    const again = await run('-module', 'demo', '-service', 'demo.echo', 'echo.thrift');
    expect(again.out).toContain('kept    handler.ts');
    expect(read('handler.ts')).toBe('// mine\n');
    expect(read('main.ts')).toBe('// mine too\n');
  }, 60_000);

  it('has a handler file per service where there are several', async () => {
    put('two.thrift', 'namespace js two\nservice A { void a() }\nservice B extends A { string b(1: i32 ctx, 2: string default) }\n');
    await run('-service', 'two', 'two.thrift');
    expect(read('handler_B.ts')).toContain('async a(ctx)');
    expect(read('main.ts')).toContain('.register(A, aHandlers)\n  .register(B, bHandlers, { fallback: true })');
    expect(typeErrors()).toEqual([]);
  }, 60_000);

  it.each([
    ['the service that has what several have, not just the last', 'service A { void a() }\nservice B extends A { void b() }\nservice C { void c() }', '.register(A, aHandlers)\n  .register(B, bHandlers, { fallback: true })\n  .register(C, cHandlers)'],
    ['nobody, where no service has them all: requests must name their service', 'service A { void a() }\nservice B { void a() }\nservice C { void c() }\nservice D { void c() }', "refuseTrafficWithoutServiceName: true })\n  .register(A, aHandlers)\n  .register(B, bHandlers)"],
  ])('lets %s answer requests without a service name', async (_, services, expected) => {
    put('several.thrift', `namespace js several\n${services}\n`);
    await run('-service', 'several', 'several.thrift');
    expect(read('main.ts')).toContain(expected);
    expect(typeErrors()).toEqual([]);
  }, 60_000);

  it('imports generated code that exists elsewhere with -use', async () => {
    put('echo.thrift', ECHO);
    await run('-service', 's', '-use', '@acme/idl', 'echo.thrift');
    expect(existsSync(join(dir, 'kitex_gen'))).toBe(false);
    expect(read('main.ts')).toContain("from '@acme/idl/demo/echo/index.js'");
  });
});

describe('a server that was scaffolded', () => {
  it('builds, starts, answers with what is to be written, and stops', async () => {
    put('echo.thrift', ECHO);
    await run('-module', 'demo', '-service', 'demo.echo', 'echo.thrift');
    expect(JSON.parse(read('package.json'))).toMatchObject({ type: 'module', scripts: { build: 'tsc', start: 'npm run build && node dist/main.js' } });
    expect(typeErrors()).toEqual([]);
    put('call.ts', `import { createClient } from '@cloudwego/kitex';
import { EchoService } from './kitex_gen/demo/echo/index.js';
const client = createClient(EchoService, { destService: 'demo.echo', hostPorts: [process.argv[2]!], connectTimeoutMs: 5000 });
await client.echo({ message: 'x', id: 1n }).catch((e) => console.log(e.message));
await client.close();
`);
    // What "npm start" does, with the packages of this repository from their sources.
    execFileSync(process.execPath, [join(repository, 'node_modules/typescript/bin/tsc'), '--noCheck', '--typeRoots', join(repository, 'node_modules/@types')], { cwd: dir });
    const node = ['--conditions=@cloudwego/source', '--import', pathToFileURL(join(repository, 'node_modules/tsx/dist/esm/index.mjs')).href];
    const server = spawn(process.execPath, [...node, 'dist/main.js'], { cwd: dir, env: { ...process.env, ADDRESS: '127.0.0.1:0' } });
    try {
      let out = '';
      server.stdout.on('data', (d: Buffer) => (out += d.toString()));
      await expect.poll(() => out, { timeout: 20_000 }).toMatch(/^demo\.echo listens on 127\.0\.0\.1:\d+$/m);
      const address = /on (.*)$/m.exec(out)![1]!;
      const said = execFileSync(process.execPath, [...node, 'dist/call.js', address], { cwd: dir, encoding: 'utf8' });
      expect(said).toContain('echo: write this method');
      const exited = once(server, 'exit');
      server.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
    } finally {
      server.kill('SIGKILL');
    }
  }, 60_000);
});

describe('generate()', () => {
  it('is the command without a terminal', () => {
    put('echo.thrift', ECHO);
    const r = generate({ idl: 'echo.thrift', cwd: dir });
    expect(r.files).toEqual([{ path: 'kitex_gen/demo/echo/index.ts', action: 'written' }]);
    expect(r.sources).toEqual([join(dir, 'echo.thrift')]);
  });
});

describe('-watch', () => {
  it('generates again when an IDL changes, and survives mistakes', async () => {
    put('echo.thrift', ECHO);
    const end = new AbortController();
    let text = '';
    const cwd = process.cwd();
    process.chdir(dir);
    try {
      const done = main(['-watch', 'echo.thrift'], { out: (t) => void (text += t), error: (t) => void (text += t), signal: end.signal });
      await expect.poll(() => text).toContain('watching');
      put('echo.thrift', 'struct Broken {');
      await expect.poll(() => text).toContain('error:');
      put('echo.thrift', ECHO.replace('Note', 'Remark'));
      await expect.poll(() => read('kitex_gen/demo/echo/index.ts')).toContain('remark(');
      end.abort();
      expect(await done).toBe(0);
    } finally {
      end.abort();
      process.chdir(cwd);
    }
  });
});
