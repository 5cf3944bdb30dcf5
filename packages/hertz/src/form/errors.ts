// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** A form was asked for that the request does not have, or has twice. `status`: what HTTP answers. */
export class FormError extends CloudWeGoError {
  static override readonly type: string = 'hertz/FormError';
  readonly code: 'HERTZ_FORM_MISSING' | 'HERTZ_FILE_MISSING';
  override readonly originalName: string | undefined;
  readonly status: number = 400;

  constructor(code: 'HERTZ_FORM_MISSING' | 'HERTZ_FILE_MISSING', message: string) {
    super(message);
    this.code = code;
    this.originalName = code === 'HERTZ_FORM_MISSING' ? 'ErrNoMultipartForm' : 'ErrMissingFile';
  }
}
