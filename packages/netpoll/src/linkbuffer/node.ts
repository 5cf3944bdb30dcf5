// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * A piece of a {@link LinkBuffer}.
 *
 *   buf   …released │ consumed │ readable │ written, not flushed │ free │…
 *              start         off        flushed                  end    limit
 */
export class LinkNode {
  readonly buf: Buffer;
  start: number;
  off: number;
  flushed: number;
  end: number;
  limit: number;
  next: LinkNode | undefined = undefined;
  /** The memory is somebody else's, or others read in it too. */
  shared: boolean;

  /** `[from, to)` is written and not flushed, `[to, limit)` is free. */
  constructor(buf: Buffer, from: number, to: number, limit: number, shared: boolean) {
    this.buf = buf;
    this.start = from;
    this.off = from;
    this.flushed = from;
    this.end = to;
    this.limit = limit;
    this.shared = shared;
  }

  /** A node that refers to memory of somebody else. */
  static of(b: Uint8Array): LinkNode {
    const buf = Buffer.isBuffer(b) ? b : Buffer.from(b.buffer, b.byteOffset, b.byteLength);
    return new LinkNode(buf, 0, buf.length, buf.length, true);
  }
}
