// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { GeneratorPlugin } from '@cloudwego/pilota-build';
import { UsageError } from './arguments.js';

/** Imports modules with plugins, by their paths from the working folder. Errors: {@link UsageError}. */
export async function loadPlugins(names: readonly string[]): Promise<readonly GeneratorPlugin[]> {
  const out: GeneratorPlugin[] = [];
  for (const name of names) {
    let module: { readonly default?: unknown };
    try {
      module = (await import(pathToFileURL(resolve(name)).href)) as typeof module;
    } catch (e) {
      throw new UsageError(`-thrift-plugin ${name}: ${(e as Error).message}`, { cause: e });
    }
    const given = (Array.isArray(module.default) ? module.default : [module.default]) as readonly unknown[];
    for (const p of given) {
      if (typeof p !== 'object' || p === null || typeof (p as { name?: unknown }).name !== 'string') throw new UsageError(`-thrift-plugin ${name}: the default export is no plugin, wanted an object with a name and hooks`);
      out.push(p as GeneratorPlugin);
    }
  }
  return out;
}
