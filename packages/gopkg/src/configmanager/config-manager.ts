// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { writeFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { abortable } from '../async/abortable.js';
import type { Clock, TimerEntry } from '../clock/index.js';
import { loopClock } from '../clock/index.js';
import { toError } from '../errors/index.js';
import { rethrowLater } from '../errors/rethrow-later.js';
import { defaultLogger } from '../logger/index.js';
import { any, func, instance, int, optionTable } from '../options/index.js';
import { Queue } from '../queue/index.js';
import { ConfigClosedError, ConfigInvalidError, ConfigMissingError, ConfigTimeoutError } from './errors.js';
import type { FrequencyLimiter } from './limiter.js';
import type { ConfigCheck, ConfigProvider } from './provider.js';
import { checkValue, NotModified } from './provider.js';

/** A key that came, changed or went. */
export type ConfigChange<C> = {
  [K in keyof C & string]:
    | { readonly type: 'add'; readonly key: K; readonly old: undefined; readonly value: C[K] }
    | { readonly type: 'update'; readonly key: K; readonly old: C[K]; readonly value: C[K] }
    | { readonly type: 'delete'; readonly key: K; readonly old: C[K]; readonly value: undefined };
}[keyof C & string];

export interface ConfigManagerOptions<C> {
  readonly provider: ConfigProvider;
  /** Checks of values by key: functions, or schemas of any library that speaks Standard Schema. Keys without one are taken as they are. */
  readonly checks?: { readonly [K in keyof C]?: ConfigCheck<C[K]> } | undefined;
  /** Time between two loads, 0 = never. Unit ms. @defaultValue 10000 */
  readonly refreshMs?: number | undefined;
  /** Limit of `refreshAndWait` and `ready`, 0 = none. Unit ms. @defaultValue 5000 */
  readonly waitTimeoutMs?: number | undefined;
  /** Gets what a load throws, and values that are refused. @defaultValue a line in the log */
  readonly onError?: ((error: Error) => void) | undefined;
  /** How often errors are told. */
  readonly limiter?: Pick<FrequencyLimiter, 'allow'> | undefined;
  /** @defaultValue the clock of the thread */
  readonly clock?: Clock | undefined;
}

const table = optionTable<ConfigManagerOptions<unknown>>({
  provider: instance<ConfigProvider>('a ConfigProvider', ['load'], { required: true }),
  checks: any({ what: 'an object of checks', test: (v) => typeof v === 'object' && v !== null }),
  refreshMs: int({ unit: 'ms', min: 0, default: 10_000 }),
  waitTimeoutMs: int({ unit: 'ms', min: 0, default: 5000 }),
  onError: func(),
  limiter: instance<FrequencyLimiter>('a limiter', ['allow']),
  clock: instance<Clock>('a Clock', ['now']),
});

class Tick implements TimerEntry {
  at: number = Infinity;
  readonly fire: () => void;
  constructor(fire: () => void) {
    this.fire = fire;
  }
}

/**
 * Configuration that is loaded, checked, compared and told about. The first load begins at once; `ready()` waits for it. A load that fails, and a value that
 * is refused, leave the last good one in place. Timers do not keep the process alive.
 * Source: cloudwego/configmanager.
 * Differs: the original loads first at the first tick; a value that is refused is gone there; after Stop its waiters wait for ever.
 */
export class ConfigManager<C extends object = Record<string, unknown>> implements AsyncDisposable {
  private readonly o: ConfigManagerOptions<C> & { readonly refreshMs: number; readonly waitTimeoutMs: number };
  private readonly clock: Clock;
  private readonly abort = new AbortController();
  private readonly tick = new Tick(() => {
    this.refresh();
  });
  private readonly listeners = new Set<(changes: readonly ConfigChange<C>[]) => void>();
  private values: ReadonlyMap<string, unknown> = new Map();
  private raw: ReadonlyMap<string, unknown> = new Map();
  private loading: Promise<void> | undefined;
  private again: Promise<void> | undefined;
  private loaded = false;

