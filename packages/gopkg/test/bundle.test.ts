// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly exports: Readonly<Record<string, unknown>> };
const subpaths = Object.keys(manifest.exports).filter((e) => !['.', './package.json', './testing'].includes(e));

/** Bundles a program as users do; folders below src/ that are in what comes out, and its text. */
async function bundle(program: string): Promise<{ readonly folders: readonly string[]; readonly text: string }> {
  const r = await build({
    stdin: { contents: program, resolveDir: root, loader: 'js' },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    conditions: ['@cloudwego/source'],
    external: ['piscina', '@node-rs/xxhash'],
    logLevel: 'silent',
  });
  const [output] = Object.values(r.metafile.outputs);
  const inside = Object.entries(output!.inputs).filter(([, i]) => i.bytesInOutput > 0);
  const folders = inside.map(([path]) => /^(?:.*\/)?src\/([a-z0-9]+)\//.exec(path)?.[1]).filter((f) => f !== undefined);
  return { folders: [...new Set(folders)].sort(), text: r.outputFiles[0]!.text };
}

/** What each subpath brings besides itself. What is not named here stays away: who takes the queue has no logger in the bundle. */
const brings: Readonly<Record<string, readonly string[]>> = {
  async: [],
  asynccache: ['async', 'clock', 'errors', 'options'],
  bufiox: ['async', 'errors', 'io', 'options', 'queue'],
  channel: ['clock', 'errors', 'options', 'queue'],
  circuitbreaker: ['context', 'errors', 'options', 'xxhash3'],
  clock: ['errors'],
  'clock/testing': ['clock', 'errors'],
  configmanager: ['async', 'clock', 'errors', 'logger', 'options', 'queue', 'xxhash3'],
  connstate: ['errors', 'options'],
  context: ['clock', 'errors', 'metainfo'],
  endpoint: ['async'],
  errors: [],
  fastrand: [],
  gopool: ['async', 'errors', 'logger', 'options', 'ordered', 'xxhash3'],
  io: ['errors'],
  localsession: ['clock', 'context', 'errors', 'metainfo'],
  logger: ['async', 'errors', 'options', 'queue'],
  metainfo: ['context'],
  options: ['errors'],
  queue: ['errors', 'options'],
  skipmap: ['ordered'],
  skipset: ['ordered', 'skipmap'],
  stringx: ['fastrand'],
  syncx: ['errors'],
  xxhash3: ['errors'],
  zset: ['fastrand', 'ordered'],
};

describe('in a bundle', () => {
  it.each(subpaths)('%s brings itself and what it is made of, and no more', async (e) => {
    const name = e.slice(2);
    const { folders } = await bundle(`import * as x from '@cloudwego/gopkg/${name}'; console.log(x);`);
    expect(folders).toEqual([...new Set([name.split('/')[0]!, ...brings[name]!])].sort());
  });

  it('nothing is left of what is imported and not used', async () => {
    const names = subpaths.map((e, i) => `import * as x${i} from '@cloudwego/gopkg${e.slice(1)}';`);
    const { folders, text } = await bundle(names.join('\n'));
    expect(folders).toEqual([]);
    expect(text.replaceAll(/^import "node:[a-z_/]+";$|^\/\/.*$/gm, '').trim()).toBe('');
  });

  it('one function does not bring its neighbours', async () => {
    const { text } = await bundle("import { hash } from '@cloudwego/gopkg/xxhash3'; console.log(hash('a'));");
    expect(text).not.toContain('@node-rs/xxhash');
    const pool = await bundle("import { TaskPool } from '@cloudwego/gopkg/gopool'; new TaskPool();");
    expect(pool.text).not.toMatch(/piscina|worker_threads|XXH3/);
  });
});
