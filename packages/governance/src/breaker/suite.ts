// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Panel, tripByRate } from '@cloudwego/gopkg/circuitbreaker';
import type { BreakerMetrics, BreakerShare, BreakerState, StateChange, TripFunc } from '@cloudwego/gopkg/circuitbreaker';
import type { Clock } from '@cloudwego/gopkg/clock';
import { loopClock } from '@cloudwego/gopkg/clock';
import { any, bool, func, instance, int, num, optionTable } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';

/** When a breaker opens. Source: pkg/circuitbreak CBConfig. */
export interface BreakerConfig {
  /** @defaultValue true */
  readonly enable?: boolean | undefined;
  /** Share of failures at which it opens. Above 0 up to 1. @defaultValue 0.5 */
  readonly errorRate?: number | undefined;
  /** Calls of the last 10 s below which it never opens. Integer >= 1. @defaultValue 200 */
  readonly minSamples?: number | undefined;
}

const configTable: OptionTable<BreakerConfig> = optionTable<BreakerConfig>({
  enable: bool({ default: true }),
  errorRate: num({ min: 0.000001, max: 1, default: 0.5 }),
  minSamples: int({ min: 1, default: 200 }),
});

/** What an outcome counts as. `ignore` counts as nothing. Source: pkg/circuitbreak ErrorType. */
export type BreakerOutcome = 'ignore' | 'success' | 'failure' | 'timeout';

/** A breaker that changed. `level` says whether `key` names a method or an instance. */
export interface BreakerEvent extends StateChange {
  readonly level: 'service' | 'instance';
}

/** Options of {@link BreakerSuite}. */
export interface BreakerSuiteOptions {
  /** Of methods; false = no breakers at this level. @defaultValue { enable: true, errorRate: 0.5, minSamples: 200 } */
  readonly service?: BreakerConfig | false | undefined;
  /** Of instances; false = no breakers at this level. @defaultValue { enable: true, errorRate: 0.5, minSamples: 200 } */
  readonly instance?: BreakerConfig | false | undefined;
  /** Groups calls. @defaultValue from/to/method. Source: NewCBSuite genKey, RPCInfo2Key. */
  readonly key?: ((from: string, to: string, method: string) => string) | undefined;
  /** What an outcome of a call counts as; `usual` is what it counts as without this. Source: WithServiceGetErrorType, WithWrappedServiceGetErrorType. */
  readonly serviceOutcome?: ((error: unknown, usual: BreakerOutcome) => BreakerOutcome) | undefined;
  /** The same for attempts at an instance. Source: WithInstanceGetErrorType, WithWrappedInstanceGetErrorType. */
  readonly instanceOutcome?: ((error: unknown, usual: BreakerOutcome) => BreakerOutcome) | undefined;
  /** Told of each change, after the call that caused it. */
  readonly onChange?: ((e: BreakerEvent) => void) | undefined;
  /** Count together with other threads: memory for the service level and for the instance level. */
  readonly shared?: { readonly service: BreakerShare; readonly instance: BreakerShare; readonly writer: number } | undefined;
  /** @defaultValue the clock of the thread */
  readonly clock?: Clock | undefined;
}

const level = any<BreakerConfig | false>({ what: 'false or an object { enable?, errorRate?, minSamples? }', test: (v) => v === false || (typeof v === 'object' && v !== null) });
const table = optionTable<BreakerSuiteOptions>({
  service: level,
  instance: level,
  key: func<(from: string, to: string, method: string) => string>(),
  serviceOutcome: func<(error: unknown, usual: BreakerOutcome) => BreakerOutcome>(),
  instanceOutcome: func<(error: unknown, usual: BreakerOutcome) => BreakerOutcome>(),
  onChange: func<(e: BreakerEvent) => void>(),
  shared: any({ what: 'two breaker shares and a writer' }),
  clock: instance<Clock>('a Clock', ['now']),
});

/** Events that are kept for diagnosis. Source: pkg/event queue. */
const KEPT_EVENTS = 200;

/**
 * Breakers of one client at two levels: a method that fails is not called for a while, an instance that cannot be reached is passed over. Changes of their
 * configuration keep what was counted.
 * Source: cloudwego/kitex pkg/circuitbreak/cbsuite.go; the engine is that of gopkg/circuitbreaker.
 */
export class BreakerSuite implements Disposable {
  /** undefined = the level is off. */
  readonly service: BreakerLevel | undefined;
  readonly instance: BreakerLevel | undefined;
  private readonly makeKey: ((from: string, to: string, method: string) => string) | undefined;
  private readonly kept: BreakerEvent[] = [];

  /** Errors: OptionError. */
  constructor(options: BreakerSuiteOptions = {}) {
    const o = table.resolve(options, 'circuitBreaker');
    const clock = o.clock ?? loopClock();
    this.makeKey = o.key;
    const make = (name: 'service' | 'instance', config: BreakerConfig | false | undefined, outcome: BreakerSuiteOptions['serviceOutcome'], share: BreakerShare | undefined): BreakerLevel | undefined =>
      config === false
        ? undefined
        : new BreakerLevel(name, config ?? {}, outcome, clock, share === undefined ? undefined : { share, writer: o.shared!.writer }, (e) => {
            this.kept.push(e);
            if (this.kept.length > KEPT_EVENTS) this.kept.shift();
            o.onChange?.(e);
          });
    this.service = make('service', o.service, o.serviceOutcome, o.shared?.service);
    this.instance = make('instance', o.instance, o.instanceOutcome, o.shared?.instance);
  }

