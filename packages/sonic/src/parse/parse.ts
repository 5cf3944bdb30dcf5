// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isAscii, isUtf8 } from 'node:buffer';
import { SonicOptionError, SonicSyntaxError, show } from '../errors.js';
import type { ResolvedParse } from '../options.js';
import { Fault, firstInvalid, validateBytes } from '../scan/skip.js';
import { ascii, encodeText, isBytes, utf8, wideText } from '../text.js';
import type { Source } from '../types.js';
import { parseExact } from './exact.js';
import { markIntegers, putIntegers, unmark } from './patch.js';
import { escapesKey, keysGoWrong, mayHoldLongInteger, mayHoldLongIntegerBytes, mayNestDeeper, mayReachPrototype, opensDeeper } from './probe.js';

/** Text of a source. Errors: SonicOptionError for anything else, SonicSyntaxError for bad UTF-8 and too long a text. */
export function textOf(source: Source, o: ResolvedParse): string {
  if (typeof source !== 'string' && !isBytes(source)) throw new SonicOptionError(`parse: got ${show(source)}, wanted a string or bytes`);
  checkSize(source, o);
  if (typeof source === 'string') return source;
  if (isAscii(source)) return ascii(source, 0, source.length);
  if (isUtf8(source)) return wideText(source);
  if (o.utf8 === 'strict') throw new SonicSyntaxError('SONIC_UTF8_INVALID', source, firstInvalid(source));
  return utf8(source, 0, source.length);
}

/** Errors: SonicSyntaxError (SONIC_SIZE_EXCEEDED). */
export function checkSize(source: Source, o: ResolvedParse): void {
  if (source.length > o.maxBytes) {
    throw new SonicSyntaxError('SONIC_SIZE_EXCEEDED', source, o.maxBytes, `the text has ${source.length} ${typeof source === 'string' ? 'UTF-16 units' : 'bytes'}, wanted at most ${o.maxBytes} (maxBytes)`);
  }
}

/**
 * Text to value. What JSON.parse does right it does, as the fastest way there is; probes find the texts with which it must not be trusted, and those go
 * through the exact parser.
 */
export function parseWith(source: Source, o: ResolvedParse): unknown {
  return parseText(textOf(source, o), source, o);
}

/** The same, when the text of `source` is known. */
export function parseText(text: string, source: Source, o: ResolvedParse): unknown {
  if (o.numbers === 'raw' || o.duplicates !== 'last' || o.integers === 'bigint') return parseExact(text, source, o);
  // A unit for each byte: all of them are ASCII.
  const ascii = typeof source !== 'string' && source.length === text.length ? source : undefined;
  if (
    (o.proto !== 'ignore' && mayReachPrototype(text)) ||
    (text.includes('\\') && keysGoWrong() && escapesKey(text)) ||
    (mayNestDeeper(text, o.maxDepth, ascii) && opensDeeper(text, o.maxDepth))
  ) {
    return parseExact(text, source, o);
  }
  if (o.integers === 'number' || !(typeof source === 'string' ? mayHoldLongInteger(source) : mayHoldLongIntegerBytes(source))) return native(text, text, source, o);
  const marked = markIntegers(text, ascii);
  if (marked === undefined) return parseExact(text, source, o);
  const v = native(marked, text, source, o);
  if (typeof v !== 'object' || v === null) return unmark(v);
  try {
    putIntegers(v);
    return v;
  } catch (e) {
    // Too deep for the stack that there is, if not for the limit; the exact parser needs none.
    if (e instanceof RangeError) return parseExact(text, source, o);
    throw e;
  }
}

function native(text: string, original: string, source: Source, o: ResolvedParse): unknown {
  try {
    return JSON.parse(text);
  } catch (e) {
    throw explain(e, original, source, o);
  }
}

/** Says where the text is wrong; JSON.parse does not always. */
function explain(cause: unknown, text: string, source: Source, o: ResolvedParse): unknown {
  const bytes = typeof source === 'string' ? encodeText(text) : source;
  return validateBytes(bytes, source, o.maxDepth) ?? cause;
}

/** The value that stands at `b[start, end)`; what is wrong with it is a {@link Fault} about `b`. */
export function parseInside(b: Uint8Array, start: number, end: number, o: ResolvedParse): unknown {
  try {
    return parseWith(b.subarray(start, end), o);
  } catch (e) {
    throw e instanceof SonicSyntaxError ? new Fault(e.code, start + e.index, e.reason) : e;
  }
}
