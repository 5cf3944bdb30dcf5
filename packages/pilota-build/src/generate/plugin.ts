// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Program, ResolvedDefinition, ResolvedField, ResolvedStruct } from '../thrift/ast.js';
import type { Code } from './code.js';
import type { GeneratedFile } from './generate.js';

/** What a plugin may ask and add while one declaration is written. */
export interface EmitContext {
  readonly program: Program;
  /** Lines of code; what is added stands behind the declaration, in the same module. */
  readonly code: Pick<Code, 'line' | 'block' | 'doc'>;
  /** Name of a declaration in this module, with the prefix of its import where it is another. */
  name(d: ResolvedDefinition): string;
  /** Name of what may be sent as a struct or typedef: `XInput`. */
  inputName(d: ResolvedDefinition): string;
  /** Name of a property. */
  property(s: ResolvedStruct, f: ResolvedField): string;
  /** Adds an import at the head of the module; the same line is written once. */
  import(line: string): void;
}

/** Takes part in the generation of code. Every hook is optional; plugins run in their order. */
export interface GeneratorPlugin {
  readonly name: string;
  /** Before anything is written: looks at the model, throws for what it does not want, or gives another one. */
  onProgram?(program: Program): Program | undefined;
  /** After a declaration was written. */
  onDefinition?(d: ResolvedDefinition, c: EmitContext): void;
  /** For each file that is about to be emitted: changes its text, or leaves it. */
  onFile?(file: GeneratedFile): GeneratedFile | undefined;
  /** After all files: more of them. A path that is taken is an error. */
  onEnd?(program: Program): readonly GeneratedFile[];
}
