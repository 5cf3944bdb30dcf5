// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { LinkBuffer } from './link-buffer.js';
export type { LinkBufferOptions } from './link-buffer.js';
export { ReadWriter } from './read-writer.js';
export type { ReadWriterOptions } from './read-writer.js';
export type { Reader, Writer } from './types.js';
