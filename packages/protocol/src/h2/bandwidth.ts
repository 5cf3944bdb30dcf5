// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { H2Limits } from './limits.js';

const PAYLOAD: readonly number[] = [2, 4, 16, 16, 9, 14, 7, 7];
const INTERVAL_MS = 1000;

/**
 * Guesses what the link holds, so that windows need be no larger: counts the bytes that arrive between a PING and its answer. If they nearly fill the window, it
 * doubles.
 * Source: cloudwego/kitex pkg/remote/trans/nphttp2/grpc/bdp_estimator.go.
 */
export class Bandwidth {
  /** Payload of the PING that asks. */
  readonly payload: readonly number[] = PAYLOAD;
  private readonly on: boolean;
  private readonly max: number;
  private window: number;
  private sample = 0;
  private pending = false;
  private lastAt = -Infinity;
  private recent = 0;

  constructor(l: H2Limits) {
    this.on = l.autoTune;
    this.max = l.maxWindowBytes;
    this.window = l.initialWindowBytes;
  }

  /** Counts bytes; true = now is the time to ask. Links that carry little are never asked. */
  received(bytes: number, now: number): boolean {
    if (!this.on) return false;
    this.sample += bytes;
    if (this.pending || this.window >= this.max) return false;
    this.recent += bytes;
    if (this.recent * 2 < this.window || now - this.lastAt < INTERVAL_MS) return false;
    this.pending = true;
    this.lastAt = now;
    this.recent = 0;
    this.sample = bytes;
    return true;
  }

  /** An answer to a PING; the new window, or 0. */
  acknowledged(buf: Buffer, at: number, _now: number): number {
    if (!this.pending || !PAYLOAD.every((b, i) => buf[at + i] === b)) return 0;
    this.pending = false;
    if (this.sample * 3 < this.window * 2) return 0;
    this.window = Math.min(this.max, Math.max(this.window, this.sample * 2));
    // A link that filled its window is asked again soon.
    this.lastAt = -Infinity;
    return this.window;
  }
}
