// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** Identity of a value in a Context; made once per module with {@link contextKey}. */
export interface ContextKey<T> {
  readonly id: symbol;
  readonly name: string;
  readonly '~type'?: T;
}

/** Makes a key. Two keys of one name are different keys. */
export function contextKey<T>(name: string): ContextKey<T> {
  return { id: Symbol(name), name };
}
