// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { getPool, registerPool, TaskPool, unregisterPool } from './task-pool.js';
export type { TaskOptions, TaskPoolOptions } from './task-pool.js';
export { CpuPool } from './cpu-pool.js';
export type { CpuPoolOptions, CpuTaskOptions } from './cpu-pool.js';
export type { PoolThread, ThreadFactory, ThreadSpec } from './thread.js';
export { piscinaThreads } from './piscina.js';
export type { PiscinaThreadOptions } from './piscina.js';
export { PoolClosedError, PoolFullError, ThreadLostError } from './errors.js';
