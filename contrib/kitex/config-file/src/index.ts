// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { fileConfigSource } from './file-config-source.js';
export type { FileConfigSourceOptions } from './file-config-source.js';
