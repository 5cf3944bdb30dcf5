// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { IntegerSchema } from './schema.js';

/** Thrown for a value that does not fit, by writers that do not tell where; those that do are run afterwards. */
export const MISFIT: unique symbol = Symbol('misfit');

/** What a shape gives for a value that does not fit, or that only the reader over bytes gets right. */
export const MISS: unique symbol = Symbol('miss');

/** Range of an integer schema. */
export function range(s: IntegerSchema): { readonly min: bigint; readonly max: bigint } {
  if (s.bits === 53) return { min: s.unsigned ? 0n : -(2n ** 53n) + 1n, max: 2n ** 53n - 1n };
  const bits = BigInt(s.bits);
  return s.unsigned ? { min: 0n, max: 2n ** bits - 1n } : { min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n };
}

/** Whether every object has such a property without being given one. */
export function inherits(name: string): boolean {
  return name in Object.prototype;
}

/** A string literal that ends no line. */
export function literalOf(s: string): string {
  return JSON.stringify(s).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}
