// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** Stable codes of {@link SseError}. */
export type SseCode = 'SSE_LINE_OVERSIZED' | 'SSE_EVENT_OVERSIZED' | 'SSE_FIELD_INVALID';

/** A stream of events that is beyond its limits, or a field that cannot be written. */
export class SseError extends CloudWeGoError {
  static override readonly type: string = 'protocol/SseError';
  readonly code: SseCode;

  constructor(code: SseCode, message: string) {
    super(message);
    this.code = code;
  }
}
