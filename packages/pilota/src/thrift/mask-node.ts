// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** A mask rejects what lies here. */
export const REJECTED: unique symbol = Symbol('rejected');

/** What passes of a value: undefined = all of it, {@link REJECTED} = nothing, else it depends on its parts. */
export type Masked = MaskNode | typeof REJECTED | undefined;

/** One level of a mask. */
export interface MaskNode {
  readonly zeroRequired: boolean;
  field(id: number): Masked;
  index(i: number): Masked;
  key(k: unknown): Masked;
}
