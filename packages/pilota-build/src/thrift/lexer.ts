// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { SourceFile } from '../source.js';
import type { Report } from './report.js';

/** Signs of the grammar; `*` occurs as the language of a namespace only. */
export type Punctuation = '{' | '}' | '(' | ')' | '[' | ']' | '<' | '>' | '=' | ',' | ';' | ':' | '*';

/** What a token is. */
export type TokenKind = 'word' | 'int' | 'double' | 'string' | 'end' | Punctuation;

/** A comment with its signs. */
export interface Comment {
  readonly start: number;
  readonly end: number;
}

/** One token. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Text of words and numbers; of a string its value between the quotes with the delimiter unescaped; else the sign. */
  readonly text: string;
  /** Comments between the token before and this one. */
  readonly comments: readonly Comment[];
  /** Whether it is the first token of its line. */
  readonly firstOnLine: boolean;
}

const NO_COMMENTS: readonly Comment[] = [];
const PUNCTUATION = '{}()[]<>=,;:*';

/**
 * Cuts a file into tokens, on demand: a large file never has all its tokens in memory at once.
 * What cannot be read is reported and skipped, so that the parser sees well-formed tokens only; after the end it
 * returns `end` for ever.
 */
export class Lexer {
  private readonly source: SourceFile;
  private readonly text: string;
  private readonly report: Report;
  private at: number;

  constructor(source: SourceFile, report: Report) {
    this.source = source;
    this.text = source.text;
    this.report = report;
    this.at = 0;
  }

  /** Reads the next token. */
  next(): Token {
    const from = this.at;
    for (;;) {
      const comments = this.skip();
      const start = this.at;
      const firstOnLine = this.hasLineEnd(from, start);
      if (start >= this.text.length) return { kind: 'end', start, end: start, text: '', comments, firstOnLine };
      const token = this.read(start, comments, firstOnLine);
      if (token !== undefined) return token;
    }
  }

  private read(start: number, comments: readonly Comment[], firstOnLine: boolean): Token | undefined {
    const c = this.text[start] as string;
    const make = (kind: TokenKind, text: string): Token => ({ kind, start, end: this.at, text, comments, firstOnLine });
    if (isLetter(c) || isForeignLetter(this.text, start)) {
      this.word();
      return make('word', this.text.slice(start, this.at));
    }
    if (isDigit(c) || this.numberFollows(start)) {
      const kind = this.number();
      // A malformed number was reported: zero stands for it, so that nothing else is said about it.
      return kind === undefined ? make('int', '0') : make(kind, this.text.slice(start, this.at));
    }
    if (c === '"' || c === "'") {
      return make('string', this.literal(c));
    }
    if (PUNCTUATION.includes(c)) {
      this.at++;
      return make(c as Punctuation, c);
    }
    this.badCharacters();
    return undefined;
  }

  /** Reads a name. Signs that do not belong are reported but read as part of it, so that nothing else is said about it. */
  private word(): void {
    let bad: number | undefined;
    for (;;) {
      const foreign = isForeignLetter(this.text, this.at);
      if (foreign || ('-$@'.includes(this.text[this.at] ?? ' ') && isLetter(this.text[this.at + 1]))) {
        bad ??= this.at;
        this.at += foreign && (this.text.codePointAt(this.at) ?? 0) > 0xffff ? 2 : 1;
      } else if (isWordPart(this.text[this.at])) {
        this.at++;
      } else {
        break;
      }
    }
    if (bad === undefined) return;
    const message = `name has the character ${showCharacter(this.text, bad)}, wanted only A to Z, a to z, 0 to 9, "_" and "."`;
    this.report.error(this.source, 'THRIFT_CHARACTER_UNKNOWN', message, { start: bad, end: bad + 1 });
  }

  /** Moves over white space and comments. */
  private skip(): readonly Comment[] {
    let comments: Comment[] | undefined;
    for (;;) {
      const c = this.text.charCodeAt(this.at);
      if (c === 32 || (c >= 9 && c <= 13)) {
        this.at++;
        continue;
      }
      if (!this.commentFollows(c)) return comments ?? NO_COMMENTS;
      const start = this.at;
      if (this.text[start + 1] === '*' && c === 47) {
        const close = this.text.indexOf('*/', start + 2);
        if (close < 0) {
          this.report.error(this.source, 'THRIFT_COMMENT_OPEN', 'comment is never closed, wanted "*/"', { start, end: start + 2 });
          this.at = this.text.length;
          return comments ?? NO_COMMENTS;
        }
        this.at = close + 2;
      } else {
        this.at = this.lineEnd(start);
      }
      (comments ??= []).push({ start, end: this.at });
    }
  }

  private commentFollows(c: number): boolean {
    if (c === 35) return true;
    if (c !== 47) return false;
    const next = this.text.charCodeAt(this.at + 1);
    return next === 47 || next === 42;
  }

