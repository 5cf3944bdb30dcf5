// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { IdlError, loadThrift } from '../../src/index.js';
import type { Program } from '../../src/index.js';

/** What an IDL error prints; empty if nothing is thrown. Anything else goes through. */
export function errorsOf(run: () => unknown): string {
  try {
    run();
    return '';
  } catch (e) {
    if (e instanceof IdlError) return e.message;
    throw e;
  }
}

/** Loads `main.thrift` of files that exist in memory only. */
export function loadFiles(files: Readonly<Record<string, string>>, includeDirs: readonly string[] = []): Program {
  return loadThrift('main.thrift', { includeDirs, readFile: (path) => files[path.replaceAll('\\', '/')] });
}

/** Loads one file that exists in memory only. */
export function loadText(text: string): Program {
  return loadFiles({ 'main.thrift': text });
}

/** Codes of the errors of a text, in order. */
export function codesOf(text: string): string[] {
  return [...errorsOf(() => loadText(text)).matchAll(/\[(THRIFT_[A-Z0-9_]+)\]$/gm)].map((m) => m[1] as string);
}
