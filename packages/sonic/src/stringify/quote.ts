// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Quote, backslash, control characters, and surrogates, of which JSON.stringify escapes the lone ones.
// eslint-disable-next-line no-control-regex
const needsEscape = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Whether `s` stands between quotes as it is; false too where finding out costs more than JSON.stringify. */
export function isPlain(s: string): boolean {
  return s.length < 42 && !needsEscape.test(s);
}

/** A string as JSON text. */
export function quote(s: string): string {
  return isPlain(s) ? '"' + s + '"' : JSON.stringify(s);
}

const html = /[<>&\u2028\u2029]/g;

/** Escapes what HTML and old JavaScript would take for something else. In JSON text these stand inside strings alone. Source: encoder.HTMLEscape. */
export function escapeHTML(json: string): string {
  return json.replace(html, (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));
}

/** Whether `s` has half of a surrogate pair. */
export function hasLoneSurrogate(s: string): boolean {
  return /[\ud800-\udfff]/.test(s) && /\\ud[89a-f]/.test(JSON.stringify(s).replaceAll('\\\\', ''));
}
