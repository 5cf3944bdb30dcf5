// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';
import { WriteSections } from '../connection/sections.js';
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
export class OutputSlab extends WriteSections {
  /** Queues that no connection uses now. */
  readonly queues: OutputQueue[] = [];
  private slab: Buffer = Buffer.allocUnsafeSlow(0);
  private slabPos: number = 0;
  private dirty: Flushable[] = [];
  private scheduled: boolean = false;
  /** Who has bytes of the slab: queues of connections, and batches that sockets have not called back for. */
  private held: number;

  /** `reuses`: whoever keeps sections calls `hold` and `letGo`. Else no slab is ever written twice. */
  constructor(reuses: boolean) {
    super();
    this.held = reuses ? 0 : 1;
  }

  hold(): void {
    this.held++;
  }

  letGo(): void {
    this.held--;
  }

  protected place(w: ByteWriter): void {
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

  protected placed(w: ByteWriter): void {
    if (w.buf === this.slab) this.slabPos = w.pos;
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
