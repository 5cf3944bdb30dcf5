// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { MetaInfo } from '../metainfo/index.js';
import { emptyMetaInfo } from '../metainfo/metainfo.js';
import type { CancelListener } from './cancel-scope.js';
import { CancelScope } from './cancel-scope.js';
import type { Context, ContextKey } from './index.js';

interface ValueNode {
  readonly id: symbol;
  readonly value: unknown;
  readonly next: ValueNode | undefined;
}

/**
 * The one implementation of {@link Context}. Frameworks derive their request contexts from it: `with`, `withDeadline` and `withMetainfo` keep the class.
 * Nothing is made before it is read: signal, timer and metainfo.
 */
export class BaseContext implements Context {
  readonly deadline: number;
  private values: ValueNode | undefined;
  private meta: MetaInfo | undefined;
  private scope: CancelScope | undefined;
  private readonly parentScope: CancelScope | undefined;
  private readonly origin: Context | undefined;

  constructor(parent?: Context, deadline: number = Infinity) {
    this.origin = parent;
    if (parent === undefined) {
      this.deadline = deadline;
      this.values = undefined;
      this.meta = undefined;
      this.scope = undefined;
      this.parentScope = undefined;
    } else {
      const p = parent as BaseContext;
      this.deadline = p.deadline < deadline ? p.deadline : deadline;
      this.values = p.values;
      this.meta = undefined;
      this.scope = undefined;
      this.parentScope = p.sharedScope();
    }
  }

  get signal(): AbortSignal {
    return this.ensureScope().signal;
  }

  get metainfo(): MetaInfo {
    return (this.meta ??= this.makeMetainfo());
  }

  /** True once metainfo was read or replaced here. */
  protected get hasOwnMetainfo(): boolean {
    return this.meta !== undefined;
  }

  /** Called once, on the first read of `metainfo`. By default what the parent carries. */
  protected makeMetainfo(): MetaInfo {
    return this.origin?.metainfo ?? emptyMetaInfo;
  }

  value<T>(key: ContextKey<T>): T | undefined {
    for (let n = this.values; n !== undefined; n = n.next) if (n.id === key.id) return n.value as T;
    return undefined;
  }

  with<T>(key: ContextKey<T>, value: T): this {
    const c = this.derive();
    c.values = { id: key.id, value, next: this.values };
    return c;
  }

  withDeadline(at: number): this {
    if (!(at < this.deadline)) return this.derive();
    const scope = new CancelScope(at, this.sharedScope());
    const c = this.derive();
    (c as { deadline: number }).deadline = at;
    c.scope = scope;
    return c;
  }

  withMetainfo(m: MetaInfo): this {
    const c = this.derive();
    c.meta = m;
    return c;
  }

  /** A derived context with a scope of its own, and what cancels it. */
  withCancel(): { readonly ctx: BaseContext; cancel(reason: unknown): void } {
    const scope = new CancelScope(this.deadline, this.sharedScope());
    const c = this.derive() as BaseContext;
    c.scope = scope;
    return {
      ctx: c,
      cancel: (reason) => {
        scope.end(reason);
      },
    };
  }

  /** Why the context is over; undefined while it is not. A deadline that has passed counts, whether or not somebody waited for it. */
  get cancelReason(): unknown {
    const scope = this.sharedScope();
    return scope?.isOver() === true ? scope.reason : undefined;
  }

  /** Tells `l` once when the context is over, without making an AbortSignal. Take it back with `unlisten` when the work is done. */
  listen(l: CancelListener): void {
    this.sharedScope()?.listen(l);
  }

  unlisten(l: CancelListener): void {
    this.scope?.unlisten(l);
  }

  /** Ends the context and everything derived from it. */
  protected cancelScope(reason: unknown): void {
    this.ensureScope().end(reason);
  }

  /** The work that the context was made for is done: its deadline is waited for only while somebody listens. Nothing aborts. */
  protected restScope(): void {
    this.scope?.rest();
  }

  private ensureScope(): CancelScope {
    return (this.scope ??= new CancelScope(this.deadline, this.parentScope));
  }

  /** The scope that derived contexts depend on; none for the root, which nothing ever ends. */
  private sharedScope(): CancelScope | undefined {
    return this === background ? undefined : this.ensureScope();
  }

  private derive(): this {
    // Shared from here on: what cancels this context must reach the derived one.
    const scope = this.sharedScope();
    const c = Object.assign(Object.create(Object.getPrototypeOf(this) as object) as this, this);
    c.scope = scope;
    return c;
  }
}

/** The root of all contexts: no deadline, never cancelled, no metainfo. */
export const background: BaseContext = new BaseContext();
