// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Bench } from './bench.js';
import type { Capability } from './types.js';

/** What a rule needs of its network; with `!` it needs that the network lacks it. `silent`: `NetworkSubject.silent`. */
export type Need = Capability | `!${Capability}` | 'silent';

/** A case before it meets a network: its name, what it needs, what it does. */
export interface Rule {
  readonly name: string;
  readonly needs: readonly Need[];
  run(b: Bench): Promise<void>;
}

export function rule(name: string, run: (b: Bench) => Promise<void>, ...needs: readonly Need[]): Rule {
  return { name, run, needs };
}
