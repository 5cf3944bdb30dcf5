// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url';
import { loadThrift } from '@cloudwego/pilota-build';
import type { ResolvedStruct } from '@cloudwego/pilota-build';
import { RandomValues } from '../random.js';

/** Values of each struct of vectors.thrift. */
export const EACH = 44;

/** Structs of vectors.thrift, each with its random values: the same every time. */
export function vectorValues(): readonly { readonly struct: ResolvedStruct; readonly values: readonly unknown[] }[] {
  const program = loadThrift(fileURLToPath(new URL('vectors.thrift', import.meta.url)));
  const structs = program.root.definitions.filter((d): d is ResolvedStruct => d.kind === 'struct');
  return structs.map((struct, i) => {
    const random = new RandomValues(i + 1);
    const values: unknown[] = [];
    for (let n = 0; n < EACH; n++) {
      const v = random.struct(struct);
      if (v !== undefined) values.push(v);
    }
    return { struct, values };
  });
}
