// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** What is written to: the terminal, or a log. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Lines, and on a terminal one line at the bottom that is drawn again and again. A log gets that line once a second. */
export class Terminal {
  private readonly out: Output;
  private readonly color: boolean;
  private status: string = '';
  private logged: number = 0;

  constructor(out: Output, color: boolean = out.isTTY === true && process.env['NO_COLOR'] === undefined) {
    this.out = out;
    this.color = color;
  }

  paint(tone: 'good' | 'bad' | 'dim' | 'bold' | 'plain', text: string): string {
    if (!this.color || tone === 'plain') return text;
    const code = { good: 32, bad: 31, dim: 2, bold: 1 }[tone];
    return `\x1b[${code}m${text}\x1b[0m`;
  }

  line(text: string = ''): void {
    if (this.out.isTTY === true && this.status !== '') this.out.write(`\r\x1b[K${text}\n${this.status}`);
    else this.out.write(`${text}\n`);
  }

  /** Draws the line at the bottom. */
  show(text: string): void {
    if (this.out.isTTY === true) {
      this.status = text.slice(0, (this.out.columns ?? 100) - 1);
      this.out.write(`\r\x1b[K${this.status}`);
    } else if (performance.now() - this.logged >= 1000) {
      this.logged = performance.now();
      this.out.write(`${text}\n`);
    }
  }

  /** Removes it. */
  clear(): void {
    if (this.out.isTTY === true && this.status !== '') this.out.write('\r\x1b[K');
    this.status = '';
  }
}

/** `━━━━━━━━━╸────` of `width` characters. */
export function bar(share: number, width: number): string {
  const full = Math.max(0, Math.min(width, Math.round(share * width)));
  return '━'.repeat(full) + '─'.repeat(width - full);
}
