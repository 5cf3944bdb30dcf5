// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export type { ControlledLogger, LogFields, Logger, LoggerOptions, LogLevel, LogRecord, LogSink } from './logger.js';
export { createLogger, defaultLogger, LogLevels, setDefaultLogger } from './logger.js';
export { formatJson, formatRecord } from './format.js';
export { DefaultRedacted } from './redact.js';
export { backoffSink, filterSink, memorySink, multiSink, streamSink } from './sinks.js';
export type { BackoffSinkOptions, LogFormat, StreamSinkOptions } from './sinks.js';
export { FileSink } from './file-sink.js';
export type { FileSinkOptions } from './file-sink.js';
