// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';

const none: readonly Buffer[] = [];

/** What a connection has written and not yet given to the system, in order. */
export class OutputQueue {
  /** Bytes queued. */
  bytes: number = 0;
  private pieces: Buffer[] = [];

  /**
   * Keeps what a section wrote; neighbours in one slab become one piece.
   * Owns: blocks that were referenced are copied. The caller may change them after the turn, and neither a busy socket nor the kernel, which holds on to the
   *       memory of a write it could not take whole, can be told to copy later.
   */
  take(w: ByteWriter): void {
    let from = w.start;
    if (w.refs !== undefined) {
      for (const r of w.refs) {
        const to = w.start + r.at;
        this.own(w.buf, from, to);
        from = to;
        this.pieces.push(Buffer.from(r.bytes));
        this.bytes += r.bytes.length;
      }
    }
    this.own(w.buf, from, w.pos);
  }

  private own(buf: Buffer, from: number, to: number): void {
    if (to === from) return;
    this.bytes += to - from;
    const i = this.pieces.length - 1;
    const last = this.pieces[i];
    if (last !== undefined && last.buffer === buf.buffer && last.byteOffset + last.length === buf.byteOffset + from) {
      this.pieces[i] = buf.subarray(last.byteOffset - buf.byteOffset, to);
    } else {
      this.pieces.push(buf.subarray(from, to));
    }
  }

  /** Keeps a piece that nobody will change. */
  append(piece: Buffer): void {
    this.pieces.push(piece);
    this.bytes += piece.length;
  }

  /** Takes out at most `limit` bytes. */
  batch(limit: number): readonly Buffer[] {
    const { pieces } = this;
    if (this.bytes <= limit) {
      this.pieces = [];
      this.bytes = 0;
      return pieces;
    }
    if (limit <= 0) return none;
    let room = limit;
    let n = 0;
    while (pieces[n]!.length <= room) room -= pieces[n++]!.length;
    const out = pieces.slice(0, n);
    if (room > 0) {
      out.push(pieces[n]!.subarray(0, room));
      pieces[n] = pieces[n]!.subarray(room);
    }
    this.pieces = pieces.slice(n);
    this.bytes -= limit;
    return out;
  }

  clear(): void {
    this.pieces = [];
    this.bytes = 0;
  }
}
