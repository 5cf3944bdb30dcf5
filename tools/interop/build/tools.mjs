// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** tools/interop, whatever the current directory is. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where everything built goes; not committed. */
export const output = join(root, '.build');

/** A build step that failed, with what it printed. */
export class StepError extends Error {}

/**
 * The first line that a tool prints about its version, or undefined when the
 * tool is not installed.
 */
export function toolVersion(tool, ...args) {
  const run = spawnSync(tool, args, { encoding: 'utf8' });
  if (run.error !== undefined || run.status !== 0) return undefined;
  return run.stdout.split('\n', 1)[0].trim();
}

/** Runs one step to its end. Throws StepError with its output when it fails. */
export function step(tool, args, { cwd = root, env = {} } = {}) {
  const run = spawnSync(tool, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (run.error !== undefined || run.status !== 0) {
    const why = run.error?.message ?? `exit ${run.status ?? run.signal}`;
    throw new StepError(`${tool} ${args.join(' ')}: ${why}\n${run.stdout ?? ''}${run.stderr ?? ''}`);
  }
}

function* filesUnder(path, ignore) {
  if (!statSync(path).isDirectory()) {
    yield path;
    return;
  }
  for (const name of readdirSync(path).sort()) {
    if (!ignore.includes(name)) yield* filesUnder(join(path, name), ignore);
  }
}

/**
 * A hash over the names and contents of files and folders, without the entries
 * named in ignore, and over some more values.
 */
export function fingerprint(paths, ignore, more) {
  const hash = createHash('sha256').update(JSON.stringify(more));
  for (const path of paths) {
    for (const file of filesUnder(join(root, path), ignore)) {
      const content = readFileSync(file);
      hash.update(`\0${relative(root, file)}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

const stampFile = (peer) => join(output, 'stamps', peer);

/** The fingerprint of the peer's last good build, or undefined. */
export function readStamp(peer) {
  try {
    return readFileSync(stampFile(peer), 'utf8');
  } catch {
    return undefined;
  }
}

/** Remembers a good build; an empty text forgets it. */
export function writeStamp(peer, text) {
  mkdirSync(dirname(stampFile(peer)), { recursive: true });
  writeFileSync(stampFile(peer), text);
}
