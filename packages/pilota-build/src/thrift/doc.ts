// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Comment } from './lexer.js';

/**
 * Text of the comments that stand right before `at`: the last ones without a blank line between them or after them.
 * Differs: thriftgo takes every comment since the token before, so that a heading or the remark behind the previous
 * field ends up in the documentation of the next one. `comments` must not hold a remark behind the previous token.
 */
export function docBefore(text: string, comments: readonly Comment[], at: number): string | undefined {
  let first = comments.length;
  let next = at;
  while (first > 0) {
    const comment = comments[first - 1] as Comment;
    if (hasBlankLine(text, comment.end, next)) break;
    next = comment.start;
    first--;
  }
  return docOf(text, comments.slice(first));
}

/** Text of comments without their signs; undefined if nothing is left. */
export function docOf(text: string, comments: readonly Comment[]): string | undefined {
  const lines = comments.flatMap((c) => commentLines(text.slice(c.start, c.end)));
  while (lines.length > 0 && lines[0] === '') lines.shift();
  while (lines.length > 0 && lines.at(-1) === '') lines.pop();
  return lines.length === 0 ? undefined : lines.join('\n');
}

/** Whether a line between two offsets is blank. */
export function hasBlankLine(text: string, from: number, to: number): boolean {
  return /\n[^\S\n]*\n|\r[^\S\r\n]*\r/.test(text.slice(from, to));
}

function commentLines(comment: string): string[] {
  if (comment.startsWith('#')) return [trimLine(comment.slice(1))];
  if (comment.startsWith('//')) return [trimLine(comment.slice(comment.startsWith('///') ? 3 : 2))];
  const body = comment.slice(2, -2).split(/\r\n|\r|\n/);
  return body.map((line, i) => trimLine(i === 0 ? line.replace(/^\*+/, '') : line.replace(/^\s*\*?/, '')));
}

/** Drops the one space that follows a comment sign, and white space at the end. */
function trimLine(line: string): string {
  const text = line.trimEnd();
  return text.startsWith(' ') ? text.slice(1) : text;
}
