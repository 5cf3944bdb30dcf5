// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { output, root } from './tools.mjs';

/** Where the generated code of the TypeScript peer lies. */
export const generated = join(output, 'typescript');

/** Generates the TypeScript peer's code with this repository's own generator and makes JavaScript of it. */
export async function buildTypeScript() {
  const { generateThrift, loadThrift } = await import('@cloudwego/pilota-build');
  const { default: ts } = await import('typescript');
  rmSync(generated, { recursive: true, force: true });
  for (const idl of ['interop', 'evolved', 'newer', 'bench', 'streams']) {
    for (const file of generateThrift(loadThrift(join(root, 'idl', `${idl}.thrift`)))) {
      const path = join(generated, file.path);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, file.text);
      const { outputText } = ts.transpileModule(file.text, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } });
      writeFileSync(path.replace(/\.ts$/, '.js'), outputText);
    }
  }
  writeFileSync(join(generated, 'package.json'), '{ "type": "module" }\n');
}