  private lineEnd(from: number): number {
    let i = from;
    while (i < this.text.length && this.text.charCodeAt(i) !== 10 && this.text.charCodeAt(i) !== 13) i++;
    return i;
  }

  private hasLineEnd(from: number, to: number): boolean {
    if (from === 0) return true;
    for (let i = from; i < to; i++) {
      const c = this.text.charCodeAt(i);
      if (c === 10 || c === 13) return true;
    }
    return false;
  }

  /** Whether a sign or a point begins a number. */
  private numberFollows(at: number): boolean {
    let i = at;
    if (this.text[i] === '+' || this.text[i] === '-') i++;
    if (this.text[i] === '.') i++;
    return i > at && isDigit(this.text[i]);
  }

  private number(): 'int' | 'double' | undefined {
    const start = this.at;
    const text = this.text;
    const kind = this.numberBody();
    if (!isWordPart(text[this.at])) return kind;
    while (isWordPart(text[this.at])) this.at++;
    const whole = text.slice(start, Math.min(this.at, start + 40));
    this.report.error(this.source, 'THRIFT_NUMBER_INVALID', `number is malformed, got "${whole}", wanted digits such as 10, 0x1F, 0o17 or 1.5e3`, { start, end: this.at });
    return undefined;
  }

  private numberBody(): 'int' | 'double' {
    const text = this.text;
    const second = text[this.at + 1];
    if (text[this.at] === '0' && (second === 'x' || second === 'o')) {
      const isPart = second === 'x' ? isHexDigit : isOctalDigit;
      if (isPart(text[this.at + 2])) {
        this.at += 2;
        while (isPart(text[this.at])) this.at++;
        return 'int';
      }
    }
    let kind: 'int' | 'double' = 'int';
    if (text[this.at] === '+' || text[this.at] === '-') this.at++;
    this.digits();
    if (text[this.at] === '.' && isDigit(text[this.at + 1])) {
      kind = 'double';
      this.at++;
      this.digits();
    }
    if (text[this.at] === 'e' || text[this.at] === 'E') {
      const sign = text[this.at + 1] === '+' || text[this.at + 1] === '-' ? 1 : 0;
      if (isDigit(text[this.at + 1 + sign])) {
        kind = 'double';
        this.at += 1 + sign;
        this.digits();
      }
    }
    return kind;
  }

  private digits(): void {
    while (isDigit(this.text[this.at])) this.at++;
  }

  /**
   * Reads a literal, which may span lines.
   * Differs: a backslash guards whatever follows it; thriftgo guards quotes only, so that a literal cannot end in `\\`.
   */
  private literal(quote: string): string {
    const start = this.at;
    const text = this.text;
    let value = '';
    let from = start + 1;
    for (let i = from; i < text.length; i++) {
      const c = text[i];
      if (c === '\\') {
        if (text[i + 1] === quote) {
          value += text.slice(from, i);
          from = i + 1;
        }
        i++;
      } else if (c === quote) {
        this.at = i + 1;
        return value + text.slice(from, i);
      }
    }
    this.report.error(this.source, 'THRIFT_LITERAL_OPEN', `literal is never closed, wanted ${quote}`, { start, end: this.lineEnd(start) });
    // The line stands for the literal, so that nothing else is said about it.
    this.at = this.lineEnd(start);
    return text.slice(start + 1, this.at);
  }

  private badCharacters(): void {
    const start = this.at;
    do this.at += (this.text.codePointAt(this.at) ?? 0) > 0xffff ? 2 : 1;
    while (this.at < this.text.length && isBad(this.text[this.at] as string));
    this.report.error(this.source, 'THRIFT_CHARACTER_UNKNOWN', `unexpected character ${showCharacter(this.text, start)}, wanted a name, a number, a literal or one of { } ( ) [ ] < > = , ; :`, { start, end: this.at });
  }
}

/** A character with its number; those that would not be seen, by their number only. */
function showCharacter(text: string, at: number): string {
  const point = text.codePointAt(at) ?? 0;
  const hex = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(String.fromCodePoint(point)) ? `"${String.fromCodePoint(point)}" (${hex})` : hex;
}

/** Whether a letter or digit that is not ASCII stands here. */
function isForeignLetter(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  return c > 127 && /[\p{L}\p{N}\p{M}]/u.test(String.fromCodePoint(text.codePointAt(at) ?? 0));
}

function isBad(c: string): boolean {
  return c.charCodeAt(0) > 127 || '!$%&@?\\^`|~'.includes(c);
}

function isLetter(c: string | undefined): boolean {
  return c !== undefined && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c === '_');
}

function isDigit(c: string | undefined): boolean {
  return c !== undefined && c >= '0' && c <= '9';
}

function isOctalDigit(c: string | undefined): boolean {
  return c !== undefined && c >= '0' && c <= '7';
}

function isHexDigit(c: string | undefined): boolean {
  return isDigit(c) || (c !== undefined && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
}

function isWordPart(c: string | undefined): boolean {
  return isLetter(c) || isDigit(c) || c === '.';
}
