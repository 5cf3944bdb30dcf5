// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { H2Error } from './errors.js';
import { ErrorCode } from './frame.js';
import type { H2Limits } from './limits.js';

/** Control frames that do nothing for the peer, per second. */
const MAX_CONTROL = 2000;
/** Empty DATA frames per second. */
const MAX_EMPTY = 1000;
/** Frames of one header block. */
const MAX_FRAGMENTS = 64;

/** Counts what costs the peer little and us much, per second: resets, pings, settings, empty frames. Whoever overdoes it is told to calm down. */
export class Guard {
  private readonly maxResets: number;
  private second = 0;
  private controls = 0;
  private resets = 0;
  private empties = 0;

  constructor(l: H2Limits) {
    this.maxResets = l.maxResetsPerSecond;
  }

  private at(now: number): void {
    if (now - this.second < 1000) return;
    this.second = now;
    this.controls = 0;
    this.resets = 0;
    this.empties = 0;
  }

  /** SETTINGS, PING, PRIORITY and whatever else asks for nothing. */
  control(now: number): void {
    this.at(now);
    if (++this.controls > MAX_CONTROL) throw calm(`more than ${MAX_CONTROL} control frames in a second`);
  }

  /** A stream that the peer opened and gave up. */
  reset(now: number): void {
    this.at(now);
    if (++this.resets > this.maxResets) throw calm(`more than ${this.maxResets} streams opened and reset in a second (maxResetsPerSecond)`);
  }

  /** A stream beyond those allowed. */
  refused(now: number): void {
    this.reset(now);
  }

  empty(now: number): void {
    this.at(now);
    if (++this.empties > MAX_EMPTY) throw calm(`more than ${MAX_EMPTY} empty DATA frames in a second`);
  }

  fragment(before: number): void {
    if (before >= MAX_FRAGMENTS) throw calm(`a header block in more than ${MAX_FRAGMENTS} frames`);
  }
}

function calm(what: string): H2Error {
  return new H2Error('H2_PEER_ABUSIVE', ErrorCode.ENHANCE_YOUR_CALM, what);
}
