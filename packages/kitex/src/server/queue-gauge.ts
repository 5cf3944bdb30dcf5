// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { performance } from 'node:perf_hooks';
import type { LoadGauge } from '@cloudwego/governance';

/** The load of a server, and how long what is looked at now waited before that. */
export class QueueGauge {
  readonly gauge: LoadGauge;
  private readonly arrivedAfter: () => number;

  /** `arrivedAfter`: no byte of what is looked at arrived before. performance.now() scale. */
  constructor(gauge: LoadGauge, arrivedAfter: () => number) {
    this.gauge = gauge;
    this.arrivedAfter = arrivedAfter;
  }

  /** Unit ms. */
  waited(): number {
    return performance.now() - this.arrivedAfter();
  }

  /** Counts the request that is looked at. */
  observe(): void {
    this.gauge.observe(this.waited());
  }
}
