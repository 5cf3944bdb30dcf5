// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isUtf8 } from 'node:buffer';

const NATIVE_FROM = 32;

/** Checks UTF-8 that comes in pieces; it is refused at its first byte that cannot be right. Source: Unicode, table 3-7. */
export class Utf8Validator {
  /** Bytes that the present character still lacks. */
  private lacking: number = 0;
  /** What its next byte may be. */
  private low: number = 0x80;
  private high: number = 0xbf;

  /** Nothing is half. */
  get isWhole(): boolean {
    return this.lacking === 0;
  }

  begin(): void {
    this.lacking = 0;
    this.low = 0x80;
    this.high = 0xbf;
  }

  /** False where it can become no UTF-8. */
  push(b: Uint8Array, from: number, to: number): boolean {
    let i = from;
    while (i < to) {
      if (this.lacking === 0 && to - i >= NATIVE_FROM) {
        // All but what may be a half character.
        let cut = to;
        while (cut > to - 4 && (b[cut - 1]! & 0xc0) === 0x80) cut--;
        if (b[cut - 1]! >= 0xc0) cut--;
        if (!isUtf8(b.subarray(i, cut))) return false;
        i = cut;
        if (i === to) return true;
      }
      if (!this.byte(b[i++]!)) return false;
    }
    return true;
  }

  private byte(c: number): boolean {
    if (this.lacking > 0) {
      if (c < this.low || c > this.high) return false;
      this.lacking--;
      this.low = 0x80;
      this.high = 0xbf;
      return true;
    }
    if (c < 0x80) return true;
    if (c < 0xc2 || c > 0xf4) return false;
    if (c < 0xe0) this.lacking = 1;
    else if (c < 0xf0) {
      this.lacking = 2;
      if (c === 0xe0) this.low = 0xa0;
      else if (c === 0xed) this.high = 0x9f;
    } else {
      this.lacking = 3;
      if (c === 0xf0) this.low = 0x90;
      else if (c === 0xf4) this.high = 0x8f;
    }
    return true;
  }
}
