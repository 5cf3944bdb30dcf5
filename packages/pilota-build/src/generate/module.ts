// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import type { ResolvedFile } from '../thrift/ast.js';
import { declName, GLOBALS } from './names.js';

/** Where one IDL file's declarations go, and under which names. */
export interface Module {
  readonly file: ResolvedFile;
  /** Path of the module below the output folder; for a module given by `use`, its import path. */
  readonly path: string;
  readonly external: boolean;
  /** Namespace folder. */
  readonly namespace: string;
  /** Names of declarations and what is derived from them (`XInput`, `SClient`, `SHandlers`), by IDL name and suffix. */
  readonly names: ReadonlyMap<string, string>;
}

/** What a declaration and its companions are called in a module. */
export function nameTable(file: ResolvedFile): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const d of file.definitions) {
    const n = declName(d.name);
    names.set(d.name, n);
    taken.add(n);
  }
  const derive = (name: string, suffix: string): void => {
    let n = names.get(name)! + suffix;
    while (taken.has(n)) n += '_';
    taken.add(n);
    names.set(name + '\0' + suffix, n);
  };
  for (const d of file.definitions) {
    if (d.kind === 'struct' || d.kind === 'typedef') derive(d.name, 'Input');
    if (d.kind === 'service') {
      derive(d.name, 'Client');
      derive(d.name, 'Handlers');
    }
  }
  return names;
}

/** The imports of one module that is being written. */
export class Imports {
  private readonly from: Module;
  private readonly extension: string;
  private readonly modules: ReadonlyMap<ResolvedFile, Module>;
  private readonly used: Map<Module, string>;

  constructor(from: Module, modules: ReadonlyMap<ResolvedFile, Module>, extension: string) {
    this.from = from;
    this.modules = modules;
    this.extension = extension;
    this.used = new Map();
  }

  /** A name of `file`, with the prefix of its import where it is another module. */
  name(file: ResolvedFile, name: string, suffix: string = ''): string {
    const m = this.modules.get(file)!;
    const local = m.names.get(suffix === '' ? name : name + '\0' + suffix) ?? declName(name) + suffix;
    return m === this.from ? local : `${this.alias(m)}.${local}`;
  }

  /** A module-level helper such as `$encodeX`. */
  helper(file: ResolvedFile, prefix: string, name: string): string {
    const m = this.modules.get(file)!;
    const local = prefix + m.names.get(name)!;
    return m === this.from ? local : `${this.alias(m)}.${local}`;
  }

  /** A global of JavaScript, spelled out where a declaration of the module hides it. */
  global(name: string): string {
    return GLOBALS.has(name) && this.hides(name) ? `globalThis.${name}` : name;
  }

  private hides(name: string): boolean {
    for (const n of this.from.names.values()) if (n === name) return true;
    return false;
  }

  private alias(m: Module): string {
    let a = this.used.get(m);
    if (a === undefined) {
      const base = '$' + m.file.name.replaceAll(/[^A-Za-z0-9_]/g, '_');
      const taken = new Set(this.used.values());
      a = base;
      for (let i = 2; taken.has(a); i++) a = `${base}${i}`;
      this.used.set(m, a);
    }
    return a;
  }

  /** Import lines, in order of their paths. */
  lines(): string[] {
    return [...this.used]
      .map(([m, alias]) => `import * as ${alias} from '${m.external ? m.path : this.relative(m.path)}';`)
      .sort((a, b) => (a < b ? -1 : 1));
  }

  private relative(path: string): string {
    let p = posix.relative(posix.dirname(this.from.path), path);
    if (!p.startsWith('.')) p = './' + p;
    return p.replace(/\.ts$/, this.extension);
  }
}
