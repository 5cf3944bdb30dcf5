// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * One step of the runner: its name, the file that holds it and when it runs. The tables are exported, docs/architecture.md is generated from them, and a
 * traced call proves that the order run is the table's.
 */
export interface Stage {
  readonly name: string;
  /** Path below packages/kitex/src. */
  readonly file: string;
  readonly side: 'client' | 'server';
  readonly when: string;
}

/** Records the stages that one call ran; undefined on calls that nobody traces. */
export type StageTrace = Stage[];
