// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Type-checks one file of a user's project and the declarations of our packages that it reaches, under the compiler given:
//
//   node tools/workspace/types.mjs node_modules/typescript FOLDER FILE
//
// As `tsc` without skipLibCheck does, but for the declarations of others: those of Node and of the language are not ours, and are two thirds of the time.

import { createRequire } from 'node:module';
import { join } from 'node:path';

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

/** Diagnostics as text; '' = none. */
function diagnose(ts, folder, file) {
  const parsed = ts.convertCompilerOptionsFromJson({ ...OPTIONS, noEmit: true }, folder);
  const program = ts.createProgram({ rootNames: [join(folder, file)], options: parsed.options });
  const ours = program.getSourceFiles().filter((f) => f.fileName === join(folder, file) || /\/node_modules\/@(?:cloudwego|kitex-contrib|hertz-contrib|volo-rs)\//.test(f.fileName));
  const found = [
    ...parsed.errors,
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...ours.flatMap((f) => [...program.getSyntacticDiagnostics(f), ...program.getSemanticDiagnostics(f)]),
  ];
  if (ours.length < 2) return `${file} reaches no declaration of ours`;
  return ts.formatDiagnostics(found, { getCanonicalFileName: (f) => f, getCurrentDirectory: () => folder, getNewLine: () => '\n' });
}

if (process.argv[1] === import.meta.filename) {
  const [typescript, folder, file] = process.argv.slice(2);
  const text = diagnose(createRequire(import.meta.url)(typescript), folder, file);
  process.stdout.write(text);
  process.exitCode = text === '' ? 0 : 1;
}
