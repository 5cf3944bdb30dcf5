// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Writes src/kitex_gen from idl/. A test sees to it that it is up to date.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from '@cloudwego/kitex-cli';

const cwd = join(dirname(fileURLToPath(import.meta.url)), '..');
for (const name of ['product', 'inventory', 'payment', 'order']) {
  const { files, warnings } = generate({ idl: `idl/${name}.thrift`, genPath: 'src/kitex_gen', cwd });
  for (const w of warnings) console.error(w);
  for (const f of files) console.log(`${f.action.padEnd(9)} ${f.path}`);
}
