// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { describeThrift } from '../descriptor/describe.js';
import type { Program, ResolvedFile } from '../thrift/ast.js';
import type { Code } from './code.js';
import type { Context } from './context.js';
import { key, quoted } from './names.js';

/** Writes the descriptor of a file and of all that it includes, which its services give by `descriptor()`. */
export function descriptorConst(c: Context, out: Code, program: Program, file: ResolvedFile): void {
  out.doc(`What ${file.name}.thrift says, for dynamic values and generic calls.`);
  out.line(`export const $descriptor: unknown = ${literal(c, describeThrift(below(program, file)))};`);
  out.line();
}

/** The file as a root, with what it includes: the same whatever the tool was started with. */
function below(program: Program, root: ResolvedFile): Program {
  const seen = new Set<ResolvedFile>();
  const visit = (f: ResolvedFile): void => {
    if (seen.has(f)) return;
    seen.add(f);
    for (const i of f.includes) visit(i.file);
  };
  visit(root);
  return { ...program, root, files: program.files.filter((f) => seen.has(f)) };
}

function literal(c: Context, v: unknown): string {
  const all = (list: Iterable<unknown>): string => Array.from(list, (x) => literal(c, x)).join(', ');
  if (typeof v === 'string') return quoted(v);
  if (typeof v === 'bigint') return `${v}n`;
  if (typeof v === 'number') return Object.is(v, -0) ? '-0' : String(v);
  if (typeof v !== 'object' || v === null) return String(v);
  if (v instanceof Uint8Array) return `${c.imports.global('Uint8Array')}.of(${[...v].join(', ')})`;
  if (Array.isArray(v)) return `[${all(v)}]`;
  if (v instanceof Set) return `new ${c.imports.global('Set')}<unknown>([${all(v)}])`;
  if (v instanceof Map) return `new ${c.imports.global('Map')}<unknown, unknown>([${all(v)}])`;
  // `__proto__: x` in a literal would set the prototype.
  return `{ ${Object.entries(v).map(([k, x]) => `${k === '__proto__' ? "['__proto__']" : key(k)}: ${literal(c, x)}`).join(', ')} }`;
}
