// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** What goes wrong with the first of the instances, a third of the time into the run. `rate`: requests a second. */
export const scenarios = {
  killed: { title: 'one instance is killed', strike: (i) => i.process.kill('SIGKILL') },
  stopped: { title: 'one instance stops (SIGSTOP)', strike: (i) => i.process.kill('SIGSTOP') },
  slow: { title: 'one instance takes 500 ms', strike: (i) => i.process.kill('SIGUSR2') },
  corrupting: { title: 'one instance answers with flipped bits', relayed: true, strike: (i) => (i.relay.mode = 'corrupt') },
  partitioned: { title: 'one instance is cut off', relayed: true, strike: (i) => (i.relay.mode = 'drop') },
  flood: { title: 'ten times the load on instances that do 100 a second', slots: 2, strike: () => undefined, flood: 10 },
};

/** Requests that were refused because there is too much to do are not made again: that would be more of it. */
const refused = (e) => /over limit/.test(e.message);

/** What the client of a drill is given. Checksums are what finds flipped bits. */
export function clientOptions(governed, { outlierExclusion, p2cEwma }) {
  if (!governed) return { rpcTimeoutMs: 200 };
  return {
    rpcTimeoutMs: 200,
    crc32c: true,
    loadBalancer: outlierExclusion({ next: p2cEwma() }),
    // A method is not broken because a server had no room for one of its calls.
    circuitBreaker: { serviceOutcome: (e, usual) => (e !== undefined && refused(e) ? 'ignore' : usual) },
    retry: { kind: 'mixed', delayMs: 60, maxRetries: 2, errorRate: 0.3, onError: (e) => !refused(e) },
    retryBudget: { ratio: 0.2 },
  };
}
