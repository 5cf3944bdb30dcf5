// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { SourceFile, Span } from '../source.js';
import { docBefore, docOf } from './doc.js';
import { Lexer } from './lexer.js';
import type { Comment, Token, TokenKind } from './lexer.js';
import type { Report } from './report.js';

/** Thrown to unwind to the next place where parsing can go on; the error itself was already reported. */
export class Unwind {
  /** Whether nothing more can be made of the file. */
  readonly fatal: boolean;

  constructor(fatal: boolean) {
    this.fatal = fatal;
  }
}

/** The parser's view of the tokens: the current one, the one before, and a few ahead. */
export class Cursor {
  readonly source: SourceFile;
  readonly report: Report;
  private readonly lexer: Lexer;
  private readonly ahead: Token[];
  /** The token that was taken last; undefined at the start of the file. */
  previous: Token | undefined;
  private errorAt: number;

  constructor(source: SourceFile, report: Report) {
    this.source = source;
    this.report = report;
    this.lexer = new Lexer(source, report);
    this.ahead = [];
    this.previous = undefined;
    this.errorAt = -1;
  }

  /** The token `n` after the current one. */
  peek(n: number = 0): Token {
    while (this.ahead.length <= n) this.ahead.push(this.lexer.next());
    return this.ahead[n] as Token;
  }

  /** Moves over the current token and returns it. */
  take(): Token {
    const token = this.peek();
    this.ahead.shift();
    this.previous = token;
    return token;
  }

  is(kind: TokenKind): boolean {
    return this.peek().kind === kind;
  }

  isWord(word: string, n: number = 0): boolean {
    const token = this.peek(n);
    return token.kind === 'word' && token.text === word;
  }

  /** Moves over the current token if it is of this kind. */
  accept(kind: TokenKind): Token | undefined {
    return this.is(kind) ? this.take() : undefined;
  }

  /** Moves over the current token, which must be of this kind. `place` says where it was wanted. */
  expect(kind: TokenKind, place: string): Token {
    if (this.is(kind)) return this.take();
    return this.fail(`${describeKind(kind)} ${place}`);
  }

  /** Reports that something else was wanted here, and unwinds. */
  fail(wanted: string): never {
    const token = this.peek();
    this.errorOnce('THRIFT_SYNTAX', `unexpected ${describe(token)}, wanted ${wanted}`, this.errorRange(token));
    throw new Unwind(token.kind === 'end');
  }

  /** Reports an error unless one was reported at the same place. */
  errorOnce(code: string, message: string, range: { readonly start: number; readonly end: number }): void {
    if (this.errorAt === range.start) return;
    this.errorAt = range.start;
    this.report.error(this.source, code, message, range);
  }

  /** Span from `start` to the end of the token taken last. */
  spanFrom(start: number): Span {
    return { file: this.source.path, start, end: Math.max(start, this.previous?.end ?? start) };
  }

  spanOf(token: Token): Span {
    return { file: this.source.path, start: token.start, end: token.end };
  }

  /** Documentation of the declaration that begins with the current token. */
  doc(): string | undefined {
    const token = this.peek();
    return docBefore(this.source.text, token.comments.slice(this.behindCount(token)), token.start);
  }

  /** The remark behind the token taken last, on the same line and followed by nothing else there. */
  remarkBehind(): string | undefined {
    const token = this.peek();
    const count = this.behindCount(token);
    if (count === 0) return undefined;
    return docOf(this.source.text, token.comments.slice(0, count));
  }

  /** How many of a token's comments stand on the line where the token before ended. */
  private behindCount(token: Token): number {
    if (this.previous === undefined || !token.firstOnLine) return 0;
    let from = this.previous.end;
    let count = 0;
    for (const comment of token.comments as readonly Comment[]) {
      if (/[\r\n]/.test(this.source.text.slice(from, comment.start))) break;
      from = comment.end;
      count++;
    }
    return count;
  }

  /** At the end of the file the last token is shown: a caret under an empty line helps nobody. */
  private errorRange(token: Token): { start: number; end: number } {
    if (token.kind !== 'end' || this.previous === undefined) return token;
    return { start: this.previous.end, end: this.previous.end + 1 };
  }
}

/** A token as it is shown in a message. */
export function describe(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'end of file';
    case 'word':
      return `"${shorten(token.text)}"`;
    case 'int':
    case 'double':
      return `number ${shorten(token.text)}`;
    case 'string':
      return `literal "${shorten(token.text)}"`;
    default:
      return `"${token.kind}"`;
  }
}

function describeKind(kind: TokenKind): string {
  switch (kind) {
    case 'word':
      return 'a name';
    case 'int':
      return 'an integer';
    case 'double':
      return 'a number';
    case 'string':
      return 'a literal';
    case 'end':
      return 'the end of the file';
    default:
      return `"${kind}"`;
  }
}

function shorten(text: string): string {
  const line = text.split(/[\r\n]/, 1)[0] as string;
  return line.length > 40 || line !== text ? line.slice(0, 40) + '…' : line;
}
