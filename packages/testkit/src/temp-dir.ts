// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own below the system's temporary one. It goes when it is disposed, at the latest when the process ends. */
export interface TempDir extends Disposable {
  readonly path: string;
  /** A path inside. */
  file(name: string): string;
}

const open = new Set<string>();
let watching = false;

function remove(path: string): void {
  if (open.delete(path)) rmSync(path, { recursive: true, force: true });
}

export function tempDir(prefix = 'testkit-'): TempDir {
  if (!watching) {
    watching = true;
    process.once('exit', () => {
      for (const p of [...open]) remove(p);
    });
  }
  const path = mkdtempSync(join(tmpdir(), prefix));
  open.add(path);
  return {
    path,
    file: (name) => join(path, name),
    [Symbol.dispose]: () => {
      remove(path);
    },
  };
}
