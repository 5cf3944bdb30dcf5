// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { FastRand } from '../fastrand/index.js';
import { fastrand } from '../fastrand/index.js';

/*
 * Strings by code points, as Go counts runes: an emoji is one, where `length` says two.
 * Source: bytedance/gopkg lang/stringx.
 */

/** Number of code points. */
function size(s: string): number {
  let n = s.length;
  for (let i = 0; i < s.length - 1; i++) if (isPair(s, i)) {
    n--;
    i++;
  }
  return n;
}

function isPair(s: string, i: number): boolean {
  return (s.charCodeAt(i) & 0xfc00) === 0xd800 && (s.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
}

/** Puts `ch` before `s` until it has `n` code points. */
export function padLeftChar(s: string, n: number, ch: string): string {
  return repeatChar(ch, n - size(s)) + s;
}

export function padLeftSpace(s: string, n: number): string {
  return padLeftChar(s, n, ' ');
}

/** Puts `ch` behind `s` until it has `n` code points. */
export function padRightChar(s: string, n: number, ch: string): string {
  return s + repeatChar(ch, n - size(s));
}

export function padRightSpace(s: string, n: number): string {
  return padRightChar(s, n, ' ');
}

/** Puts `ch` on both sides until `s` has `n` code points; one more on the right when it does not come out even. */
export function padCenterChar(s: string, n: number, ch: string): string {
  const pads = n - size(s);
  if (pads <= 0) return s;
  const left = Math.floor(pads / 2);
  return repeatChar(ch, left) + s + repeatChar(ch, pads - left);
}

export function padCenterSpace(s: string, n: number): string {
  return padCenterChar(s, n, ' ');
}

/** `ch`, `n` times; nothing for n ≤ 0. */
export function repeatChar(ch: string, n: number): string {
  return n <= 0 ? '' : ch.repeat(n);
}

/** `s` without the code point `ch`. */
export function removeChar(s: string, ch: string): string {
  let out = '';
  for (const c of s) if (c !== ch) out += c;
  return out;
}

/** `s` without any `part`. */
export function removeString(s: string, part: string): string {
  return part === '' ? s : s.replaceAll(part, '');
}

/**
 * Moves the last `shift` code points to the front; a negative shift moves the first ones to the end.
 * `Differs:` the original takes `shift` modulo the number of bytes, which is another place for anything but ASCII.
 */
export function rotate(s: string, shift: number): string {
  const points = [...s];
  const n = points.length;
  if (n === 0) return s;
  const k = ((Math.trunc(shift) % n) + n) % n;
  return k === 0 ? s : points.slice(n - k).join('') + points.slice(0, n - k).join('');
}

/** Code points [start, end); negative ones count from the end, what lies outside is clamped. */
export function sub(s: string, start: number, end: number): string {
  const n = size(s);
  const to = Math.min(end < 0 ? end + n : end, n);
  const from = start < 0 ? start + n : start;
  if (from > to) return '';
  const [a, b] = [Math.max(0, from), Math.max(0, to)];
  return n === s.length ? s.slice(a, b) : [...s].slice(a, b).join('');
}

/** Code points from `start` on. */
export function subStart(s: string, start: number): string {
  return sub(s, start, Infinity);
}

/** The code points in reverse. `Differs:` a lone surrogate stays what it is; Go refuses bytes that are no UTF-8. */
export function reverse(s: string): string {
  return [...s].reverse().join('');
}

/** The code points in random order. */
export function shuffle(s: string, random: FastRand = fastrand()): string {
  const points = [...s];
  random.shuffle(points.length, (i, j) => {
    [points[i], points[j]] = [points[j]!, points[i]!];
  });
  return points.join('');
}

/** True when any of `parts` is in `s`; the empty string is in every string. */
export function containsAnySubstrings(s: string, parts: Iterable<string>): boolean {
  for (const p of parts) if (s.includes(p)) return true;
  return false;
}

/** Letters of any script and nothing else; false for the empty string. */
export function isAlpha(s: string): boolean {
  return /^\p{L}+$/u.test(s);
}

/** Letters and decimal digits of any script and nothing else; false for the empty string. */
export function isAlphanumeric(s: string): boolean {
  return /^[\p{L}\p{Nd}]+$/u.test(s);
}

/** Decimal digits of any script and nothing else; false for the empty string. */
export function isNumeric(s: string): boolean {
  return /^\p{Nd}+$/u.test(s);
}
