// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Instance, Registration } from '@cloudwego/governance';
import { RegistrationClosedError } from './errors.js';
import { StoredRegistration } from './registration.js';

/** One session of a registration with its store: a lease, an ephemeral node. */
export interface StoreSession {
  /** Settles when the store has forgotten the session, or may have; never rejects. */
  readonly lost: Promise<unknown>;
  /** Writes the instance anew. */
  update(i: Instance): Promise<void>;
  /** Takes the instance away and ends the session. Errors are those of the store. */
  close(): Promise<void>;
}

/** What {@link selfHealing} needs. */
export interface SelfHealingOptions {
  readonly instance: Instance;
  /** Opens a session and writes the instance. The signal ends it when the registration goes. */
  open(i: Instance, signal: AbortSignal): Promise<StoreSession>;
  /** The first wait before a further try; each one doubles it, up to `maxDelayMs`. Unit ms. @defaultValue 500 */
  readonly minDelayMs?: number | undefined;
  /** Unit ms. @defaultValue 30000 */
  readonly maxDelayMs?: number | undefined;
  /** Told of every failed try. */
  readonly onError?: ((e: unknown) => void) | undefined;
  /** Told once that the registration is over, or that there will be none: its session is closed. */
  ended?(): Promise<void>;
}

/**
 * A {@link Registration} that comes back by itself: when its session is lost it is `lost`, and a new one is opened, as often as it takes, with waits that
 * double and are drawn by chance, so that a thousand servers do not come back in one moment. No wait keeps a process alive.
 * Errors: those of the first `open`, and the signal's reason.
 * `Differs:` Go's registries give up after five tries.
 */
export async function selfHealing(o: SelfHealingOptions, signal: AbortSignal): Promise<Registration> {
  const r = new Healing(o);
  const stop = (): void => {
    r.abort(signal.reason);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    await r.start();
    signal.throwIfAborted();
  } catch (e) {
    await r[Symbol.asyncDispose]();
    throw e;
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return r;
}

class Healing extends StoredRegistration {
  private readonly o: SelfHealingOptions;
  private instance: Instance;
  private session: StoreSession | undefined = undefined;
  private readonly ending = new AbortController();

  constructor(o: SelfHealingOptions) {
    super();
    this.o = o;
    this.instance = o.instance;
  }

  start(): Promise<void> {
    return this.inTurn(() => this.open());
  }

  abort(reason: unknown): void {
    this.ending.abort(reason);
  }

  private async open(): Promise<void> {
    const session = await this.o.open(this.instance, this.ending.signal);
    this.session = session;
    void session.lost.then(() => {
      if (this.session !== session) return;
      this.session = undefined;
      this.become('lost');
      void this.heal();
    });
  }

  private async heal(): Promise<void> {
    const { minDelayMs = 500, maxDelayMs = 30_000 } = this.o;
    for (let delay = minDelayMs; !this.ending.signal.aborted; delay = Math.min(maxDelayMs, delay * 2)) {
      await sleep(Math.random() * delay, this.ending.signal);
      if (this.isOver()) return;
      try {
        await this.inTurn(async () => {
          if (!this.isOver() && this.session === undefined) await this.open();
        });
        this.become('active');
        return;
      } catch (e) {
        if (!this.isOver()) this.o.onError?.(e);
      }
    }
  }

  async update(p: Partial<Instance>): Promise<void> {
    await this.inTurn(async () => {
      if (this.isOver()) throw new RegistrationClosedError('update: the registration is closed');
      const next = { ...this.instance, ...p };
      // Without a session the next one writes it.
      await this.session?.update(next);
      this.instance = next;
    });
  }

  protected close(): Promise<void> {
    this.become('closed');
    this.ending.abort();
    return this.inTurn(async () => {
      const { session } = this;
      this.session = undefined;
      try {
        await session?.close();
      } finally {
        await this.o.ended?.();
      }
    });
  }
}

/** Waits, at most until `signal` aborts. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    timer.unref();
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
