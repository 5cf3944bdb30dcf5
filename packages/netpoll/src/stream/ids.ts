// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

const SLOTS = 1 << 20;

/** Connection ids, generation · 2^20 + slot: a slot that is used again has another generation, so that no two live or queued connections share an id. */
export class ConnectionIds {
  private readonly free: number[] = [];
  private readonly generations: number[] = [];

  take(): number {
    const slot = this.free.pop() ?? this.generations.push(0) - 1;
    return this.generations[slot]! * SLOTS + slot;
  }

  release(id: number): void {
    const slot = id % SLOTS;
    this.generations[slot] = this.generations[slot]! + 1;
    this.free.push(slot);
  }
}
