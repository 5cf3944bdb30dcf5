// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { posix } from 'node:path';
import { declName, GLOBALS } from '../../generate/names.js';
import type { ResolvedGenerateOptions } from '../../generate/options.js';
import type { ProtoEnum, ProtoField, ProtoFile, ProtoMessage, ProtoProgram, ProtoService } from '../model.js';

/** What has a name of its own in a module. */
export type Named = ProtoMessage | ProtoEnum | ProtoService | ProtoField;

/** Where one file's declarations go, and under which names. */
export interface ProtoModule {
  readonly file: ProtoFile;
  /** Path below the output folder; for a module given by `use`, its import path. */
  readonly path: string;
  readonly external: boolean;
  readonly namespace: string;
  readonly names: ReadonlyMap<Named, string>;
  /** Names that are made of others (`XInput`, `SClient`, `SHandlers`), by declaration and suffix. */
  readonly derived: ReadonlyMap<Named, ReadonlyMap<string, string>>;
}

/** Messages and enums of a file, those inside others behind them; entries of maps are none. */
export function declarations(of: Pick<ProtoMessage, 'messages' | 'enums'>): readonly (ProtoMessage | ProtoEnum)[] {
  const out: (ProtoMessage | ProtoEnum)[] = [...of.enums];
  for (const m of of.messages) if (!m.mapEntry) out.push(m, ...declarations(m));
  return out;
}

/** Extensions of a file, wherever they are declared. */
export function extensionsOf(of: Pick<ProtoMessage, 'messages' | 'extensions'>): readonly ProtoField[] {
  return [...of.extensions, ...of.messages.flatMap((m) => extensionsOf(m))];
}

/** Outer_Inner, as protoc names nested types where a language has none. */
function flatName(d: Named, file: ProtoFile): string {
  return declName(file.package === '' ? d.fullName : d.fullName.slice(file.package.length + 1));
}

function nameTables(file: ProtoFile): Pick<ProtoModule, 'names' | 'derived'> {
  const names = new Map<Named, string>();
  const derived = new Map<Named, Map<string, string>>();
  const taken = new Set<string>();
  const free = (n: string): string => {
    let name = n;
    while (taken.has(name)) name += '_';
    taken.add(name);
    return name;
  };
  const all: Named[] = [...declarations(file), ...file.services, ...extensionsOf(file)];
  // What the IDL calls so keeps its name; Outer_Inner gives way to a message of that name.
  const depth = (d: Named): number => d.fullName.split('.').length;
  for (const d of all.toSorted((a, b) => depth(a) - depth(b))) names.set(d, free(flatName(d, file)));
  for (const d of all) {
    const suffixes = d.kind === 'message' ? ['Input'] : d.kind === 'service' ? ['Client', 'Handlers'] : [];
    derived.set(d, new Map(suffixes.map((s) => [s, free(names.get(d)! + s)])));
  }
  return { names, derived };
}

/** Folder of a file's module: its package, dots becoming folders, else the file's name. */
export function protoNamespace(file: ProtoFile): string {
  if (file.package !== '') return file.package.split('.').join('/');
  return baseName(file).toLowerCase();
}

function baseName(file: ProtoFile): string {
  return posix.basename(file.path, '.proto').replaceAll(/[^A-Za-z0-9_-]/g, '_') || 'idl';
}

/** Gives every file its module. Files of one package lie side by side below an index. */
export function layOut(program: ProtoProgram, o: ResolvedGenerateOptions): ReadonlyMap<ProtoFile, ProtoModule> {
  const groups = new Map<string, ProtoFile[]>();
  const modules = new Map<ProtoFile, ProtoModule>();
  for (const file of program.files) {
    const namespace = protoNamespace(file);
    const use = o.use[file.path] ?? o.use[namespace] ?? o.use[file.package];
    if (use !== undefined) modules.set(file, { file, path: use, external: true, namespace, ...nameTables(file) });
    else (groups.get(namespace) ?? groups.set(namespace, []).get(namespace)!).push(file);
  }
  // Folders that differ only in the case of their letters are one folder on some disks: one of them gets a `_`, not that of the root, where tools look.
  const own = protoNamespace(program.root);
  const folders = new Set<string>();
  for (const [given, files] of groups) {
    let namespace = given;
    while (given !== own && (folders.has(namespace.toLowerCase()) || namespace.toLowerCase() === own.toLowerCase())) namespace += '_';
    folders.add(namespace.toLowerCase());
    const taken = new Set(['index']);
    for (const file of files) {
      let base = baseName(file);
      while (taken.has(base.toLowerCase())) base += '_';
      taken.add(base.toLowerCase());
      // A package may have more files than this program sees, so that a module of its own is the one place that stays.
      modules.set(file, { file, path: `${namespace}/${base}.ts`, external: false, namespace, ...nameTables(file) });
    }
  }
  return modules;
}

/** What the descriptor of a file is called in its module. */
export function fileConst(f: ProtoFile): string {
  return `$file_${baseName(f).replaceAll('-', '_')}`;
}

/** The imports of one module that is being written. */
export class ProtoImports {
  readonly from: ProtoModule;
  private readonly extension: string;
  private readonly modules: ReadonlyMap<ProtoFile, ProtoModule>;
  private readonly used: Map<ProtoModule, string>;
  private readonly taken: ReadonlySet<string>;

  constructor(from: ProtoModule, modules: ReadonlyMap<ProtoFile, ProtoModule>, extension: string) {
    this.from = from;
    this.modules = modules;
    this.extension = extension;
    this.used = new Map();
    this.taken = new Set([...from.names.values(), ...[...from.derived.values()].flatMap((m) => [...m.values()])]);
  }

  /** A declaration, with the prefix of its import where it is another module's. */
  name(d: Named, suffix: string = ''): string {
    const m = this.modules.get(d.file)!;
    const local = suffix === '' ? m.names.get(d)! : m.derived.get(d)!.get(suffix)!;
    return this.prefixed(m, local);
  }

  /** A module-level helper such as `$encodeX`. */
  helper(d: Named, prefix: string): string {
    const m = this.modules.get(d.file)!;
    return this.prefixed(m, prefix + m.names.get(d)!);
  }

  /** The descriptor of a file. */
  file(f: ProtoFile): string {
    return this.prefixed(this.modules.get(f)!, fileConst(f));
  }

  /** A global of JavaScript, spelled out where a declaration of the module hides it. */
  global(name: string): string {
    return (GLOBALS.has(name) || name === 'String') && this.taken.has(name) ? `globalThis.${name}` : name;
  }

  private prefixed(m: ProtoModule, local: string): string {
    return m === this.from ? local : `${this.alias(m)}.${local}`;
  }

  private alias(m: ProtoModule): string {
    let a = this.used.get(m);
    if (a === undefined) {
      const base = `$${baseName(m.file).replaceAll('-', '_')}`;
      const taken = new Set(this.used.values());
      a = base;
      for (let i = 2; taken.has(a) || a === '$h'; i++) a = `${base}${i}`;
      this.used.set(m, a);
    }
    return a;
  }

  /** Import lines, in order of their paths. */
  lines(): string[] {
    return [...this.used].map(([m, alias]) => `import * as ${alias} from '${m.external ? m.path : this.relative(m.path)}';`).sort((a, b) => (a < b ? -1 : 1));
  }

  private relative(path: string): string {
    let p = posix.relative(posix.dirname(this.from.path), path);
    if (!p.startsWith('.')) p = './' + p;
    return p.replace(/\.ts$/, this.extension);
  }
}
