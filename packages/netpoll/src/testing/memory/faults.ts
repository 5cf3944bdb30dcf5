// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Random } from './random.js';

/** What goes wrong on a connection, and after how many bytes of one direction. `reset`: both ends; `cut`: the reader sees an end, the writer a reset. */
export interface Fault {
  readonly kind: 'reset' | 'cut';
  readonly at: number;
}

/** How often things go wrong. */
export interface FaultRates {
  /** Share of connections that are reset. From 0 to 1. */
  readonly resetRate: number;
  /** Share of connections of which one direction ends too early. From 0 to 1. */
  readonly cutRate: number;
  /** Faults lie within so many bytes. */
  readonly faultWithinBytes: number;
}

/** Decides the fault of a new connection and its direction. */
export function drawFault(random: Random, rates: FaultRates): { readonly fault: Fault; readonly dialed: boolean } | undefined {
  const x = random.next();
  const kind = x < rates.resetRate ? 'reset' : x < rates.resetRate + rates.cutRate ? 'cut' : undefined;
  if (kind === undefined) return undefined;
  return { fault: { kind, at: random.size(rates.faultWithinBytes) - 1 }, dialed: random.chance(0.5) };
}
