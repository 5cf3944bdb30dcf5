// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Contract suites as data: run them on an implementation of your own, with whatever test runner you have.
export { connPoolContract, TestEntry } from './conn-pool-contract.js';
export type { ConnPoolSubject } from './conn-pool-contract.js';
export { httpCarrierContract } from './http-carrier-contract.js';
export type { HttpCarrierSubject } from './http-carrier-contract.js';
export { portContract } from './port-contract.js';
export type { PortSubject } from './port-contract.js';
export { portAppContract } from './port-app-contract.js';
export type { PortAppFixture, PortAppSubject } from './port-app-contract.js';
// A network inside one process: for tests of what runs on ports and pools.
export { createMemoryNetwork } from '@cloudwego/netpoll/testing';
export { runWithNodeTest, runWithVitest } from '@cloudwego/netpoll/testing';
export type { ContractCase, ContractTest, NodeTestApi, VitestApi } from '@cloudwego/netpoll/testing';