  constructor(options: ConfigManagerOptions<C>) {
    this.o = table.resolve(options as ConfigManagerOptions<unknown>, 'configmanager') as unknown as typeof this.o;
    this.clock = this.o.clock ?? loopClock();
    this.refresh();
    this.o.provider.watch?.(() => {
      this.refresh();
    }, this.abort.signal);
  }

  /** Waits until a load has succeeded. Errors: as refreshAndWait. */
  async ready(): Promise<void> {
    if (!this.loaded) await this.within(this.loading ?? this.request());
    if (!this.loaded) await this.refreshAndWait();
  }

  /** The value of a key; undefined when it has none. */
  get<K extends keyof C & string>(key: K): C[K] | undefined {
    return this.values.get(key) as C[K] | undefined;
  }

  /** The value of a key. Errors: {@link ConfigMissingError} (GOPKG_CONFIG_MISSING). Source: GetConfig. */
  require<K extends keyof C & string>(key: K): C[K] {
    if (!this.values.has(key)) throw new ConfigMissingError(key);
    return this.values.get(key) as C[K];
  }

  /** All values. Source: GetAllConfig. */
  all(): Partial<C> {
    return Object.fromEntries(this.values) as Partial<C>;
  }

  get provider(): ConfigProvider {
    return this.o.provider;
  }

  /** Loads now, in the background; requests that come while one is under way make one more together. Source: Refresh. */
  refresh(): void {
    if (!this.abort.signal.aborted) this.request().catch(() => undefined);
  }

  /**
   * Loads now and waits for it.
   * Errors: what the provider throws, {@link ConfigTimeoutError} (GOPKG_CONFIG_TIMEOUT), {@link ConfigClosedError} (GOPKG_CONFIG_CLOSED).
   * Source: RefreshAndWait.
   */
  async refreshAndWait(): Promise<void> {
    if (this.abort.signal.aborted) throw new ConfigClosedError();
    await this.within(this.request());
  }

  /** Tells `f` of the changes of each load, together. Dispose it to be told no more. Source: RegisterConfigChangeListener, without an id. */
  onChange(f: (changes: readonly ConfigChange<C>[]) => void): Disposable {
    this.listeners.add(f);
    return {
      [Symbol.dispose]: () => {
        this.listeners.delete(f);
      },
    };
  }

  /** Changes from now on, one by one; ends when the manager is closed or `signal` aborts. */
  async *changes(o: { readonly signal?: AbortSignal | undefined } = {}): AsyncGenerator<ConfigChange<C>, void> {
    const queue = new Queue<ConfigChange<C>>();
    let wake: () => void = () => undefined;
    const told = this.onChange((list) => {
      for (const c of list) queue.push(c);
      wake();
    });
    const onAbort = (): void => {
      wake();
    };
    const signals = [this.abort.signal, ...(o.signal === undefined ? [] : [o.signal])];
    for (const s of signals) s.addEventListener('abort', onAbort);
    try {
      for (;;) {
        for (let c = queue.shift(); c !== undefined; c = queue.shift()) yield c;
        if (signals.some((s) => s.aborted)) return;
        await new Promise<void>((r) => (wake = r));
      }
    } finally {
      told[Symbol.dispose]();
      for (const s of signals) s.removeEventListener('abort', onAbort);
    }
  }

  /** Writes all values to a file, readable by everybody, as JSON indented by tabs. Source: Dump. */
  async dump(path: string): Promise<void> {
    await writeFile(path, JSON.stringify(this.all(), undefined, '\t') + '\n', { mode: 0o644 });
  }

