// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';
import type { RpcHeadInit, Wire } from '../engine.js';

/**
 * One message and its answer. Streams of a connection that answers in order form a list, the oldest first. All fields are set in the constructor, so that
 * every stream has one shape.
 */
export class RpcStream {
  id: number;
  wire: Wire;
  payload: 'thrift' | 'protobuf';
  /** TTHeader's sequence id, which the answer repeats. */
  frameSeq: number;
  seqId: number;
  method: string;
  /** Answered in order; false = flag 0x0001. */
  ordered: boolean;
  next: RpcStream | undefined = undefined;
  /** The head that is held back until its message begins. */
  held: RpcHeadInit | undefined = undefined;
  /** The open section; `direct`: the connection's own, else a buffer that waits for its turn. */
  writer: ByteWriter | undefined = undefined;
  direct: boolean = false;
  lengthMark: number = -1;
  frameMark: number = -1;
  /** First byte behind the TTHeader. */
  bodyMark: number = 0;
  /** A whole answer that waits for older ones. */
  out: ByteWriter | undefined = undefined;
  answered: boolean = false;
  /** The connection ends behind this answer. */
  last: boolean = false;

  constructor(id: number, wire: Wire, payload: 'thrift' | 'protobuf', frameSeq: number, seqId: number, method: string, ordered: boolean) {
    this.id = id;
    this.wire = wire;
    this.payload = payload;
    this.frameSeq = frameSeq;
    this.seqId = seqId;
    this.method = method;
    this.ordered = ordered;
  }
}

/** The open streams of one connection: a list for those answered in order, maps for the others. */
export class StreamSet {
  first: RpcStream | undefined = undefined;
  private last: RpcStream | undefined = undefined;
  ordered: number = 0;
  private readonly others: Map<number, RpcStream> = new Map();
  /** Client: multiplexed streams by the sequence id that their reply will carry. */
  private readonly seqs: Map<number, RpcStream> = new Map();

  get size(): number {
    return this.ordered + this.others.size;
  }

  get unordered(): number {
    return this.others.size;
  }

  add(s: RpcStream): void {
    if (!s.ordered) {
      this.others.set(s.id, s);
      return;
    }
    if (this.last === undefined) this.first = s;
    else this.last.next = s;
    this.last = s;
    this.ordered++;
  }

  /** Adds a multiplexed stream that is found again by its sequence id. */
  addBySeq(s: RpcStream): void {
    this.others.set(s.id, s);
    this.seqs.set(s.frameSeq, s);
  }

  find(id: number): RpcStream | undefined {
    for (let s = this.first; s !== undefined; s = s.next) if (s.id === id) return s;
    return this.others.get(id);
  }

  /** The multiplexed stream whose request had this TTHeader sequence id. */
  bySeq(frameSeq: number): RpcStream | undefined {
    return this.seqs.get(frameSeq);
  }

  remove(s: RpcStream): boolean {
    if (!s.ordered) {
      if (this.seqs.get(s.frameSeq) === s) this.seqs.delete(s.frameSeq);
      return this.others.delete(s.id);
    }
    let before: RpcStream | undefined = undefined;
    for (let x = this.first; x !== undefined; before = x, x = x.next) {
      if (x !== s) continue;
      if (before === undefined) this.first = x.next;
      else before.next = x.next;
      if (this.last === x) this.last = before;
      x.next = undefined;
      this.ordered--;
      return true;
    }
    return false;
  }

  clear(): void {
    this.first = undefined;
    this.last = undefined;
    this.ordered = 0;
    this.others.clear();
    this.seqs.clear();
  }
}
