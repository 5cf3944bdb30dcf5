// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
const MAX_LINE = 120;

/** Lines of code with indentation by two spaces. */
export class Code {
  private readonly lines: string[];
  private depth: number;

  constructor() {
    this.lines = [];
    this.depth = 0;
  }

  /** One line; an empty one separates. */
  line(text: string = ''): this {
    this.lines.push(text === '' ? '' : '  '.repeat(this.depth) + text);
    return this;
  }

  /** `head`, the lines that `body` adds one step in, `tail`. */
  block(head: string, body: () => void, tail: string = '}'): this {
    this.line(head);
    this.depth++;
    body();
    this.depth--;
    return this.line(tail);
  }

  /** `head`, then the lines of `body` one step in. */
  nest(head: string, body: () => void): this {
    this.line(head);
    this.depth++;
    body();
    this.depth--;
    return this;
  }

  /** `head { a, b } tail` on one line, or a line for each part where that would be long. */
  object(head: string, parts: readonly string[], tail: string): this {
    const short = parts.length === 0 ? `${head}{}${tail}` : `${head}{ ${parts.join(', ')} }${tail}`;
    if (short.length <= MAX_LINE) return this.line(short);
    return this.block(`${head}{`, () => {
      for (const p of parts) this.line(`${p},`);
    }, `}${tail}`);
  }

  /** A docstring, if there is anything to say. */
  doc(text: string | undefined): this {
    if (text === undefined || text.trim() === '') return this;
    const lines = text.trim().replaceAll('*/', '*\\/').split(/\r?\n/);
    if (lines.length === 1) return this.line(`/** ${lines[0]!.trim()} */`);
    this.line('/**');
    for (const l of lines) this.line(l.trim() === '' ? ' *' : ` * ${l.trim()}`);
    return this.line(' */');
  }

  toString(): string {
    const out: string[] = [];
    for (const l of this.lines) if (l !== '' || (out.length > 0 && out.at(-1) !== '')) out.push(l);
    return out.join('\n').trimEnd() + '\n';
  }
}
