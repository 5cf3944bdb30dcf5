// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { metrics, trace } from '@opentelemetry/api';
import type { MeterProvider, TextMapPropagator, Tracer, TracerProvider } from '@opentelemetry/api';
import { func, instance, oneOf, optionTable } from '@cloudwego/gopkg/options';
import type { RequestContext } from '@cloudwego/hertz';
import type { ClientRequest } from '@cloudwego/hertz/client';
import { measures } from './measures.js';
import type { Measures, Semconv } from './measures.js';

interface CommonOptions {
  /** @defaultValue the global one, when the middleware is made */
  readonly tracerProvider?: TracerProvider | undefined;
  /** @defaultValue the global one, when the middleware is made */
  readonly meterProvider?: MeterProvider | undefined;
  /** @defaultValue the global one */
  readonly propagator?: TextMapPropagator | undefined;
  /** Names of attributes and metrics: today's conventions, those of Go's package (1.10), or both. @defaultValue 'stable' */
  readonly semconv?: Semconv | undefined;
}

/** Options of {@link otelServer}. */
export interface OtelServerOptions extends CommonOptions {
  /** Requests that are neither traced nor counted: health checks, say. */
  readonly ignore?: ((c: RequestContext) => boolean) | undefined;
}

/** Options of {@link otelClient}. */
export interface OtelClientOptions extends CommonOptions {
  /** What was asked for, without what makes it one of many. @defaultValue none: spans are named after their method */
  readonly route?: ((req: ClientRequest) => string) | undefined;
}

const common = {
  tracerProvider: instance<TracerProvider>('a TracerProvider', ['getTracer']),
  meterProvider: instance<MeterProvider>('a MeterProvider', ['getMeter']),
  propagator: instance<TextMapPropagator>('a TextMapPropagator', ['inject', 'extract']),
  semconv: oneOf<Semconv>(['stable', 'legacy', 'dup'], { default: 'stable' }),
};
const serverTable = optionTable<OtelServerOptions>({ ...common, ignore: func<NonNullable<OtelServerOptions['ignore']>>() });
const clientTable = optionTable<OtelClientOptions>({ ...common, route: func<NonNullable<OtelClientOptions['route']>>() });

/** What spans and metrics are made with. */
export interface Instruments {
  readonly tracer: Tracer;
  readonly measures: Measures;
  readonly propagator: TextMapPropagator | undefined;
  readonly semconv: Semconv;
}

export function serverInstruments(options: OtelServerOptions): Instruments & { readonly ignore: OtelServerOptions['ignore'] } {
  const o = serverTable.resolve(options, 'otelServer');
  return { ...instruments(o, 'server'), ignore: o.ignore };
}

export function clientInstruments(options: OtelClientOptions): Instruments & { readonly route: OtelClientOptions['route'] } {
  const o = clientTable.resolve(options, 'otelClient');
  return { ...instruments(o, 'client'), route: o.route };
}

function instruments(o: CommonOptions, side: 'client' | 'server'): Instruments {
  const semconv = o.semconv!;
  return {
    tracer: (o.tracerProvider ?? trace).getTracer(SCOPE),
    measures: measures((o.meterProvider ?? metrics).getMeter(SCOPE), side, semconv),
    propagator: o.propagator,
    semconv,
  };
}

/** Source: hertz-contrib/obs-opentelemetry tracing/options.go. */
const SCOPE = 'github.com/hertz-contrib/obs-opentelemetry';
