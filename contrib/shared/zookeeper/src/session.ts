// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** What the servers know this client by. Its ephemeral nodes end with it. */
export interface ZooKeeperSession {
  readonly id: bigint;
  /** What was granted. Unit ms. */
  readonly timeoutMs: number;
  /** Settles when the session is over: the servers said so, or none was heard of for `timeoutMs`. Never rejects. */
  readonly expired: Promise<void>;
}

/** A session, and how long it may go without a connection. */
export class Session implements ZooKeeperSession {
  readonly id: bigint;
  readonly password: Uint8Array;
  readonly timeoutMs: number;
  readonly expired: Promise<void>;
  isOver: boolean = false;
  private settle: () => void = () => undefined;
  private timer: NodeJS.Timeout | undefined = undefined;

  constructor(id: bigint, password: Uint8Array, timeoutMs: number) {
    this.id = id;
    this.password = password;
    this.timeoutMs = timeoutMs;
    this.expired = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  connected(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** `late` is called when nothing was heard for the session's time, of which `silentMs` are over. */
  disconnected(silentMs: number, late: () => void): void {
    if (this.isOver || this.timer !== undefined) return;
    this.timer = setTimeout(late, Math.max(0, this.timeoutMs - silentMs));
    this.timer.unref();
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    this.settle();
  }
}
