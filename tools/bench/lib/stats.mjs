// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** { median, min, max } of some numbers, or undefined for none. */
export function spread(values) {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1) };
}

/**
 * How many times less `ours` needs than `theirs`: the spread of the ratios of each round, since what disturbs a round disturbs both.
 * Undefined when either has no samples. `pick` gives the number of a sample; less is better.
 */
export function ratio(ours, theirs, pick) {
  const n = Math.min(ours.length, theirs.length);
  const values = [];
  for (let i = 0; i < n; i++) values.push(pick(theirs[i]) / pick(ours[i]));
  return spread(values);
}

/** A number with about three digits that count; thousands are kept whole. */
export function digits(v) {
  if (!Number.isFinite(v)) return '–';
  if (Math.abs(v) >= 1000) return Math.round(v).toLocaleString('en-US');
  if (Math.abs(v) >= 100) return v.toFixed(0);
  return Math.abs(v) >= 10 ? v.toFixed(1) : v.toFixed(2);
}

/** `median (min–max)`, or a dash. */
export function withSpread(s, suffix = '') {
  if (s === undefined) return '–';
  return `${digits(s.median)}${suffix} (${digits(s.min)}–${digits(s.max)})`;
}
