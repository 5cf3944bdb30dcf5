// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { RpcStats } from '../types.js';
import type { EventLog, EventRecord, EventStatus, StatsEvent, StatsLevel, UserEvent } from './events.js';

/** What a call, of a client or a server, measures of itself. */
export interface Measured {
  readonly core: { readonly statsLevel: StatsLevel };
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly lastSentBytes: number;
  readonly lastReceivedBytes: number;
  readonly error: unknown;
  readonly panicked: boolean;
  /** Undefined = one message each way, which is the last one. */
  readonly stream: object | undefined;
  readonly events: EventLog | undefined;
}

/** The stats of a call, read from it as it goes on. */
export class StatsView implements RpcStats {
  private readonly call: Measured;
  constructor(call: Measured) {
    this.call = call;
  }
  get level(): StatsLevel {
    return this.call.core.statsLevel;
  }
  get sentBytes(): number {
    return this.call.sentBytes;
  }
  get receivedBytes(): number {
    return this.call.receivedBytes;
  }
  get error(): unknown {
    return this.call.error;
  }
  get panicked(): boolean {
    return this.call.panicked;
  }
  get lastSentBytes(): number {
    return this.call.stream === undefined ? this.call.sentBytes : this.call.lastSentBytes;
  }
  get lastReceivedBytes(): number {
    return this.call.stream === undefined ? this.call.receivedBytes : this.call.lastReceivedBytes;
  }
  event(name: StatsEvent): number {
    return this.call.events?.at(name) ?? 0;
  }
  eventRecord(name: StatsEvent): EventRecord | undefined {
    return this.call.events?.get(name);
  }
  record(event: UserEvent, o: { readonly status?: EventStatus | undefined; readonly info?: string | undefined } = {}): void {
    this.call.events?.record(event, o.status ?? 'info', o.info ?? '');
  }
}
