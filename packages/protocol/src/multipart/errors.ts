// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** Stable codes of {@link MultipartError}. */
export type MultipartCode = 'MULTIPART_BODY_INVALID' | 'MULTIPART_BODY_CUT' | 'MULTIPART_BOUNDARY_INVALID' | 'MULTIPART_LIMIT_EXCEEDED' | 'MULTIPART_FIELD_INVALID';

/** A multipart body that breaks the grammar or a limit, or a part that cannot be written. `status`: what HTTP answers. */
export class MultipartError extends CloudWeGoError {
  static override readonly type: string = 'protocol/MultipartError';
  readonly code: MultipartCode;
  readonly status: number;

  constructor(code: MultipartCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.status = code === 'MULTIPART_LIMIT_EXCEEDED' ? 413 : 400;
  }
}

export function badPart(what: string): MultipartError {
  return new MultipartError('MULTIPART_BODY_INVALID', `multipart: ${what}`);
}

export function tooMuch(what: string): MultipartError {
  return new MultipartError('MULTIPART_LIMIT_EXCEEDED', `multipart: ${what}`);
}
