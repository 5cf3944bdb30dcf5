// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isSpanContextValid, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Context } from '@cloudwego/gopkg/context';
import { LogLevels } from '@cloudwego/gopkg/logger';
import type { LogFields, LogLevel, LogSink } from '@cloudwego/gopkg/logger';
import { OptionError } from '@cloudwego/gopkg/errors';
import { spanOf } from './context.js';

/**
 * Fields that join a line to its span: `trace_id`, `span_id`, `trace_flags`, in hexadecimal; none outside of spans. `createLogger({ fromContext: traceFields })` adds them to
 * the lines of `logger.withContext(ctx)`; pino takes them as `mixin: () => traceFields()`.
 * Source: kitex-contrib/obs-opentelemetry logging/logrus, zap, slog, zerolog.
 */
export function traceFields(ctx?: Context): LogFields {
  const c = spanOf(ctx)?.spanContext();
  if (c === undefined || !isSpanContextValid(c)) return {};
  return { trace_id: c.traceId, span_id: c.spanId, trace_flags: c.traceFlags.toString(16).padStart(2, '0') };
}

/** Options of {@link tracedSink}. */
export interface TracedSinkOptions {
  /** Lines of this level and above make their span one that failed. @defaultValue 'error' */
  readonly errorLevel?: LogLevel | undefined;
  /** The line is an event of the span, with where it was written. @defaultValue true */
  readonly recordStack?: boolean | undefined;
}

/**
 * A sink before another one: lines get the fields of the ambient span, where they have none, and bad ones mark it as failed. The ambient span needs a context manager
 * of OpenTelemetry; without one, `withContext` and {@link traceFields} give the fields.
 * Errors: OptionError for a level that there is not.
 */
export function tracedSink(write: LogSink, o: TracedSinkOptions = {}): LogSink {
  const least = LogLevels.indexOf(o.errorLevel ?? 'error');
  if (least < 0) throw new OptionError('tracedSink.errorLevel', `tracedSink.errorLevel: got ${String(o.errorLevel)}, wanted one of ${LogLevels.join(', ')}`);
  return (r) => {
    const span = trace.getActiveSpan();
    if (span === undefined) return write(r);
    if (LogLevels.indexOf(r.level) >= least && span.isRecording()) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      const e = new Error(r.message);
      e.name = 'log';
      span.recordException(o.recordStack === false ? { name: e.name, message: e.message } : e);
    }
    return write('trace_id' in r.fields ? r : { ...r, fields: { ...r.fields, ...traceFields() } });
  };
}
