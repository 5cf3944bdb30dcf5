// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ShortReadError } from '@cloudwego/gopkg/io';
import { int, optionTable } from '@cloudwego/gopkg/options';
import { LengthError, WriteStateError } from '../errors.js';
import { LinkNode } from './node.js';
import type { Reader, Writer } from './types.js';

/** Up to here bytes are copied, above they are referred to. Source: netpoll nocopy.go BinaryInplaceThreshold. */
const COPY_BYTES = 4096;
/** A node above this takes no more bytes once it was flushed, so that few do not keep many alive. Source: netpoll pagesize. */
const PAGE_BYTES = 8192;
/** Longest single reservation. */
const MOST_BYTES = 1 << 30;
const NOTHING = Buffer.alloc(0);
const POISON = 0xdd;

/** Options of {@link LinkBuffer}. */
export interface LinkBufferOptions {
  /** Capacity of a node at least. Unit bytes, integer >= 16. @defaultValue 4096 */
  readonly minNodeBytes?: number | undefined;
  /** Capacity up to which nodes grow with what was buffered before; a longer `malloc` has a node of its own. Unit bytes. @defaultValue 8388608 */
  readonly maxNodeBytes?: number | undefined;
}

const table = optionTable<LinkBufferOptions>({
  minNodeBytes: int({ unit: 'bytes', min: 16, max: MOST_BYTES, default: 4096 }),
  maxNodeBytes: int({ unit: 'bytes', min: 16, max: MOST_BYTES, default: 8 * 1024 * 1024 }),
});
const defaults = table.resolve({}, 'linkBuffer');

/**
 * A chain of pieces of memory that is written at one end and read at the other without moving the bytes.
 *
 *   head ──▶ … ──▶ read ──▶ … ──▶ flushed ──▶ … ──▶ write
 *     consumed       readable          not yet flushed
 *
 * Owns:    memory is not used twice: a view that outlived its `release()` shows what it showed, or 0xDD under NETPOLL_DEBUG=1, never other bytes. An empty
 *          buffer that was released holds none.
 * Errors:  see {@link Reader} and {@link Writer}.
 * Source:  cloudwego/netpoll nocopy_linkbuffer.go. `Differs:` no pool and no counts of references, the collector has them; `append` leaves its source empty
 *          and usable, and what it moved is readable after `flush` only.
 */
export class LinkBuffer implements Reader, Writer {
  length: number = 0;
  mallocLength: number = 0;
  private readonly minNodeBytes: number;
  private readonly maxNodeBytes: number;
  private head: LinkNode;
  private read: LinkNode;
  private flushNode: LinkNode;
  private write: LinkNode;
  /** What `peek` put together: the first `peekLength` readable bytes. */
  private peeked: Buffer | undefined = undefined;
  private peekLength: number = 0;
  /** No `scannedFor` among the first `scanned` readable bytes. */
  private scanned: number = 0;
  private scannedFor: number = -1;
  /** The most that was readable since the last time that nothing was. */
  private most: number = 0;
  /** Capacity of the next node for what comes in. */
  private capacity: number;
  private readonly poison: boolean = process.env['NETPOLL_DEBUG'] === '1';

  constructor(options?: LinkBufferOptions) {
    const o = options === undefined ? defaults : table.resolve(options, 'linkBuffer');
    this.minNodeBytes = o.minNodeBytes!;
    this.maxNodeBytes = Math.max(o.maxNodeBytes!, o.minNodeBytes!);
    this.capacity = this.minNodeBytes;
    this.head = this.read = this.flushNode = this.write = nothing();
  }

  get isEmpty(): boolean {
    return this.length === 0;
  }

  // ── reading ──────────────────────────────────────────────────────────────────────────────────

  next(n: number): Buffer {
    this.wanted(n);
    if (n === 0) return NOTHING;
    const node = this.first();
    this.consumed(n);
    if (node.flushed - node.off < n) return this.take(n);
    node.off += n;
    return node.buf.subarray(node.off - n, node.off);
  }

  peek(n: number): Buffer {
    this.wanted(n);
    if (n === 0) return NOTHING;
    const node = this.first();
    if (node.flushed - node.off >= n) return node.buf.subarray(node.off, node.off + n);
    if (this.peekLength < n) {
      let to = this.peeked ?? NOTHING;
      if (to.length < n) {
        to = Buffer.allocUnsafeSlow(Math.min(this.length, Math.max(n, to.length * 2)));
        this.peeked?.copy(to, 0, 0, this.peekLength);
        this.peeked = to;
      }
      this.copyTo(to, this.peekLength, n);
      this.peekLength = n;
    }
    return this.peeked!.subarray(0, n);
  }

  skip(n: number): void {
    this.wanted(n);
    if (n === 0) return;
    this.consumed(n);
    this.advance(n, undefined);
  }

  until(delimiter: number): Buffer {
    const at = this.indexOf(delimiter);
    if (at < 0) throw new ShortReadError(this.length + 1, this.length);
    return this.next(at + 1);
  }

