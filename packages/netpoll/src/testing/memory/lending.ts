// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
/** What lent bytes become when they are taken back. */
export const POISON = 0xdd;
const SLAB_BYTES = 256 * 1024;

/** Bytes as a consumer sees them. */
export interface Loan {
  readonly buf: Buffer;
  readonly start: number;
  readonly end: number;
}

/** How unread bytes are shown to a consumer. */
export interface Lending {
  /** Memory that holds `unread[start, end)` until `takeBack`. */
  lend(unread: Buffer, start: number, end: number): Loan;
  takeBack(): void;
  /** The turn is over. */
  turned(): void;
}

/** Shows a connection's own buffer. */
export const direct: Lending = {
  lend: (buf, start, end) => ({ buf, start, end }),
  takeBack: () => undefined,
  turned: () => undefined,
};

/**
 * Shows every consumer of a turn its bytes in one slab, one behind the other, and overwrites them as soon as its `receive` returned, and the whole slab after
 * the turn: who reads before or behind what it was shown sees somebody else's bytes, who keeps a reference reads 0xDD.
 */
export class PoisonedSlab implements Lending {
  private readonly slab: Buffer = Buffer.alloc(SLAB_BYTES, POISON);
  private pos: number = 0;
  /** Loans nest: a consumer may wake another connection. */
  private readonly loans: Loan[] = [];

  lend(unread: Buffer, start: number, end: number): Loan {
    const n = end - start;
    let loan: Loan;
    if (n <= SLAB_BYTES - this.pos) {
      loan = { buf: this.slab, start: this.pos, end: this.pos + n };
      this.pos += n;
    } else {
      // As an assembly buffer of its own: also with something around it.
      loan = { buf: Buffer.alloc(n + 32, POISON), start: 16, end: 16 + n };
    }
    unread.copy(loan.buf, loan.start, start, end);
    this.loans.push(loan);
    return loan;
  }

  takeBack(): void {
    const { buf, start, end } = this.loans.pop()!;
    buf.fill(POISON, start, end);
  }

  turned(): void {
    this.slab.fill(POISON, 0, this.pos);
    this.pos = 0;
  }
}
