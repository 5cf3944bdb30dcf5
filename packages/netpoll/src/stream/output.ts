// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteWriter } from '@cloudwego/gopkg/io';
import { WriteStateError } from '../errors.js';
import type { OutputQueue } from './output-queue.js';

const SLAB_BYTES = 64 * 1024;
const MIN_ROOM = 1024;

/** Something with output that is to be sent at the end of the turn. */
export interface Flushable {
  flush(): void;
}

/**
 * What the connections of one network write into: sections of one slab, one after another, so that an idle connection holds no buffer. While anything of it
 * is held, a slab is not written twice: when it is full the next one is made, and the collector takes the old one after its last section was sent. When
 * nothing is held it is used again from its start: it stays in the processor's cache, and the heap does not grow around slabs.
 */
export class OutputSlab {
  /** Queues that no connection uses now. */
  readonly queues: OutputQueue[] = [];
  private readonly outer: ByteWriter = new ByteWriter(0);
  private readonly open: ByteWriter[] = [];
  private depth: number = 0;
  private slab: Buffer = Buffer.allocUnsafeSlow(0);
  private slabPos: number = 0;
  private dirty: Flushable[] = [];
  private scheduled: boolean = false;
  /** Who has bytes of the slab: queues of connections, and batches that sockets have not called back for. */
  private held: number;

  /** `reuses`: whoever keeps sections calls `hold` and `letGo`. Else no slab is ever written twice. */
  constructor(reuses: boolean) {
    this.held = reuses ? 0 : 1;
  }

  hold(): void {
    this.held++;
  }

  letGo(): void {
    this.held--;
  }

  /** Opens a section. A nested one, say from a getter of a user's value, gets a buffer of its own. */
  begin(hint: number): ByteWriter {
    const nested = this.depth > 0;
    // A nested writer is never used again: an inner section whose outer one was cancelled must not meet somebody else's bytes.
    const w = nested ? new ByteWriter(roomOf(hint)) : this.outer;
    this.open[this.depth++] = w;
    if (!nested) {
      if (this.held === 0 && this.slab.length > 0) {
        this.slabPos = 0;
      } else if (this.slab.length - this.slabPos < MIN_ROOM) {
        this.slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
        this.slabPos = 0;
      }
      w.buf = this.slab;
      w.start = this.slabPos;
      w.limit = this.slab.length;
    }
    w.byReference = true;
    w.reset();
    return w;
  }

  /** Closes the innermost section, which must be `w`; what was written is in `w` until the next `begin`. */
  end(w: ByteWriter): void {
    if (this.depth === 0 || this.open[this.depth - 1] !== w) throw new WriteStateError('endWrite: another write section is open, wanted the innermost one to end first');
    this.depth--;
    if (w.buf === this.slab) this.slabPos = w.pos;
  }

  /** Drops the section `w` and those inside it. */
  cancel(w: ByteWriter): void {
    const i = this.open.indexOf(w);
    if (i >= 0 && i < this.depth) this.depth = i;
    w.reset();
  }

  /** Has `f.flush()` called after the microtasks of this turn: an async handler that awaits only settled promises still leaves in the same write. */
  schedule(f: Flushable): void {
    this.dirty.push(f);
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(this.afterMicrotasks);
  }

  private readonly afterMicrotasks = (): void => {
    process.nextTick(this.flushAll);
  };

  private readonly flushAll = (): void => {
    this.scheduled = false;
    const all = this.dirty;
    this.dirty = [];
    for (const f of all) f.flush();
  };
}

/** Room for a nested section. `hint` is what a caller expects, and may be anything: it is no reason for a large allocation. */
export function roomOf(hint: number): number {
  return hint > MIN_ROOM ? Math.min(Math.ceil(hint), SLAB_BYTES) : MIN_ROOM;
}
