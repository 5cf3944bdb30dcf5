// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { setTimeout as sleep } from 'node:timers/promises';

/** Ends a case that a broken peer never answers, in ms. */
const LIMIT = 60_000;

/** Runs one case after the other, prints a line of JSON for each, and fails at the end if one of them did. */
export async function runCases(names, run) {
  let failed = 0;
  for (const name of names) {
    const started = performance.now();
    const line = { case: name, ok: true };
    const timer = new AbortController();
    try {
      const limit = sleep(LIMIT, undefined, { signal: timer.signal }).then(() => Promise.reject(new Error(`no end after ${LIMIT} ms`)), () => new Promise(() => {}));
      await Promise.race([run(name), limit]);
    } catch (error) {
      failed++;
      line.ok = false;
      line.error = String(error?.message ?? error);
    } finally {
      timer.abort();
    }
    line.ms = Math.round(performance.now() - started);
    console.log(JSON.stringify(line));
  }
  if (failed > 0) throw new Error(`${failed} of ${names.length} cases failed`);
}
