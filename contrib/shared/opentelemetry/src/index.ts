// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Contexts: OpenTelemetry's beside the suite's
export { activeContext, spanOf, withSpan } from './context.js';

// What travels
export { extractFrom, injectInto, peerOf } from './carrier.js';
export { b3Propagator, goPropagator, otPropagator } from './propagators.js';

// What is told of a call
export { Attr, INSTRUMENTATION, metricAttributes, resourceOf } from './attributes.js';
export { endWithError, statusText } from './span.js';

// Logs
export { traceFields, tracedSink } from './logs.js';
export type { TracedSinkOptions } from './logs.js';
