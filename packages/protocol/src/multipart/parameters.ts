// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { MultipartError } from './errors.js';

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const BLANKS = /[ \t]*/y;
/** What may stand in a boundary. Source: RFC 2046 section 5.1.1. */
const BOUNDARY = /^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/;

/**
 * The value and the parameters of a field such as Content-Disposition, names in lower case; undefined where it breaks the grammar, or says one thing twice.
 * Values:  quoted or not; a backslash counts before a quote or a backslash only, so that paths of old browsers come whole; `name*=` of RFC 5987 is decoded and
 *          wins over `name=`.
 * Source:  Go mime.ParseMediaType. Differs: continuations of RFC 2231 (`name*0=`) are not put together: RFC 7578 has none.
 */
export function readParameters(text: string): { readonly value: string; readonly parameters: ReadonlyMap<string, string> } | undefined {
  const semi = text.indexOf(';');
  const value = (semi < 0 ? text : text.slice(0, semi)).trim().toLowerCase();
  const parameters = new Map<string, string>();
  const extended = new Map<string, string>();
  let p = semi < 0 ? text.length : semi;
  const skip = (re: RegExp): string => {
    re.lastIndex = p;
    const m = re.exec(text)?.[0] ?? '';
    p += m.length;
    return m;
  };
  for (;;) {
    skip(BLANKS);
    if (p >= text.length) break;
    if (text[p] !== ';') return undefined;
    p++;
    skip(BLANKS);
    if (p >= text.length) break;
    const name = skip(TOKEN).toLowerCase();
    skip(BLANKS);
    if (name === '' || text[p] !== '=') return undefined;
    p++;
    skip(BLANKS);
    let v = '';
    if (text[p] === '"') {
      for (p++; ; p++) {
        const c = text[p];
        if (c === undefined) return undefined;
        if (c === '"') break;
        if (c === '\\' && (text[p + 1] === '"' || text[p + 1] === '\\')) p++;
        v += text[p]!;
      }
      p++;
    } else {
      // Not only tokens: names of files come bare, too.
      const stop = text.indexOf(';', p);
      v = text.slice(p, stop < 0 ? undefined : stop).trimEnd();
      p = stop < 0 ? text.length : stop;
    }
    const into = name.endsWith('*') ? extended : parameters;
    if (into.has(name)) return undefined;
    into.set(name, v);
  }
  for (const [name, v] of extended) {
    const decoded = extendedValue(v);
    if (decoded !== undefined) parameters.set(name.slice(0, -1), decoded);
  }
  return { value, parameters };
}

/** `charset'language'percent-encoded`, of UTF-8 and Latin-1. Source: RFC 5987. */
function extendedValue(v: string): string | undefined {
  const m = /^([^']*)'[^']*'((?:[!#$&+.^_`|~0-9A-Za-z-]|%[0-9A-Fa-f]{2})*)$/.exec(v);
  if (m === null) return undefined;
  const bytes = Buffer.from(m[2]!.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1');
  const charset = m[1]!.toLowerCase();
  if (charset === 'utf-8') return utf8(bytes);
  return charset === 'iso-8859-1' ? bytes.toString('latin1') : undefined;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as UTF-8; undefined where they are none. */
export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * The boundary that a Content-Type of `multipart/form-data` names; undefined for other types.
 * Errors: {@link MultipartError} (MULTIPART_BOUNDARY_INVALID) where it names none, or one that no body can have.
 */
export function boundaryOf(contentType: string): string | undefined {
  if (!/^[ \t]*multipart\/form-data[ \t]*(;|$)/i.test(contentType)) return undefined;
  const boundary = readParameters(contentType)?.parameters.get('boundary');
  if (boundary === undefined || !BOUNDARY.test(boundary)) {
    throw new MultipartError('MULTIPART_BOUNDARY_INVALID', `multipart: the Content-Type "${contentType.slice(0, 100)}" has no boundary`);
  }
  return boundary;
}
