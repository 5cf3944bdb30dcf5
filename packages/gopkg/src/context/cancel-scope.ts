// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { getEventListeners } from 'node:events';
import type { TimerEntry } from '../clock/index.js';
import { loopClock } from '../clock/index.js';
import { rethrowLater } from '../errors/rethrow-later.js';
import { DeadlineError } from './errors.js';

/** Told once when a context is cancelled. */
export interface CancelListener {
  canceled(reason: unknown): void;
}

/**
 * Cancellation shared by a context and everything derived from it without an own deadline. Nothing is made before somebody asks: the controller on the
 * first read of `signal`, the timer and the link to the parent once somebody waits.
 *
 *   child ──────────▶ parent     always, and strong
 *   parent ─ ─ ─ ─ ─▶ child      weak while the child's signal was read and nobody listens: an abandoned child is collected
 *   parent ─────────▶ child      strong while somebody listens to the child or to what was derived from it: who listens and drops the context is told
 */
export class CancelScope implements TimerEntry {
  at: number = Infinity;
  readonly deadline: number;
  private readonly parent: CancelScope | undefined;
  private controller: AbortController | undefined = undefined;
  private listeners: Set<CancelListener> | undefined = undefined;
  private children: Set<WeakRef<CancelScope>> | undefined = undefined;
  private held: Set<CancelScope> | undefined = undefined;
  private sweepAt = 64;
  private linked = false;
  private adopted = false;
  private signalHeard = false;
  done = false;
  reason: unknown = undefined;

  constructor(deadline: number, parent: CancelScope | undefined) {
    this.deadline = deadline;
    this.parent = parent;
  }

  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      // Whoever holds the signal keeps the scope that aborts it.
      watchSignal(this.controller.signal, this);
      this.link();
      if (this.done) this.controller.abort(this.reason);
      else this.adopt();
    }
    return this.controller.signal;
  }

  /** Calls `l.canceled` once, at once when it has happened already. */
  listen(l: CancelListener): void {
    this.link();
    if (this.done) {
      l.canceled(this.reason);
      return;
    }
    (this.listeners ??= new Set()).add(l);
    this.hold();
  }

  unlisten(l: CancelListener): void {
    if (this.listeners?.delete(l) === true) this.release();
  }

  /** Ends the scope for `reason`, unless it is over: then the reason stays that of the parent that ended or of the deadline that passed before. */
  end(reason: unknown): void {
    if (!this.isOver()) this.cancel(reason);
  }

  /** Ends everything from here down. What a listener throws is rethrown outside; the others are told nevertheless. */
  private cancel(reason: unknown): void {
    if (this.done) return;
    this.done = true;
    this.reason = reason;
    if (this.at !== Infinity) loopClock().wheel.remove(this);
    if (this.parent?.held?.delete(this) === true) this.parent.release();
    this.controller?.abort(reason);
    const { listeners, children, held } = this;
    // A listener that takes itself or another one back while this runs is obeyed.
    if (listeners !== undefined) {
      for (const l of listeners) {
        try {
          l.canceled(reason);
        } catch (e) {
          rethrowLater(e);
        }
      }
    }
    this.listeners = undefined;
    this.children = undefined;
    this.held = undefined;
    if (held !== undefined) for (const c of held) c.cancel(reason);
    if (children !== undefined) for (const c of children) c.deref()?.cancel(reason);
  }

  fire(): void {
    this.cancel(new DeadlineError());
  }

  /** True when the scope is over by now, whether or not somebody waited for it. */
  isOver(): boolean {
    const { parent } = this;
    if (this.done) return true;
    if (parent?.isOver() === true) this.cancel(parent.reason);
    else if (this.deadline !== Infinity && this.deadline <= loopClock().now()) this.cancel(new DeadlineError());
    return this.done;
  }

  /** The first or the last listener of the signal came or went. */
  signalListened(some: boolean): void {
    if (this.done || this.signalHeard === some) return;
    this.signalHeard = some;
    if (!some) {
      this.release();
      return;
    }
    this.link();
    if (!this.done) this.hold();
  }

  /** What the scope was for is done: while nobody listens, its timer goes, also one that a signal which was merely read had armed. */
  rest(): void {
    if (this.at === Infinity || this.signalHeard || (this.listeners?.size ?? 0) > 0 || (this.held?.size ?? 0) > 0) return;
    loopClock().wheel.remove(this);
    this.linked = false;
  }

  /** Arms the timer and reads the parent's state. A deadline that has passed ends the scope at once. */
  private link(): void {
    if (this.linked || this.done) return;
    const { parent, deadline } = this;
    if (parent !== undefined) {
      parent.link();
      if (parent.done) {
        this.cancel(parent.reason);
        return;
      }
    }
    this.linked = true;
    if (deadline === Infinity || (parent !== undefined && deadline >= parent.deadline)) return;
    const clock = loopClock();
    if (deadline <= clock.now()) this.cancel(new DeadlineError());
    else clock.wheel.add(this, deadline);
  }

  /** Makes the parent know this scope, weakly. */
  private adopt(): void {
    const { parent } = this;
    if (parent === undefined || this.adopted) return;
    this.adopted = true;
    parent.adopt();
    const children = (parent.children ??= new Set());
    if (children.size >= parent.sweepAt) {
      for (const c of children) if (c.deref()?.done !== false) children.delete(c);
      parent.sweepAt = Math.max(64, children.size * 2);
    }
    children.add(new WeakRef(this));
  }

  /** Makes the parent hold this scope: somebody counts on being told. */
  private hold(): void {
    const { parent } = this;
    if (parent === undefined || parent.held?.has(this) === true) return;
    (parent.held ??= new Set()).add(this);
    parent.link();
    parent.hold();
  }

  /** Undoes `hold` when nobody waits any more; without a signal that somebody may look at, the timer goes too. */
  private release(): void {
    if (this.done || this.signalHeard || (this.listeners?.size ?? 0) > 0 || (this.held?.size ?? 0) > 0) return;
    const { parent } = this;
    if (parent?.held?.delete(this) === true) parent.release();
    if (this.controller !== undefined || this.children !== undefined) return;
    if (this.at !== Infinity) loopClock().wheel.remove(this);
    this.linked = false;
  }
}

const scopeOf = Symbol('cloudwego.cancelScope');

interface ScopedSignal extends AbortSignal {
  readonly [scopeOf]: CancelScope;
}

let prototype: object | undefined;

/**
 * Makes `signal` keep its scope and report when listeners come and go: one shared prototype, no closure per signal. Without it, a listener on the signal
 * of a context that nobody holds any more would be collected together with the context and never be told.
 */
function watchSignal(signal: AbortSignal, scope: CancelScope): void {
  prototype ??= Object.create(AbortSignal.prototype, {
    addEventListener: {
      configurable: true,
      writable: true,
      value(this: ScopedSignal, ...args: Parameters<AbortSignal['addEventListener']>): void {
        AbortSignal.prototype.addEventListener.apply(this, args);
        if (args[0] === 'abort') this[scopeOf].signalListened(true);
      },
    },
    removeEventListener: {
      configurable: true,
      writable: true,
      value(this: ScopedSignal, ...args: Parameters<AbortSignal['removeEventListener']>): void {
        AbortSignal.prototype.removeEventListener.apply(this, args);
        if (args[0] === 'abort' && getEventListeners(this, 'abort').length === 0) this[scopeOf].signalListened(false);
      },
    },
  }) as object;
  Object.setPrototypeOf(signal, prototype);
  Object.defineProperty(signal, scopeOf, { value: scope });
}
