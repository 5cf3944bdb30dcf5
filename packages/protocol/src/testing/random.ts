// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { FastRand } from '@cloudwego/gopkg/fastrand';

/** Numbers in [0, 1) that depend on the seed alone, so that a failure can be had again. */
export function seeded(seed: number): () => number {
  const r = new FastRand(seed);
  return () => r.float64();
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
