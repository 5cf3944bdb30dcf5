// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteWriter } from '@cloudwego/gopkg/io';
import { WriteStateError } from '../errors.js';

const MIN_ROOM = 1024;
const MAX_ROOM = 64 * 1024;

/**
 * The write sections of all connections of a network. Outermost ones are written one after another into memory that a subclass places them in; one inside
 * another, say from a getter of a user's value, gets a buffer of its own.
 */
export abstract class WriteSections {
  private readonly outer: ByteWriter = new ByteWriter(0);
  private readonly inner: ByteWriter[] = [];
  private depth: number = 0;

  /** Gives an outermost section its place: `buf`, `start` and `limit`. */
  protected abstract place(w: ByteWriter): void;
  /** A section was closed; what is behind `w.pos` is free. */
  protected abstract placed(w: ByteWriter): void;

  begin(hint: number): ByteWriter {
    let w = this.outer;
    // An inner writer is never used again: one whose outer section was cancelled must not meet somebody else's bytes.
    if (this.depth > 0) this.inner.push((w = new ByteWriter(roomOf(hint))));
    else this.place(w);
    this.depth++;
    w.byReference = true;
    w.reset();
    return w;
  }

  /** Closes the innermost section, which must be `w`; what was written is in `w` until the next `begin`. */
  end(w: ByteWriter): void {
    if (w !== this.innermost()) throw new WriteStateError('endWrite: another write section is open, wanted the innermost one to end first');
    if (--this.depth > 0) this.inner.pop();
    this.placed(w);
  }

  /** Drops the section `w` and those inside it. */
  cancel(w: ByteWriter): void {
    if (w === this.outer) {
      this.depth = this.inner.length = 0;
    } else {
      const i = this.inner.indexOf(w);
      if (i >= 0) {
        this.inner.length = i;
        this.depth = i + 1;
      }
    }
    w.reset();
  }

  private innermost(): ByteWriter | undefined {
    return this.depth > 1 ? this.inner[this.depth - 2] : this.depth === 1 ? this.outer : undefined;
  }
}

/** Room for an inner section. `hint` is what a caller expects, and may be anything: it is no reason for a large allocation. */
function roomOf(hint: number): number {
  return hint > MIN_ROOM ? Math.min(Math.ceil(hint), MAX_ROOM) : MIN_ROOM;
}
