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

  constructor() {
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
    return this.found.filter((d) => d.severity === 'warning');
  }

  /** Adds an error. */
  error(source: SourceFile, code: string, message: string, range: Range): void {
    this.found.push(source.diagnostic('error', code, message, range));
    if (++this.errors < MAX_ERRORS) return;
    this.found.push(source.diagnostic('error', 'THRIFT_ERRORS_TOO_MANY', `too many errors, got ${this.errors}, stopped here`, range));
    throw new IdlError(this.found);
  }

  /** Adds a warning. */
  warn(source: SourceFile, code: string, message: string, range: Range): void {
    if (this.warned++ < MAX_WARNINGS) this.found.push(source.diagnostic('warning', code, message, range));
  }

  /** Throws IdlError if any error was reported. */
  check(): void {
    if (this.failed) throw new IdlError(this.found);
  }
}
