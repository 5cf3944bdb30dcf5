// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const MODULE = 'github.com/bytedance/sonic@v1.15.5';

function folder() {
  const said = process.env.GOMODCACHE || spawnSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8' }).stdout?.trim();
  return join(said || join(process.env.GOPATH ?? join(homedir(), 'go'), 'pkg/mod'), MODULE, 'testdata');
}

const testdata = folder();

/** Why the original's documents are not here, or undefined. They are where Go keeps its modules; `go mod download` brings them. */
export function missing() {
  if (!existsSync(testdata)) spawnSync('go', ['mod', 'download', MODULE], { stdio: 'ignore' });
  return existsSync(testdata) ? undefined : `the documents of the original: go mod download ${MODULE}`;
}

/** What stands between two backquotes of a Go file. */
function quoted(name, before) {
  const text = readFileSync(join(testdata, name), 'utf8');
  const start = text.indexOf(before) + before.length;
  return Buffer.from(text.slice(start, text.indexOf('`', start)));
}

/** Records as an API that counts in 64 bits gives them. */
function ids() {
  const records = [];
  for (let i = 0; i < 5000; i++) {
    const id = 505874924095815681n + BigInt(i) * 1234567n;
    records.push(`{"id":${id},"parent_id":${id - 99n},"name":"record ${i}","score":${i / 7},"tags":["a","b"],"active":${i % 2 === 0}}`);
  }
  return Buffer.from(`{"records":[${records.join(',')}]}`);
}

/** Documents by name: bytes. `save`: integers that JSON.parse loses. */
export const documents = {
  small: { save: false, load: () => quoted('small.go', '[]byte(`') },
  medium: { save: true, load: () => quoted('twitter.go', 'TwitterJson = `') },
  twitter: { save: true, load: () => readFileSync(join(testdata, 'twitter.json')) },
  citm: { save: false, load: () => gunzipSync(readFileSync(join(testdata, 'citm_catalog.json.gz'))) },
  canada: { save: false, load: () => gunzipSync(readFileSync(join(testdata, 'canada_geometry.json.gz'))) },
  ids: { save: true, load: ids },
};

/** Ways to a leaf near the front of a document, in the middle, and to its last. */
export function paths(value) {
  const leaf = (pick) => {
    const path = [];
    let v = value;
    while (typeof v === 'object' && v !== null) {
      const keys = Object.keys(v);
      if (keys.length === 0) break;
      const k = keys[pick(keys.length)];
      path.push(Array.isArray(v) ? Number(k) : k);
      v = v[k];
    }
    return path;
  };
  const front = leaf(() => 0);
  const last = leaf((n) => n - 1);
  // Half of the largest child, again and again until one is not worth it, is the middle of the bytes.
  const middle = [];
  let v = value;
  let before = 0;
  const half = JSON.stringify(value).length / 2;
  while (typeof v === 'object' && v !== null && Object.keys(v).length > 0) {
    let key = Object.keys(v)[0];
    for (const k of Object.keys(v)) {
      const size = JSON.stringify(v[k]).length + (Array.isArray(v) ? 1 : k.length + 4);
      key = k;
      if (before + size > half) break;
      before += size;
    }
    middle.push(Array.isArray(v) ? Number(key) : key);
    v = v[key];
  }
  return { front, middle, last };
}
