// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** What changed between two documents, one line a value: `Echo.rpc_timeout_ms: 1000 -> 500`. */
export function documentChanges(before: unknown, now: unknown): readonly string[] {
  const a = flat(before);
  const b = flat(now);
  const out: string[] = [];
  for (const [k, v] of b) {
    const was = a.get(k);
    if (was !== v) out.push(`${k}: ${was ?? '(none)'} -> ${v}`);
  }
  for (const [k, v] of a) if (!b.has(k)) out.push(`${k}: ${v} -> (none)`);
  return out;
}

const MAX_DEPTH = 16;

function flat(v: unknown, path = '', out = new Map<string, string>(), depth = 0): Map<string, string> {
  if (v === undefined) return out;
  if (typeof v === 'object' && v !== null && depth < MAX_DEPTH) {
    for (const [k, x] of Object.entries(v)) flat(x, path === '' ? k : `${path}.${k}`, out, depth + 1);
    return out;
  }
  out.set(path === '' ? '(document)' : path, typeof v === 'string' ? `"${v}"` : typeof v === 'object' && v !== null ? '{…}' : String(v));
  return out;
}
