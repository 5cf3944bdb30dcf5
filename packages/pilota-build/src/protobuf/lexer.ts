// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { IdlError } from '../source.js';
import type { SourceFile } from '../source.js';

/** One token; `start` and `end` are UTF-16 offsets into the text. */
export interface ProtoToken {
  readonly kind: 'ident' | 'int' | 'float' | 'string' | 'symbol' | 'end';
  /** As it is written. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** What a string stands for, in bytes: escapes may name bytes that are no UTF-8. */
  readonly bytes: Uint8Array | undefined;
  /** The comment that stands right above. */
  readonly doc: string | undefined;
}

/** Tokens of one file; more cannot be an IDL that somebody wrote. */
const MAX_TOKENS = 4_000_000;
const SPACE = /[ \t\r\n\f\v]+/y;
const IDENT = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /0[xX][0-9A-Fa-f]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y;

/** Splits a file into tokens. Errors: {@link IdlError} with PROTO_TOKEN_INVALID. */
export function tokenize(source: SourceFile): readonly ProtoToken[] {
  const { text } = source;
  const out: ProtoToken[] = [];
  let pos = 0;
  let doc: string | undefined;
  const fail = (message: string, start: number, end: number): never => {
    throw new IdlError([source.diagnostic('error', 'PROTO_TOKEN_INVALID', message, { start, end })]);
  };
  const match = (re: RegExp): string | undefined => {
    re.lastIndex = pos;
    return re.exec(text)?.[0];
  };
  const push = (kind: ProtoToken['kind'], end: number, bytes?: Uint8Array): void => {
    if (out.length >= MAX_TOKENS) fail(`file: more than ${MAX_TOKENS} tokens`, pos, end);
    out.push({ kind, text: text.slice(pos, end), start: pos, end, bytes, doc });
    doc = undefined;
    pos = end;
  };
  while (pos < text.length) {
    const space = match(SPACE);
    if (space !== undefined) {
      // An empty line parts a comment from what follows it.
      if (space.replaceAll('\r', '').split('\n').length > 2) doc = undefined;
      pos += space.length;
      continue;
    }
    const c = text[pos]!;
    if (c === '/' && (text[pos + 1] === '/' || text[pos + 1] === '*')) {
      const line = text[pos + 1] === '/';
      let end = text.indexOf(line ? '\n' : '*/', pos + 2);
      if (end < 0 && !line) fail('comment is never closed', pos, pos + 2);
      if (end < 0) end = text.length;
      const body = text.slice(pos + 2, end);
      const above = trailing(text, pos) ? undefined : clean(body, line);
      if (above !== undefined) doc = line && doc !== undefined ? `${doc}\n${above}` : above;
      pos = line ? end + 1 : end + 2;
      continue;
    }
    const word = match(IDENT);
    if (word !== undefined) {
      push('ident', pos + word.length);
      continue;
    }
    if ((c >= '0' && c <= '9') || (c === '.' && /[0-9]/.test(text[pos + 1] ?? ''))) {
      const number = match(NUMBER)!;
      const end = pos + number.length;
      if (/[A-Za-z_]/.test(text[end] ?? '') && !/^[fF]$/.test(text[end]!)) fail(`number: got "${number}${text[end]!}", wanted a space or a sign behind it`, pos, end + 1);
      if (/^0[0-9]+$/.test(number) && /[89]/.test(number)) fail(`number: got "${number}", wanted octal digits behind a leading 0`, pos, end);
      push(/^(0[xX]|[0-9]+$)/.test(number) ? 'int' : 'float', end);
      continue;
    }
    if (c === '"' || c === "'") {
      string(c);
      continue;
    }
    if ('{}[]()<>;,.=:-+/'.includes(c)) {
      push('symbol', pos + 1);
      continue;
    }
    fail(`character "${String.fromCodePoint(text.codePointAt(pos)!)}" has no meaning here`, pos, pos + 1);
  }
  push('end', text.length);
  return out;

  function string(quote: string): void {
    const bytes: number[] = [];
    let p = pos + 1;
    for (;;) {
      const ch = text[p];
      if (ch === undefined || ch === '\n') fail('string is never closed', pos, p);
      if (ch === quote) break;
      if (ch === '\\') p = escape(p, bytes);
      else {
        const point = text.codePointAt(p)!;
        bytes.push(...Buffer.from(String.fromCodePoint(point)));
        p += point > 0xffff ? 2 : 1;
      }
    }
    push('string', p + 1, Uint8Array.from(bytes));
  }

  /** An escape that begins at `p`; gives the offset behind it. */
  function escape(p: number, bytes: number[]): number {
    const at = text.slice(p + 1, p + 11);
    const simple = 'abfnrtv\\\'"?'.indexOf(at[0] ?? ' ');
    if (simple >= 0) {
      bytes.push([7, 8, 12, 10, 13, 9, 11, 92, 39, 34, 63][simple]!);
      return p + 2;
    }
    const octal = /^[0-7]{1,3}/.exec(at)?.[0];
    const hex = /^[xX]([0-9A-Fa-f]{1,2})/.exec(at);
    const uni = /^(?:u([0-9A-Fa-f]{4})|U(00[01][0-9A-Fa-f]{5}))/.exec(at);
    if (octal !== undefined && parseInt(octal, 8) < 256) {
      bytes.push(parseInt(octal, 8));
      return p + 1 + octal.length;
    }
    if (hex !== null) {
      bytes.push(parseInt(hex[1]!, 16));
      return p + 1 + hex[0].length;
    }
    const point = uni === null ? -1 : parseInt((uni[1] ?? uni[2])!, 16);
    if (uni === null || point > 0x10ffff) return fail(`escape: got "\\${at[0] ?? ''}", wanted one of \\a \\b \\f \\n \\r \\t \\v \\\\ \\' \\" \\? \\x \\u \\U or octal digits`, p, p + 2);
    bytes.push(...Buffer.from(String.fromCodePoint(point)));
    return p + 1 + uni[0].length;
  }
}

/** Whether something stands before a comment on its line: then it says nothing of what follows. */
function trailing(text: string, pos: number): boolean {
  for (let p = pos - 1; p >= 0 && text[p] !== '\n'; p--) if (!/\s/.test(text[p]!)) return true;
  return false;
}

function clean(body: string, line: boolean): string {
  if (line) return body.replace(/^ /, '').trimEnd();
  return body
    .split('\n')
    .map((l) => l.replace(/^\s*\*? ?/, '').trimEnd())
    .join('\n')
    .trim();
}
