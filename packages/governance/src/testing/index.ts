// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Contract suites as data: run them on an implementation of your own, with whatever test runner you have.
export { resolverContract } from './resolver-contract.js';
export type { ResolverFixture, ResolverSubject } from './resolver-contract.js';
export { registryContract } from './registry-contract.js';
export type { RegistryFixture, RegistrySubject } from './registry-contract.js';
export { loadBalancerContract } from './load-balancer-contract.js';
export type { LoadBalancerSubject } from './load-balancer-contract.js';
export { configSourceContract } from './config-source-contract.js';
export type { ConfigSourceFixture, ConfigSourceSubject } from './config-source-contract.js';
export { limiterContract } from './limiter-contract.js';
export type { LimiterSubject } from './limiter-contract.js';
export { runWithNodeTest, runWithVitest } from '@cloudwego/gopkg/testing';
export type { ContractCase, ContractTest, NodeTestApi, VitestApi } from '@cloudwego/gopkg/testing';
