// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { OptionTable } from '@cloudwego/gopkg/options';
import { int, optionTable } from '@cloudwego/gopkg/options';

/** Limits of a multipart body; above any of them it is refused (413). */
export interface MultipartOptions {
  /** @defaultValue 1000 */
  readonly maxParts?: number | undefined;
  /** Unit bytes, of the header of one part. @defaultValue 16384 */
  readonly maxPartHeaderBytes?: number | undefined;
  /** Unit bytes, of a part without a file name. @defaultValue 1048576 */
  readonly maxFieldBytes?: number | undefined;
  /** Unit bytes, of a part with a file name. @defaultValue 1073741824 */
  readonly maxFileBytes?: number | undefined;
  /** Unit bytes, of everything. @defaultValue 1073741824 */
  readonly maxTotalBytes?: number | undefined;
}

export type MultipartLimits = { readonly [K in keyof MultipartOptions]-?: NonNullable<MultipartOptions[K]> };

const table: OptionTable<MultipartOptions> = optionTable<MultipartOptions>({
  maxParts: int({ min: 0, default: 1000 }),
  maxPartHeaderBytes: int({ unit: 'bytes', min: 64, max: 1 << 24, default: 16 * 1024 }),
  maxFieldBytes: int({ unit: 'bytes', min: 0, default: 1 << 20 }),
  maxFileBytes: int({ unit: 'bytes', min: 0, default: 1 << 30 }),
  maxTotalBytes: int({ unit: 'bytes', min: 0, default: 1 << 30 }),
});

/** Errors: OptionError. */
export function multipartLimitsOf(o: MultipartOptions): MultipartLimits {
  return table.resolve(o, 'multipart') as MultipartLimits;
}
