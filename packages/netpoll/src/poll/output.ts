// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';
import { WriteSections } from '../connection/sections.js';
import { Header, RECORD_INTS } from './native.js';

const MIN_ROOM = 4096;

/**
 * The out side of a loop: sections are written one after another into one slab, and every finished section becomes an entry of the out-table. Native code
 * copies what a socket does not take, so after a flush the slab is free from its start: it stays in the processor's cache and is never collected. Bytes that
 * were lent to a consumer may be handed to `bytes()` inside its `receive`: they stay where they are until the batch was sent.
 */
export class PollOutput extends WriteSections {
  private readonly header: Int32Array;
  private readonly table: Int32Array;
  private readonly most: number;
  private readonly slab: Buffer;
  private readonly refs: (Uint8Array | undefined)[];
  private readonly flushNow: () => void;
  private readonly copies: boolean;
  private pos: number = 0;

  /** `copies`: what is referred to is copied at once, as where lent bytes are overwritten when their batch ends. */
  constructor(header: Int32Array, table: Int32Array, slab: Buffer, refs: (Uint8Array | undefined)[], flushNow: () => void, copies: boolean) {
    super();
    this.header = header;
    this.table = table;
    this.most = table.length / RECORD_INTS;
    this.slab = slab;
    this.refs = refs;
    this.flushNow = flushNow;
    this.copies = copies;
  }

  protected place(w: ByteWriter): void {
    if (this.header[Header.OutCount] === 0) {
      this.pos = 0;
    } else if (this.slab.length - this.pos < MIN_ROOM) {
      this.flushNow();
      this.pos = 0;
    }
    w.buf = this.slab;
    w.start = this.pos;
    w.limit = this.slab.length;
  }

  protected placed(w: ByteWriter): void {
    if (w.buf === this.slab) this.pos = w.pos;
  }

  /** Queues what a section that was closed just now has; returns its length. */
  queue(w: ByteWriter, slot: number, generation: number): number {
    const refs = w.refs;
    if (refs === undefined) {
      this.own(w, w.start, w.pos, slot, generation);
      return w.pos - w.start;
    }
    let from = w.start;
    for (const r of refs) {
      const to = w.start + r.at;
      this.own(w, from, to, slot, generation);
      from = to;
      this.block(r.bytes, slot, generation);
    }
    this.own(w, from, w.pos, slot, generation);
    w.refs = undefined;
    return w.pos - w.start + w.refBytes;
  }

  private own(w: ByteWriter, from: number, to: number, slot: number, generation: number): void {
    if (from === to) return;
    // A section that outgrew the slab, or an inner one, is in a buffer that nothing else writes.
    if (w.buf !== this.slab) {
      this.block(w.buf.subarray(from, to), slot, generation);
      return;
    }
    const { header, table } = this;
    const n = header[Header.OutCount]!;
    const p = n * RECORD_INTS;
    // Neighbours in the slab are one entry: answers to a pipelined batch leave as one block.
    if (n > 0 && table[p - 4] === slot && table[p - 3] === generation && table[p - 2]! >= 0 && table[p - 2]! + table[p - 1]! === from) {
      table[p - 1] = table[p - 1]! + to - from;
      return;
    }
    this.entry(slot, generation, from, to - from);
  }

  private block(bytes: Uint8Array, slot: number, generation: number): void {
    if (bytes.length === 0) return;
    if (this.header[Header.OutCount]! >= this.most) this.flushNow();
    const k = this.header[Header.RefCount]!;
    this.refs[k] = this.copies ? Uint8Array.from(bytes) : bytes;
    this.header[Header.RefCount] = k + 1;
    this.entry(slot, generation, ~k, bytes.length);
  }

  private entry(slot: number, generation: number, where: number, length: number): void {
    const { header, table } = this;
    if (header[Header.OutCount]! >= this.most) this.flushNow();
    const n = header[Header.OutCount]!;
    const p = n * RECORD_INTS;
    table[p] = slot;
    table[p + 1] = generation;
    table[p + 2] = where;
    table[p + 3] = length;
    // Last, so that a stop in the middle leaves no half entry.
    header[Header.OutCount] = n + 1;
  }
}
