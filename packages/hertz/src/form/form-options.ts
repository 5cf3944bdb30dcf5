// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { tmpdir } from 'node:os';
import type { OptionTable } from '@cloudwego/gopkg/options';
import { int, optionTable, text } from '@cloudwego/gopkg/options';
import type { MultipartOptions } from '@cloudwego/protocol';

/** Limits of a multipart form. Those of {@link MultipartOptions} are answered 413. */
export interface FormOptions extends MultipartOptions {
  /** What of files is kept in memory, the rest goes to temporary files; and what all values together may have. Unit bytes. @defaultValue 16777216 */
  readonly maxMemoryBytes?: number | undefined;
  /** Where temporary files are made. @defaultValue the system's */
  readonly tempFolder?: string | undefined;
}

const table: OptionTable<Pick<FormOptions, 'maxMemoryBytes' | 'tempFolder'>> = optionTable<Pick<FormOptions, 'maxMemoryBytes' | 'tempFolder'>>({
  maxMemoryBytes: int({ unit: 'bytes', min: 0, default: 16 * 1024 * 1024 }),
  tempFolder: text({}),
});

/** Errors: OptionError, for the options of this layer; the decoder checks the others. */
export function formOptionsOf(o: FormOptions): { readonly maxMemoryBytes: number; readonly tempFolder: string; readonly limits: MultipartOptions } {
  const { maxMemoryBytes, tempFolder, ...limits } = o;
  const own = table.resolve({ maxMemoryBytes, tempFolder }, 'form');
  return { maxMemoryBytes: own.maxMemoryBytes!, tempFolder: own.tempFolder ?? tmpdir(), limits };
}
