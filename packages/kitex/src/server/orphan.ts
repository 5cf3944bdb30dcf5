// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';

/** How long a call goes on whose caller has left, where it may be a oneway call. Unit ms. */
export const ORPHAN_MS = 5000;

/**
 * Ends a call some time after its caller has left. A oneway call may come as an ordinary one (only an IDL tells them apart for sure; hand-written clients and some
 * of Apache Thrift's mark it so), and its caller leaves at once: where no IDL is known, that says nothing about the call.
 */
export function cancelOrphan(clock: Clock, cancel: () => void): void {
  clock.wheel.add({ at: Infinity, fire: cancel }, clock.now() + ORPHAN_MS);
}
