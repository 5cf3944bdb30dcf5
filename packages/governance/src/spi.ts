// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { Context } from '@cloudwego/gopkg/context';
import type { Address } from '@cloudwego/gopkg/io';

/** One server of a service. Plain, cloneable. */
export interface Instance {
  readonly address: Address;
  readonly weight: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** What is called. */
export interface Target {
  readonly service: string;
  readonly method: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** An immutable list of instances; `version` grows with each change. */
export interface Snapshot {
  readonly key: string;
  readonly version: number;
  readonly instances: readonly Instance[];
}

/** Finds the instances of a service. */
export interface Resolver extends AsyncDisposable {
  /** As in Go, for logs. */
  readonly name: string;
  /** Cache key: name + endpoints + prefix + namespace … */
  readonly identity: string;
  key(t: Target): string;
  resolve(key: string, signal: AbortSignal): Promise<readonly Instance[]>;
  /** Pushes changes; `update` clears `stale`. `resolve` is not called while a watch is live. */
  watch?(key: string, sink: { update(i: readonly Instance[]): void; stale(cause: Error): void }, signal: AbortSignal): void;
}

/** Makes one picker per snapshot. */
export interface LoadBalancer {
  readonly name: string;
  /** Its pickers read `load`: clients look for it in answers. @defaultValue false */
  readonly usesLoad?: boolean | undefined;
  picker(s: Snapshot, previous: Picker | undefined): Picker;
}

/** Chooses an instance per attempt. */
export interface Picker {
  pick(ctx: Context, t: Target, tried: readonly Instance[]): Instance | undefined;
  /** Feedback for EWMA, least request, outliers. */
  done?(i: Instance, outcome: 'ok' | 'fail' | 'timeout' | 'refused', latencyMs: number, load: number): void;
}

/** What a framework gives Dispatch. */
export interface DispatchPlan<Req, Res, Cx extends Context> {
  target(ctx: Cx): Target;
  attempt(i: Instance, req: Req, ctx: Cx, n: number): Awaitable<Res>;
  classify(e: unknown): 'not-sent' | 'retryable' | 'final';
  /** What the peer said of its load with its answer: 0 = idle or unknown, 1 = fully used, more = work waits there. */
  load?(ctx: Cx): number;
}

/** One registered instance; heals itself after a lost session. */
export interface Registration extends AsyncDisposable {
  readonly status: 'active' | 'lost' | 'closed';
  update(p: Partial<Instance>): Promise<void>;
  onChange(f: () => void): Disposable;
}

/** Announces servers. */
export interface Registry {
  register(i: Instance & { readonly service: string; readonly payload?: string }, signal: AbortSignal): Promise<Registration>;
}
