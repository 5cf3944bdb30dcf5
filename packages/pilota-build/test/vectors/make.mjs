// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Makes go.br: for each value of values.ts the bytes that Go writes of it, having read ours.
//
//   GOBIN=/some/folder go install github.com/cloudwego/kitex/tool/cmd/kitex     in a module that requires v0.16.3; Debian's thrift-compiler 0.17
//   node --conditions=@cloudwego/source --import tsx make.mjs /some/folder/kitex

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import { ByteWriter } from '@cloudwego/gopkg/io';
import { compactCodec } from '@cloudwego/pilota/thrift';
import { generateThrift, loadThrift } from '@cloudwego/pilota-build';
import { writeParts } from '../packed.js';
import { vectorValues } from './values.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const idl = join(here, 'vectors.thrift');
const kitex = process.argv[2];

function run(tool, args, cwd, input) {
  const p = spawnSync(tool, args, { cwd, input, encoding: 'utf8', maxBuffer: 1 << 30, env: { ...process.env, GOFLAGS: '-mod=mod' } });
  if (p.status !== 0) throw new Error(`${tool} ${args.join(' ')}: ${p.error?.message ?? p.stderr.slice(-2000)}`);
  return p.stdout;
}

const code = join(here, '../.generated/vectors.mjs');
mkdirSync(join(here, '../.generated'), { recursive: true });
writeFileSync(code, ts.transpileModule(generateThrift(loadThrift(idl))[0].text, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } }).outputText);
const codecs = await import(pathToFileURL(code).href);

function hex(c, v) {
  const w = new ByteWriter();
  c.encode(w, v);
  return Buffer.from(w.toBytes()).toString('hex');
}

const all = vectorValues();
const lines = all.flatMap(({ struct, values }) => values.map((v) => `${struct.name} ${hex(codecs[struct.name], v)} ${hex(compactCodec(codecs[struct.name]), v)}`));

const folder = mkdtempSync(join(tmpdir(), 'vectors-'));
try {
  cpSync(join(here, 'go'), folder, { recursive: true });
  run(kitex, ['-no-dependency-check', '-module', 'vectors', idl], folder);
  mkdirSync(join(folder, 'apache_gen'));
  run('thrift', ['-nowarn', '--gen', 'go', '-out', join(folder, 'apache_gen'), idl], folder);
  const names = all.map(({ struct }) => `\t"${struct.name}": {func() kitex.FastCodec { return k.New${struct.name}() }, func() apache.TStruct { return a.New${struct.name}() }},`);
  writeFileSync(
    join(folder, 'types.go'),
    `package main\n\nimport (\n\tapache "github.com/apache/thrift/lib/go/thrift"\n\tkitex "github.com/cloudwego/gopkg/protocol/thrift"\n\ta "vectors/apache_gen/random"\n\tk "vectors/kitex_gen/random"\n)\n\nvar types = map[string]pair{\n${names.join('\n')}\n}\n`,
  );
  run('go', ['build', '-o', 'vectors', '.'], folder);
  const answers = run(join(folder, 'vectors'), [], folder, `${lines.join('\n')}\n`).trim().split('\n');
  if (answers.length !== lines.length) throw new Error(`Go answered ${answers.length} of ${lines.length}`);
  // Ours come along, so that a test knows which bytes Go has read.
  const parts = lines.flatMap((l, i) => [...l.split(' ').slice(1), ...answers[i].split(' ')].map((h) => Buffer.from(h, 'hex')));
  writeParts(join(here, 'go.br'), parts);
  console.log(`${lines.length} vectors`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
