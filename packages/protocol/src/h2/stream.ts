// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';
import type { HttpHeadInit } from '../engine.js';

/** Bytes that wait for window, oldest first, and what comes behind them: those of `buf` between `from` and `to`. */
export interface Queued {
  readonly buf: Uint8Array;
  from: number;
  to: number;
  end: boolean;
  /** There may be room behind `to` for what comes next. */
  readonly open: boolean;
}

/** One stream. All fields are set in the constructor, so that every stream has one shape. */
export class H2Stream {
  readonly id: number;
  /** The head that is held back until its message begins. */
  held: HttpHeadInit | undefined = undefined;
  headSent: boolean = false;
  headRead: boolean = false;
  /** This side has sent END_STREAM, or will behind what is queued. */
  localEnd: boolean = false;
  /** END_STREAM has left. */
  localDone: boolean = false;
  remoteEnd: boolean = false;
  /** How much we may send. */
  sendWindow: number;
  /** How much the peer may send before it is credited. */
  recvWindow: number;
  /** Credited and not yet told. */
  credit: number = 0;
  writer: ByteWriter | undefined = undefined;
  /** Where the open message's frame head is, in its section. */
  frameMark: number = 0;
  queue: Queued[] | undefined = undefined;
  queuedBytes: number = 0;
  /** Trailers that come behind what is queued. */
  tail: readonly string[] | undefined = undefined;
  /** `endMessage` said false; `onWritable` is owed. */
  owesWritable: boolean = false;
  /** content-length of what is read, and how much of it came; -1 = none was said. */
  expected: number = -1;
  got: number = 0;
  /** In the list of streams with something to send. */
  waiting: boolean = false;
  /** Since when the peer gives no window for what is queued; 0 = it does. Clock.now() scale. */
  stalledAt: number = 0;

  constructor(id: number, sendWindow: number, recvWindow: number) {
    this.id = id;
    this.sendWindow = sendWindow;
    this.recvWindow = recvWindow;
  }
}
