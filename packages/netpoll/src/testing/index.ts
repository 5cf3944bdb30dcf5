// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { networkContract } from './network-contract.js';
export type { Capability, NetworkSubject, SilentAddress, SuiteLimits } from './contract/types.js';
export { runWithNodeTest, runWithVitest } from '@cloudwego/gopkg/testing';
export type { ContractCase, ContractTest, NodeTestApi, VitestApi } from '@cloudwego/gopkg/testing';
export { selfSigned } from './certificates.js';
export type { TestCertificate } from './certificates.js';
export { silentTcpAddress } from './silent-address.js';
export { createHostileNetwork, createMemoryNetwork } from './memory-networks.js';
export type { HostileNetworkOptions, MemoryNetworkOptions } from './memory-networks.js';
export type { MemoryNetwork } from './memory/network.js';
export { eventually, pattern, Recorder, send } from './contract/bench.js';
