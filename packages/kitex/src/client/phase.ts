// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** Where a call is between its start and the moment its promise settles. */
export const CallPhase = { Running: 0, Settled: 1 } as const;
