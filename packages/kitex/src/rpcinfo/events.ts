// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** Events that the level `base` records too. Source: cloudwego/kitex pkg/stats/event.go (LevelBase). */
export function isBaseEvent(name: string): boolean {
  return name === 'RPCStart' || name === 'RPCFinish';
}
