// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Schema } from './schema.js';

/*
 * Long lists of strings, doubles and booleans are the one thing that JSON.stringify writes faster than anything here does. So where it writes a list as the schema
 * has it, which takes a look at all of the list, it may.
 */

/** From this length on it is the faster way. */
export const NATIVE_FROM = 16;

/** A test for a list that JSON.stringify writes as the schema has it; undefined: lists of `items` are never left to it. */
export function nativeList(items: Schema): ((a: readonly unknown[]) => boolean) | undefined {
  if (items.kind !== 'string' && items.kind !== 'number' && items.kind !== 'boolean') return undefined;
  const { kind } = items;
  // eslint-disable-next-line no-new-func, @typescript-eslint/no-implied-eval
  return new Function('a', `"use strict"; if (a.toJSON !== undefined) return false; for (let i = 0; i < a.length; i++) if (typeof a[i] !== "${kind}") return false; return true;`) as (a: readonly unknown[]) => boolean;
}
