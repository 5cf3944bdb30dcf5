// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { RpcFrameError, RpcFrameTooLargeError } from './errors.js';

/** Bytes of one value of a Thrift type; 0 = it varies, -1 = no such type. Indexed by type id; 16 is the uuid of Apache Thrift. */
const SIZE: Int8Array = Int8Array.from([-1, -1, 1, 1, 8, -1, 2, -1, 4, -1, 8, 0, 0, 0, 0, 0, 16]);
const T = { Stop: 0, Void: 1, String: 11, Struct: 12, Map: 13, Set: 14, List: 15 } as const;

/**
 * Finds the end of a Thrift binary struct that carries no length, as Buffered messages do. Resumable: bytes that were looked at are not looked at again.
 * Shape:  a stack of what is open. A struct frame holds `left` = -1; a list, set or map frame holds the number of values still to come, keys and values in turn.
 *         The result of a void method as Go's generic server writes it, `01 0000 00 00` (a VOID field and two STOPs), is taken too.
 * Errors: {@link RpcFrameError} for an unknown type, a negative length or too deep a nesting, {@link RpcFrameTooLargeError} beyond `maxBytes`.
 */
export class ThriftScanner {
  /** Bytes wanted before the next call is of use. */
  need: number = 1;
  private pos: number = 0;
  private skip: number = 0;
  private depth: number = 0;
  private voided: boolean = false;
  private readonly left: Float64Array;
  private readonly even: Uint8Array;
  private readonly odd: Uint8Array;
  private readonly maxDepth: number;

  constructor(maxDepth: number) {
    this.maxDepth = maxDepth;
    this.left = new Float64Array(maxDepth + 1);
    this.even = new Uint8Array(maxDepth + 1);
    this.odd = new Uint8Array(maxDepth + 1);
  }

  /** Starts on a struct. */
  begin(): void {
    this.pos = 0;
    this.skip = 0;
    this.need = 1;
    this.depth = 1;
    this.voided = false;
    this.left[0] = -1;
  }

  /** Goes on over `buf[start, end)`, which begins where the struct begins. Returns its length, or -1 when more bytes are wanted. */
  scan(buf: Buffer, start: number, end: number, maxBytes: number): number {
    for (;;) {
      let p = start + this.pos + this.skip;
      if (this.pos + this.skip > maxBytes) throw tooLong(maxBytes);
      if (p > end) return this.wait(p - start);
      this.pos = p - start;
      this.skip = 0;
      const d = this.depth - 1;
      let type: number;
      const left = this.left[d]!;
      if (left < 0) {
        if (p >= end) return this.wait(this.pos + 1);
        type = buf[p]!;
        if (type === T.Stop) {
          if (this.voided && d === 0) {
            if (p + 2 > end) return this.wait(this.pos + 2);
            if (buf[p + 1] === T.Stop) this.pos++;
          }
          this.pos++;
          if (this.pos > maxBytes) throw tooLong(maxBytes);
          if (--this.depth === 0) return this.pos;
          continue;
        }
        if (p + 3 > end) return this.wait(this.pos + 3);
        if (type === T.Void) {
          this.voided ||= this.pos === 0;
          this.pos += 3;
          continue;
        }
        p += 3;
        // The field's header is stepped over together with what opens its value, so that a pause between the two starts at the header again.
      } else if (left === 0) {
        this.depth--;
        continue;
      } else {
        type = left % 2 === 0 ? this.even[d]! : this.odd[d]!;
      }
      const size = SIZE[type] ?? -1;
      if (size < 0) throw new RpcFrameError(`Buffered message: got Thrift type ${type}, wanted a type of the binary protocol`);
      const next = this.value(buf, p, end, start, type, size);
      if (next < 0) return -1;
      if (left > 0) this.left[d] = left - 1;
      this.pos = next - start;
    }
  }

  private wait(want: number): number {
    this.need = want;
    return -1;
  }

  /** Opens or steps over one value at `p`; the new position, or -1. */
  private value(buf: Buffer, p: number, end: number, start: number, type: number, size: number): number {
    if (size > 0) {
      this.skip = size;
      return p;
    }
    if (type === T.Struct) {
      this.open(-1, 0, 0);
      return p;
    }
    if (type === T.String) {
      if (p + 4 > end) return this.wait(p + 4 - start);
      this.skip = length(buf, p);
      return p + 4;
    }
    if (this.depth >= this.maxDepth) throw this.tooDeep();
    const map = type === T.Map;
    const head = map ? 6 : 5;
    if (p + head > end) return this.wait(p + head - start);
    const n = length(buf, p + head - 4);
    const k = buf[p]!;
    const v = map ? buf[p + 1]! : k;
    if (n > 0) {
      const ks = SIZE[k] ?? -1;
      const vs = SIZE[v] ?? -1;
      if (ks < 0 || vs < 0) throw new RpcFrameError(`Buffered message: got a container of Thrift type ${ks < 0 ? k : v}, wanted a type of the binary protocol`);
      if (ks > 0 && vs > 0) this.skip = n * (map ? ks + vs : ks);
      else if (map) this.open(n * 2, k, v);
      else this.open(n, k, k);
    }
    return p + head;
  }

  private open(left: number, even: number, odd: number): void {
    if (this.depth >= this.maxDepth) throw this.tooDeep();
    this.left[this.depth] = left;
    this.even[this.depth] = even;
    this.odd[this.depth] = odd;
    this.depth++;
  }

  private tooDeep(): RpcFrameError {
    return new RpcFrameError(`Buffered message: nested deeper than ${this.maxDepth}, the limit maxDepth`);
  }
}

function tooLong(maxBytes: number): RpcFrameTooLargeError {
  return new RpcFrameTooLargeError(`Buffered message: more than ${maxBytes} bytes, the limit maxMessageBytes`);
}

function length(b: Buffer, p: number): number {
  const n = (b[p]! << 24) | (b[p + 1]! << 16) | (b[p + 2]! << 8) | b[p + 3]!;
  if (n < 0) throw new RpcFrameError(`Buffered message: got length ${n}, wanted 0 or more`);
  return n;
}
