// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { SpanStatusCode } from '@opentelemetry/api';
import type { Span, TimeInput } from '@opentelemetry/api';

/** Marks a span as failed, with the error as an event. Source: kitex-contrib/obs-opentelemetry tracing/utils.go recordErrorSpanWithStack. */
export function endWithError(span: Span, error: unknown, at: TimeInput | undefined): void {
  const e = error instanceof Error ? error : new Error(typeof error === 'string' ? error : 'an error that is none');
  span.setStatus({ code: SpanStatusCode.ERROR, message: e.message });
  span.recordException(e, at);
}

/** The status as metrics carry it. Source: Go's codes.Code String. */
export function statusText(failed: boolean): string {
  return failed ? 'Error' : 'Unset';
}
