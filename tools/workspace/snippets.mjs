// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { existsSync, readFileSync } from 'node:fs';

/**
 * The code fences of a Markdown file: language, text, and what the comment before the fence says of it.
 * `<!-- run -->`: a program of its own. `<!-- file: NAME -->`: a file of the walk-through that the text describes. No comment: text to look at.
 */
export function snippets(path) {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  const out = [];
  for (const m of text.matchAll(/(?:<!-- (run|file: ([^ ]+)|sh) -->\n)?```(\w*)\n([\s\S]*?)```/g)) {
    out.push({ run: m[1] === 'run', file: m[2], shell: m[1] === 'sh', language: m[3], code: m[4] });
  }
  return out;
}
