// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock, TimerEntry } from '@cloudwego/gopkg/clock';
import { toError } from '@cloudwego/gopkg/errors';
import { EmptyListError, ResolveError } from './errors.js';
import type { Instance, Resolver } from './spi.js';

/** How a source is kept fresh. */
export interface SourceTiming {
  /** Unit ms. */
  readonly refreshIntervalMs: number;
  /** Unit ms, 0 = for ever. */
  readonly maxStaleMs: number;
  /** Unit ms, 0 = at once. */
  readonly emptyHoldMs: number;
}

/** Who wants a list. */
export interface Subscriber {
  readonly resolver: Resolver;
  /** Somebody waits for the first list. */
  readonly waiting: boolean;
  /** The list, now and whenever it was told again. */
  list(list: readonly Instance[]): void;
  /** There is no list, or the one that was there is too old. */
  failed(cause: ResolveError): void;
  /** The list that is there stays, although it could not be confirmed. */
  stale(cause: Error): void;
}

/** A watch that has said nothing for so long is not waited for any longer. Unit ms. */
const SILENT_MS = 1000;

/** Sources by what they are, per clock: those who ask the same thing ask together, whichever client they are. */
const shared = new WeakMap<Clock, Map<string, ListSource>>();

/** Subscribes to the list of `key`. The source ends with its last subscriber. */
export function subscribeList(s: Subscriber, key: string, clock: Clock, timing: SourceTiming): ListSource {
  let sources = shared.get(clock);
  if (sources === undefined) {
    sources = new Map();
    shared.set(clock, sources);
  }
  const name = `${s.resolver.identity}\0${key}\0${timing.refreshIntervalMs}\0${timing.maxStaleMs}\0${timing.emptyHoldMs}`;
  let source = sources.get(name);
  if (source === undefined) {
    const mine = sources;
    source = new ListSource(s.resolver, key, clock, timing, () => {
      mine.delete(name);
    });
    sources.set(name, source);
  }
  source.add(s);
  return source;
}

/**
 * The list of one key.
 *
 *   watch: absent ──────────────────────────────▶ polled
 *          live ◀── update ── stale ◀── stale() ── live      a watch that cannot be had, or says nothing at first, is stale
 *          live: resolve is not called              stale: polled
 *
 * Source: cloudwego/kitex pkg/loadbalance/lbcache/cache.go, shared_ticker.go.
 */
export class ListSource implements TimerEntry {
  at: number = Infinity;
  private resolver: Resolver;
  private readonly key: string;
  private readonly clock: Clock;
  private readonly timing: SourceTiming;
  private readonly ended: () => void;
  private readonly subscribers = new Set<Subscriber>();
  private ending = new AbortController();
  private resolving: { readonly abort: AbortController; readonly since: number } | undefined = undefined;
  private live: boolean = false;
  private current: readonly Instance[] | undefined = undefined;
  /** When the list that is there was last confirmed not to be; Infinity while all is well. */
  private staleSince: number = Infinity;
  /** Since when the source has said that there is nobody, while the list that was there is held. */
  private emptySince: number = Infinity;

  constructor(resolver: Resolver, key: string, clock: Clock, timing: SourceTiming, ended: () => void) {
    this.resolver = resolver;
    this.key = key;
    this.clock = clock;
    this.timing = timing;
    this.ended = ended;
  }

  add(s: Subscriber): void {
    this.subscribers.add(s);
    if (this.subscribers.size === 1) this.start();
    else if (this.current !== undefined) s.list(this.current);
  }

  /** The last one to go ends watch and refreshes. `reason` reaches the resolver. */
  remove(s: Subscriber, reason: Error): void {
    if (!this.subscribers.delete(s)) return;
    const other = [...this.subscribers][0];
    if (other === undefined) {
      this.ended();
      this.stop(reason);
      return;
    }
    if (s.resolver !== this.resolver || [...this.subscribers].some((x) => x.resolver === this.resolver)) return;
    // Whoever leaves may dispose the resolver that served all: one of the others' goes on.
    this.stop(reason);
    this.ending = new AbortController();
    this.resolver = other.resolver;
    this.start();
  }

  /** Asks now, unless a watch is live or somebody has asked already. */
  ask(): void {
    if (!this.live) this.resolve();
  }

