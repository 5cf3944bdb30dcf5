// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { launch } from './launch.js';
export type { LaunchOptions, Launched, Ready } from './launch.js';
export { LaunchError } from './errors.js';
export { freePort, answersOn } from './ports.js';
export { commandPeer, findCommand, skipUnless } from './peers.js';
export type { Peer, SkippableIt } from './peers.js';
export { etcdPeer, startEtcd } from './servers/etcd.js';
export { startZooKeeper, zooKeeperPeer } from './servers/zookeeper.js';
export { tempDir } from './temp-dir.js';
export type { TempDir } from './temp-dir.js';
export { createFaultProxy } from './proxy/fault-proxy.js';
export type { FaultProxy, FaultProxyOptions, ProxiedConnection } from './proxy/fault-proxy.js';
export { randomPlan } from './proxy/plan.js';
export type { DirectionPlan, ProxyFault, ProxyPlan, RandomPlanOptions } from './proxy/plan.js';
