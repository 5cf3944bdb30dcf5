// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { main, tell } from '../shared/runtime.js';
import { Driver } from './driver.js';

// A process of its own, so that the buyers' time is not the shop's. It waits for a plan, and takes one at a time.

await main(() => {
  const ending = new AbortController();
  let running: Promise<void> | undefined;
  return Promise.resolve({
    address: '',
    stop: async () => {
      ending.abort(new Error('the driver stops'));
      await running;
    },
    onMessage: (m) => {
      if (m.kind !== 'load' || running !== undefined) return;
      running = new Driver(m.plan)
        .drive(tell, ending.signal)
        .then(tell)
        .finally(() => {
          running = undefined;
        });
    },
  });
});
