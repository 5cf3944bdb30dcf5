// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { TimerEntry } from '../clock/index.js';
import { loopClock } from '../clock/index.js';
import { DeadlineError } from './errors.js';

/** Told once when a context is cancelled. */
export interface CancelListener {
  canceled(reason: unknown): void;
}

/**
 * Cancellation shared by a context and everything derived from it without an own deadline. Nothing is made before somebody asks: the controller on the
 * first read of `signal`, the timer once somebody waits, the link to the parent with it.
 */
export class CancelScope implements TimerEntry {
  at: number = Infinity;
  readonly deadline: number;
  private readonly parent: CancelScope | undefined;
  private controller: AbortController | undefined = undefined;
  private listeners: Set<CancelListener> | undefined = undefined;
  private children: Set<WeakRef<CancelScope>> | undefined = undefined;
  private sweepAt = 64;
  private watching = false;
  done = false;
  reason: unknown = undefined;

  constructor(deadline: number, parent: CancelScope | undefined) {
    this.deadline = deadline;
    this.parent = parent;
  }

  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.done) this.controller.abort(this.reason);
      else this.watch();
      // Whoever holds the signal keeps the scope that aborts it; the parent holds it weakly.
      Object.defineProperty(this.controller.signal, scopeOf, { value: this });
    }
    return this.controller.signal;
  }

  /** Calls `l.canceled` once, at once when it has happened already. */
  listen(l: CancelListener): void {
    if (this.done) {
      l.canceled(this.reason);
      return;
    }
    (this.listeners ??= new Set()).add(l);
    this.watch();
  }

  unlisten(l: CancelListener): void {
    this.listeners?.delete(l);
  }

  cancel(reason: unknown): void {
    if (this.done) return;
    this.done = true;
    this.reason = reason;
    if (this.at !== Infinity) loopClock().wheel.remove(this);
    this.controller?.abort(reason);
    const { listeners, children } = this;
    this.listeners = undefined;
    this.children = undefined;
    if (listeners !== undefined) for (const l of listeners) l.canceled(reason);
    if (children !== undefined) for (const c of children) c.deref()?.cancel(reason);
  }

  fire(): void {
    this.cancel(new DeadlineError());
  }

  private watch(): void {
    if (this.watching) return;
    this.watching = true;
    const parent = this.parent;
    if (parent !== undefined) {
      if (parent.done) {
        this.cancel(parent.reason);
        return;
      }
      parent.adopt(this);
    }
    if (this.deadline !== Infinity && (parent === undefined || this.deadline < parent.deadline)) {
      loopClock().wheel.add(this, this.deadline);
    }
  }

  private adopt(child: CancelScope): void {
    const children = (this.children ??= new Set());
    if (children.size >= this.sweepAt) {
      for (const c of children) if (c.deref() === undefined || c.deref()?.done === true) children.delete(c);
      this.sweepAt = Math.max(64, children.size * 2);
    }
    children.add(new WeakRef(child));
    this.watch();
  }
}

const scopeOf = Symbol('cloudwego.cancelScope');
