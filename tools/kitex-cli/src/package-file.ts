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

/** The package.json of the folder itself, with where it is: in a monorepo that of the root is somebody else's. */
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

/** What a package.json has to have. */
export interface Needs {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

/** The text of a package.json with what is missing added, and nothing changed that is there; undefined if all is there. A dependency may be in any list. */
export function withNeeds(text: string, needs: Needs): string | undefined {
  const data = JSON.parse(text) as PackageFile;
  const has = (name: string): boolean => data.name === name || [data.dependencies, data.devDependencies, data.peerDependencies].some((d) => d !== undefined && Object.hasOwn(d, name));
  const dependencies = Object.entries(needs.dependencies).filter(([n]) => !has(n));
  const devDependencies = Object.entries(needs.devDependencies ?? {}).filter(([n]) => !has(n));
  const scripts = Object.entries(needs.scripts ?? {}).filter(([n]) => !Object.hasOwn(data.scripts ?? {}, n));
  if (dependencies.length + devDependencies.length + scripts.length === 0) return undefined;
  if (scripts.length > 0) data.scripts = { ...data.scripts, ...Object.fromEntries(scripts) };
  if (dependencies.length > 0) data.dependencies = sorted({ ...data.dependencies, ...Object.fromEntries(dependencies) });
  if (devDependencies.length > 0) data.devDependencies = sorted({ ...data.devDependencies, ...Object.fromEntries(devDependencies) });
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  return JSON.stringify(data, undefined, indent) + (text.endsWith('\n') ? '\n' : '');
}

function sorted(d: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(d).sort(([a], [b]) => (a < b ? -1 : 1)));
}
