// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Makes rust.br: for each value of values.ts the bytes that Rust's pilota 0.13 writes of it in both protocols, having read ours in the binary one. Needs cargo.
//
//   node --conditions=@cloudwego/source --import tsx make-rust.mjs

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import { ByteWriter } from '@cloudwego/gopkg/io';
import { generateThrift, loadThrift } from '@cloudwego/pilota-build';
import { writeParts } from '../packed.js';
import { vectorValues } from './values.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const idl = join(here, 'vectors.thrift');

function run(tool, args, cwd, input) {
  const p = spawnSync(tool, args, { cwd, input, encoding: 'utf8', maxBuffer: 1 << 30 });
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
const lines = all.flatMap(({ struct, values }) => values.map((v) => `${struct.name} ${hex(codecs[struct.name], v)}`));
const folder = process.env.VECTORS_RUST_FOLDER ?? mkdtempSync(join(tmpdir(), 'vectors-'));
try {
  cpSync(join(here, 'rust'), folder, { recursive: true });
  cpSync(idl, join(folder, 'vectors.thrift'));
  const arms = all.map(({ struct }) => `        "${struct.name}" => both::<made::idl::random::${struct.name}>(binary),\n`).join('');
  writeFileSync(join(folder, 'src/types.rs'), `fn run(name: &str, binary: &str) -> (String, String) {\n    match name {\n${arms}        _ => panic!("{name}"),\n    }\n}\n`);
  run('cargo', ['build', '--release'], folder);
  const answers = run(join(folder, 'target/release/vectors'), [], folder, `${lines.join('\n')}\n`).trimEnd().split('\n');
  if (answers.length !== lines.length) throw new Error(`Rust answered ${answers.length} of ${lines.length}`);
  const parts = answers.flatMap((l) => l.split(' ').map((h) => Buffer.from(h, 'hex')));
  writeParts(join(here, 'rust.br'), parts);
  console.log(`${lines.length} vectors`);
} finally {
  if (process.env.VECTORS_RUST_FOLDER === undefined) rmSync(folder, { recursive: true, force: true });
}
