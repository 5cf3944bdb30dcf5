// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';

/** Loads a module out of a second installed copy of this package, as an application has it whose dependencies disagree about versions. */
export async function secondCopy<M>(path: string): Promise<M> {
  const dir = mkdtempSync(join(tmpdir(), 'gopkg-copy-'));
  onTestFinished(() => {
    rmSync(dir, { recursive: true, force: true });
  });
  cpSync(fileURLToPath(new URL('../../src', import.meta.url)), join(dir, 'src'), { recursive: true });
  return (await import(pathToFileURL(join(dir, 'src', path)).href)) as M;
}
