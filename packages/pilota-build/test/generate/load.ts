// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import { generateThrift, loadThrift, loadThriftText } from '@cloudwego/pilota-build';
import type { GenerateOptions, GeneratedFile, Program } from '@cloudwego/pilota-build';

const root = join(dirname(fileURLToPath(import.meta.url)), '../.generated');
const written: string[] = [];
let count = 0;

/** Removes what this process wrote. */
export function cleanUp(): void {
  for (const dir of written.splice(0)) rmSync(dir, { recursive: true, force: true });
}

/** A program of several files that lie nowhere. The first is the root. */
export function program(files: Readonly<Record<string, string>> | string): Program {
  if (typeof files === 'string') return loadThriftText(files, 'test.thrift');
  const [entry] = Object.keys(files);
  return loadThrift(entry!, { readFile: (p) => files[p] });
}

/** Generated files as a map. */
export function texts(files: Readonly<Record<string, string>> | string, o?: GenerateOptions): ReadonlyMap<string, string> {
  return new Map(generateThrift(program(files), o).map((f) => [f.path, f.text]));
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loaded = any;

/** Generates, writes, and imports a module. */
export async function load(files: Readonly<Record<string, string>> | string, path: string, o?: GenerateOptions): Promise<Loaded> {
  const dir = write(generateThrift(program(files), o));
  return import(pathToFileURL(join(dir, path)).href);
}

/** Writes files into a folder of their own, where imports of the suite resolve. */
export function write(files: readonly GeneratedFile[]): string {
  const dir = join(root, `${process.pid}-${count++}`);
  written.push(dir);
  for (const f of files) {
    mkdirSync(dirname(join(dir, f.path)), { recursive: true });
    writeFileSync(join(dir, f.path), f.text);
  }
  return dir;
}

const strictest: ts.CompilerOptions = {
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  isolatedDeclarations: true,
  declaration: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
  typeRoots: [join(root, '../../../../node_modules/@types')],
  customConditions: ['@cloudwego/source'],
};

/** A compiler's host that reads the library, Node's types and the suite's own files once for all programs; what is generated is read anew. */
const host = ts.createCompilerHost(strictest);
const readFile = host.getSourceFile.bind(host);
const shared = new Map<string, ts.SourceFile | undefined>();
host.getSourceFile = (name, ...how): ts.SourceFile | undefined => {
  if (name.includes('.generated')) return readFile(name, ...how);
  if (!shared.has(name)) shared.set(name, readFile(name, ...how));
  return shared.get(name);
};

/** What the compiler says of generated files under the strictest options, and how many instantiations it made. */
export function typeCheck(dir: string, names: readonly string[]): { readonly errors: readonly string[]; readonly instantiations: number; readonly program: ts.Program } {
  const p = ts.createProgram(
    names.map((n) => join(dir, n)),
    strictest,
    host,
  );
  const generated = p.getSourceFiles().filter((f) => f.fileName.includes('.generated'));
  const errors = [
    ...p.getConfigFileParsingDiagnostics(),
    ...p.getOptionsDiagnostics(),
    ...p.getGlobalDiagnostics(),
    ...generated.flatMap((f) => [...p.getSyntacticDiagnostics(f), ...p.getSemanticDiagnostics(f), ...p.getDeclarationDiagnostics(f)]),
  ].map((d) => {
    const at = d.file === undefined ? '' : `${d.file.fileName.slice(dir.length + 1)}:${d.file.getLineAndCharacterOfPosition(d.start ?? 0).line + 1} `;
    return at + ts.flattenDiagnosticMessageText(d.messageText, '\n');
  });
  return { errors, instantiations: p.getInstantiationCount(), program: p };
}

/** The names that the editor offers at `/**\/` in a file of the folder, as tsserver finds them, and what that cost. */
export function complete(dir: string, text: string): { readonly names: readonly string[]; readonly instantiations: number } {
  const name = join(dir, 'complete.ts');
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => strictest,
    getScriptFileNames: () => [name],
    getScriptVersion: () => '1',
    getScriptSnapshot: (f) => {
      const t = f === name ? text : ts.sys.readFile(f);
      return t === undefined ? undefined : ts.ScriptSnapshot.fromString(t);
    },
    getCurrentDirectory: () => dir,
    getDefaultLibFileName: (o) => ts.getDefaultLibFilePath(o),
    fileExists: (f) => f === name || ts.sys.fileExists(f),
    readFile: (f) => (f === name ? text : ts.sys.readFile(f)),
    directoryExists: (d) => ts.sys.directoryExists(d),
    getDirectories: (d) => ts.sys.getDirectories(d),
  };
  const service = ts.createLanguageService(host);
  const names = service.getCompletionsAtPosition(name, text.indexOf('/**/'), {})?.entries.map((e) => e.name) ?? [];
  const instantiations = service.getProgram()?.getInstantiationCount() ?? Infinity;
  service.dispose();
  return { names, instantiations };
}
