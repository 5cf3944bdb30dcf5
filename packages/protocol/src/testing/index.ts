// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Proofs for engines: the contract of StreamEngine as data, and an in-memory, hostile connection to run engines on.
export { engineContract } from './engine-contract.js';
export type { EngineAdapter, EngineCapabilities } from './engine-contract.js';
export { runWithNodeTest, runWithVitest } from '@cloudwego/gopkg/testing';
export type { ContractCase, ContractTest, NodeTestApi, VitestApi } from '@cloudwego/gopkg/testing';
export { MemoryLink } from './memory-link.js';
export type { MemoryLinkOptions } from './memory-link.js';
export { engineEnd, EnginePair, Recorder } from './pair.js';
export type { EngineEnd, EngineMaker, RecordedEvent } from './pair.js';
export { randomSplit, seeded } from './random.js';
