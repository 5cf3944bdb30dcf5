// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * An exception that the IDL declares, in a generic call. A client's call rejects with one; a handler throws one to answer with it.
 * `Differs:` Go's generic calls know the first exception of a method only, and give it as text; another one is an empty success there. Here all of them travel.
 */
export class GenericException extends Error {
  /** Name of the entry of `throws`. */
  readonly field: string;
  /** The exception's fields, as values of the kind of generic call: JSON text, or a plain value. */
  readonly value: unknown;

  constructor(field: string, value: unknown) {
    super(typeof value === 'string' ? `${field}: ${value}` : `${field}: ${messageOf(value)}`);
    this.name = 'GenericException';
    this.field = field;
    this.value = value;
  }
}

function messageOf(value: unknown): string {
  const message = value instanceof Map ? (value.get('message') as unknown) : (value as { readonly message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' && message !== '' ? message : 'a declared exception';
}
