// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export type { LogFields, Logger, LoggerOptions, LogLevel, LogRecord } from './logger.js';
export { createLogger, defaultLogger, formatRecord, LogLevels, setDefaultLogger } from './logger.js';
