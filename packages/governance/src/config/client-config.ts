// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@cloudwego/gopkg/clock';
import type { Logger } from '@cloudwego/gopkg/logger';
import { defaultLogger } from '@cloudwego/gopkg/logger';
import { any, bool, func, instance, optionTable, text } from '@cloudwego/gopkg/options';
import { BreakerSuite } from '../breaker/suite.js';
import { RetryContainer } from '../retry/container.js';
import { Bound } from './binding.js';
import { readBreakers, readDegradation, readLimit, readRetry, readTimeouts } from './documents.js';
import type { DegradationDocument, LimitDocument, MethodTimeout } from './documents.js';
import type { ConfigLayout, ConfigName, ConfigSource } from './source.js';

/** Options of {@link ClientConfig}. */
export interface ClientConfigOptions {
  readonly source: ConfigSource;
  /** Who calls. */
  readonly client: string;
  /** Who is called. */
  readonly server: string;
  /** Where the source keeps documents. */
  readonly layout: ConfigLayout;
  /** Say what would change, change nothing. @defaultValue false */
  readonly dryRun?: boolean | undefined;
  /** Policies and breakers that are configured. @defaultValue new ones */
  readonly retry?: RetryContainer | undefined;
  readonly breakers?: BreakerSuite | undefined;
  readonly logger?: Logger | undefined;
  readonly clock?: Clock | undefined;
  /** Numbers from 0 up to 1. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
}

const table = optionTable<ClientConfigOptions>({
  source: instance<ConfigSource>('a ConfigSource', ['watch'], { required: true }),
  client: text({ required: true }),
  server: text({ required: true }),
  layout: func<ConfigLayout>({ required: true }),
  dryRun: bool({ default: false }),
  retry: any<RetryContainer>({ what: 'a RetryContainer', test: (v) => v instanceof RetryContainer }),
  breakers: any<BreakerSuite>({ what: 'a BreakerSuite', test: (v) => v instanceof BreakerSuite }),
  logger: instance<Logger>('a Logger', ['info', 'warn', 'error']),
  clock: instance<Clock>('a Clock', ['now']),
  random: func<() => number>(),
});

/** Limits of methods that no document names. Source: pkg/rpctimeout: once a container is there, these count. */
const DEFAULT_TIMEOUT: MethodTimeout = { rpcTimeoutMs: 1000, connectTimeoutMs: 50 };

/**
 * Timeouts, retry policies, breakers and degradation of a client, as documents of a source say, also while it runs. What was counted stays over a change.
 * Source: kitex-contrib/config-etcd client, and its siblings.
 */
export class ClientConfig implements AsyncDisposable {
  readonly retry: RetryContainer;
  readonly breakers: BreakerSuite;
  private timeouts: ReadonlyMap<string, MethodTimeout> = new Map();
  private degradation: DegradationDocument | undefined = undefined;
  private readonly ending = new AbortController();
  private readonly bound: readonly Bound<never>[];
  private readonly random: () => number;
  private retried = new Set<string>();
  private broken = new Set<string>();

  /** Errors: OptionError. */
  constructor(options: ClientConfigOptions) {
    const o = table.resolve(options, 'clientConfig');
    const clock = o.clock === undefined ? {} : { clock: o.clock };
    this.retry = o.retry ?? new RetryContainer(clock);
    // Documents name methods: the caller is the same for all.
    this.breakers = o.breakers ?? new BreakerSuite({ ...clock, key: (_from, to, method) => `${to}/${method}` });
    this.random = o.random ?? Math.random;
    const logger = o.logger ?? defaultLogger();
    const bind = <T>(category: ConfigName['category'], read: (d: unknown) => { readonly value: T; readonly notes: readonly string[] }, apply: (v: T | undefined) => void): Bound<never> =>
      new Bound<T>({ key: o.layout({ client: o.client, server: o.server, category }), read, apply }, o.source, logger, o.dryRun!, this.ending.signal) as unknown as Bound<never>;
    this.bound = [
      bind('rpc_timeout', readTimeouts, (v) => {
        this.timeouts = v ?? new Map();
      }),
      bind('retry', readRetry, (v) => {
        for (const m of this.retried) if (v?.has(m) !== true) this.retry.deletePolicy(m);
        this.retried = new Set(v?.keys());
        for (const [m, p] of v ?? []) this.retry.notifyPolicyChange(m, p);
      }),
      bind('circuit_break', readBreakers, (v) => {
        const key = (m: string): string => this.breakers.key(o.client, o.server, m);
        for (const m of this.broken) if (v?.has(m) !== true) this.breakers.service?.resetConfig(key(m));
        this.broken = new Set(v?.keys());
        for (const [m, c] of v ?? []) this.breakers.service?.update(c, key(m));
      }),
      bind('degradation', readDegradation, (v) => {
        this.degradation = v;
      }),
    ];
  }

