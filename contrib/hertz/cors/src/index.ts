// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { cors } from './cors.js';
export type { CorsOptions } from './cors.js';
