// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { otelServer, tracedContext } from './server.js';
export { otelClient } from './client.js';
export type { OtelClientOptions, OtelServerOptions } from './options.js';
export { goPropagator, tracedSink, traceFields } from '@cloudwego/shared-opentelemetry';
export type { TracedSinkOptions } from '@cloudwego/shared-opentelemetry';
