// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { otelClientSuite, otelServerSuite } from './suites.js';
export type { OtelOptions } from './options.js';
export { goPropagator, spanOf, traceFields, tracedSink } from '@cloudwego/shared-opentelemetry';
export type { TracedSinkOptions } from '@cloudwego/shared-opentelemetry';
