// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isAscii, isUtf8 } from 'node:buffer';
import { SonicOptionError, SonicSyntaxError, show } from '../errors.js';
import type { ResolvedParse } from '../options.js';
import { firstInvalid, validateBytes } from '../scan/skip.js';
import { ascii, isBytes, utf8, wideText } from '../text.js';
import type { Source } from '../types.js';
import { parseExact } from './exact.js';
import { integerOf, putIntegers, takeIntegers } from './patch.js';
import { mayHoldLongInteger, mayHoldLongIntegerBytes, mayNestDeeper, mayReachPrototype, nestsDeeper } from './probe.js';

/** Text of a source. Errors: SonicOptionError for anything else, SonicSyntaxError for bad UTF-8 and too long a text. */
export function textOf(source: Source, o: ResolvedParse): string {
  if (typeof source !== 'string' && !isBytes(source)) throw new SonicOptionError(`parse: got ${show(source)}, wanted a string or bytes`);
  if (source.length > o.maxBytes) throw new SonicSyntaxError('SONIC_SIZE_EXCEEDED', source, o.maxBytes, `the text has ${source.length} bytes, wanted at most ${o.maxBytes} (maxBytes)`);
  if (typeof source === 'string') return source;
  if (isAscii(source)) return ascii(source, 0, source.length);
  if (isUtf8(source)) return wideText(source);
  if (o.utf8 === 'strict') throw new SonicSyntaxError('SONIC_UTF8_INVALID', source, firstInvalid(source));
  return utf8(source, 0, source.length);
}

/**
 * Text to value. What JSON.parse does right it does, as the fastest way there is; probes find the texts with which it must not be trusted, and those go
 * through the exact parser.
 */
export function parseWith(source: Source, o: ResolvedParse): unknown {
  const text = textOf(source, o);
  if (o.numbers === 'raw' || o.duplicates !== 'last' || o.integers === 'bigint' || (o.proto !== 'ignore' && mayReachPrototype(text))) return parseExact(text, source, o);
  if (o.integers === 'bigint-if-unsafe' && (typeof source === 'string' ? mayHoldLongInteger(source) : mayHoldLongIntegerBytes(source))) {
    const patched = o.proto === 'ignore' ? undefined : takeIntegers(text);
    if (patched === undefined) return parseExact(text, source, o);
    const v = native(patched.text, text, source, o);
    if (putIntegers(v, patched.integers, o.maxDepth)) throw explain(undefined, text, source, o);
    return integerOf(v, patched.integers);
  }
  const v = native(text, text, source, o);
  if (mayNestDeeper(text, o.maxDepth) && nestsDeeper(v, o.maxDepth)) throw explain(undefined, text, source, o);
  return v;
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
  const bytes = typeof source === 'string' ? Buffer.from(text, 'utf8') : source;
  return validateBytes(bytes, source, o.maxDepth) ?? cause;
}
