// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { IdlError } from '../source.js';
import type { Diagnostic, SourceFile } from '../source.js';
import { MAX_ERRORS, MAX_WARNINGS } from './limits.js';

/** A range in a known file. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Collects the findings of one run.
 * Throws IdlError once MAX_ERRORS errors are in: a file that is no IDL at all would otherwise print thousands.
 */
export class Report {
  private readonly found: Diagnostic[];
  private errors: number;
  private warned: number;
  private readonly family: string;

  /** `family`: how codes begin. */
  constructor(family: 'THRIFT' | 'PROTO' = 'THRIFT') {
    this.family = family;
    this.found = [];
    this.errors = 0;
    this.warned = 0;
  }

  /** Whether any error was reported. */
  get failed(): boolean {
    return this.errors > 0;
  }

  /** The warnings, in order. */
  get warnings(): readonly Diagnostic[] {
    return inOrder(this.found.filter((d) => d.severity === 'warning'));
  }

  /** Adds an error. */
  error(source: SourceFile, code: string, message: string, range: Range): void {
    this.found.push(source.diagnostic('error', code, message, range));
    if (++this.errors < MAX_ERRORS) return;
    const last = source.diagnostic('error', `${this.family}_ERRORS_TOO_MANY`, `too many errors, got ${this.errors}, stopped here`, range);
    throw new IdlError([...inOrder(this.found), last]);
  }

  /** Adds a warning. */
  warn(source: SourceFile, code: string, message: string, range: Range): void {
    if (this.warned++ < MAX_WARNINGS) this.found.push(source.diagnostic('warning', code, message, range));
  }

  /** Throws IdlError if any error was reported. */
  check(): void {
    if (this.failed) throw new IdlError(inOrder(this.found));
  }
}

/** File by file in the order the files were met, each from top to bottom, which is how one mends them. */
function inOrder(found: readonly Diagnostic[]): readonly Diagnostic[] {
  const files = new Map<string, number>();
  for (const d of found) if (!files.has(d.file)) files.set(d.file, files.size);
  const rank = (d: Diagnostic): number => files.get(d.file) ?? 0;
  return found.toSorted((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
}
