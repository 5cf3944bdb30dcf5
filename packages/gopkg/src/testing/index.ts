// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Contract suites are data, `{ name, skip, run(t) }[]`; these run them with whatever test runner there is.
export { runWithNodeTest, runWithVitest } from './adapters.js';
export type { NodeTestApi, VitestApi } from './adapters.js';
export type { ContractCase, ContractTest } from './contract.js';
