// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** What a case of a contract suite is given. `node:test`'s context is one. */
export interface ContractTest {
  /** Runs `f` when the case is over. */
  after(f: () => void | Promise<void>): void;
}

/** One case of a contract suite: published data, so that any runner runs it. It reports by throwing, as node:assert does. */
export interface ContractCase {
  readonly name: string;
  run(t: ContractTest): void | Promise<void>;
}

/** Registers cases with `node:test`: `withNodeTest(cases, test)`. */
export function withNodeTest(cases: readonly ContractCase[], test: (name: string, f: (t: ContractTest) => void | Promise<void>) => unknown): void {
  for (const c of cases) test(c.name, (t) => c.run(t));
}

/** What vitest's `it` and `test` are here. */
export type VitestTest = (name: string, f: (t: { readonly onTestFinished: (f: () => void | Promise<void>) => void }) => void | Promise<void>) => unknown;

/** Registers cases with vitest: `withVitest(cases, it)`. */
export function withVitest(cases: readonly ContractCase[], it: VitestTest): void {
  for (const c of cases) {
    it(c.name, ({ onTestFinished }) =>
      c.run({
        after: (f) => {
          onTestFinished(f);
        },
      }),
    );
  }
}
