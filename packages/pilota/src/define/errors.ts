// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** A definition that no IDL could say: a bad name, an id twice, a default of another type. */
export class DefineError extends CloudWeGoError {
  static override readonly type: string = 'pilota/DefineError';
  readonly code = 'PILOTA_DEFINE_INVALID';
}
