// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { toError } from '@cloudwego/gopkg/errors';
import type { Logger } from '@cloudwego/gopkg/logger';
import type { Read } from './documents.js';
import { documentChanges } from './diff.js';
import type { ConfigSource } from './source.js';

/** What one document configures. */
export interface Binding<T> {
  readonly key: string;
  read(document: unknown): Read<T>;
  /** Puts a value in force; undefined = the document is gone, defaults are back. */
  apply(value: T | undefined): void;
}

/**
 * Follows one document: reads it, says in the log what changed, puts it in force. One that cannot be read changes nothing. `dryRun` says what would change and
 * changes nothing.
 */
export class Bound<T> {
  /** Settles when the source has told of the document once. */
  readonly first: Promise<void>;
  private current: unknown = undefined;
  private readonly binding: Binding<T>;
  private readonly source: ConfigSource;
  private readonly logger: Logger;
  private readonly dryRun: boolean;

  constructor(binding: Binding<T>, source: ConfigSource, logger: Logger, dryRun: boolean, signal: AbortSignal) {
    this.binding = binding;
    this.source = source;
    this.logger = logger;
    this.dryRun = dryRun;
    let told = (): void => undefined;
    this.first = new Promise((resolve) => {
      told = resolve;
    });
    source.watch(
      binding.key,
      {
        update: (document) => {
          if (!signal.aborted) this.take(document);
          told();
        },
        stale: (cause) => {
          if (!signal.aborted) this.warn(toError(cause).message);
          told();
        },
      },
      signal,
    );
    signal.addEventListener('abort', told, { once: true });
  }

  private take(document: unknown): void {
    const lines = documentChanges(this.current, document);
    if (lines.length === 0) return;
    let read: Read<T> | undefined;
    try {
      read = document === undefined ? undefined : this.binding.read(document);
    } catch (e) {
      this.warn(`${toError(e).message}; what was in force stays`);
      return;
    }
    for (const n of read?.notes ?? []) this.warn(n);
    const what = this.dryRun ? 'would change' : 'changed';
    this.logger.info(`CONFIG: ${this.source.name}, ${this.binding.key} ${what}: ${lines.slice(0, MAX_LINES).join('; ')}${lines.length > MAX_LINES ? `; and ${lines.length - MAX_LINES} more` : ''}`);
    this.current = document;
    if (this.dryRun) return;
    try {
      this.binding.apply(read?.value);
    } catch (e) {
      this.warn(toError(e).message);
    }
  }

  private warn(text: string): void {
    this.logger.warn(`CONFIG: ${this.source.name}, ${this.binding.key}: ${text}`);
  }
}

/** Changes that are told one by one. */
const MAX_LINES = 20;
