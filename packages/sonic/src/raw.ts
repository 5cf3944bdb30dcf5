// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { SonicTypeError } from './errors.js';
import { validateBytes } from './scan/skip.js';
import { encodeText, escapeLone, isBytes, utf8 } from './text.js';
import type { Source } from './types.js';

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A bigint of more characters takes too long to make. */
export const MAX_DIGITS: number = 1 << 20;

/** The integer that `text` is. Errors: {@link SonicTypeError} for a fraction or an exponent, and for too many digits. */
export function exactInteger(text: string, what: string): bigint {
  if (!/^-?\d+$/.test(text)) throw new SonicTypeError('SONIC_TYPE_MISMATCH', `${what}: got ${shorten(text)}, wanted an integer`);
  if (text.length > MAX_DIGITS) throw new SonicTypeError('SONIC_VALUE_RANGE', `${what}: got an integer of ${text.length} characters, wanted at most ${MAX_DIGITS}`);
  return BigInt(text);
}

function shorten(text: string): string {
  return text.length > 40 ? text.slice(0, 40) + '…' : text;
}

/** A number as its text, exact whatever its size. Written as it is. Source: json.Number, sonic-rs RawNumber. */
export class RawNumber {
  readonly text: string;

  /** Errors: {@link SonicTypeError} (SONIC_TYPE_MISMATCH) for a text that is no JSON number. */
  constructor(text: string) {
    if (!NUMBER.test(text)) throw new SonicTypeError('SONIC_TYPE_MISMATCH', `RawNumber: got "${shorten(text)}", wanted the text of a JSON number`);
    this.text = text;
  }

  /** The nearest double. */
  toNumber(): number {
    return Number(this.text);
  }

  /** Errors: {@link SonicTypeError} for a number with a fraction or an exponent, or of more than 2^20 characters (SONIC_VALUE_RANGE). */
  toBigInt(): bigint {
    return exactInteger(this.text, 'toBigInt');
  }

  toString(): string {
    return this.text;
  }

  /** For JSON.stringify, which has no way to write an exact number: the text, as a string. */
  toJSON(): string {
    return this.text;
  }
}

/** JSON text that is written as it is. Checked at construction unless `trusted`. Source: json.RawMessage. */
export class Raw {
  readonly json: string;

  /** Errors: SonicSyntaxError for a text that is no JSON value. `trusted: true` takes the caller's word. */
  constructor(json: Source, o: { readonly trusted?: boolean | undefined } = {}) {
    if (o.trusted !== true) {
      const bytes = isBytes(json) ? json : encodeText(json);
      const e = validateBytes(bytes, json, 4096);
      if (e !== undefined) throw e;
    }
    this.json = isBytes(json) ? utf8(json, 0, json.length) : escapeLone(json);
  }

  toString(): string {
    return this.json;
  }
}
