// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { context as otel, trace } from '@opentelemetry/api';
import type { Context as OtelContext, Span } from '@opentelemetry/api';
import type { Context, ContextKey } from '@cloudwego/gopkg/context';

// One for all installed copies: a context goes through packages that know another one.
const key: ContextKey<OtelContext> = { id: Symbol.for('cloudwego.opentelemetry.context/1'), name: 'opentelemetry' };

/** OpenTelemetry's context of a call: the one that the suite's context carries, else the ambient one. */
export function activeContext(ctx: Context | undefined): OtelContext {
  return ctx?.value(key) ?? otel.active();
}

/** The span that work under `ctx` belongs to. */
export function spanOf(ctx: Context | undefined): Span | undefined {
  return trace.getSpan(activeContext(ctx));
}

/** A context whose work belongs to `span`; `parent`: what else OpenTelemetry's context holds, such as baggage. */
export function withSpan<C extends Context>(ctx: C, span: Span, parent: OtelContext): C {
  return ctx.with(key, trace.setSpan(parent, span));
}
