// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { H2Error } from './errors.js';
import { ErrorCode } from './frame.js';
import type { H2Limits } from './limits.js';

const MAX_STRIKES = 2;
const IDLE_PING_MS = 2 * 60 * 60 * 1000;

/** What {@link KeepAlive.tick} wants. */
export interface KeepAliveStep {
  ping: boolean;
  dead: boolean;
  next: number;
}

/**
 * Asks a silent peer whether it is there, and, on a server, holds clients to a decent pace of asking.
 * Source: cloudwego/kitex pkg/remote/trans/nphttp2/grpc keepalive in http2_client.go, http2_server.go.
 */
export class KeepAlive {
  private readonly l: H2Limits;
  private readonly server: boolean;
  private heardAt: number;
  private askedAt = 0;
  private pingedAt = -Infinity;
  private strikes = 0;
  private readonly step: KeepAliveStep = { ping: false, dead: false, next: Infinity };

  constructor(l: H2Limits, server: boolean, now: number) {
    this.l = l;
    this.server = server;
    this.heardAt = now;
  }

  /** Bytes came. */
  heard(now: number): void {
    this.heardAt = now;
  }

  answered(): void {
    this.askedAt = 0;
  }

  tick(now: number, busy: boolean): KeepAliveStep {
    const s = this.step;
    s.ping = false;
    s.dead = false;
    s.next = Infinity;
    const every = this.l.keepAliveMs;
    if (every === 0 || (!this.server && !busy && !this.l.keepAliveWithoutStreams)) {
      this.askedAt = 0;
      return s;
    }
    if (this.askedAt > 0) {
      if (this.heardAt > this.askedAt) {
        this.askedAt = 0;
      } else {
        s.dead = now - this.askedAt >= this.l.keepAliveTimeoutMs;
        s.next = this.askedAt + this.l.keepAliveTimeoutMs;
        return s;
      }
    }
    if (now - this.heardAt >= every) {
      this.askedAt = now;
      s.ping = true;
      // Answered long before it is overdue, it is followed by the next one.
      s.next = now + Math.min(every, this.l.keepAliveTimeoutMs);
    } else {
      s.next = this.heardAt + every;
    }
    return s;
  }

  /** Server: a PING came. The third that comes too soon ends the connection. */
  pinged(now: number, busy: boolean): void {
    const least = busy || this.l.permitPingWithoutStreams ? this.l.minPingIntervalMs : this.l.minPingIntervalMs === 0 ? 0 : IDLE_PING_MS;
    const soon = now - this.pingedAt < least;
    this.pingedAt = now;
    if (soon && ++this.strikes > MAX_STRIKES) throw new H2Error('H2_PEER_ABUSIVE', ErrorCode.ENHANCE_YOUR_CALM, 'too_many_pings');
  }

  /** Server: data or headers were sent, which makes pings innocent again. */
  wrote(): void {
    this.strikes = 0;
    this.pingedAt = -Infinity;
  }
}
