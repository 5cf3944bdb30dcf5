// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { RpcHead, Wire } from '../engine.js';
import { InfoID, StrKey } from './keys.js';

const SLAB = 64 * 1024;
const MAX_SHARED = 4096;
let slab: Buffer | undefined;
let slabPos = 0;

interface Utf8Sliceable {
  utf8Slice(start: number, end: number): string;
}

/** Node's own slice, which `toString` wraps in argument checks. */
function text(b: Buffer, start: number, end: number): string {
  return (b as unknown as Utf8Sliceable).utf8Slice(start, end);
}

const noStrings: ReadonlyMap<string, string> = new Map();

/**
 * The head of a message over the bytes that it came in.
 * Shape: `buf[infoStart, infoEnd)` are the info blocks of a TTHeader, `buf[meshStart, meshEnd)` the pairs of a MeshHeader, `buf[nameStart, nameEnd)` is the method
 *        name; an empty range = not there. All three were checked before the head is shown.
 * Owns:  nothing; `retain()` gives a head with bytes of its own.
 */
export class RpcHeadView implements RpcHead {
  wire: Wire = 'framed';
  payload: 'thrift' | 'protobuf' = 'thrift';
  serviceIndex: number = -1;
  methodIndex: number = -1;
  type: 1 | 2 | 3 | 4 = 1;
  seqId: number = 0;
  deadline: number = Infinity;
  priority: number = 0;
  /** TTHeader's own sequence id and flags; 0 without one. */
  frameSeq: number = 0;
  flags: number = 0;
  buf: Buffer = emptyBuffer;
  infoStart: number = 0;
  infoEnd: number = 0;
  meshStart: number = 0;
  meshEnd: number = 0;
  nameStart: number = 0;
  nameEnd: number = 0;
  private parsed: ReadonlyMap<string, string> | undefined = undefined;
  private name: string | undefined = undefined;

  /** Forgets the message before; what a decoder does not set afterwards is at its default. */
  reset(buf: Buffer): void {
    this.buf = buf;
    this.serviceIndex = -1;
    this.methodIndex = -1;
    this.deadline = Infinity;
    this.priority = 0;
    this.frameSeq = 0;
    this.flags = 0;
    this.infoStart = 0;
    this.infoEnd = 0;
    this.meshStart = 0;
    this.meshEnd = 0;
    this.nameStart = 0;
    this.nameEnd = 0;
    this.parsed = undefined;
    this.name = undefined;
  }

  get service(): string {
    return this.str(StrKey.IDLServiceName) ?? '';
  }

  get methodName(): string {
    return (this.name ??= text(this.buf, this.nameStart, this.nameEnd));
  }

  int(key: number): string | undefined {
    const b = this.buf;
    let found: string | undefined = undefined;
    for (let p = this.infoStart; p < this.infoEnd; ) {
      const id = b[p++]!;
      if (id === InfoID.IntKeyValue) {
        let n = u16(b, p);
        p += 2;
        for (; n > 0; n--) {
          const k = u16(b, p);
          const len = u16(b, p + 2);
          p += 4;
          if (k === key) found = text(b, p, p + len);
          p += len;
        }
      } else {
        p = skipBlock(b, p, id);
      }
    }
    return found;
  }

  str(key: string): string | undefined {
    return this.strings().get(key);
  }

  strings(): ReadonlyMap<string, string> {
    return (this.parsed ??= this.parseStrings());
  }

  private parseStrings(): ReadonlyMap<string, string> {
    if (this.infoStart === this.infoEnd && this.meshStart === this.meshEnd) return noStrings;
    const out = new Map<string, string>();
    const b = this.buf;
    if (this.meshEnd > this.meshStart) readPairs(b, this.meshStart, out);
    for (let p = this.infoStart; p < this.infoEnd; ) {
      const id = b[p++]!;
      if (id === InfoID.KeyValue) {
        p = readPairs(b, p, out);
      } else if (id === InfoID.ACLToken) {
        const len = u16(b, p);
        out.set(StrKey.GDPRToken, text(b, p + 2, p + 2 + len));
        p += 2 + len;
      } else {
        p = skipBlock(b, p, id);
      }
    }
    return out;
  }

  retain(): RpcHeadView {
    const h = new RpcHeadView();
    h.wire = this.wire;
    h.payload = this.payload;
    h.serviceIndex = this.serviceIndex;
    h.methodIndex = this.methodIndex;
    h.type = this.type;
    h.seqId = this.seqId;
    h.deadline = this.deadline;
    h.priority = this.priority;
    h.frameSeq = this.frameSeq;
    h.flags = this.flags;
    h.name = this.name;
    const info = this.infoEnd - this.infoStart;
    const mesh = this.meshEnd - this.meshStart;
    const name = this.nameEnd - this.nameStart;
    const size = info + mesh + name;
    let to: Buffer;
    let p = 0;
    if (size > MAX_SHARED) {
      to = Buffer.allocUnsafeSlow(size);
    } else {
      if (slab === undefined || slabPos + size > SLAB) {
        slab = Buffer.allocUnsafeSlow(SLAB);
        slabPos = 0;
      }
      to = slab;
      p = slabPos;
      slabPos += size;
    }
    h.buf = to;
    h.infoStart = p;
    p = copy(this.buf, this.infoStart, info, to, p);
    h.infoEnd = p;
    h.meshStart = p;
    p = copy(this.buf, this.meshStart, mesh, to, p);
    h.meshEnd = p;
    h.nameStart = p;
    h.nameEnd = copy(this.buf, this.nameStart, name, to, p);
    return h;
  }
}

const emptyBuffer = Buffer.alloc(0);

function copy(from: Buffer, start: number, n: number, to: Buffer, at: number): number {
  if (n > 48) from.copy(to, at, start, start + n);
  else for (let i = 0; i < n; i++) to[at + i] = from[start + i]!;
  return at + n;
}

function u16(b: Buffer, p: number): number {
  return (b[p]! << 8) | b[p + 1]!;
}

function readPairs(b: Buffer, at: number, out: Map<string, string>): number {
  let p = at;
  let n = u16(b, p);
  p += 2;
  for (; n > 0; n--) {
    const klen = u16(b, p);
    p += 2;
    const key = text(b, p, p + klen);
    p += klen;
    const vlen = u16(b, p);
    p += 2;
    out.set(key, text(b, p, p + vlen));
    p += vlen;
  }
  return p;
}

function skipBlock(b: Buffer, at: number, id: number): number {
  let p = at;
  if (id === InfoID.KeyValue || id === InfoID.IntKeyValue) {
    let n = u16(b, p);
    p += 2;
    for (; n > 0; n--) {
      p += id === InfoID.KeyValue ? 2 + u16(b, p) : 2;
      p += 2 + u16(b, p);
    }
  } else if (id === InfoID.ACLToken) {
    p += 2 + u16(b, p);
  }
  return p;
}
