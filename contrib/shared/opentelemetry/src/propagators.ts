// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isSpanContextValid, isValidSpanId, isValidTraceId, trace, TraceFlags } from '@opentelemetry/api';
import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';

const SAMPLED = new Set(['1', 'd', 'true']);

function get(carrier: unknown, key: string, getter: TextMapGetter): string | undefined {
  const v = getter.get(carrier, key);
  return Array.isArray(v) ? v[0] : v;
}

/** A span elsewhere, or the context as it was where the ids are none. Ids of 64 bits are filled up. */
function remote(context: Context, traceId: string | undefined, spanId: string | undefined, sampled: boolean): Context {
  const t = traceId?.toLowerCase().padStart(32, '0') ?? '';
  const s = spanId?.toLowerCase() ?? '';
  if (!isValidTraceId(t) || !isValidSpanId(s)) return context;
  return trace.setSpanContext(context, { traceId: t, spanId: s, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true });
}

/** B3: writes the one header `b3`, reads that and `x-b3-*`. Source: go.opentelemetry.io/contrib/propagators/b3. */
export const b3Propagator: TextMapPropagator = {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const c = trace.getSpanContext(context);
    if (c === undefined || !isSpanContextValid(c)) return;
    setter.set(carrier, 'b3', `${c.traceId}-${c.spanId}-${c.traceFlags & TraceFlags.SAMPLED}`);
  },
  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const one = get(carrier, 'b3', getter);
    if (one !== undefined) {
      const [traceId, spanId, sampled] = one.split('-');
      return remote(context, traceId, spanId, SAMPLED.has(sampled ?? ''));
    }
    const sampled = get(carrier, 'x-b3-flags', getter) === '1' || SAMPLED.has(get(carrier, 'x-b3-sampled', getter) ?? '');
    return remote(context, get(carrier, 'x-b3-traceid', getter), get(carrier, 'x-b3-spanid', getter), sampled);
  },
  fields: () => ['b3'],
};

/** OpenTracing's: `ot-tracer-traceid` holds the lower 64 bits. Source: go.opentelemetry.io/contrib/propagators/ot. */
export const otPropagator: TextMapPropagator = {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const c = trace.getSpanContext(context);
    if (c === undefined || !isSpanContextValid(c)) return;
    setter.set(carrier, 'ot-tracer-traceid', c.traceId.slice(16));
    setter.set(carrier, 'ot-tracer-spanid', c.spanId);
    setter.set(carrier, 'ot-tracer-sampled', String((c.traceFlags & TraceFlags.SAMPLED) !== 0));
  },
  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    return remote(context, get(carrier, 'ot-tracer-traceid', getter), get(carrier, 'ot-tracer-spanid', getter), SAMPLED.has(get(carrier, 'ot-tracer-sampled', getter) ?? ''));
  },
  fields: () => ['ot-tracer-traceid', 'ot-tracer-spanid', 'ot-tracer-sampled'],
};

/**
 * What Go's provider sets: B3, then OpenTracing's, then those that are given (W3C baggage and trace context, of `@opentelemetry/core`). All of them write; of what is read
 * the last one counts. For systems in which some peers know only the older ones; `traceparent` alone joins with Go as well.
 * Source: kitex-contrib/obs-opentelemetry provider/options.go.
 */
export function goPropagator(...w3c: readonly TextMapPropagator[]): TextMapPropagator {
  const all = [b3Propagator, otPropagator, ...w3c];
  return {
    inject(context, carrier, setter) {
      for (const p of all) p.inject(context, carrier, setter);
    },
    extract: (context, carrier, getter) => all.reduce((c, p) => p.extract(c, carrier, getter), context),
    fields: () => all.flatMap((p) => p.fields()),
  };
}