  indexOf(byte: number, from = 0): number {
    checkLength(from, 'indexOf');
    // What was looked through in vain is not looked through again when more has come.
    const known = this.scannedFor === byte ? this.scanned : 0;
    const begin = Math.max(from, known);
    let at = 0;
    for (let node: LinkNode | undefined = this.read; node !== undefined; node = node.next) {
      const n = node.flushed - node.off;
      if (at + n > begin) {
        const i = node.buf.subarray(node.off + Math.max(0, begin - at), node.flushed).indexOf(byte);
        if (i >= 0) return Math.max(at, begin) + i;
      }
      at += n;
      if (node === this.flushNode) break;
    }
    if (from <= known) {
      this.scannedFor = byte;
      this.scanned = this.length;
    }
    return -1;
  }

  readString(n: number, encoding: BufferEncoding = 'utf8'): string {
    return this.next(n).toString(encoding);
  }

  readBinary(n: number): Uint8Array {
    this.wanted(n);
    if (n === 0) return new Uint8Array(0);
    this.consumed(n);
    return this.take(n);
  }

  readByte(): number {
    this.wanted(1);
    const node = this.first();
    this.consumed(1);
    return node.buf[node.off++]!;
  }

  slice(n: number): LinkBuffer {
    this.wanted(n);
    const out = new LinkBuffer();
    if (n === 0) return out;
    this.consumed(n);
    this.advance(n, (node, from, to) => {
      node.shared = true;
      out.link(new LinkNode(node.buf, from, to, to, true));
    });
    out.flush();
    return out;
  }

  release(): void {
    this.forgetPeek();
    this.first();
    for (; this.head !== this.read; this.head = this.head.next!) this.retire(this.head);
    this.retire(this.read);
    if (this.length > 0 || this.mallocLength > 0) return;
    this.head = this.read = this.flushNode = this.write = nothing();
    // After one large message the next finds a node that holds it; a long time of small ones forgets that.
    this.capacity = Math.min(this.maxNodeBytes, Math.max(this.minNodeBytes, this.most, this.capacity >>> 1));
    this.most = 0;
  }

  /** Every readable byte, as the pieces that they lie in. Borrowed; nothing is consumed. Source: netpoll GetBytes. */
  getBytes(): Buffer[] {
    const out: Buffer[] = [];
    for (let node: LinkNode | undefined = this.read; node !== undefined; node = node.next) {
      if (node.flushed > node.off) out.push(node.buf.subarray(node.off, node.flushed));
      if (node === this.flushNode) break;
    }
    return out;
  }

  /** Every readable byte in one piece. Borrowed; nothing is consumed. */
  bytes(): Buffer {
    return this.peek(this.length);
  }

  /** Drops everything; the buffer is as a new one. */
  close(): void {
    this.length = this.mallocLength = this.scanned = 0;
    this.forgetPeek();
    this.head = this.read = this.flushNode = this.write = nothing();
  }

  private wanted(n: number): void {
    checkLength(n, 'read');
    if (n > this.length) throw new ShortReadError(n, this.length);
  }

  /** The node of the first readable byte. */
  private first(): LinkNode {
    while (this.read.off === this.read.flushed && this.read !== this.flushNode) this.read = this.read.next!;
    return this.read;
  }

  private consumed(n: number): void {
    this.length -= n;
    this.scanned = Math.max(0, this.scanned - n);
    this.forgetPeek();
  }

  private forgetPeek(): void {
    if (this.poison) this.peeked?.fill(POISON);
    this.peeked = undefined;
    this.peekLength = 0;
  }

  /** `n` bytes in memory of their own. */
  private take(n: number): Buffer {
    const out = Buffer.allocUnsafeSlow(n);
    let at = 0;
    this.advance(n, (node, from, to) => {
      node.buf.copy(out, at, from, to);
      at += to - from;
    });
    return out;
  }

  private advance(n: number, each: ((node: LinkNode, from: number, to: number) => void) | undefined): void {
    while (n > 0) {
      const node = this.first();
      const k = Math.min(n, node.flushed - node.off);
      each?.(node, node.off, node.off + k);
      node.off += k;
      n -= k;
    }
  }

  /** Copies readable bytes [from, to) to the same place in `out`. */
  private copyTo(out: Buffer, from: number, to: number): void {
    let at = 0;
    for (let node = this.read; at < to; node = node.next!) {
      const n = node.flushed - node.off;
      if (at + n > from) {
        const begin = Math.max(from, at);
        node.buf.copy(out, begin, node.off + begin - at, node.off + Math.min(n, to - at));
      }
      at += n;
    }
  }

  private retire(node: LinkNode): void {
    if (this.poison && !node.shared) node.buf.fill(POISON, node.start, node.off);
    node.start = node.off;
  }

  // ── writing ──────────────────────────────────────────────────────────────────────────────────

  malloc(n: number): Buffer {
    checkLength(n, 'malloc');
    if (n === 0) return NOTHING;
    const node = this.room(n);
    node.end += n;
    this.mallocLength += n;
    return node.buf.subarray(node.end - n, node.end);
  }

