// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { AsyncLocalStorage } from 'node:async_hooks';
import { loopClock } from '../clock/index.js';
import type { Context, ContextKey } from '../context/index.js';
import { background } from '../context/index.js';

/** Identity of a value in a session; the same as that of a value in a context. */
export type SessionKey<T> = ContextKey<T>;

/** Values that code reaches without being given them. Source: cloudwego/localsession session.go. */
export interface Session {
  /** False once the session was disabled or its time is over. An invalid session still answers; whether that counts is the reader's decision. */
  readonly valid: boolean;
  get<T>(key: SessionKey<T>): T | undefined;
  with<T>(key: SessionKey<T>, value: T): Session;
}

export interface SessionOptions {
  /** Time until the session becomes invalid. Unit ms. @defaultValue Infinity */
  readonly timeoutMs?: number | undefined;
}

/** What a session and all that was derived from it share. */
interface Validity {
  disabled: boolean;
  readonly until: number;
}

function validity(o: SessionOptions): Validity {
  const { timeoutMs = Infinity } = o;
  if (!(timeoutMs >= 0)) throw new RangeError(`session timeoutMs: got ${timeoutMs}, wanted a number >= 0 (ms)`);
  return { disabled: false, until: timeoutMs === Infinity ? Infinity : loopClock().now() + timeoutMs };
}

function holds(v: Validity): boolean {
  return !v.disabled && (v.until === Infinity || loopClock().now() < v.until);
}

/** A session over a context, or, with another session in the place of options, one that shares its validity. `with` gives a new one, and siblings do not see each other's values. */
export class SessionCtx implements Session {
  private readonly ctx: Context;
  private readonly life: Validity;

  constructor(ctx: Context = background, o: SessionOptions | SessionCtx = {}) {
    this.ctx = ctx;
    this.life = o instanceof SessionCtx ? o.life : validity(o);
  }

  get valid(): boolean {
    return holds(this.life);
  }

  get<T>(key: SessionKey<T>): T | undefined {
    return this.ctx.value(key);
  }

  with<T>(key: SessionKey<T>, value: T): SessionCtx {
    return new SessionCtx(this.ctx.with(key, value), this);
  }

  /** Makes this session, and every one derived from it or from which it was derived, invalid. */
  disable(): void {
    this.life.disabled = true;
  }

  /** The context, with every value. */
  export(): Context {
    return this.ctx;
  }
}

/** A session over a map: `with` changes it, for everybody who holds it. */
export class SessionMap implements Session {
  private readonly values: Map<symbol, unknown>;
  private readonly life: Validity;

  constructor(values?: Iterable<readonly [SessionKey<unknown>, unknown]>, o: SessionOptions = {}) {
    this.values = new Map(Array.from(values ?? [], ([k, v]) => [k.id, v] as const));
    this.life = validity(o);
  }

  get valid(): boolean {
    return holds(this.life);
  }

  get<T>(key: SessionKey<T>): T | undefined {
    return this.values.get(key.id) as T | undefined;
  }

  with<T>(key: SessionKey<T>, value: T): this {
    this.values.set(key.id, value);
    return this;
  }

  disable(): void {
    this.life.disabled = true;
  }

  /** A copy of the values, by the `id` of their keys. */
  export(): Map<symbol, unknown> {
    return new Map(this.values);
  }
}

interface Store {
  readonly version: 1;
  readonly storage: AsyncLocalStorage<Session | undefined>;
}

/** One storage for all installed copies, made on first use. */
function store(make: true): Store;
function store(make: boolean): Store | undefined;
function store(make: boolean): Store | undefined {
  const g = globalThis as unknown as Record<symbol, Store | undefined>;
  const slot = Symbol.for('cloudwego.localsession/1');
  if (g[slot] === undefined && make) g[slot] = { version: 1, storage: new AsyncLocalStorage() };
  return g[slot];
}

/** The session of the code that runs, if somebody bound one. Source: CurSession. */
export function currentSession(): Session | undefined {
  return store(false)?.storage.getStore();
}

/**
 * Runs `f`, and everything it starts, in session `s`. Source: BindSession with UnbindSession, GoSession.
 * `Differs:` there is no binding without an end, because it would leak into the code of the caller; and what is started inherits the session without being
 * asked, where a goroutine starts without one.
 */
export function runWithSession<T>(s: Session | undefined, f: () => T): T {
  return store(true).storage.run(s, f);
}

/** Runs `f` without the session of the caller, as for work that outlives the request. */
export function runWithoutSession<T>(f: () => T): T {
  const s = store(false);
  return s === undefined ? f() : s.storage.run(undefined, f);
}
