// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { basename, dirname, isAbsolute, join, normalize, posix, relative, resolve, sep } from 'node:path';
import { readFromDisk, reason } from '../files.js';
import { SourceFile } from '../source.js';
import { MAX_FILES, MAX_INCLUDE_DEPTH } from '../thrift/limits.js';
import { Report } from '../thrift/report.js';
import type { ProtoFile, ProtoImport, ProtoProgram } from './model.js';
import { parseProto } from './parser.js';
import { resolveProto } from './resolve.js';
import { WELL_KNOWN } from './well-known.js';

/** Options of {@link loadProto}. */
export interface LoadProtoOptions {
  /** Where imports are looked for, in this order; then in the folder of the root file, then among the files that come along. Default: none. */
  readonly includeDirs?: readonly string[];
  /** Reads a file; undefined if there is none of this path. Default: the file system. */
  readonly readFile?: (path: string) => string | undefined;
}

/**
 * Reads a .proto file with everything it imports, resolves every name and checks what protoc checks.
 * google/protobuf/*.proto come along and need not lie anywhere.
 * @throws IdlError with the errors that were found
 */
export function loadProto(entry: string, options: LoadProtoOptions = {}): ProtoProgram {
  return new Loader(options, dirname(normalize(entry))).load(normalize(entry));
}

/** The same for a text. `path` need not exist. */
export function loadProtoText(text: string, path: string = 'idl.proto', options: LoadProtoOptions = {}): ProtoProgram {
  const read = options.readFile ?? readFromDisk;
  const own = normalize(path);
  return loadProto(path, { ...options, readFile: (p) => (p === own ? text : read(p)) });
}

class Loader {
  private readonly report: Report;
  private readonly roots: readonly string[];
  private readonly readFile: (path: string) => string | undefined;
  private readonly byImport: Map<string, ProtoFile>;
  private readonly files: ProtoFile[];
  private readonly open: string[];

  constructor(options: LoadProtoOptions, own: string) {
    this.report = new Report('PROTO');
    this.roots = [...new Set([...(options.includeDirs ?? []).map((d) => normalize(d)), own])];
    this.readFile = options.readFile ?? readFromDisk;
    this.byImport = new Map();
    this.files = [];
    this.open = [];
  }

  load(path: string): ProtoProgram {
    const nowhere = new SourceFile(path, '');
    let text: string | undefined;
    try {
      text = this.readFile(path);
    } catch (e) {
      this.report.error(nowhere, 'PROTO_FILE_UNREADABLE', `file cannot be read: ${reason(e)}`, { start: 0, end: 0 });
    }
    if (text === undefined) this.report.error(nowhere, 'PROTO_FILE_MISSING', 'file does not exist', { start: 0, end: 0 });
    this.report.check();
    const root = this.parse(this.importName(path), path, text!);
    // Options are read by their own definition, whether the program imports it or not.
    const descriptor = this.find(undefined, 'google/protobuf/descriptor.proto')!;
    this.report.check();
    resolveProto(this.files, descriptor, this.report);
    this.report.check();
    return { root, files: this.files.filter((f) => f !== descriptor || reaches(root, descriptor)) };
  }

  /** What other files call the root file. */
  private importName(path: string): string {
    for (const root of this.roots) {
      const rel = relative(resolve(root), resolve(path));
      if (rel !== '' && !rel.startsWith('..') && !isAbsolute(rel)) return rel.split(sep).join('/');
    }
    return basename(path);
  }

  private parse(name: string, path: string, text: string): ProtoFile {
    const file = Object.assign(parseProto(new SourceFile(path, text)), { path: name });
    this.open.push(name);
    const seen = new Set<string>();
    for (const i of file.imports) {
      if (seen.has(i.path)) this.report.error(file.source, 'PROTO_IMPORT_TWICE', `"${i.path}" is imported twice`, i.span);
      seen.add(i.path);
      i.file = this.find({ file, node: i }, i.path);
    }
    this.open.pop();
    this.byImport.set(name, file);
    this.files.push(file);
    return file;
  }

  private find(from: { readonly file: ProtoFile; readonly node: ProtoImport } | undefined, name: string): ProtoFile | undefined {
    const known = this.byImport.get(name);
    if (known !== undefined) return known;
    const fail = (code: string, message: string): undefined => {
      if (from !== undefined) this.report.error(from.file.source, code, message, from.node.span);
      return undefined;
    };
    const cycle = this.open.indexOf(name);
    if (cycle >= 0) return fail('PROTO_IMPORT_CYCLE', `files import each other: ${[...this.open.slice(cycle), name].join(' -> ')}`);
    if (name === '' || name.startsWith('/') || name.includes('\\') || posix.normalize(name) !== name || name.startsWith('..')) return fail('PROTO_IMPORT_PATH', `import: got "${name}", wanted a path with "/" below one of the folders`);
    if (this.open.length > MAX_INCLUDE_DEPTH) return fail('PROTO_IMPORT_DEEP', `imports are nested too deep, wanted at most ${MAX_INCLUDE_DEPTH} levels`);
    if (this.byImport.size >= MAX_FILES) return fail('PROTO_FILES_TOO_MANY', `too many files, wanted at most ${MAX_FILES}`);
    const tried: string[] = [];
    for (const root of this.roots) {
      const path = join(root, name);
      tried.push(path);
      let text: string | undefined;
      try {
        text = this.readFile(path);
      } catch (e) {
        return fail('PROTO_IMPORT_UNREADABLE', `import "${name}" cannot be read from ${path}: ${reason(e)}`);
      }
      if (text !== undefined) return this.parse(name, path, text);
    }
    if (Object.hasOwn(WELL_KNOWN, name)) return this.parse(name, name, WELL_KNOWN[name]!);
    return fail('PROTO_IMPORT_MISSING', `import "${name}" is missing, looked for ${tried.join(', ')}`);
  }
}

function reaches(root: ProtoFile, wanted: ProtoFile): boolean {
  const seen = new Set<ProtoFile>([root]);
  for (const f of seen) for (const i of f.imports) if (i.file !== undefined) seen.add(i.file);
  return seen.has(wanted);
}
