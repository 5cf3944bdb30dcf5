// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** A descriptor contradicts itself, or lacks what was asked of it. */
export class DescriptorError extends CloudWeGoError {
  static override readonly type: string = 'pilota/DescriptorError';
  readonly code = 'PILOTA_DESCRIPTOR_INVALID';
}
