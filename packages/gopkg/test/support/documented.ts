// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Everything below src/ whose docstring names a default: `folder/file.name`. */
export function documentedDefaults(): string[] {
  const src = fileURLToPath(new URL('../../src/', import.meta.url));
  const files = (readdirSync(src, { recursive: true, encoding: 'utf8' })).filter((f) => f.endsWith('.ts'));
  return files.flatMap((f) => {
    const text = readFileSync(src + f, 'utf8');
    // The name that follows the end of the comment.
    return [...text.matchAll(/@defaultValue(?:(?!\*\/)[\s\S])*\*\/\s*(?:readonly\s+|export\s+|function\s+)*([A-Za-z]\w*)/g)].map((m) => `${f.replaceAll('\\', '/').replace(/\.ts$/, '')}.${m[1]!}`);
  });
}
