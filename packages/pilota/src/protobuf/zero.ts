// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { TypeShape } from './shape.js';

/** What stands for nothing, of a type that is no message. */
export function zeroOf(t: TypeShape): unknown {
  if (t.kind === 'enum') return t.closed ? (Object.values(t.values)[0] ?? 0) : 0;
  if (t.kind === 'message') return undefined;
  switch (t.name) {
    case 'string':
      return '';
    case 'bytes':
      return new Uint8Array(0);
    case 'bool':
      return false;
    default:
      if (!t.name.endsWith('64') || t.as === 'number') return 0;
      return t.as === 'bigint' ? 0n : '0';
  }
}