  /** Waits until the source has told of every document once, also that there is none. */
  async ready(): Promise<void> {
    await Promise.all(this.bound.map((b) => b.first));
  }

  /** Limits of a method: its own, else those of `*`, else 1000 and 50 ms. */
  timeout(method: string): MethodTimeout {
    return this.timeouts.get(method) ?? this.timeouts.get('*') ?? DEFAULT_TIMEOUT;
  }

  /** The reason to refuse a call, or undefined. Source: pkg/degradation, an ACL rule. */
  refuse(): string | undefined {
    const d = this.degradation;
    return d?.enable === true && Math.floor(this.random() * 100) < d.percentage ? 'rejected by client degradation config' : undefined;
  }

  /** Ends watching; what is in force stays. Does not close the source, which may serve others. */
  close(): Promise<void> {
    this.ending.abort();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Options of {@link ServerConfig}. */
export interface ServerConfigOptions {
  readonly source: ConfigSource;
  readonly server: string;
  readonly layout: ConfigLayout;
  /** Say what would change, change nothing. @defaultValue false */
  readonly dryRun?: boolean | undefined;
  readonly logger?: Logger | undefined;
}

const serverTable = optionTable<ServerConfigOptions>({
  source: instance<ConfigSource>('a ConfigSource', ['watch'], { required: true }),
  server: text({ required: true }),
  layout: func<ConfigLayout>({ required: true }),
  dryRun: bool({ default: false }),
  logger: instance<Logger>('a Logger', ['info', 'warn', 'error']),
});

/**
 * Limits of a server, as a document of a source says, also while it runs. Without a document there are none.
 * Source: kitex-contrib/config-etcd server/limiter.go, and its siblings.
 */
export class ServerConfig implements AsyncDisposable {
  private readonly ending = new AbortController();
  private readonly bound: Bound<LimitDocument>;
  private readonly listeners = new Set<(limits: LimitDocument) => void>();
  private current: LimitDocument = NO_LIMITS;

  /** Errors: OptionError. */
  constructor(options: ServerConfigOptions) {
    const o = serverTable.resolve(options, 'serverConfig');
    this.bound = new Bound<LimitDocument>(
      {
        key: o.layout({ server: o.server, category: 'limit' }),
        read: readLimit,
        apply: (v) => {
          this.current = v ?? NO_LIMITS;
          for (const f of this.listeners) f(this.current);
        },
      },
      o.source,
      o.logger ?? defaultLogger(),
      o.dryRun!,
      this.ending.signal,
    );
  }

  /** Waits until the source has told of the document once, also that there is none. */
  ready(): Promise<void> {
    return this.bound.first;
  }

  get limits(): LimitDocument {
    return this.current;
  }

  /** Tells `f` of the limits now and of each change. */
  onLimits(f: (limits: LimitDocument) => void): Disposable {
    this.listeners.add(f);
    f(this.current);
    return {
      [Symbol.dispose]: () => {
        this.listeners.delete(f);
      },
    };
  }

  /** Ends watching; what is in force stays. */
  close(): Promise<void> {
    this.ending.abort();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

const NO_LIMITS: LimitDocument = Object.freeze({ maxConnections: 0, maxQps: 0 });
