// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { metrics, trace } from '@opentelemetry/api';
import type { Histogram, MeterProvider, TextMapPropagator, Tracer, TracerProvider } from '@opentelemetry/api';
import { bool, instance, optionTable } from '@cloudwego/gopkg/options';
import { INSTRUMENTATION } from '@cloudwego/shared-opentelemetry';

/** Options of {@link otelClientSuite} and {@link otelServerSuite}. */
export interface OtelOptions {
  /** @defaultValue the global one, when the suite is made */
  readonly tracerProvider?: TracerProvider | undefined;
  /** @defaultValue the global one, when the suite is made */
  readonly meterProvider?: MeterProvider | undefined;
  /** @defaultValue the global one */
  readonly propagator?: TextMapPropagator | undefined;
  /** Also tell which method of the caller made the call; that may be many. @defaultValue false */
  readonly recordSourceOperation?: boolean | undefined;
  /** Streams: an event of the span for each message. @defaultValue false */
  readonly recordMessages?: boolean | undefined;
}

const table = optionTable<OtelOptions>({
  tracerProvider: instance<TracerProvider>('a TracerProvider', ['getTracer']),
  meterProvider: instance<MeterProvider>('a MeterProvider', ['getMeter']),
  propagator: instance<TextMapPropagator>('a TextMapPropagator', ['inject', 'extract']),
  recordSourceOperation: bool({ default: false }),
  recordMessages: bool({ default: false }),
});

/** What spans and metrics of one side are made with. */
export interface Instruments {
  readonly tracer: Tracer;
  readonly duration: Histogram;
  readonly propagator: TextMapPropagator | undefined;
  readonly recordSourceOperation: boolean;
  readonly recordMessages: boolean;
}

/** Milliseconds without a unit, as Go has it: with one, exporters for Prometheus make another name of it. */
export function instruments(o: OtelOptions, side: 'client' | 'server'): Instruments {
  const r = table.resolve(o, side === 'client' ? 'otelClientSuite' : 'otelServerSuite');
  return {
    tracer: (r.tracerProvider ?? trace).getTracer(INSTRUMENTATION, VERSION),
    duration: (r.meterProvider ?? metrics).getMeter(INSTRUMENTATION, VERSION).createHistogram(`rpc.${side}.duration`, { description: `measures duration of ${side === 'client' ? 'outbound' : 'inbound'} RPC` }),
    propagator: r.propagator,
    recordSourceOperation: r.recordSourceOperation!,
    recordMessages: r.recordMessages!,
  };
}

/** Of the conventions, not of this package. Source: tracing/version.go. */
const VERSION = 'semver:0.39.0';
