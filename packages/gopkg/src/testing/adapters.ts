// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ContractCase } from './contract.js';

/** Longer than the patience of any wait inside a case, so that a case fails by its own message. Unit ms. */
const CASE_TIMEOUT_MS = 60_000;

/** What is used of vitest, so that it is no dependency: pass vitest's own `{ describe, it, onTestFinished }`. */
export interface VitestApi {
  describe(name: string, body: () => void): unknown;
  readonly it: {
    (name: string, body: () => Promise<void>, timeoutMs: number): unknown;
    skip(name: string): unknown;
  };
  onTestFinished(f: () => void | Promise<void>, timeoutMs?: number): unknown;
}

/** Registers the cases as a suite of vitest; what cannot run is a skipped test whose name says why. */
export function runWithVitest(api: VitestApi, name: string, cases: readonly ContractCase[]): void {
  api.describe(name, () => {
    for (const c of cases) {
      if (c.skip !== undefined) {
        api.it.skip(`${c.name} (${c.skip})`);
        continue;
      }
      api.it(
        c.name,
        async () => {
          await c.run({
            after: (f) => {
              api.onTestFinished(f, CASE_TIMEOUT_MS);
            },
          });
        },
        CASE_TIMEOUT_MS,
      );
    }
  });
}

/** What is used of node:test: pass `{ describe, it }` of it. */
export interface NodeTestApi {
  describe(name: string, body: () => void): unknown;
  it(name: string, options: { readonly skip?: string; readonly timeout: number }, body: (t: { after(f: () => void | Promise<void>): void }) => Promise<void>): unknown;
}

/** Registers the cases as a suite of node:test; what cannot run is skipped with its reason. */
export function runWithNodeTest(api: NodeTestApi, name: string, cases: readonly ContractCase[]): void {
  api.describe(name, () => {
    for (const c of cases) {
      api.it(c.name, { timeout: CASE_TIMEOUT_MS, ...(c.skip === undefined ? {} : { skip: c.skip }) }, async (t) => {
        await c.run({
          after: (f) => {
            t.after(f);
          },
        });
      });
    }
  });
}
