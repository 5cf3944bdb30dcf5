// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Copied beside the programs that tools/workspace/packages.mjs runs.

/** A value without fields that are not set, and bytes as numbers: whether a field is there as undefined, and in which buffer bytes lie, is no part of a value. */
export function bare(v: unknown): unknown {
  if (v instanceof Uint8Array || Array.isArray(v)) return [...(v as Iterable<unknown>)].map(bare);
  if (v instanceof Set) return new Set([...v].map(bare));
  if (v instanceof Map) return new Map([...v].map(([k, x]) => [bare(k), bare(x)]));
  if (typeof v !== 'object' || v === null) return v;
  return Object.fromEntries(Object.entries(v).flatMap(([k, x]) => (x === undefined ? [] : [[k, bare(x)]])));
}
