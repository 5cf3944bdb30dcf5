// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from '@cloudwego/kitex-cli';
import { expect, test } from 'vitest';
import { folder } from './support.js';

test('kitex_gen is what the tool writes today, whichever service is generated first', () => {
  const shop = fileURLToPath(new URL('..', import.meta.url));
  const cwd = folder();
  for (const name of ['idl', 'src/kitex_gen', 'package.json']) cpSync(join(shop, name), join(cwd, name), { recursive: true });
  const idls = readdirSync(join(cwd, 'idl')).filter((n) => n !== 'base.thrift');
  expect(idls.length).toBe(4);
  for (const name of [...idls, ...idls.reverse()]) {
    const { files } = generate({ idl: `idl/${name}`, genPath: 'src/kitex_gen', cwd });
    expect(files.filter((f) => f.action !== 'unchanged'), name).toEqual([]);
  }
});
