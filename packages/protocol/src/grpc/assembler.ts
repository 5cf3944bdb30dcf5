// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader } from '@cloudwego/gopkg/io';
import { GrpcError } from './errors.js';
import { GrpcStatus } from './status.js';

const HEAD = 5;
const FIRST = 64 * 1024;

/** Told of each whole message. False = stop, the stream is gone. */
export type TakeMessage = (r: ByteReader, compressed: boolean, last: boolean) => boolean;

/**
 * Cuts the pieces of a body into messages: u8 compressed, u32 length, bytes. Messages that lie whole in a piece are shown where they are; one that comes in several
 * is put together in a buffer that doubles as bytes arrive, whatever length it claims.
 * Errors: {@link GrpcError} for a length over the limit.
 */
export class MessageAssembler {
  private buf: Buffer | undefined = undefined;
  private have = 0;
  private readonly maxBytes: number;
  private readonly reader: ByteReader;

  constructor(maxBytes: number, reader: ByteReader) {
    this.maxBytes = maxBytes;
    this.reader = reader;
  }

  /** Bytes of a message that is not whole. */
  get pending(): number {
    return this.have;
  }

  /** Takes a piece. */
  push(r: ByteReader, end: boolean, take: TakeMessage): void {
    const b = r.buf;
    let p = r.pos;
    const stop = r.end;
    if (this.have > 0) {
      p = this.fill(b, p, stop, HEAD);
      if (this.have < HEAD) return;
      const n = this.length(this.buf!, 0);
      p = this.fill(b, p, stop, HEAD + n);
      if (this.have < HEAD + n) return;
      const whole = this.buf!;
      this.buf = undefined;
      this.have = 0;
      this.reader.set(whole, HEAD, HEAD + n);
      if (!take(this.reader, whole[0] !== 0, end && p === stop)) return;
    }
    while (stop - p >= HEAD) {
      const n = this.length(b, p);
      if (stop - p - HEAD < n) break;
      const next = p + HEAD + n;
      this.reader.set(b, p + HEAD, next);
      const compressed = b[p] !== 0;
      p = next;
      if (!take(this.reader, compressed, end && p === stop)) return;
    }
    if (p < stop) this.fill(b, p, stop, Infinity);
  }

  private length(b: Buffer, p: number): number {
    if (b[p]! > 1) throw new GrpcError('GRPC_MESSAGE_INVALID', GrpcStatus.Internal, `message: got the compressed flag ${b[p]!}, wanted 0 or 1`);
    const n = b.readUInt32BE(p + 1);
    if (n > this.maxBytes) throw new GrpcError('GRPC_MESSAGE_TOO_LARGE', GrpcStatus.ResourceExhausted, `message of ${n} bytes, wanted at most ${this.maxBytes} (maxMessageBytes)`);
    return n;
  }

  /** Adds bytes until `want` are there; the position behind what was taken. */
  private fill(b: Buffer, p: number, stop: number, want: number): number {
    const n = Math.min(stop - p, want - this.have);
    if (n <= 0) return p;
    const need = this.have + n;
    if (this.buf === undefined || this.buf.length < need) {
      const next = Buffer.allocUnsafeSlow(Math.max(FIRST, 2 ** Math.ceil(Math.log2(need))));
      if (this.buf !== undefined) this.buf.copy(next, 0, 0, this.have);
      this.buf = next;
    }
    b.copy(this.buf, this.have, p, p + n);
    this.have = need;
    return p + n;
  }
}
