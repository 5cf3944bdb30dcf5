// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** What a source tells of one document. */
export interface ConfigSink {
  /** The document as it is now, parsed; undefined = there is none. */
  update(document: unknown): void;
  /** The source cannot tell at the moment, or what it has cannot be read; what was told before stays. */
  stale(cause: Error): void;
}

/**
 * Where governance is configured from: a file, a store. One contract for all of them.
 * `watch` tells the document soon after it was asked, also when there is none, and every change from then on, until the signal aborts.
 */
export interface ConfigSource extends AsyncDisposable {
  readonly name: string;
  watch(key: string, sink: ConfigSink, signal: AbortSignal): void;
}

/** What is configured. The names are those of the documents in Go's configuration centres. */
export type ConfigCategory = 'rpc_timeout' | 'retry' | 'circuit_break' | 'degradation' | 'limit';

/** Whose document it is. */
export interface ConfigName {
  /** Absent on a server. */
  readonly client?: string | undefined;
  readonly server: string;
  readonly category: ConfigCategory;
}

/** Finds the key of a document. */
export type ConfigLayout = (name: ConfigName) => string;
