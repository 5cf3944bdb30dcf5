// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Base class of generated exceptions. `name` is the IDL's, `message` the field of that name, else a summary of the fields.
 * It is not a CloudWeGoError: its properties belong to the IDL, which may well declare `code` or `type`.
 */
export abstract class ThriftException extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** A readable message for an exception whose IDL has none. */
export function exceptionText(name: string, fields: object): string {
  const parts: string[] = [];
  for (const [k, v] of Object.entries(fields) as [string, unknown][]) {
    if (typeof v === 'string') parts.push(`${k}="${v.length > 200 ? `${v.slice(0, 200)}…` : v}"`);
    else if (typeof v === 'number' || typeof v === 'bigint' || typeof v === 'boolean') parts.push(`${k}=${v}`);
  }
  return parts.length === 0 ? name : `${name}: ${parts.join(', ')}`;
}
