// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Writes corpus.json: every IDL of the Go modules below, and what thriftgo and this package say of it. The IDLs stay where Go keeps them.
//
//   go mod download github.com/apache/thrift@v0.22.0 github.com/cloudwego/dynamicgo@v0.7.0
//   GOBIN=/some/folder go install github.com/cloudwego/thriftgo        in a module that requires v0.4.5
//   node --conditions=@cloudwego/source --import tsx record.mjs /some/folder/thriftgo

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { IdlError, generateThrift, loadThrift } from '@cloudwego/pilota-build';

const thriftgo = process.argv[2];
const modules = [
  { module: 'github.com/apache/thrift', version: 'v0.22.0' },
  { module: 'github.com/cloudwego/dynamicgo', version: 'v0.7.0' },
];
const cache = spawnSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8' }).stdout.trim();

/** What is no warning, on one line, without paths of this machine. */
function said(text, folder) {
  const lines = text.split('\n').filter((l) => l.trim() !== '' && !l.includes('[WARN]'));
  const one = lines.slice(0, 3).join(' ').replaceAll(`${folder}/`, '').replaceAll(`${relative(process.cwd(), folder)}/`, '');
  return one.replace(/, stack = .*/, '').replace(/ from file .*/, '').replaceAll(/\s+/g, ' ').trim().slice(0, 200);
}

function ours(path) {
  try {
    generateThrift(loadThrift(path));
    return 'ok';
  } catch (e) {
    if (!(e instanceof IdlError)) throw e;
    const d = e.diagnostics.find((x) => x.severity === 'error');
    return `${d.code}: ${d.message}`;
  }
}

const list = modules.map(({ module, version }) => {
  const folder = join(cache, `${module}@${version}`);
  const files = {};
  for (const path of readdirSync(folder, { recursive: true }).filter((p) => p.endsWith('.thrift')).sort()) {
    const out = mkdtempSync(join(tmpdir(), 'thriftgo-'));
    const run = spawnSync(thriftgo, ['-g', 'go', '-o', out, join(folder, path)], { encoding: 'utf8' });
    rmSync(out, { recursive: true });
    const mine = ours(join(folder, path));
    files[path] = run.status === 0 && mine === 'ok' ? 'ok' : { thriftgo: run.status === 0 ? 'ok' : said(`${run.stdout}\n${run.stderr}`, folder), ours: mine };
  }
  return { module, version, files };
});
const version = spawnSync(thriftgo, ['-version'], { encoding: 'utf8' });
const known = /\d+\.\d+\.\d+/.exec(version.stdout + version.stderr)?.[0] ?? 'unknown';
writeFileSync(new URL('corpus.json', import.meta.url), `${JSON.stringify({ thriftgo: known, modules: list }, undefined, 1)}\n`);
