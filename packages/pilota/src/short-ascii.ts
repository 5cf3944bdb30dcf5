// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

const of = String.fromCharCode;

/** Characters up to which {@link shortAscii} is quicker than the call into native code that makes longer strings. */
export const SHORT = 16;

/** The text of `n` bytes, at most {@link SHORT} and each below 0x80, put together without a call into native code. */
export function shortAscii(b: Buffer, p: number, n: number): string {
  switch (n) {
    case 0:
      return '';
    case 1:
      return of(b[p]!);
    case 2:
      return of(b[p]!, b[p + 1]!);
    case 3:
      return of(b[p]!, b[p + 1]!, b[p + 2]!);
    case 4:
      return of(b[p]!, b[p + 1]!, b[p + 2]!, b[p + 3]!);
    case 5:
      return of(b[p]!, b[p + 1]!, b[p + 2]!, b[p + 3]!, b[p + 4]!);
    case 6:
      return of(b[p]!, b[p + 1]!, b[p + 2]!, b[p + 3]!, b[p + 4]!, b[p + 5]!);
    case 7:
      return of(b[p]!, b[p + 1]!, b[p + 2]!, b[p + 3]!, b[p + 4]!, b[p + 5]!, b[p + 6]!);
    case 8:
      return of(b[p]!, b[p + 1]!, b[p + 2]!, b[p + 3]!, b[p + 4]!, b[p + 5]!, b[p + 6]!, b[p + 7]!);
    default:
      return upTo16(b, p, n);
  }
}

function upTo16(b: Buffer, p: number, n: number): string {
  const [s0, s1, s2, s3] = [b[p]!, b[p + 1]!, b[p + 2]!, b[p + 3]!];
  const [s4, s5, s6, s7] = [b[p + 4]!, b[p + 5]!, b[p + 6]!, b[p + 7]!];
  switch (n) {
    case 9:
      return of(s0, s1, s2, s3, s4, s5, s6, s7, b[p + 8]!);
    case 10:
      return of(s0, s1, s2, s3, s4, s5, s6, s7, b[p + 8]!, b[p + 9]!);
    case 11:
      return of(s0, s1, s2, s3, s4, s5, s6, s7, b[p + 8]!, b[p + 9]!, b[p + 10]!);
    case 12:
      return of(s0, s1, s2, s3, s4, s5, s6, s7, b[p + 8]!, b[p + 9]!, b[p + 10]!, b[p + 11]!);
    case 13:
      return of(s0, s1, s2, s3, s4, s5, s6, s7, b[p + 8]!, b[p + 9]!, b[p + 10]!, b[p + 11]!, b[p + 12]!);
    case 14:
      return of(s0, s1, s2, s3, s4, s5, s6, s7, b[p + 8]!, b[p + 9]!, b[p + 10]!, b[p + 11]!, b[p + 12]!, b[p + 13]!);
    case 15:
      return of(s0, s1, s2, s3, s4, s5, s6, s7, b[p + 8]!, b[p + 9]!, b[p + 10]!, b[p + 11]!, b[p + 12]!, b[p + 13]!, b[p + 14]!);
    default:
      return of(s0, s1, s2, s3, s4, s5, s6, s7, b[p + 8]!, b[p + 9]!, b[p + 10]!, b[p + 11]!, b[p + 12]!, b[p + 13]!, b[p + 14]!, b[p + 15]!);
  }
}
