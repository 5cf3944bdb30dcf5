// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { dirname, isAbsolute, join, normalize, relative, resolve } from 'node:path';
import { readFromDisk, reason } from '../files.js';
import { SourceFile } from '../source.js';
import type { Document, IncludeNode, Program } from './ast.js';
import { MAX_FILES, MAX_INCLUDE_DEPTH } from './limits.js';
import { parseDocument } from './parser.js';
import { Report } from './report.js';
import { resolveProgram } from './resolve.js';

/** Options of loadThrift. */
export interface LoadThriftOptions {
  /** Where includes are looked for after the folder of the including file, in this order. Default: none. */
  readonly includeDirs?: readonly string[];
  /**
   * Reads a file; undefined if there is none of this path. Anything it throws is reported as an error about the
   * include. Paths are normalized; they are relative if `entry` and `includeDirs` are. Default: the file system.
   */
  readonly readFile?: (path: string) => string | undefined;
}

/** A parsed file before its names are resolved. */
export interface LoadedFile {
  readonly path: string;
  readonly source: SourceFile;
  readonly document: Document;
  /** The files its includes led to; one that could not be read is missing. */
  readonly includes: readonly { readonly node: IncludeNode; readonly file: LoadedFile }[];
}

/**
 * Reads a Thrift file with everything it includes, resolves every name and checks what thriftgo checks.
 * Includes are looked for beside the including file, then in `includeDirs`.
 * Differs: thriftgo looks in the working directory first; that made a result depend on where the tool was started.
 * @throws IdlError with every error that was found
 */
export function loadThrift(entry: string, options: LoadThriftOptions = {}): Program {
  const loader = new Loader(options);
  const root = loader.load(entry);
  loader.report.check();
  return resolveProgram(loader.loaded, root, loader.report);
}

/** Resolves a text that includes nothing, or whose includes `options` can find. `path` need not exist. */
export function loadThriftText(text: string, path: string = 'idl.thrift', options: LoadThriftOptions = {}): Program {
  const read = options.readFile ?? readFromDisk;
  const own = normalize(path);
  return loadThrift(path, { ...options, readFile: (p) => (p === own ? text : read(p)) });
}

class Loader {
  readonly report: Report;
  /** Included files before those that include them. */
  readonly loaded: LoadedFile[];
  private readonly includeDirs: readonly string[];
  private readonly readFile: (path: string) => string | undefined;
  private readonly byKey: Map<string, LoadedFile>;
  /** Keys of the files whose includes are being read, outermost first. */
  private readonly open: string[];

  constructor(options: LoadThriftOptions) {
    this.report = new Report();
    this.loaded = [];
    this.includeDirs = options.includeDirs ?? [];
    this.readFile = options.readFile ?? readFromDisk;
    this.byKey = new Map();
    this.open = [];
  }

  load(entry: string): LoadedFile {
    const path = normalize(entry);
    const nowhere = new SourceFile(path, '');
    let text: string | undefined;
    try {
      text = this.readFile(path);
    } catch (e) {
      this.report.error(nowhere, 'THRIFT_FILE_UNREADABLE', `file cannot be read: ${reason(e)}`, { start: 0, end: 0 });
      this.report.check();
    }
    if (text === undefined) {
      this.report.error(nowhere, 'THRIFT_FILE_MISSING', 'file does not exist', { start: 0, end: 0 });
      this.report.check();
    }
    return this.parse(path, text ?? '');
  }

  private parse(path: string, text: string): LoadedFile {
    const source = new SourceFile(path, text);
    const document = parseDocument(source, this.report);
    const includes: { node: IncludeNode; file: LoadedFile }[] = [];
    this.open.push(resolve(path));
    const seen = new Set<string>();
    for (const node of document.includes) {
      if (node.path === '' || seen.has(node.path)) continue;
      seen.add(node.path);
      const file = this.include(source, node);
      if (file !== undefined) includes.push({ node, file });
    }
    this.open.pop();
    const file: LoadedFile = { path, source, document, includes };
    this.byKey.set(resolve(path), file);
    this.loaded.push(file);
    return file;
  }

  private include(source: SourceFile, node: IncludeNode): LoadedFile | undefined {
    const tried: string[] = [];
    for (const path of this.candidates(source.path, node.path)) {
      const key = resolve(path);
      const known = this.byKey.get(key);
      if (known !== undefined) return known;
      const cycle = this.open.indexOf(key);
      if (cycle >= 0) {
        const chain = [...this.open.slice(cycle), key].map((p) => shown(p)).join(' -> ');
        this.report.error(source, 'THRIFT_INCLUDE_CYCLE', `files include each other: ${chain}`, node.pathSpan);
        return undefined;
      }
      let text: string | undefined;
      try {
        text = this.readFile(path);
      } catch (e) {
        this.report.error(source, 'THRIFT_INCLUDE_UNREADABLE', `include "${node.path}" cannot be read from ${path}: ${reason(e)}`, node.pathSpan);
        return undefined;
      }
      if (text !== undefined) return this.within(source, node) ? this.parse(path, text) : undefined;
      tried.push(path);
    }
    this.report.error(source, 'THRIFT_INCLUDE_MISSING', `include "${node.path}" is missing, looked for ${tried.join(', ')}`, node.pathSpan);
    return undefined;
  }

  /** Whether one more file may be read. */
  private within(source: SourceFile, node: IncludeNode): boolean {
    if (this.open.length > MAX_INCLUDE_DEPTH) {
      this.report.error(source, 'THRIFT_INCLUDE_DEEP', `includes are nested too deep, wanted at most ${MAX_INCLUDE_DEPTH} levels`, node.pathSpan);
      return false;
    }
    if (this.byKey.size >= MAX_FILES) {
      this.report.error(source, 'THRIFT_FILES_TOO_MANY', `too many files, wanted at most ${MAX_FILES}`, node.pathSpan);
      return false;
    }
    return true;
  }

  private candidates(from: string, path: string): string[] {
    if (isAbsolute(path)) return [normalize(path)];
    return [...new Set([dirname(from), ...this.includeDirs].map((dir) => join(dir, path)))];
  }
}

/** A path as short as it can be shown. */
function shown(path: string): string {
  const short = relative('.', path);
  return short.startsWith('..') || short === '' ? path : short;
}
