// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { RenderError } from './errors.js';

const MAX_DEPTH = 64;
const ESCAPES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&#34;', "'": '&#39;', '\t': '&#x9;', '\n': '&#xA;', '\r': '&#xD;' };

/**
 * A value as XML: properties are elements, those that begin with `@` attributes, `#text` is text, arrays and sets repeat their element, undefined and null are
 * left out, bytes are base64.
 * Errors: {@link RenderError} for a name that XML does not allow, and below 64 levels.
 * Source: escapes of Go's encoding/xml, which Hertz renders with.
 */
export function toXML(value: unknown, root: string): string {
  return element(root, value, 0);
}

function element(name: string, v: unknown, depth: number): string {
  if (v === undefined || v === null) return '';
  if (!/^[\p{L}_][\p{L}\p{N}_.-]*(?::[\p{L}_][\p{L}\p{N}_.-]*)?$/u.test(name)) throw new RenderError(`xml: "${name}" is no name of an element`);
  if (depth > MAX_DEPTH) throw new RenderError(`xml: more than ${MAX_DEPTH} levels, or a cycle`);
  if (v instanceof Set || Array.isArray(v)) return Array.from(v as Iterable<unknown>, (x) => element(name, x, depth + 1)).join('');
  if (typeof v !== 'object' || v instanceof Uint8Array || v instanceof Date) return `<${name}>${escape(scalar(v))}</${name}>`;
  let attributes = '';
  let inner = '';
  for (const [k, x] of v instanceof Map ? (v as Map<unknown, unknown>) : Object.entries(v)) {
    const key = String(k);
    if (x === undefined || x === null) continue;
    if (key.startsWith('@')) {
      if (!/^@[\p{L}_][\p{L}\p{N}_.:-]*$/u.test(key)) throw new RenderError(`xml: "${key}" is no name of an attribute`);
      attributes += ` ${key.slice(1)}="${escape(scalar(x))}"`;
    } else if (key === '#text') {
      inner += escape(scalar(x));
    } else {
      inner += element(key, x, depth + 1);
    }
  }
  return `<${name}${attributes}>${inner}</${name}>`;
}

function scalar(v: unknown): string {
  if (v instanceof Uint8Array) return Buffer.from(v).toString('base64');
  return v instanceof Date ? v.toISOString() : String(v);
}

/** What XML 1.0 has no character for becomes U+FFFD, as in Go. */
function escape(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd').replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd').replaceAll(/[<>&"'\t\n\r]/g, (c) => ESCAPES[c]!);
}
