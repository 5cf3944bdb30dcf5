// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Type-checks files of users' projects, and the declarations of our packages that they reach, under a compiler given: as `tsc` without skipLibCheck does, but
// for the declarations of others. Those of Node and of the language are not ours, are two thirds of the time, and are read once for all projects.

import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';

/** What users are told to be as strict as. */
export const OPTIONS = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  module: 'nodenext',
  target: 'es2022',
  lib: ['es2023', 'esnext.disposable'],
  types: ['node'],
};

/** A compiler in a process of its own. */
export class TypeChecker {
  constructor(typescript) {
    this.child = fork(import.meta.filename, [typescript]);
    this.waiting = [];
    this.child.on('message', (text) => this.waiting.shift().resolve(text));
    this.child.on('exit', (status) => {
      for (const w of this.waiting.splice(0)) w.reject(new Error(`the compiler ended with status ${status}`));
    });
  }

  /** Errors: Error with the diagnostics. */
  async check(folder, file) {
    const text = await new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.child.send({ folder, file });
    });
    if (text !== '') throw new Error(text);
  }

  close() {
    this.child.kill();
  }
}

/** Makes a function that gives a project's diagnostics as text; '' = none. What lies outside of a project's folder is read once. */
function diagnoser(ts) {
  const parsed = ts.convertCompilerOptionsFromJson({ ...OPTIONS, noEmit: true }, '/');
  const shared = new Map();
  return (folder, file) => {
    const host = ts.createCompilerHost(parsed.options);
    host.getCurrentDirectory = () => folder;
    const read = host.getSourceFile;
    host.getSourceFile = (name, ...how) => {
      if (name.startsWith(folder + sep)) return read(name, ...how);
      if (!shared.has(name)) shared.set(name, read(name, ...how));
      return shared.get(name);
    };
    const program = ts.createProgram({ rootNames: [join(folder, file)], options: parsed.options, host });
    const ours = program.getSourceFiles().filter((f) => f.fileName === join(folder, file) || /\/node_modules\/@(?:cloudwego|kitex-contrib|hertz-contrib|volo-rs)\//.test(f.fileName));
    if (ours.length < 2) return `${file} reaches no declaration of ours`;
    const found = [
      ...parsed.errors,
      ...program.getOptionsDiagnostics(),
      ...program.getGlobalDiagnostics(),
      ...ours.flatMap((f) => [...program.getSyntacticDiagnostics(f), ...program.getSemanticDiagnostics(f)]),
    ];
    return ts.formatDiagnostics(found, { getCanonicalFileName: (f) => f, getCurrentDirectory: () => folder, getNewLine: () => '\n' });
  };
}

if (process.argv[1] === import.meta.filename) {
  const diagnose = diagnoser(createRequire(import.meta.url)(process.argv[2]));
  process.on('message', ({ folder, file }) => process.send(diagnose(folder, file)));
}
