// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { Panel } from './panel.js';
export type { PanelOptions, RunOptions, StateChange } from './panel.js';
export { BreakerOpenError } from './errors.js';
export type { BreakerState } from './breaker.js';
export { createBreakerShare } from './share.js';
export type { BreakerShare, BreakerShareOptions } from './share.js';
export { tripByConsecutive, tripByRate, tripByThreshold, tripCombined } from './trip.js';
export type { BreakerMetrics, CombinedTrip, TripFunc } from './trip.js';
