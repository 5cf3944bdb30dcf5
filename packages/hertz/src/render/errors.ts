// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** A response cannot be made of what a handler gave. */
export class RenderError extends CloudWeGoError {
  static override readonly type: string = 'hertz/RenderError';
  readonly code = 'HERTZ_RENDER_FAILED';
}
