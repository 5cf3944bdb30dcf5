// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** What a case needs of the runner that runs it. The context of node:test is one; vitest gives it by the adapter. */
export interface ContractTest {
  /** Runs `f` when the case is over, last registered first. */
  after(f: () => void | Promise<void>): void;
}

/** One rule of a contract. It throws what node:assert throws when the rule is broken. */
export interface ContractCase {
  readonly name: string;
  /** Why the case cannot run here; a runner shows it as skipped, by name. */
  readonly skip?: string | undefined;
  run(t: ContractTest): void | Promise<void>;
}
