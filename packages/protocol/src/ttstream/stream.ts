// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteWriter } from '@cloudwego/gopkg/io';
import type { RpcHeadInit } from '../engine.js';
import type { MethodFrames } from './encoder.js';

/** One stream of a connection. All fields are set in the constructor, so that every stream has one shape. */
export class TTStream {
  readonly id: number;
  readonly frames: MethodFrames;
  /** The head that is held back until the first message, the tail or `flushHead`. */
  held: RpcHeadInit | undefined;
  headSent: boolean = false;
  /** The header frame of this stream is in the section that is open. */
  headOpen: boolean = false;
  /** This side sent its trailer. */
  ended: boolean = false;
  peerHead: boolean = false;
  peerEnded: boolean = false;
  writer: ByteWriter | undefined = undefined;
  frameMark: number = 0;
  bodyMark: number = 0;
  /** `endMessage` gave false. */
  congested: boolean = false;
  /** Shown and not credited. */
  queuedMessages: number = 0;
  queuedBytes: number = 0;
  /** Since when it holds the connection back; Infinity = it does not. */
  stalledAt: number = Infinity;

  constructor(id: number, frames: MethodFrames, held: RpcHeadInit | undefined) {
    this.id = id;
    this.frames = frames;
    this.held = held;
  }
}
