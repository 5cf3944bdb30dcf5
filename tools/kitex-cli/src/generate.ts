// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, posix, relative, resolve, sep } from 'node:path';
import type { GeneratorPlugin, I64Mode, TrimOptions } from '@cloudwego/pilota-build';
import { UsageError } from './arguments.js';
import { loadIdl } from './idl.js';
import { resolveInclude } from './include.js';
import { findPackage, ownRange, withNeeds } from './package-file.js';
import type { Needs } from './package-file.js';
import { scaffold, scaffoldNeeds } from './scaffold.js';

/** What the `kitex` command does, as options. */
export interface KitexOptions {
  /** The IDL file, relative to `cwd`. */
  readonly idl: string;
  /** Name of the package; must be that of an existing package.json. */
  readonly module?: string | undefined;
  /** Name of the server; asks for the scaffold. */
  readonly service?: string | undefined;
  /** Import path or folder of generated code that exists already. */
  readonly use?: string | undefined;
  /** @defaultValue 'kitex_gen' */
  readonly genPath?: string | undefined;
  /** @defaultValue by the file's suffix */
  readonly type?: 'thrift' | 'protobuf' | undefined;
  /** Folders or git URLs. */
  readonly include?: readonly string[] | undefined;
  readonly copyIdl?: boolean | undefined;
  readonly noRecurse?: boolean | undefined;
  readonly i64?: I64Mode | undefined;
  readonly keepUnknownFields?: boolean | undefined;
  /** Services have the descriptor of their IDL. @defaultValue false */
  readonly descriptors?: boolean | undefined;
  /** Generate only what services need. @defaultValue everything */
  readonly trim?: Omit<TrimOptions, 'includeDirs'> | undefined;
  /** Take part in what is generated. */
  readonly plugins?: readonly GeneratorPlugin[] | undefined;
  /** @defaultValue process.cwd() */
  readonly cwd?: string | undefined;
}

/** One file and what became of it. */
export interface WrittenFile {
  /** Relative to `cwd`, with `/`. */
  readonly path: string;
  /** `kept`: it is the user's and was there. */
  readonly action: 'written' | 'unchanged' | 'kept';
}

/** What a run did. */
export interface GenerateResult {
  readonly files: readonly WrittenFile[];
  /** Findings about the IDL that are no errors, ready to print. */
  readonly warnings: readonly string[];
  /** IDL files that were read, absolute. */
  readonly sources: readonly string[];
}

/**
 * Generates code from an IDL, and the scaffold of a server when `service` is given. Files of the user are never overwritten; generated ones are written only
 * when they change. `package.json` gets the dependencies that generated code needs when they are in none of its lists, and with a server the scripts `build`
 * and `start` when it has none of these names.
 * Errors: {@link UsageError}; IdlError with every finding, file, line and column.
 */
export function generate(o: KitexOptions): GenerateResult {
  const cwd = resolve(o.cwd ?? process.cwd());
  checkOptions(o, cwd);
  const includeDirs = (o.include ?? []).map((i) => resolveInclude(i, cwd));
  const idl = resolve(cwd, o.idl);
  const shown = relative(cwd, idl).startsWith('..') ? idl : relative(cwd, idl);
  // Relative paths make messages, and nothing else, shorter.
  const inside = process.cwd() === cwd;
  const program = loadIdl(typeOf(o)!, inside ? shown : idl, includeDirs, o.trim);
  const files: WrittenFile[] = [];
  const genPath = o.genPath ?? 'kitex_gen';

  const put = (path: string, text: string, own: boolean): void => {
    const target = join(cwd, path);
    const there = existsSync(target);
    const name = path.split(sep).join('/');
    if (there && own) {
      files.push({ path: name, action: 'kept' });
    } else if (there && readFileSync(target, 'utf8') === text) {
      files.push({ path: name, action: 'unchanged' });
    } else {
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
      files.push({ path: name, action: 'written' });
    }
  };

  if (o.use === undefined) {
    for (const f of program.generate({ noRecurse: o.noRecurse, i64: o.i64, keepUnknownFields: o.keepUnknownFields, descriptors: o.descriptors, plugins: o.plugins })) put(join(genPath, f.path), f.text, false);
    if (o.copyIdl === true) {
      for (const f of program.files) {
        if (o.noRecurse !== true || f.root) put(join(genPath, f.namespace, basename(f.path)), f.text, false);
      }
    }
  }
  if (o.service !== undefined) {
    const from = importFrom(program.namespace, o, genPath);
    const module = o.module ?? findPackage(cwd)?.data.name ?? basename(cwd).toLowerCase();
    for (const f of scaffold(program.services, { service: o.service, module, importFrom: from, version: ownRange().slice(1) })) put(f.path, f.text, true);
  } else if (o.module !== undefined && findPackage(cwd) === undefined) {
    put('package.json', JSON.stringify({ name: o.module, version: '0.1.0', private: true, type: 'module' }, undefined, 2) + '\n', true);
  }
  const warnings = [...program.warnings];
  completePackage(cwd, o, files, warnings);
  return { files, warnings, sources: program.sources.map((f) => resolve(f)) };
}

