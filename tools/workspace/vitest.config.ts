// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { defineProject, mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

// Plain JavaScript, like the tools themselves: they run before anything is built.
export default mergeConfig(shared, defineProject({ test: { name: 'workspace', include: ['test/**/*.test.mjs'] } }));
