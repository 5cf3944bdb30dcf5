// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { LogRecord } from './logger.js';

const MAX_CAUSES = 5;

/**
 * `2026-01-02T03:04:05.678Z [Info] message key=value other="two words"`. Control characters are escaped everywhere, so that one record is one line and
 * nothing that came from outside can forge a line or steer a terminal.
 */
export function formatRecord(r: LogRecord): string {
  let line = `${new Date(r.time).toISOString()} [${r.level[0]!.toUpperCase()}${r.level.slice(1)}] ${escaped(r.message)}`;
  for (const [k, v] of Object.entries(r.fields)) line += ` ${quoted(k)}=${quoted(textOf(v))}`;
  return line;
}

/** One JSON object per record: `time` (ISO), `level`, `message`, then the fields; a field of one of these names is written as `fields.<name>`. */
export function formatJson(r: LogRecord): string {
  const out = Object.assign(Object.create(null) as Record<string, unknown>, { time: new Date(r.time).toISOString(), level: r.level, message: r.message });
  for (const [k, v] of Object.entries(r.fields)) out[Object.hasOwn(out, k) ? `fields.${k}` : k] = v;
  try {
    return asciiControls(JSON.stringify(out, replacer));
  } catch {
    for (const [k, v] of Object.entries(out)) out[k] = textOf(v);
    return asciiControls(JSON.stringify(out));
  }
}

/** What JSON leaves as it is although some readers break lines at it. */
function asciiControls(json: string): string {
  return json.replaceAll(/[\x7f-\x9f\u2028\u2029]/g, unicodeEscape);
}

function textOf(v: unknown): string {
  try {
    if (v instanceof Error) return errorText(v, MAX_CAUSES);
    if (typeof v === 'object' && v !== null) return JSON.stringify(v, replacer) ?? String(v);
    return String(v);
  } catch {
    return Object.prototype.toString.call(v);
  }
}

function errorText(e: Error, causes: number): string {
  const own = e.stack ?? `${e.name}: ${e.message}`;
  if (e.cause === undefined) return own;
  if (causes === 0) return `${own}\ncaused by more`;
  return `${own}\ncaused by ${e.cause instanceof Error ? errorText(e.cause, causes - 1) : textOf(e.cause)}`;
}

/** What JSON has no form for. */
function replacer(_key: string, v: unknown): unknown {
  if (typeof v === 'bigint') return v.toString();
  if (typeof v === 'function' || typeof v === 'symbol') return String(v);
  if (v instanceof Error) return errorText(v, MAX_CAUSES);
  if (v instanceof Map) return Object.fromEntries([...(v as Map<unknown, unknown>)].map(([k, x]) => [String(k), x]));
  if (v instanceof Set) return [...(v as Set<unknown>)];
  if (v instanceof Uint8Array) return Buffer.from(v.buffer, v.byteOffset, v.byteLength).toString('base64');
  return v;
}

function quoted(s: string): string {
  return s === '' || /[\s"=]/.test(s) ? `"${escaped(s.replaceAll('\\', '\\\\').replaceAll('"', '\\"'))}"` : escaped(s);
}

function escaped(s: string): string {
  return s.replaceAll(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/g, (c) => {
    if (c === '\n') return '\\n';
    if (c === '\r') return '\\r';
    if (c === '\t') return '\\t';
    return unicodeEscape(c);
  });
}

function unicodeEscape(c: string): string {
  return '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0');
}
