// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '../errors/index.js';

/** A load did not end within `waitTimeoutMs`. */
export class ConfigTimeoutError extends CloudWeGoError {
  static override readonly type: string = 'gopkg/ConfigTimeoutError';
  readonly code = 'GOPKG_CONFIG_TIMEOUT';
  override readonly originalName: string | undefined = 'wait timeout';

  constructor(ms: number) {
    super(`config: no load ended within ${ms} ms`);
  }
}

/** A config manager was used after it was closed, or closed while somebody waited. */
export class ConfigClosedError extends CloudWeGoError {
  static override readonly type: string = 'gopkg/ConfigClosedError';
  readonly code = 'GOPKG_CONFIG_CLOSED';

  constructor() {
    super('config: the manager is closed');
  }
}

/** A key has no value. */
export class ConfigMissingError extends CloudWeGoError {
  static override readonly type: string = 'gopkg/ConfigMissingError';
  readonly code = 'GOPKG_CONFIG_MISSING';
  readonly key: string;

  constructor(key: string) {
    super(`config: there is no "${key}"`);
    this.key = key;
  }
}

/** A value, or a whole document, is not what it should be; `cause` says why. */
export class ConfigInvalidError extends CloudWeGoError {
  static override readonly type: string = 'gopkg/ConfigInvalidError';
  readonly code = 'GOPKG_CONFIG_INVALID';
}
