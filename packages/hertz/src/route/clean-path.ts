// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

const SLASH = 0x2f;
const DOT = 0x2e;

/** Whether a path has what `normalizePath` changes, without making anything. */
function isPlain(path: string): boolean {
  let before = 0;
  for (let i = 0; i < path.length; i++) {
    const c = path.charCodeAt(i);
    if (c === 0x25 || (before === SLASH && (c === SLASH || c === DOT))) return false;
    before = c;
  }
  return true;
}

/**
 * The path that is routed on: percent-decoded first, then `//`, `/./` and `/../` resolved; never above the root.
 * Differs from URL parsers in that %2F is a separator, as in Hertz. Invalid escapes stay as they are.
 * Source: cloudwego/hertz pkg/protocol/uri.go normalizePath.
 */
export function normalizePath(path: string): string {
  return isPlain(path) ? path : cleanPath(decodePercent(path, false));
}

/** Resolves `//`, `.` and `..`; a trailing slash stays. Source: cloudwego/hertz pkg/common/utils/path.go CleanPath. */
export function cleanPath(path: string): string {
  if (path === '') return '/';
  const out: string[] = [];
  const parts = path.split('/');
  for (const part of parts) {
    if (part === '' || part === '.') continue;
    if (part === '..') out.pop();
    else out.push(part);
  }
  const last = parts.at(-1);
  const slash = out.length > 0 && (last === '' || last === '.' || last === '..');
  return `/${out.join('/')}${slash ? '/' : ''}`;
}

/** Decodes %XX as UTF-8, and + as a blank where asked; what is no escape, or no UTF-8, stays readable. */
export function decodePercent(text: string, plus: boolean): string {
  const s = plus && text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!s.includes('%')) return s;
  try {
    return decodeURIComponent(s);
  } catch {
    return s.replaceAll(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString());
  }
}
