// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** A server did not start: it could not be run, ended, or did not answer in time. The message has the end of what it printed. */
export class LaunchError extends CloudWeGoError {
  static override readonly type: string = 'testkit/LaunchError';
  readonly code = 'TESTKIT_LAUNCH_FAILED';
}
