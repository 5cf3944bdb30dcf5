// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Instance, Registration } from '@cloudwego/governance';

/**
 * What registrations of every store have in common: who is told of a change, what touches the store goes one after another, and the end comes once.
 * A store says how it updates and how it closes.
 */
export abstract class StoredRegistration implements Registration {
  status: 'active' | 'lost' | 'closed' = 'active';
  private tail: Promise<unknown> = Promise.resolve();
  private closing: Promise<void> | undefined = undefined;
  private readonly listeners = new Set<() => void>();

  abstract update(p: Partial<Instance>): Promise<void>;

  /** Takes the instance away; called once. */
  protected abstract close(): Promise<void>;

  /** Runs `f` when all that was asked before is done, however it ended. */
  protected inTurn<T>(f: () => Promise<T>): Promise<T> {
    const p = this.tail.then(f);
    this.tail = p.catch(() => undefined);
    return p;
  }

  protected isOver(): boolean {
    return this.status === 'closed';
  }

  /** Tells of a change, if it is one. Nothing follows 'closed'. */
  protected become(status: 'active' | 'lost' | 'closed'): void {
    if (this.status === status || this.isOver()) return;
    this.status = status;
    for (const f of [...this.listeners]) {
      try {
        f();
      } catch (e) {
        // One listener's defect must neither stop the others nor the registration.
        queueMicrotask(() => {
          throw e;
        });
      }
    }
  }

  onChange(f: () => void): Disposable {
    this.listeners.add(f);
    return { [Symbol.dispose]: () => void this.listeners.delete(f) };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return (this.closing ??= this.close());
  }
}
