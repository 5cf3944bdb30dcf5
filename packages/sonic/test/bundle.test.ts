// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

/** Bundles a program as users do; folders below src/ that are in what comes out, and its text. */
async function bundle(program: string): Promise<{ readonly folders: readonly string[]; readonly text: string }> {
  const r = await build({
    stdin: { contents: program, resolveDir: fileURLToPath(new URL('..', import.meta.url)), loader: 'js' },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    conditions: ['@cloudwego/source'],
    logLevel: 'silent',
  });
  const [output] = Object.values(r.metafile.outputs);
  const inside = Object.entries(output!.inputs).filter(([, i]) => i.bytesInOutput > 0);
  const folders = inside.map(([path]) => /^(?:.*\/)?src\/([a-z]+)\//.exec(path)?.[1]).filter((f) => f !== undefined);
  return { folders: [...new Set(folders)].sort(), text: r.outputFiles[0]!.text };
}

it.each([
  ['get', ['lazy', 'parse', 'scan']],
  ['parse', ['parse', 'scan', 'stringify']],
  ['visit', ['lazy', 'scan']],
  ['Node', ['lazy', 'node', 'parse', 'scan', 'stringify']],
  ['decodeStream', ['lazy', 'parse', 'scan', 'stream']],
  ['compile', ['lazy', 'parse', 'scan', 'schema', 'stringify']],
])('%s brings what it is made of, and no more', async (name, folders) => {
  expect((await bundle(`import { ${name} } from '@cloudwego/sonic'; console.log(${name});`)).folders).toEqual(folders);
});

it('nothing is left of what is imported and not used', async () => {
  const { folders, text } = await bundle("import * as a from '@cloudwego/sonic'; import * as b from '@cloudwego/sonic/schema';");
  expect(folders).toEqual([]);
  expect(text.replaceAll(/^import "node:[a-z_/]+";$|^\/\/.*$/gm, '').trim()).toBe('');
});
