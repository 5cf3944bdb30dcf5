// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync, statSync } from 'node:fs';
import { MAX_FILE_SIZE } from './thrift/limits.js';

/** Text of an IDL file; undefined where there is none. Errors: those of the system, RangeError for one above the limit. */
export function readFromDisk(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile()) return undefined;
  if (stat.size > MAX_FILE_SIZE) throw new RangeError(`file is too large, got ${stat.size} bytes, wanted at most ${MAX_FILE_SIZE}`);
  return readFileSync(path, 'utf8');
}

/** Why a file cannot be read, in the words of whoever failed. */
export function reason(e: unknown): string {
  return e instanceof Error ? e.message : String(e);
}
