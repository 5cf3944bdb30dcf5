// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export type { Reader, Writer } from './bufiox.js';
export { BytesReader, StreamReader } from './reader.js';
export type { StreamReaderOptions } from './reader.js';
export { BytesWriter, StreamWriter } from './writer.js';
export type { Sink } from './writer.js';
export { ReadBusyError, ReadLimitError } from './errors.js';
