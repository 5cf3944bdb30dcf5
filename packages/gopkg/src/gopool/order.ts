// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Tree } from '../ordered/tree.js';

/** Something that waits: the greater priority first, then the one that came first. */
export interface Ordered {
  readonly priority: number;
  readonly sequence: number;
}

export function comesBefore(a: Ordered, b: Ordered): number {
  return b.priority - a.priority || a.sequence - b.sequence;
}

/** Tasks in the order in which they are due; any of them can be taken out in O(log n). */
export class TaskOrder<T extends Ordered> {
  private readonly tree = new Tree<T, undefined>(comesBefore);

  get size(): number {
    return this.tree.size;
  }

  add(t: T): void {
    this.tree.set(t, undefined);
  }

  remove(t: T): boolean {
    return this.tree.delete(t);
  }

  peek(): T | undefined {
    return this.tree.at(0)?.[0];
  }

  shift(): T | undefined {
    const t = this.peek();
    if (t !== undefined) this.tree.delete(t);
    return t;
  }
}

export function checkedPriority(p: number): number {
  if (!Number.isFinite(p)) throw new RangeError(`task priority: got ${p}, wanted a finite number`);
  return p;
}
