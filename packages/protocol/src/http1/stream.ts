// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';
import type { HttpHeadInit } from '../engine.js';

/** How the end of a body is told. */
export const Framing = { None: 0, Length: 1, Chunked: 2, UntilClose: 3 } as const;

/** One request and its answer. Streams of a connection form a list, the oldest first. All fields are set in the constructor, so that all have one shape. */
export class Http1Stream {
  readonly id: number;
  next: Http1Stream | undefined = undefined;
  /** HEAD, or CONNECT: what its answer may have behind it. */
  readonly method: string;
  /** The peer speaks HTTP/1.0. */
  old: boolean = false;
  /** The head that is held back until its message begins. */
  held: HttpHeadInit | undefined = undefined;
  headSent: boolean = false;
  framing: number = Framing.None;
  /** Bytes of a body of known length that are still to be sent. */
  left: number = 0;
  /** The open message; `direct`: behind its head where it is sent from, else aside. */
  writer: ByteWriter | undefined = undefined;
  direct: boolean = false;
  /** Where the open message began in its section, and where its body does. */
  mark: number = 0;
  bodyMark: number = 0;
  /** What waits for older answers. */
  out: ByteWriter | undefined = undefined;
  /** `endMessage` said false; `onWritable` is owed. */
  owesWritable: boolean = false;
  localEnd: boolean = false;
  /** The connection ends behind this message. */
  last: boolean = false;
  /** The client waits for 100 before it sends its body. */
  expects: boolean = false;
  /** Behind this answer the connection is somebody else's. */
  handOver: boolean = false;
  /** Shown of the body and not yet credited. */
  uncredited: number = 0;
  /** Interim answers that a client was shown. */
  informed: number = 0;

  constructor(id: number, method: string) {
    this.id = id;
    this.method = method;
  }
}

/** The open streams of one connection, the oldest first. */
export class StreamQueue {
  first: Http1Stream | undefined = undefined;
  last: Http1Stream | undefined = undefined;
  size: number = 0;

  add(s: Http1Stream): void {
    if (this.last === undefined) this.first = s;
    else this.last.next = s;
    this.last = s;
    this.size++;
  }

  find(id: number): Http1Stream | undefined {
    for (let s = this.first; s !== undefined; s = s.next) if (s.id === id) return s;
    return undefined;
  }

  remove(s: Http1Stream): boolean {
    let before: Http1Stream | undefined = undefined;
    for (let x = this.first; x !== undefined; before = x, x = x.next) {
      if (x !== s) continue;
      if (before === undefined) this.first = x.next;
      else before.next = x.next;
      if (this.last === x) this.last = before;
      x.next = undefined;
      this.size--;
      return true;
    }
    return false;
  }

  clear(): void {
    this.first = undefined;
    this.last = undefined;
    this.size = 0;
  }
}
