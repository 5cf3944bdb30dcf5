// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { ByteReader } from './byte-reader.js';
export { ByteWriter } from './byte-writer.js';
export type { ByteRef } from './byte-writer.js';
