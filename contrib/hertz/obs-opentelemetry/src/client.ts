// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { context as otel, SpanKind } from '@opentelemetry/api';
import { invoke } from '@cloudwego/gopkg/endpoint';
import type { ClientMiddleware } from '@cloudwego/hertz/client';
import { activeContext, injectInto, resourceOf, withSpan } from '@cloudwego/shared-opentelemetry';
import { PEER_FIELDS } from './fields.js';
import { spanName } from './measures.js';
import { clientInstruments } from './options.js';
import type { OtelClientOptions } from './options.js';

/**
 * A middleware of the client that traces and measures requests, with all that is tried for one, and tells the server of the span and of who calls.
 * Errors: OptionError.
 * Source: hertz-contrib/obs-opentelemetry tracing/middleware.go ClientMiddleware.
 */
export function otelClient(o: OtelClientOptions = {}): ClientMiddleware {
  const i = clientInstruments(o);
  return (next) => (req, ctx) => {
    const start = performance.now();
    const parent = activeContext(ctx);
    const route = i.route?.(req) ?? '';
    const { method, url } = req;
    const span = i.tracer.startSpan(spanName(method, route), { kind: SpanKind.CLIENT }, parent);
    const inSpan = withSpan(ctx, span, parent);
    const resource = resourceOf(span);
    const fields = injectInto(activeContext(inSpan), {}, i.propagator);
    for (const [attribute, field] of PEER_FIELDS) {
      const v = resource[attribute];
      if (typeof v === 'string' && v !== '') fields.set(field, v);
    }
    for (const [k, v] of fields) req.setHeader(k, v);
    const done = (status: number, error: unknown): void => {
      i.measures.end(span, { method, url, route, status, userAgent: req.header('user-agent'), peerAddress: undefined, peer: {} }, performance.now() - start, error);
    };
    return otel.with(activeContext(inSpan), () =>
      invoke(
        next,
        req,
        inSpan,
        (r) => {
          done(r.status, undefined);
          return r;
        },
        (e): never => {
          done(0, e instanceof Error ? e : new Error('it failed with what is no error'));
          throw e;
        },
      ),
    );
  };
}