  /** Key of a call at the service level. */
  key(from: string, to: string, method: string): string {
    return this.makeKey === undefined ? `${from}/${to}/${method}` : this.makeKey(from, to, method);
  }

  /** What happened last, newest first. */
  get events(): readonly BreakerEvent[] {
    return this.kept.toReversed();
  }

  /** For diagnosis: configurations, and breakers that are not closed. Source: CBSuite.Dump. */
  dump(): unknown {
    return { service: this.service?.dump(), instance: this.instance?.dump(), events: this.events.map(textOfEvent) };
  }

  [Symbol.dispose](): void {
    this.service?.[Symbol.dispose]();
    this.instance?.[Symbol.dispose]();
  }
}

/** As Go writes it: `key: OLD -> NEW, (succ: n, err: n, timeout: n, rate: f)`. */
function textOfEvent(e: BreakerEvent): string {
  const m = e.metrics;
  return `${e.level} ${e.key}: ${e.from} -> ${e.to}, (succ: ${m.successes}, err: ${m.failures}, timeout: ${m.timeouts}, rate: ${m.errorRate})`;
}

/** All breakers of one level. */
export class BreakerLevel implements Disposable {
  private readonly panel: Panel;
  private readonly name: 'service' | 'instance';
  private readonly outcome: ((error: unknown, usual: BreakerOutcome) => BreakerOutcome) | undefined;
  private common: Rule;
  private readonly own = new Map<string, Rule>();

  constructor(
    name: 'service' | 'instance',
    config: BreakerConfig,
    outcome: ((error: unknown, usual: BreakerOutcome) => BreakerOutcome) | undefined,
    clock: Clock,
    shared: { readonly share: BreakerShare; readonly writer: number } | undefined,
    changed: (e: BreakerEvent) => void,
  ) {
    this.name = name;
    this.outcome = outcome;
    this.common = ruleOf(config, `circuitBreaker.${name}`);
    this.panel = new Panel({
      shouldTripFor: (key) => this.rule(key).trip,
      onStateChange: (e) => {
        changed({ ...e, level: name });
      },
      ...(shared === undefined ? { now: () => clock.now() } : { shared }),
    });
  }

  private rule(key: string): Rule {
    return this.own.size === 0 ? this.common : (this.own.get(key) ?? this.common);
  }

  /** Whether the caller may go on; report the outcome then. */
  isAllowed(key: string): boolean {
    return !this.rule(key).enable || this.panel.isAllowed(key);
  }

  /** Work that was allowed ended. `usual` is what `error` (undefined = it went well) counts as, unless the suite says otherwise. */
  record(key: string, error: unknown, usual: BreakerOutcome): void {
    if (!this.rule(key).enable) return;
    switch (this.outcome === undefined ? usual : this.outcome(error, usual)) {
      case 'success':
        this.panel.succeed(key);
        break;
      case 'failure':
        this.panel.fail(key);
        break;
      case 'timeout':
        this.panel.timeout(key);
        break;
      case 'ignore':
        this.panel.abandon(key);
        break;
    }
  }

  /** Changes the rule of one key, or of all others; what was counted stays. Source: UpdateServiceCBConfig, UpdateInstanceCBConfig. */
  update(config: BreakerConfig, key?: string): void {
    const rule = ruleOf(config, `circuitBreaker.${this.name}`);
    if (key === undefined) this.common = rule;
    else this.own.set(key, rule);
  }

  /** The key follows the common rule again. */
  resetConfig(key: string): void {
    this.own.delete(key);
  }

  /** The key is gone: an instance left discovery. */
  forget(key: string): void {
    this.panel.remove(key);
  }

  state(key: string): BreakerState {
    return this.panel.state(key);
  }

  metrics(key: string): BreakerMetrics {
    return this.panel.metrics(key);
  }

  dump(): unknown {
    const notClosed: Record<string, unknown> = {};
    for (const [key, b] of this.panel.dump()) if (b.state !== 'CLOSED') notClosed[key] = { state: b.state, ...b.metrics };
    const rules = Object.fromEntries([...this.own].map(([k, r]) => [k, r.config]));
    return { config: this.common.config, configByKey: rules, notClosed };
  }

  [Symbol.dispose](): void {
    this.panel[Symbol.dispose]();
  }
}

interface Rule {
  readonly enable: boolean;
  readonly trip: TripFunc;
  readonly config: BreakerConfig;
}

function ruleOf(config: BreakerConfig, path: string): Rule {
  const c = configTable.resolve(config, path);
  return { enable: c.enable!, trip: tripByRate(c.errorRate!, c.minSamples!), config: c };
}
