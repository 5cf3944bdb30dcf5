// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import { OptionError } from '@cloudwego/gopkg/errors';
import { textOf } from '../errors.js';

/** How much is recorded of a call: nothing, its begin and end, all events. Source: cloudwego/kitex pkg/stats/level.go. */
export type StatsLevel = 'disabled' | 'base' | 'detailed';

/** What an event says beside that it happened. Source: pkg/stats/status.go. */
export type EventStatus = 'info' | 'warn' | 'error';

/** The framework's own events, in the order in which a client and a server record them. Source: pkg/stats/event.go. */
const EVENTS = [
  'RPCStart',
  'ClientConnStart',
  'ClientConnFinish',
  'WriteStart',
  'WriteFinish',
  'ReadStart',
  'WaitReadStart',
  'WaitReadFinish',
  'ReadFinish',
  'ServerHandleStart',
  'ServerHandleFinish',
  'RPCFinish',
] as const;

/** Events of one call. `Differs:` checksums are made and checked inside the wire's engine and have no events; those of streams are told to tracers, as in Go, and not kept. */
export type PredefinedEvent = (typeof EVENTS)[number];

/** An event of one's own, made by {@link defineStatsEvent}. */
export type UserEvent = string & { readonly '~event': true };

export type StatsEvent = PredefinedEvent | UserEvent;

/** One event of one call. */
export interface EventRecord {
  /** Clock.now() scale. */
  readonly at: number;
  readonly status: EventStatus;
  readonly info: string;
}

const own = new Map<string, 'base' | 'detailed'>();

/**
 * Defines an event of one's own, which handlers and middlewares record with `ctx.rpcInfo.stats.record(event)` and tracers read. `level`: the least level that
 * records it. The same definition may be made again.
 * Errors: OptionError for a name that is taken, empty, or was defined with another level.
 * Differs: events may be defined at any time; in Go only before the first call. Source: pkg/stats/event.go DefineNewEvent.
 */
export function defineStatsEvent(name: string, level: 'base' | 'detailed' = 'detailed'): UserEvent {
  const before = own.get(name);
  if (typeof name !== 'string' || name === '' || (EVENTS as readonly string[]).includes(name)) {
    throw new OptionError('defineStatsEvent', `defineStatsEvent: got "${String(name)}", wanted a name that is not one of the framework's: ${EVENTS.join(', ')}`);
  }
  if (before !== undefined && before !== level) throw new OptionError('defineStatsEvent', `defineStatsEvent: "${name}" is an event of the level "${before}" already, got "${level}"`);
  own.set(name, level);
  return name as UserEvent;
}

/** Names of all events there are. */
export function statsEvents(): readonly StatsEvent[] {
  return [...EVENTS, ...own.keys()] as StatsEvent[];
}

function isBaseEvent(name: string): boolean {
  return name === 'RPCStart' || name === 'RPCFinish' || own.get(name) === 'base';
}

/** Events of one call: the first of each name counts. */
export class EventLog {
  private readonly clock: Clock;
  private readonly detailed: boolean;
  private readonly times: Record<string, number> = {};
  /** Of events that say more than that they happened. */
  private more: Map<string, EventRecord> | undefined = undefined;

  constructor(clock: Clock, level: StatsLevel) {
    this.clock = clock;
    this.detailed = level === 'detailed';
  }

  note(name: string): void {
    if (this.times[name] === undefined && (this.detailed || isBaseEvent(name))) this.times[name] = this.clock.now();
  }

  record(name: string, status: EventStatus, info: string): void {
    if (this.times[name] !== undefined || !(this.detailed || isBaseEvent(name))) return;
    const at = this.clock.now();
    this.times[name] = at;
    if (status !== 'info' || info !== '') (this.more ??= new Map()).set(name, { at, status, info });
  }

  /** The end of something, which may have failed. */
  ended(name: string, error: unknown): void {
    if (error === undefined) this.note(name);
    else this.record(name, 'error', textOf(error));
  }

  /** 0 = it did not happen. */
  at(name: string): number {
    return this.times[name] ?? 0;
  }

  get(name: string): EventRecord | undefined {
    const at = this.times[name];
    return at === undefined ? undefined : (this.more?.get(name) ?? { at, status: 'info', info: '' });
  }

  /** What another log has and this one has not; `name`: that alone. */
  take(from: EventLog, name?: string): void {
    for (const [k, at] of Object.entries(from.times)) if (name === undefined || k === name) this.times[k] ??= at;
    if (from.more !== undefined && name === undefined) for (const [k, r] of from.more) if (this.times[k] === r.at) (this.more ??= new Map()).set(k, r);
  }
}

/** Time between two events; 0 when one of them did not happen. Unit ms. Source: pkg/rpcinfo CalcEventCostUs. */
export function eventCostMs(stats: { event(name: StatsEvent): number }, from: StatsEvent, to: StatsEvent): number {
  const a = stats.event(from);
  const b = stats.event(to);
  return a === 0 || b === 0 ? 0 : b - a;
}
