// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { OutgoingMeta } from '../types.js';

/** Collects what meta handlers add; maps are made on the first write only. */
export class MetaCollector implements OutgoingMeta {
  ints: Map<number, string> | undefined = undefined;
  strings: Map<string, string> | undefined = undefined;

  setInt(key: number, value: string): void {
    (this.ints ??= new Map()).set(key, value);
  }

  setString(key: string, value: string): void {
    (this.strings ??= new Map()).set(key, value);
  }
}
