// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './arguments.js';

/** Version range that a new dependency of this suite gets. */
export function ownRange(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return `^${(JSON.parse(text) as { version: string }).version}`;
}

interface PackageFile {
  name?: string;
  type?: string;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** The package.json of the folder or of one above it, with where it is. */
export function findPackage(cwd: string): { readonly path: string; readonly data: PackageFile; readonly text: string } | undefined {
  const path = join(cwd, 'package.json');
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  try {
    return { path, data: JSON.parse(text) as PackageFile, text };
  } catch (e) {
    throw new UsageError(`${path} is no JSON: ${(e as Error).message}`, { cause: e });
  }
}

/** The text of a package.json with dependencies added that are in none of its lists; undefined if all are there. */
export function withDependencies(text: string, wanted: readonly string[]): string | undefined {
  const data = JSON.parse(text) as PackageFile;
  const has = (name: string): boolean => [data.dependencies, data.devDependencies, data.peerDependencies].some((d) => d !== undefined && Object.hasOwn(d, name));
  const missing = wanted.filter((n) => !has(n) && data.name !== n);
  if (missing.length === 0) return undefined;
  const dependencies = { ...data.dependencies };
  for (const n of missing) dependencies[n] = ownRange();
  data.dependencies = Object.fromEntries(Object.entries(dependencies).sort(([a], [b]) => (a < b ? -1 : 1)));
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  return JSON.stringify(data, undefined, indent) + (text.endsWith('\n') ? '\n' : '');
}
