// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { fileRegistry } from './registry.js';
export type { FileRegistryOptions } from './registry.js';
export { fileResolver } from './resolver.js';
export type { FileResolverOptions } from './resolver.js';
export { RegistryFileError } from './errors.js';
