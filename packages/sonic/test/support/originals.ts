// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const MODULE = 'github.com/bytedance/sonic@v1.15.5';

function moduleCache(): string {
  const { GOMODCACHE, GOPATH } = process.env;
  if (GOMODCACHE !== undefined && GOMODCACHE !== '') return GOMODCACHE;
  const said = spawnSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8' }).stdout as string | null;
  return said?.trim() || join(GOPATH ?? join(homedir(), 'go'), 'pkg/mod');
}

const folder = join(moduleCache(), MODULE, 'testdata');

/** Whether the original's data is on this machine; it is read from where Go keeps it and never copied. */
export const present: boolean = existsSync(folder);

/** For titles of tests that cannot run without it. */
export const needs: string = `(needs the Go module: go mod download ${MODULE})`;

/** A file of the original's testdata, unpacked. */
export function original(name: string): Buffer {
  const b = readFileSync(join(folder, name));
  return name.endsWith('.gz') ? gunzipSync(b) : b;
}

/** Documents of all kinds: what the benches of the original use. */
export const documents: readonly string[] = [
  'twitter.json',
  'twitterescaped.json',
  'twitter_status.json.gz',
  'canada_geometry.json.gz',
  'citm_catalog.json.gz',
  'golang_source.json.gz',
  'string_escaped.json.gz',
  'string_unicode.json.gz',
  'synthea_fhir.json.gz',
];
