// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { ConfigManager } from './config-manager.js';
export type { ConfigChange, ConfigManagerOptions } from './config-manager.js';
export { FileProvider } from './file-provider.js';
export type { FileProviderOptions } from './file-provider.js';
export { NotModified } from './provider.js';
export type { ConfigCheck, ConfigProvider, StandardResult, StandardSchema } from './provider.js';
export { FrequencyLimiter } from './limiter.js';
export { ConfigClosedError, ConfigInvalidError, ConfigMissingError, ConfigTimeoutError } from './errors.js';
