// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** What an entry costs beside its bytes. Source: RFC 7541 section 4.1. */
export const ENTRY_OVERHEAD = 32;

/**
 * The dynamic table of one direction. Entries are numbered from 1 as they are inserted and live in a ring; the newest has index 0.
 *
 *   ring:  … evicted | oldest … newest | free …        oldest = inserted - count + 1
 *
 * What is evicted stays in the ring until its slot is needed, so that insertions can be taken back: `mark()`, `rollback()`.
 */
export class DynamicTable {
  private names: string[] = new Array<string>(64).fill('');
  private values: string[] = new Array<string>(64).fill('');
  private mask = 63;
  /** Entries inserted so far: the number of the newest. */
  inserted: number = 0;
  count: number = 0;
  size: number = 0;
  maxSize: number;
  /** Grows with every change; what was found under one version holds as long as it stays. */
  version: number = 0;
  /** The state that `mark()` remembers. */
  private savedInserted: number = 0;
  private savedCount: number = 0;
  private savedSize: number = 0;

  constructor(maxSize: number) {
    this.maxSize = maxSize;
  }

  /** Name of the entry with index `i`, 0 = newest. */
  name(i: number): string {
    return this.names[(this.inserted - i) & this.mask]!;
  }

  value(i: number): string {
    return this.values[(this.inserted - i) & this.mask]!;
  }

  /** Inserts, evicting the oldest until it fits; one that is larger than the table empties it. `bytes`: of name and value together. */
  insert(name: string, value: string, bytes: number): void {
    const need = bytes + ENTRY_OVERHEAD;
    this.version++;
    if (need > this.maxSize) {
      this.count = 0;
      this.size = 0;
      return;
    }
    this.evict(this.maxSize - need);
    if (this.count + 1 + SPARE > this.mask) this.grow();
    this.inserted++;
    this.names[this.inserted & this.mask] = name;
    this.values[this.inserted & this.mask] = value;
    this.count++;
    this.size += need;
  }

  resize(maxSize: number): void {
    this.maxSize = maxSize;
    this.version++;
    this.evict(maxSize);
  }

  private evict(to: number): void {
    while (this.size > to) {
      const i = this.count - 1;
      this.size -= byteLength(this.name(i)) + byteLength(this.value(i)) + ENTRY_OVERHEAD;
      this.count--;
    }
  }

  private grow(): void {
    const names = new Array<string>((this.mask + 1) * 2).fill('');
    const values = new Array<string>((this.mask + 1) * 2).fill('');
    const mask = names.length - 1;
    for (let k = 0; k <= this.mask; k++) {
      const n = this.inserted - k;
      names[n & mask] = this.names[n & this.mask]!;
      values[n & mask] = this.values[n & this.mask]!;
    }
    this.names = names;
    this.values = values;
    this.mask = mask;
  }

  /** Remembers the present state. At most {@link MAX_ROLLBACK} entries may be inserted before it is given up or taken back. */
  mark(): void {
    this.savedInserted = this.inserted;
    this.savedCount = this.count;
    this.savedSize = this.size;
  }

  /** Takes back what was inserted since `mark()`. */
  rollback(): void {
    if (this.savedInserted === this.inserted && this.savedCount === this.count) return;
    this.inserted = this.savedInserted;
    this.count = this.savedCount;
    this.size = this.savedSize;
    this.version++;
  }
}

/** Entries that can be taken back at once; header lists beyond that do not insert. */
export const MAX_ROLLBACK = 24;
const SPARE = MAX_ROLLBACK + 1;

/** Header strings are one character a byte. */
function byteLength(s: string): number {
  return s.length;
}
