// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from './index.js';

interface Store {
  readonly version: 1;
  readonly storage: AsyncLocalStorage<Context>;
}

const slot = Symbol.for('cloudwego.context.ambient');

/** One storage per process, shared by every installed copy; made on first use, so that nothing is paid where nobody asks. */
function store(make: boolean): Store | undefined {
  const g = globalThis as unknown as Record<symbol, Store | undefined>;
  let s = g[slot];
  if (s === undefined && make) {
    s = { version: 1, storage: new AsyncLocalStorage<Context>() };
    g[slot] = s;
  }
  return s?.version === 1 ? s : undefined;
}

/** Runs `f` with `ctx` as the ambient context of everything it starts. */
export function runWithContext<T>(ctx: Context, f: () => T): T {
  const s = store(true);
  return s === undefined ? f() : s.storage.run(ctx, f);
}

/** The ambient context, if somebody set one. */
export function currentContext(): Context | undefined {
  return store(false)?.storage.getStore();
}
