// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Writable } from 'node:stream';
import { Queue } from '../queue/index.js';
import { formatRecord } from './format.js';
import type { LogLevel, LogRecord, LogSink } from './logger.js';
import { LogLevels } from './logger.js';

/** Turns a record into a line, without its end: formatRecord, formatJson, or your own. */
export type LogFormat = (r: LogRecord) => string;

export interface StreamSinkOptions {
  /** @defaultValue formatRecord */
  readonly format?: LogFormat | undefined;
  /** Bytes that may wait for a slow reader; lines beyond are counted and dropped. @defaultValue 1 MiB */
  readonly maxBufferedBytes?: number | undefined;
}

/** Writes lines to a stream. A reader that does not keep up costs lines, never memory; the next line that fits says how many. */
export function streamSink(stream: Writable, o: StreamSinkOptions = {}): LogSink {
  const { format = formatRecord, maxBufferedBytes = 1 << 20 } = o;
  let dropped = 0;
  return (r) => {
    if (stream.writableLength >= maxBufferedBytes) {
      dropped++;
      return;
    }
    if (dropped > 0) {
      stream.write(format({ level: 'warn', time: r.time, message: `${dropped} lines were dropped`, fields: {} }) + '\n');
      dropped = 0;
    }
    stream.write(format(r) + '\n');
  };
}

/** Gives each record to every sink. What some of them throw comes out as one AggregateError, after all were asked. */
export function multiSink(...sinks: readonly LogSink[]): LogSink {
  return async (r) => {
    const outcomes = await Promise.allSettled(sinks.map(async (s) => s(r)));
    const errors = outcomes.flatMap((x) => (x.status === 'rejected' ? [x.reason as unknown] : []));
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${sinks.length} log sinks failed`);
  };
}

/** Passes on what `keep` says, or what is of a level and above. */
export function filterSink(keep: LogLevel | ((r: LogRecord) => boolean), sink: LogSink): LogSink {
  const test = typeof keep === 'function' ? keep : atLeast(keep);
  return (r) => (test(r) ? sink(r) : undefined);
}

function atLeast(level: LogLevel): (r: LogRecord) => boolean {
  const min = LogLevels.indexOf(level);
  if (min < 0) throw new RangeError(`log level: got ${String(level)}, wanted one of ${LogLevels.join(', ')}`);
  return (r) => LogLevels.indexOf(r.level) >= min;
}

/** Keeps the last records, for tests and for pages that show what happened. */
export function memorySink(limit = 1000): LogSink & { readonly records: readonly LogRecord[]; clear(): void } {
  const queue = new Queue<LogRecord>({ limit });
  const sink = (r: LogRecord): void => {
    if (queue.full) queue.shift();
    queue.push(r);
  };
  return Object.defineProperty(Object.assign(sink, { clear: (): void => { queue.clear(); } }), 'records', { get: () => [...queue] }) as unknown as LogSink & { readonly records: readonly LogRecord[]; clear(): void };
}

export interface BackoffSinkOptions {
  /** What lines are alike. @defaultValue those of one level and message */
  readonly key?: ((r: LogRecord) => string) | undefined;
  /** Silence after the first line; doubles with each further one. Unit ms. @defaultValue 1000 */
  readonly firstMs?: number | undefined;
  /** Longest silence. Unit ms. @defaultValue 60000 */
  readonly maxMs?: number | undefined;
  /** A key that was quiet for so long starts anew. Unit ms. @defaultValue 300000 */
  readonly resetMs?: number | undefined;
}

/** Most keys that are remembered; the oldest go first. */
const MAX_KEYS = 1000;

/**
 * Says the same thing less and less often, and how many lines were left out, in the field `suppressed`.
 * Source: cloudwego/kitex, which does so for warnings about peers that close: 1 s to 1 min, anew after 5 min.
 */
export function backoffSink(sink: LogSink, o: BackoffSinkOptions = {}): LogSink {
  const { key = (r: LogRecord): string => `${r.level} ${r.message}`, firstMs = 1000, maxMs = 60_000, resetMs = 300_000 } = o;
  const seen = new Map<string, { next: number; silence: number; last: number; suppressed: number }>();
  return (r) => {
    const k = key(r);
    let s = seen.get(k);
    if (s === undefined || r.time - s.last >= resetMs) {
      seen.delete(k);
      if (seen.size >= MAX_KEYS) seen.delete(seen.keys().next().value!);
      s = { next: -Infinity, silence: firstMs, last: r.time, suppressed: 0 };
      seen.set(k, s);
    }
    s.last = r.time;
    if (r.time < s.next) {
      s.suppressed++;
      return undefined;
    }
    if (s.next !== -Infinity) s.silence = Math.min(maxMs, s.silence * 2);
    s.next = r.time + s.silence;
    const { suppressed } = s;
    s.suppressed = 0;
    return sink(suppressed === 0 ? r : { ...r, fields: { ...r.fields, suppressed } });
  };
}
