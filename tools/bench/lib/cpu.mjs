// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** Calls in a row until the clock has moved enough to be looked at. */
const LOOK_EVERY = 0.5;

/**
 * Calls `call` for so many seconds; the CPU time of one, garbage collection and threads included. Unit µs. `kept` is what the last call gave.
 * A call that gives a promise is awaited before the next one, unless it says that it goes in batches: then `call(n)` does n of them.
 */
export async function cpuPerCall(call, seconds, { batches = false } = {}) {
  let kept = batches ? await call(1) : call();
  const waits = !batches && typeof kept?.then === 'function';
  if (waits) kept = await kept;
  const from = process.cpuUsage();
  const until = performance.now() + seconds * 1000;
  let calls = 0;
  let batch = 1;
  for (let now = performance.now(); now < until; ) {
    if (batches) kept = await call(batch);
    else if (waits) for (let k = 0; k < batch; k++) kept = await call();
    else for (let k = 0; k < batch; k++) kept = call();
    calls += batch;
    const then = performance.now();
    if (then - now < LOOK_EVERY) batch *= 2;
    now = then;
  }
  const { user, system } = process.cpuUsage(from);
  return { micros: (user + system) / calls, kept };
}
