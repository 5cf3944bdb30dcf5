// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Something that a test needs beside this repository: a server, a compiler, a tool. */
export interface Peer {
  readonly name: string;
  /** Why it cannot be used here; undefined = it can. */
  readonly missing: string | undefined;
  /** What to run, where it is there. */
  readonly command: string | undefined;
}

/** Full path of a command on PATH. */
export function findCommand(name: string, path: string = process.env['PATH'] ?? ''): string | undefined {
  for (const dir of path.split(delimiter)) {
    if (dir === '') continue;
    const file = join(dir, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** A peer that is a command, found under one of `names`. `install`: how one gets it, for the name of the skipped test. */
export function commandPeer(names: string | readonly string[], install: string): Peer {
  const list = typeof names === 'string' ? [names] : names;
  const command = list.map((n) => findCommand(n)).find((c) => c !== undefined);
  return { name: list[0]!, command, missing: command === undefined ? `${list[0]!} is not installed: ${install}` : undefined };
}

/** vitest's `it`, or anything of its shape. */
export interface SkippableIt {
  (name: string, body: () => void | Promise<void>, timeoutMs?: number): unknown;
  skip(name: string): unknown;
}

/**
 * `it` for tests that need peers: where one is missing, the test is skipped under a name that says which and how to get it, and so is counted.
 * `const itWithEtcd = skipUnless(it, etcd, redis)`.
 */
export function skipUnless(it: SkippableIt, ...peers: readonly Peer[]): (name: string, body: () => void | Promise<void>, timeoutMs?: number) => void {
  const missing = peers.map((p) => p.missing).filter((m) => m !== undefined);
  return (name, body, timeoutMs) => {
    if (missing.length > 0) it.skip(`${name} (${missing.join('; ')})`);
    else it(name, body, timeoutMs);
  };
}
