// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** A lease could not be written or the folder cannot be read; `cause` is the system's error. */
export class RegistryFileError extends CloudWeGoError {
  static override readonly type: string = 'registry-file/RegistryFileError';
  readonly code = 'REGISTRY_FILE_FAILED';
}
