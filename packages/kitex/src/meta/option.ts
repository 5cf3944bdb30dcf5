// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { any } from '@cloudwego/gopkg/options';
import type { OptionSpec } from '@cloudwego/gopkg/options';
import type { MetaHandler } from '../types.js';

/** The rule of options that are meta handlers: an object with at least one of the two functions, and with nothing else under their names. */
export const metaHandler: OptionSpec<MetaHandler> = any<MetaHandler>({
  what: 'a MetaHandler (an object with a name, and writeMeta or readMeta or both)',
  test: (v) => {
    if (typeof v !== 'object' || v === null) return false;
    const { name, writeMeta, readMeta } = v as { readonly name?: unknown; readonly writeMeta?: unknown; readonly readMeta?: unknown };
    const parts = [writeMeta, readMeta].filter((f) => f !== undefined);
    return typeof name === 'string' && parts.length > 0 && parts.every((f) => typeof f === 'function');
  },
});
