// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Cursor } from './cursor.js';
import type { Token } from './lexer.js';

const MIN_I64 = -(2n ** 63n);
const MAX_I64 = 2n ** 63n - 1n;
/** Longer than any i64 in any base: converting a number of a million digits takes seconds. */
const MAX_DIGITS = 80;

/**
 * Value of an integer token: decimal, `0x…`, `0o…`, and octal for a leading zero, as thriftgo reads it (with a
 * warning: Apache Thrift reads such a number as decimal). Out of the range of i64 it reports an error and gives 0.
 * `decimal` reads a leading zero as nothing special, which is thriftgo's rule for field ids.
 */
export function intValue(cursor: Cursor, token: Token, decimal: boolean = false): bigint {
  const { text } = token;
  const plain = /^([+-]?)0*(\d+)$/.exec(text);
  const range = { start: token.start, end: token.end };
  let value: bigint | undefined;
  if (plain !== null && (decimal || !/^[+-]?0\d/.test(text))) {
    value = plain[0].length > MAX_DIGITS ? undefined : BigInt(plain[2] as string) * (plain[1] === '-' ? -1n : 1n);
  } else if (plain !== null) {
    if (/[89]/.test(plain[2] as string)) {
      cursor.errorOnce('THRIFT_NUMBER_INVALID', `number with a leading zero is octal, got "${text.slice(0, 40)}", wanted the digits 0 to 7`, range);
      return 0n;
    }
    value = text.length > MAX_DIGITS ? undefined : BigInt('0o' + (plain[2] as string)) * (plain[1] === '-' ? -1n : 1n);
    if (value !== undefined) {
      cursor.report.warn(cursor.source, 'THRIFT_NUMBER_OCTAL', `number with a leading zero is octal, "${text}" means ${value}, write 0o${plain[2]} to say so`, range);
    }
  } else {
    value = text.length > MAX_DIGITS ? undefined : BigInt(text);
  }
  if (value !== undefined && value >= MIN_I64 && value <= MAX_I64) return value;
  cursor.errorOnce('THRIFT_NUMBER_RANGE', `integer does not fit i64, got ${text.slice(0, 40)}`, range);
  return 0n;
}

/** Value of a double token. One beyond the range of a double is an error and gives 0. */
export function doubleValue(cursor: Cursor, token: Token): number {
  const value = Number(token.text);
  if (Number.isFinite(value)) return value;
  cursor.errorOnce('THRIFT_NUMBER_RANGE', `number does not fit a double, got ${token.text.slice(0, 40)}`, { start: token.start, end: token.end });
  return 0;
}
