// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Instance, Snapshot } from '../spi.js';

/** Instances that may be picked: those whose weight is a finite number above 0. */
export function live(s: Snapshot): readonly Instance[] {
  return s.instances.filter((i) => i.weight > 0 && Number.isFinite(i.weight));
}

/** Whether all weights are the same. */
export function even(list: readonly Instance[]): boolean {
  const first = list[0];
  return first === undefined || list.every((i) => i.weight === first.weight);
}

/** One of `list` by weight that is not in `tried`; undefined when none is left. Linear: for the attempts after the first. */
export function byWeight(list: readonly Instance[], tried: readonly Instance[], random: () => number): Instance | undefined {
  let sum = 0;
  for (const i of list) if (!tried.includes(i)) sum += i.weight;
  let at = random() * sum;
  let last: Instance | undefined;
  for (const i of list) {
    if (tried.includes(i)) continue;
    last = i;
    at -= i.weight;
    if (at < 0) return i;
  }
  return last;
}
