// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ViteUserConfig } from 'vitest/config';

/** Settings that every project shares: siblings are read from source, so that no build precedes a test. */
export const shared: ViteUserConfig = {
  resolve: { conditions: ['@cloudwego/source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['@cloudwego/source', 'node', 'import', 'default'], externalConditions: ['@cloudwego/source', 'node'] } },
  // Of a machine that does much else; a test that hangs ends all the same.
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
};
