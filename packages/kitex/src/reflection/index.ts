// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { Reflection, ReflectionService } from './reflection.js';
export type { ReflectionClient, ReflectionHandlers, ReflectionRequest, ReflectionResponse } from './reflection.js';