/** The kind of IDL that was asked for, or that its suffix tells. */
function typeOf(o: KitexOptions): 'thrift' | 'protobuf' | undefined {
  return o.type ?? (o.idl.endsWith('.proto') ? 'protobuf' : o.idl.endsWith('.thrift') ? 'thrift' : undefined);
}

function checkOptions(o: KitexOptions, cwd: string): void {
  const type: string | undefined = typeOf(o);
  if (type === undefined) throw new UsageError(`${o.idl}: cannot tell the kind of IDL by its suffix, wanted .thrift or .proto, or -type thrift or -type protobuf`);
  if (type !== 'thrift' && type !== 'protobuf') throw new UsageError(`-type ${type}: wanted thrift or protobuf`);
  if (!existsSync(resolve(cwd, o.idl))) throw new UsageError(`${o.idl}: no such file`);
  if (type === 'protobuf' && o.trim !== undefined) throw new UsageError('-trim: only Thrift can be trimmed');
  if (type === 'protobuf' && (o.plugins?.length ?? 0) > 0) throw new UsageError('-thrift-plugin: plugins take part in Thrift only');
  if (o.use !== undefined && o.service === undefined) throw new UsageError('-use needs -service: without a server there is nothing to generate');
  if (o.service === '') throw new UsageError('-service: got an empty name');
  const genPath = o.genPath ?? 'kitex_gen';
  if (isAbsolute(genPath) || relative(cwd, resolve(cwd, genPath)).startsWith('..')) throw new UsageError(`-gen-path ${genPath}: wanted a folder below the working folder`);
  if (o.i64 !== undefined && !['bigint', 'number', 'string'].includes(o.i64)) throw new UsageError(`-i64 ${String(o.i64)}: wanted bigint, number or string`);
  if (o.module !== undefined) {
    if (!/^(?:@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/.test(o.module)) throw new UsageError(`-module ${o.module}: no name of a package`);
    const found = findPackage(cwd);
    if (found !== undefined && found.data.name !== o.module) {
      throw new UsageError(`-module ${o.module}: package.json has the name ${JSON.stringify(found.data.name ?? null)}, wanted the same`);
    }
  }
}

function importFrom(namespace: string, o: KitexOptions, genPath: string): string {
  const index = posix.join(namespace, 'index.js');
  const base = o.use ?? genPath.split(sep).join('/');
  if (o.use !== undefined && !o.use.startsWith('.')) return posix.join(base, index);
  return base.startsWith('.') ? posix.join(base, index).replace(/^(?!\.)/, './') : `./${posix.join(base, index)}`;
}

/** Adds to package.json what generated code and scaffold need and what is in none of its lists. */
function completePackage(cwd: string, o: KitexOptions, files: WrittenFile[], warnings: string[]): void {
  const found = findPackage(cwd);
  if (found === undefined) return;
  const pilota: Needs = { dependencies: o.use === undefined ? { '@cloudwego/pilota': ownRange() } : {} };
  const scaffolded = scaffoldNeeds();
  const text = withNeeds(found.text, o.service === undefined ? pilota : { ...scaffolded, dependencies: { ...pilota.dependencies, '@cloudwego/kitex': ownRange() } });
  if (o.service !== undefined && found.data.type !== 'module') warnings.push('package.json: the server is an ES module, set "type": "module"');
  if (text === undefined) return;
  writeFileSync(found.path, text);
  const i = files.findIndex((f) => f.path === 'package.json');
  if (i >= 0) files.splice(i, 1);
  files.push({ path: 'package.json', action: 'written' });
}
