// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** A piece of a source file: UTF-16 offsets into its text, `end` exclusive. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** A place in a source file: line and column count from 1, the column in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One finding about an IDL file. `length` is the width to underline (UTF-16 units, at least 1). */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** Stable code such as `THRIFT_NAME_UNKNOWN`. */
  readonly code: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
  /** Text of the line the finding is on, without its line end. */
  readonly sourceLine: string;
}

/** The longest source line that is printed in full; longer ones are cut around the finding. */
const MAX_SHOWN = 160;

/** The text of one IDL file, with line lookup. A byte order mark at its start is dropped. */
export class SourceFile {
  /** Path as it is shown to the user. */
  readonly path: string;
  readonly text: string;
  private lineStarts: number[] | undefined = undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }

  /** Line and column of an offset; offsets outside the text are clamped to it. */
  position(offset: number): Position {
    const starts = this.starts();
    const at = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if ((starts[mid] ?? 0) <= at) low = mid;
      else high = mid - 1;
    }
    return { line: low + 1, column: at - (starts[low] ?? 0) + 1 };
  }

  /** Text of a line (counted from 1) without its line end; empty if there is no such line. */
  line(line: number): string {
    const starts = this.starts();
    const start = starts[line - 1];
    if (start === undefined) return '';
    let end = starts[line] ?? this.text.length;
    while (end > start && isLineEnd(this.text.charCodeAt(end - 1))) end--;
    return this.text.slice(start, end);
  }

  /** Builds a finding about a span of this file. The underline stops at the end of the first line. */
  diagnostic(severity: Diagnostic['severity'], code: string, message: string, span: { readonly start: number; readonly end: number }): Diagnostic {
    const { line, column } = this.position(span.start);
    const sourceLine = this.line(line);
    const room = Math.max(1, sourceLine.length - column + 1);
    const length = Math.max(1, Math.min(span.end - span.start, room));
    return { severity, code, message, file: this.path, line, column, length, sourceLine };
  }

  private starts(): number[] {
    if (this.lineStarts !== undefined) return this.lineStarts;
    const starts = [0];
    for (let i = 0; i < this.text.length; i++) {
      const c = this.text.charCodeAt(i);
      if (c === 10 || (c === 13 && this.text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
    }
    this.lineStarts = starts;
    return starts;
  }
}

function isLineEnd(c: number): boolean {
  return c === 10 || c === 13;
}

/**
 * Prints a finding on three lines: `file:line:column: error: message [CODE]`, the source line, and carets under
 * the place. Tabs stay tabs, so that the carets line up in any terminal.
 */
export function formatDiagnostic(d: Diagnostic): string {
  const head = `${d.file}:${d.line}:${d.column}: ${d.severity}: ${d.message} [${d.code}]`;
  let from = 0;
  if (d.sourceLine.length > MAX_SHOWN) from = Math.max(0, d.column - 1 - (MAX_SHOWN >> 1));
  const shown = d.sourceLine.slice(from, from + MAX_SHOWN);
  const before = shown.slice(0, d.column - 1 - from).replace(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(d.length, MAX_SHOWN - before.length)));
  return `${head}\n${shown}\n${before}${carets}`;
}

/** An IDL was refused. `diagnostics` holds every finding of the run in order, warnings included; the message prints the errors. */
export class IdlError extends CloudWeGoError {
  static override readonly type: string = 'pilota-build/IdlError';
  readonly code = 'PILOTA_IDL_INVALID';
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[], options?: { readonly cause?: unknown }) {
    const errors = diagnostics.filter((d) => d.severity === 'error');
    super(errors.map(formatDiagnostic).join('\n'), options);
    this.diagnostics = diagnostics;
  }
}
