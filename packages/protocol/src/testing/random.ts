// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** Numbers in [0, 1) that depend on the seed alone (mulberry32, public domain), so that a failure can be had again. */
export function seeded(seed: number): () => number {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Cuts bytes into pieces of 1 to `max` bytes. */
export function randomSplit(bytes: Buffer, random: () => number, max: number = 16): Buffer[] {
  const pieces: Buffer[] = [];
  for (let p = 0; p < bytes.length; ) {
    const n = Math.min(bytes.length - p, 1 + Math.floor(random() * max));
    pieces.push(bytes.subarray(p, p + n));
    p += n;
  }
  return pieces;
}