  mallocAck(n: number): void {
    checkLength(n, 'mallocAck');
    if (n > this.mallocLength) throw new LengthError(`mallocAck: got ${n} bytes, wanted at most the ${this.mallocLength} that were reserved`);
    this.mallocLength = n;
    let node = this.flushNode;
    for (; n > node.end - node.flushed; node = node.next!) n -= node.end - node.flushed;
    // What is cut off is not written again: somebody may have put a reference there.
    node.end = node.flushed + n;
    if (node.shared) node.limit = node.end;
    node.next = undefined;
    this.write = node;
  }

  writeBinary(b: Uint8Array): number {
    const n = b.length;
    if (n > COPY_BYTES) this.link(LinkNode.of(b));
    else if (n > 0) this.malloc(n).set(b);
    return n;
  }

  writeString(s: string): number {
    const n = Buffer.byteLength(s);
    if (n > COPY_BYTES) this.link(LinkNode.of(Buffer.from(s)));
    else if (n > 0) this.malloc(n).write(s);
    return n;
  }

  writeByte(b: number): void {
    this.malloc(1)[0] = b;
  }

  writeDirect(b: Uint8Array, remain: number): void {
    checkLength(remain, 'writeDirect');
    if (remain > this.mallocLength) throw new LengthError(`writeDirect: got ${remain} bytes to stay behind, wanted at most the ${this.mallocLength} that were reserved`);
    if (b.length === 0) return;
    let at = this.mallocLength - remain;
    let node = this.flushNode;
    for (; at > node.end - node.flushed; node = node.next!) at -= node.end - node.flushed;
    at += node.flushed;
    const data = LinkNode.of(b);
    if (remain > 0) {
      // What stays behind becomes a node over the same memory, with what is free behind it.
      const tail = new LinkNode(node.buf, at, node.end, node.limit, true);
      node.end = node.limit = at;
      node.shared = true;
      this.insert(node, tail);
    }
    this.insert(node, data);
    this.mallocLength += b.length;
  }

  append(w: LinkBuffer): void {
    if (!(w instanceof LinkBuffer) || w === this) throw new WriteStateError('append: got no other LinkBuffer');
    const n = w.length + w.mallocLength;
    if (n === 0) return;
    // Everything that moves is flushed here, not there.
    const first = w.first();
    for (let node: LinkNode | undefined = first; node !== undefined; node = node.next) node.flushed = node.start = node.off;
    this.write.next = first;
    this.write = w.write;
    this.mallocLength += n;
    w.close();
  }

  /** Makes everything readable that was written. */
  flush(): void {
    let node = this.flushNode;
    node.flushed = node.end;
    while (node !== this.write) {
      node = node.next!;
      node.flushed = node.end;
    }
    this.flushNode = node;
    this.length += this.mallocLength;
    this.mallocLength = 0;
    if (this.length > this.most) this.most = this.length;
    if (node.buf.length > PAGE_BYTES) node.limit = node.end;
  }

  /**
   * Copies bytes in that can be read at once, as they come from a connection: nodes grow with what was buffered before.
   * Errors: WriteStateError while something was written and not flushed.
   */
  fill(buf: Uint8Array, start = 0, end: number = buf.length): void {
    if (this.mallocLength > 0) throw new WriteStateError(`fill: ${this.mallocLength} bytes were written and not flushed`);
    const node = this.write;
    const k = Math.min(end - start, node.limit - node.end);
    if (k > 0) {
      node.buf.set(buf.subarray(start, start + k), node.end);
      node.end = node.flushed = node.end + k;
    }
    const rest = end - start - k;
    if (rest > 0) {
      const fresh = this.grow(Math.max(rest, this.capacity, Math.min(this.length, this.maxNodeBytes)));
      fresh.buf.set(buf.subarray(start + k, end), 0);
      fresh.end = fresh.flushed = rest;
      this.flushNode = fresh;
    }
    this.length += end - start;
    if (this.length > this.most) this.most = this.length;
  }

  /** A node with room for `n` bytes in one piece. */
  private room(n: number): LinkNode {
    const node = this.write;
    return node.limit - node.end >= n ? node : this.grow(Math.max(n, this.minNodeBytes));
  }

  private grow(capacity: number): LinkNode {
    const node = new LinkNode(Buffer.allocUnsafeSlow(capacity), 0, 0, capacity, false);
    this.insert(this.write, node);
    return node;
  }

  private link(node: LinkNode): void {
    this.insert(this.write, node);
    this.mallocLength += node.end - node.off;
  }

  /** Puts `node` behind `at`. */
  private insert(at: LinkNode, node: LinkNode): void {
    node.next = at.next;
    at.next = node;
    if (at === this.write) this.write = node;
  }
}

function nothing(): LinkNode {
  return new LinkNode(NOTHING, 0, 0, 0, true);
}

export function checkLength(n: number, what: string): void {
  if (!Number.isSafeInteger(n) || n < 0 || n > MOST_BYTES) throw new LengthError(`${what}: got a length of ${n}, wanted an integer from 0 to ${MOST_BYTES}`);
}