  /** Stops loading and watching. Source: Stop. */
  async close(): Promise<void> {
    this.abort.abort(new ConfigClosedError());
    this.clock.wheel.remove(this.tick);
    this.listeners.clear();
    await Promise.allSettled([this.loading, this.again]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** One load at a time; who asks during one gets the next one, which sees what happened before the request. */
  private async request(): Promise<void> {
    if (this.loading === undefined) return (this.loading = this.cycle());
    return (this.again ??= this.loading
      .catch(() => undefined)
      .then(async () => {
        this.again = undefined;
        this.abort.signal.throwIfAborted();
        return (this.loading = this.cycle());
      }));
  }

  private async cycle(): Promise<void> {
    this.clock.wheel.remove(this.tick);
    try {
      await this.load();
    } catch (e) {
      if (!this.abort.signal.aborted) this.failed(toError(e));
      throw e;
    } finally {
      this.loading = undefined;
      if (this.o.refreshMs > 0 && !this.abort.signal.aborted) this.clock.wheel.add(this.tick, this.clock.now() + this.o.refreshMs);
    }
  }

  private async load(): Promise<void> {
    const { signal } = this.abort;
    const raw = await abortable(this.o.provider.load(signal), signal);
    if (raw !== NotModified) {
      const values = await abortable(this.checked(raw), signal);
      const changes = differences<C>(this.values, values);
      this.values = values;
      this.raw = raw;
      this.loaded = true;
      if (changes.length > 0) this.tell(changes);
    }
    this.loaded = true;
  }

  private async checked(raw: ReadonlyMap<string, unknown>): Promise<Map<string, unknown>> {
    const out = new Map<string, unknown>();
    const checks = (this.o.checks ?? {}) as Readonly<Record<string, ConfigCheck<unknown> | undefined>>;
    for (const [k, v] of raw) {
      const check = Object.hasOwn(checks, k) ? checks[k] : undefined;
      if (check === undefined) {
        out.set(k, v);
      } else if (this.values.has(k) && this.raw.has(k) && isDeepStrictEqual(this.raw.get(k), v)) {
        out.set(k, this.values.get(k));
      } else {
        try {
          out.set(k, await checkValue(check, v));
        } catch (e) {
          this.failed(new ConfigInvalidError(`config: "${k}" of ${this.o.provider.name}: ${toError(e).message}`, { cause: e }));
          // The last good value stays.
          if (this.values.has(k)) out.set(k, this.values.get(k));
        }
      }
    }
    return out;
  }

  private tell(changes: readonly ConfigChange<C>[]): void {
    for (const f of [...this.listeners]) {
      try {
        f(changes);
      } catch (e) {
        // `Differs:` in the original a listener that panics keeps the others from being told.
        rethrowLater(e);
      }
    }
  }

  private failed(e: Error): void {
    if (this.o.limiter?.allow() === false) return;
    if (this.o.onError !== undefined) this.o.onError(e);
    else defaultLogger().warn(`CONFIG: ${e.message}`);
  }

  private async within(p: Promise<void>): Promise<void> {
    const { waitTimeoutMs } = this.o;
    const { signal } = this.abort;
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        end();
        reject(new ConfigClosedError());
      };
      const t = new Tick(() => {
        end();
        reject(new ConfigTimeoutError(waitTimeoutMs));
      });
      const end = (): void => {
        this.clock.wheel.remove(t);
        signal.removeEventListener('abort', onAbort);
      };
      signal.addEventListener('abort', onAbort);
      if (waitTimeoutMs > 0) this.clock.wheel.add(t, this.clock.now() + waitTimeoutMs);
      p.then(
        () => {
          end();
          resolve();
        },
        (e: unknown) => {
          end();
          reject(signal.aborted ? new ConfigClosedError() : toError(e));
        },
      );
    });
  }
}

function differences<C>(old: ReadonlyMap<string, unknown>, now: ReadonlyMap<string, unknown>): ConfigChange<C>[] {
  const out: unknown[] = [];
  for (const [key, value] of now) {
    if (!old.has(key)) out.push({ type: 'add', key, old: undefined, value });
    else if (!isDeepStrictEqual(old.get(key), value)) out.push({ type: 'update', key, old: old.get(key), value });
  }
  for (const [key, value] of old) if (!now.has(key)) out.push({ type: 'delete', key, old: value, value: undefined });
  return out as ConfigChange<C>[];
}
