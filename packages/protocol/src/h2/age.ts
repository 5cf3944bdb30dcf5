// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { H2Limits } from './limits.js';

/** Share of the age by which connections differ. Source: grpc keepalive.ServerParameters MaxConnectionAge. */
const JITTER = 0.1;

/** What {@link Age.tick} wants. */
export interface AgeStep {
  /** Say goodbye. */
  drain: boolean;
  /** The time that streams had after it is over. */
  over: boolean;
  next: number;
}

/**
 * When a server has had enough of a connection: it idled for too long, or it is old. Old ones get a goodbye, then `ageGraceMs` for their streams.
 * Source: cloudwego/kitex pkg/remote/trans/nphttp2/grpc http2_server.go keepalive.
 */
export class Age {
  private readonly idleMs: number;
  private readonly graceMs: number;
  private readonly oldAt: number;
  private idleSince: number;
  private overAt: number = Infinity;
  private readonly step: AgeStep = { drain: false, over: false, next: Infinity };

  constructor(l: H2Limits, now: number, random: number) {
    this.idleMs = l.maxIdleMs;
    this.graceMs = l.ageGraceMs;
    this.oldAt = l.maxAgeMs === 0 ? Infinity : now + l.maxAgeMs * (1 - JITTER + 2 * JITTER * random);
    this.idleSince = now;
  }

  /** The last stream is gone. */
  rested(now: number): void {
    this.idleSince = now;
  }

  /** `draining`: it was told goodbye, for whatever reason. */
  tick(now: number, busy: boolean, draining: boolean): AgeStep {
    const s = this.step;
    s.drain = s.over = false;
    if (busy) this.idleSince = now;
    if (!draining) {
      const old = now >= this.oldAt;
      s.drain = old || (!busy && this.idleMs > 0 && now - this.idleSince >= this.idleMs);
      if (old && this.graceMs > 0) this.overAt = now + this.graceMs;
      s.next = Math.min(this.oldAt, this.idleMs === 0 ? Infinity : this.idleSince + this.idleMs);
    }
    if (draining || s.drain) {
      s.over = now >= this.overAt;
      s.next = this.overAt;
    }
    return s;
  }
}
