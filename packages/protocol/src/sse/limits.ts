// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { OptionTable } from '@cloudwego/gopkg/options';
import { int, optionTable } from '@cloudwego/gopkg/options';

/** Limits of {@link SseDecoder}. */
export interface SseOptions {
  /** Unit bytes, of one line. Source: bufio.MaxScanTokenSize, which Hertz's reader has. @defaultValue 65536 */
  readonly maxLineBytes?: number | undefined;
  /** Unit bytes, of the lines of one event. @defaultValue 4194304 */
  readonly maxEventBytes?: number | undefined;
  /** The id that a stream which goes on had last. @defaultValue '' */
  readonly lastEventId?: string | undefined;
}

export const sseTable: OptionTable<Omit<SseOptions, 'lastEventId'>> = optionTable<Omit<SseOptions, 'lastEventId'>>({
  maxLineBytes: int({ unit: 'bytes', min: 1, default: 64 * 1024 }),
  maxEventBytes: int({ unit: 'bytes', min: 1, default: 4 * 1024 * 1024 }),
});
