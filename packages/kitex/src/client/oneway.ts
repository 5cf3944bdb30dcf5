// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';

/** How long an answer to a oneway call is awaited. Unit ms. */
export const ONEWAY_MS = 5000;

/**
 * Oneway calls of a gRPC connection that were sent and not answered. HTTP/2 knows no request without a response, and a stream that stays open counts against
 * the peer's limit; but Go Kitex never answers one. So each is given up after {@link ONEWAY_MS}, when its handler has long begun.
 */
export class Oneways implements TimerEntry {
  at: number = Infinity;
  private readonly clock: Clock;
  private readonly giveUp: (id: number) => void;
  /** Stream ids, oldest first, and when each is due. */
  private ids: number[] = [];
  private due: number[] = [];

  constructor(clock: Clock, giveUp: (id: number) => void) {
    this.clock = clock;
    this.giveUp = giveUp;
  }

  sent(id: number): void {
    const at = this.clock.now() + ONEWAY_MS;
    this.ids.push(id);
    this.due.push(at);
    if (this.at === Infinity) this.clock.wheel.add(this, at);
  }

  fire(now: number): void {
    let n = 0;
    while (n < this.due.length && this.due[n]! <= now) n++;
    const over = this.ids.slice(0, n);
    this.ids = this.ids.slice(n);
    this.due = this.due.slice(n);
    for (const id of over) this.giveUp(id);
    if (this.due.length > 0 && this.at === Infinity) this.clock.wheel.add(this, this.due[0]!);
  }

  stop(): void {
    this.clock.wheel.remove(this);
    this.ids = [];
    this.due = [];
  }
}
