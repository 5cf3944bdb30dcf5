// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export type { DispatchPlan, Instance, LoadBalancer, Picker, Registration, Registry, Resolver, Snapshot, Target } from './spi.js';
export { createDispatch } from './dispatch.js';
export type { Dispatch, DispatchOptions } from './dispatch.js';
export { fixedResolver } from './fixed-resolver.js';
export { weightedRoundRobin } from './weighted-round-robin.js';
export { DispatchClosedError, NoInstanceError, ResolveError } from './errors.js';
