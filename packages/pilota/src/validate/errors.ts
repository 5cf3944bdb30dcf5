// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** One rule that a value does not keep. */
export interface Fault {
  /** Where: `order.lines[2].sku`, keys of maps as `["k"]`; `` for a rule about the struct itself. */
  readonly path: string;
  /** `vt.max_size`, `api.vd`, `vt.assert` … */
  readonly rule: string;
  readonly message: string;
}

/** A value does not keep the rules of its IDL. All faults, with their places. */
export class ValidationError extends CloudWeGoError {
  static override readonly type: string = 'pilota/ValidationError';
  readonly code = 'PILOTA_VALUE_INVALID';
  readonly faults: readonly Fault[];

  constructor(struct: string, faults: readonly Fault[]) {
    super(`${struct}: ${faults.map((f) => `${f.path === '' ? '' : `${f.path}: `}${f.message}`).join('; ')}`);
    this.faults = faults;
  }
}

/** A rule itself is wrong: it does not parse, does not fit its field, or calls a function that nobody gave. */
export class RuleError extends CloudWeGoError {
  static override readonly type: string = 'pilota/RuleError';
  readonly code = 'PILOTA_RULE_INVALID';
}