  private start(): void {
    const { clock, timing, resolver } = this;
    const { signal } = this.ending;
    if (resolver.watch !== undefined) {
      this.live = true;
      try {
        resolver.watch(
          this.key,
          {
            update: (list) => {
              if (signal.aborted) return;
              this.live = true;
              this.take(list);
            },
            stale: (cause) => {
              if (!signal.aborted) this.lost(cause);
            },
          },
          signal,
        );
      } catch (e) {
        this.lost(toError(e));
      }
    }
    const silent = this.live && this.current === undefined;
    clock.wheel.add(this, clock.now() + (silent ? Math.min(SILENT_MS, timing.refreshIntervalMs) : timing.refreshIntervalMs));
  }

  private stop(reason: Error): void {
    this.clock.wheel.remove(this);
    this.ending.abort(reason);
    const r = this.resolving;
    this.resolving = undefined;
    r?.abort.abort(reason);
    this.live = false;
  }

  private get waiting(): boolean {
    for (const s of this.subscribers) if (s.waiting) return true;
    return false;
  }

  private lost(cause: Error): void {
    if (!this.live) return;
    this.live = false;
    this.doubt(cause);
    if (this.waiting) this.resolve();
  }

  private doubt(cause: Error): void {
    if (this.current !== undefined && this.staleSince === Infinity) this.staleSince = this.clock.now();
    for (const s of [...this.subscribers]) s.stale(cause);
  }

  private resolve(): void {
    if (this.resolving !== undefined) return;
    const r = { abort: new AbortController(), since: this.clock.now() };
    this.resolving = r;
    const mine = (): boolean => {
      if (this.resolving !== r) return false;
      this.resolving = undefined;
      return true;
    };
    let p: Promise<readonly Instance[]>;
    try {
      p = this.resolver.resolve(this.key, r.abort.signal);
    } catch (e) {
      p = Promise.reject(toError(e));
    }
    p.then(
      (list) => {
        // What a watch said meanwhile is newer.
        if (mine() && !(this.live && this.current !== undefined)) this.take(list);
      },
      (e: unknown) => {
        if (mine()) this.failed(e);
      },
    );
  }

  private take(list: readonly Instance[]): void {
    const { emptyHoldMs } = this.timing;
    try {
      if (list.length > 0 || emptyHoldMs === 0 || (this.current ?? []).length === 0) {
        this.emptySince = Infinity;
      } else if (this.clock.now() - (this.emptySince = Math.min(this.emptySince, this.clock.now())) < emptyHoldMs) {
        this.doubt(new EmptyListError(`resolver "${this.resolver.name}", key "${this.key}": says that no instance is left; the ${this.current!.length} known before are kept for ${emptyHoldMs} ms`));
        return;
      }
      this.staleSince = Infinity;
      // A copy: a resolver may go on writing into its own.
      this.current = Object.freeze([...list]);
    } catch (e) {
      this.failed(e);
      return;
    }
    this.tell(this.current);
  }

  private tell(list: readonly Instance[]): void {
    for (const s of [...this.subscribers]) s.list(list);
  }

  /** The list that is there stays; who waits for one is told. */
  private failed(cause: unknown): void {
    const e = this.error(toError(cause).message, cause);
    if (this.current !== undefined) this.doubt(e);
    for (const s of [...this.subscribers]) if (s.waiting) s.failed(e);
  }

  private error(text: string, cause?: unknown): ResolveError {
    return new ResolveError(`resolver "${this.resolver.name}", key "${this.key}": ${text}`, cause === undefined ? {} : { cause });
  }

  /** The wheel's callback: refreshes what is polled, drops what is too old. */
  fire(now: number): void {
    const { refreshIntervalMs, maxStaleMs, emptyHoldMs } = this.timing;
    // It said nothing: it is not known to work.
    if (this.live && this.current === undefined) this.live = false;
    const r = this.resolving;
    if (r !== undefined && !this.waiting && now - r.since >= refreshIntervalMs) {
      this.resolving = undefined;
      r.abort.abort(this.error(`no answer for ${Math.round(now - r.since)} ms`));
      if (this.current !== undefined && this.staleSince === Infinity) this.staleSince = r.since;
    }
    if (this.emptySince !== Infinity && now - this.emptySince >= emptyHoldMs && this.live) this.take([]);
    if (maxStaleMs > 0 && now - this.staleSince >= maxStaleMs) {
      this.current = undefined;
      const e = this.error(`its list could not be confirmed for ${Math.round(now - this.staleSince)} ms (maxStaleMs ${maxStaleMs})`);
      this.staleSince = Infinity;
      for (const s of [...this.subscribers]) s.failed(e);
    }
    if (!this.live && (this.current !== undefined || this.waiting)) this.resolve();
    this.clock.wheel.add(this, now + refreshIntervalMs);
  }
}
