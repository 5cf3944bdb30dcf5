// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** A value that will be there, as a promise that is made when somebody asks. One that fails without anybody asking is no unhandled rejection. */
export class Later<T> {
  private made: Promise<T> | undefined = undefined;
  private state: 0 | 1 | 2 = 0;
  private outcome: unknown = undefined;
  private settle: ((v: T) => void) | undefined = undefined;
  private refuse: ((e: unknown) => void) | undefined = undefined;

  get pending(): boolean {
    return this.state === 0;
  }

  get promise(): Promise<T> {
    if (this.made === undefined) {
      this.made = new Promise<T>((resolve, reject) => {
        if (this.state === 1) resolve(this.outcome as T);
        else if (this.state === 2) reject(this.outcome as Error);
        this.settle = resolve;
        this.refuse = reject;
      });
      this.made.catch(() => undefined);
    }
    return this.made;
  }

  resolve(v: T): void {
    if (this.state !== 0) return;
    this.state = 1;
    this.outcome = v;
    this.settle?.(v);
  }

  reject(e: unknown): void {
    if (this.state !== 0) return;
    this.state = 2;
    this.outcome = e;
    this.refuse?.(e);
  }
}
