// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { context as otel, SpanKind } from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import type { ClientOptions, RpcContext, RpcMiddleware, ServerOptions, StreamEvent, Suite, Tracer } from '@cloudwego/kitex';
import { activeContext, extractFrom, injectInto, peerOf, resourceOf, withSpan } from '@cloudwego/shared-opentelemetry';
import { beginSpan, clientSpan, endSpan, messageEvent, serverSpan } from './call-span.js';
import { instruments } from './options.js';
import type { Instruments, OtelOptions } from './options.js';

/**
 * Spans, metrics and propagation of a client. The span of a call covers all its attempts, of a stream its whole life; its parent is the span of the handler whose `ctx`
 * the call is given, else the ambient one. The span's ids and the caller's name travel as transient metainfo.
 * Errors: OptionError.
 * `Differs:` calls that are not sampled are counted and carry their ids, too; Go then sends nothing.
 * Source: kitex-contrib/obs-opentelemetry v0.2.9 tracing/suite.go NewClientSuite.
 */
export function otelClientSuite(o: OtelOptions = {}): Suite<ClientOptions> {
  return { name: 'opentelemetry', tracers: [new ClientTracer(instruments(o, 'client'))] };
}

/**
 * Spans, metrics and propagation of a server. What the handler does under its `ctx` belongs to the span of the call; where OpenTelemetry has a context manager, so does
 * what other instrumentations see.
 * Errors: OptionError.
 * `Differs:` the span begins before the payload is decoded, not with the middlewares.
 * Source: kitex-contrib/obs-opentelemetry v0.2.9 tracing/suite.go NewServerSuite.
 */
export function otelServerSuite(o: OtelOptions = {}): Suite<ServerOptions> {
  return { name: 'opentelemetry', tracers: [new ServerTracer(instruments(o, 'server'))], middlewares: [ambient] };
}

class ClientTracer implements Tracer {
  private readonly i: Instruments;

  constructor(i: Instruments) {
    this.i = i;
  }

  start(ctx: RpcContext): RpcContext {
    const parent = activeContext(ctx);
    const call = beginSpan(this.i, ctx.rpcInfo, SpanKind.CLIENT, parent, {});
    const traced = withSpan(ctx, call.span, parent).with(clientSpan, call);
    let m = traced.metainfo;
    for (const [k, v] of injectInto(activeContext(traced), resourceOf(call.span), this.i.propagator)) m = m.with(k, v);
    return traced.withMetainfo(m);
  }

  finish(ctx: RpcContext): void {
    const call = ctx.value(clientSpan);
    if (call !== undefined) endSpan(this.i, call, ctx, {});
  }

  streamEvent(ctx: RpcContext, e: StreamEvent): void {
    const call = this.i.recordMessages ? ctx.value(clientSpan) : undefined;
    if (call !== undefined) messageEvent(call, e);
  }
}

class ServerTracer implements Tracer {
  private readonly i: Instruments;

  constructor(i: Instruments) {
    this.i = i;
  }

  start(ctx: RpcContext): RpcContext {
    const { metainfo: m } = ctx;
    // What came for this hop alone is stale here.
    const parent = extractFrom(otel.active(), [m.persistent, m.stale], this.i.propagator);
    const call = beginSpan(this.i, ctx.rpcInfo, SpanKind.SERVER, parent, peer(ctx));
    return withSpan(ctx, call.span, parent).with(serverSpan, call);
  }

  finish(ctx: RpcContext): void {
    const call = ctx.value(serverSpan);
    if (call !== undefined) endSpan(this.i, call, ctx, peer(ctx));
  }

  streamEvent(ctx: RpcContext, e: StreamEvent): void {
    const call = this.i.recordMessages ? ctx.value(serverSpan) : undefined;
    if (call !== undefined) messageEvent(call, e);
  }
}

function peer(ctx: RpcContext): Attributes {
  return peerOf([ctx.metainfo.stale]);
}

/** OpenTelemetry's own context around middlewares and handler; without a context manager that is a plain call. */
const ambient: RpcMiddleware = (next) => (req, ctx) => otel.with(activeContext(ctx), next, undefined, req, ctx);
