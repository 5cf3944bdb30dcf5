// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { context as otel, SpanKind } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import { isThenable } from '@cloudwego/gopkg/async';
import { contextKey } from '@cloudwego/gopkg/context';
import type { Context, ContextKey } from '@cloudwego/gopkg/context';
import type { Handler, RequestContext } from '@cloudwego/hertz';
import { activeContext, extractFrom, withSpan } from '@cloudwego/shared-opentelemetry';
import { mapOf, peerOfFields } from './fields.js';
import { spanName } from './measures.js';
import { serverInstruments } from './options.js';
import type { OtelServerOptions } from './options.js';

interface Traced {
  readonly span: Span;
  readonly parent: ReturnType<typeof otel.active>;
}

const traced: ContextKey<Traced> = contextKey('otel server span');

/**
 * A middleware that traces and measures requests. Use it first, so that what others do belongs to the span. Where OpenTelemetry has a context manager, what handlers do is
 * within the span by itself; else calls are given `{ ctx: tracedContext(c) }`.
 * Errors: OptionError.
 * `Differs:` the names are those of today's conventions; `semconv: 'legacy'` has those of Go's package. It measures from itself on.
 * Source: hertz-contrib/obs-opentelemetry tracing/tracer_server.go, tracing/middleware.go ServerMiddleware.
 */
export function otelServer(o: OtelServerOptions = {}): Handler {
  const i = serverInstruments(o);
  return (c) => {
    if (i.ignore?.(c) === true) return c.next();
    const start = performance.now();
    const peer = peerOfFields((name) => c.header(name));
    const parent = extractFrom(otel.active(), [mapOf(c.exchange.rawHeaders)], i.propagator);
    const span = i.tracer.startSpan(spanName(c.method, c.fullPath), { kind: SpanKind.SERVER, attributes: peer }, parent);
    c.set(traced, { span, parent });
    const done = (status: number, error: unknown): void => {
      i.measures.end(span, { method: c.method, url: urlOf(c), route: c.fullPath, status, userAgent: c.header('user-agent'), peerAddress: c.clientIP() || undefined, peer }, performance.now() - start, error);
    };
    const failed = (e: unknown): never => {
      // What was thrown is answered further out.
      done(500, e instanceof Error ? e : new Error('a handler threw what is no error'));
      throw e;
    };
    let r: ReturnType<RequestContext['next']>;
    try {
      r = otel.with(activeContext(tracedContext(c)), () => c.next());
    } catch (e) {
      return failed(e);
    }
    if (isThenable(r)) {
      return r.then(() => {
        done(c.status, undefined);
      }, failed);
    }
    done(c.status, undefined);
    return undefined;
  };
}

/** `c.context`, with the span of the request: calls that are given it are its children. */
export function tracedContext(c: RequestContext): Context {
  const t = c.get(traced);
  return t === undefined ? c.context : withSpan(c.context, t.span, t.parent);
}

/** What was asked for, as far as it can be told; the host is what the client says it is. */
function urlOf(c: RequestContext): URL {
  const base = `${c.exchange.tls === undefined ? 'http' : 'https'}://${c.host === '' ? 'localhost' : c.host}`;
  const text = base + c.rawPath + (c.queryString === '' ? '' : `?${c.queryString}`);
  return URL.canParse(text) ? new URL(text) : new URL('http://localhost/');
}
