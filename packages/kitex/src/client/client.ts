// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { MethodDefinition, ServiceDefinition } from '@cloudwego/pilota/codegen/v1';
import { isThenable } from '@cloudwego/gopkg/async';
import type { Awaitable } from '@cloudwego/gopkg/async';
import { ClosedError } from '../errors.js';
import { isPanic } from '../panic.js';
import { streams } from '../stream/kind.js';
import { clientCallChannel, panicChannel, publishedCall } from '../tracing.js';
import type { PanicMessage } from '../tracing.js';
import type { AppliedOption, CallOptions } from '../types.js';
import { ClientCall } from './call.js';
import { ClientCore } from './core.js';
import type { ClientOptions } from './options.js';
import { resolveClientOptions } from './options.js';
import { nextSeqId, tracing } from './sequence.js';
import { enterBreaker } from './stages/breaker.js';
import { kitexError } from './stages/dispatch.js';
import { finish } from './stages/finish.js';
import { prepareCall } from './stages/prepare.js';
import { DeclaredException } from './stages/read.js';
import { prepareRetry, startRetry } from './stages/retry.js';
import { armTimeout } from './stages/timeout.js';
import { traceStart } from './stages/trace.js';
import { CallPhase } from './phase.js';
import { streamMethod } from './stream-call.js';
import { remember } from './warm-up.js';

/** What every client has beside the methods of its service. */
export interface ClientControl extends AsyncDisposable {
  /**
   * Refuses new calls, waits for those in flight up to `exitWaitTimeMs`, closes the connections, runs close callbacks. A second call waits for the first.
   * Errors: one AggregateError of what failed while closing.
   */
  close(): Promise<void>;
  /** Closes without waiting: calls in flight fail as if their connection broke. Ends the wait of a `close()` that is under way. */
  destroy(): Promise<void>;
  /** What was applied, with the source of each option. */
  readonly appliedOptions: readonly AppliedOption[];
  /** Connections as the pool sees them. */
  dump(): unknown;
}

/**
 * Makes a client of one service at one destination.
 * Errors: {@link OptionError} at construction; calls reject with the classes of `errors.ts`, with declared exceptions, or with BizStatusError.
 */
export function createClient<C>(s: ServiceDefinition<C, unknown>, options: ClientOptions): C & ClientControl {
  const { core, control } = begin(s as ServiceDefinition<unknown, unknown>, options);
  const client: Record<PropertyKey, unknown> = { ...control };
  s.methods.forEach((m, i) => {
    client[m.key] = callOf(core, m, i);
  });
  remember(client as C & ClientControl, core);
  return client as C & ClientControl;
}

/** A client whose methods are given as they are called: what generic clients are made of. */
export interface Caller {
  readonly control: ClientControl;
  /** The closure that calls `m`. Methods of one name and kind share what their heads share. */
  method(m: MethodDefinition): (req: unknown, options?: CallOptions) => unknown;
}

/** Makes one. Errors: {@link OptionError}. */
export function createCaller(s: ServiceDefinition<unknown, unknown>, options: ClientOptions): Caller {
  const { core, control } = begin(s, options);
  return { control, method: (m) => callOf(core, m, core.indexOf(m)) as (req: unknown, options?: CallOptions) => unknown };
}

function begin(s: ServiceDefinition<unknown, unknown>, options: ClientOptions): { readonly core: ClientCore; readonly control: ClientControl } {
  const resolved = resolveClientOptions(options);
  const core = new ClientCore(s, resolved);
  const control: ClientControl = {
    close: () => core.close(),
    destroy: () => core.destroy(),
    appliedOptions: resolved.applied,
    dump: () => core.pool.dump(),
    [Symbol.asyncDispose]: () => core.close(),
  };
  return { core, control };
}

function callOf(core: ClientCore, m: MethodDefinition, index: number): (...args: unknown[]) => unknown {
  return streams(m) ? streamMethod(core, m, index) : method(core, m, index);
}

/** The closure that users call; made once per method. */
function method(core: ClientCore, m: MethodDefinition, index: number): (...args: unknown[]) => Promise<unknown> {
  const n = m.arity;
  if (n === 1) return (req, options) => call(core, m, index, req, options as CallOptions | undefined);
  if (n === 0) return (options) => call(core, m, index, [], options as CallOptions | undefined);
  return (...args) => call(core, m, index, args.slice(0, n), args[n] as CallOptions | undefined);
}

/** The runner: the stages of one call, in order. */
function call(core: ClientCore, m: MethodDefinition, index: number, req: unknown, options: CallOptions | undefined): Promise<unknown> {
  const c = new ClientCall(core, m, index, req, options, nextSeqId(), tracing());
  run(c, req);
  return c.promise;
}

function run(c: ClientCall, req: unknown): void {
  try {
    if (c.core.closed) throw new ClosedError(`the client of ${c.core.o.destService!} is closed`);
    prepareCall(c);
  } catch (e) {
    // A call that never began: no tracer saw it start.
    c.settle(false, e);
    return;
  }
  c.core.inFlight++;
  c.published = publishedCall(clientCallChannel, c);
  if (c.published === undefined) runStages(c, req);
  else {
    c.published.run(() => {
      runStages(c, req);
    });
  }
}

function runStages(c: ClientCall, req: unknown): void {
  try {
    c.event('RPCStart');
    const policy = c.core.retries || c.options?.retry !== undefined ? prepareRetry(c) : undefined;
    traceStart(c);
    if (policy !== undefined) {
      if (armTimeout(c, true)) startRetry(c, policy, req, launch);
      return;
    }
  } catch (e) {
    failed(c, e);
    return;
  }
  launch(c, req);
}

/** The stages of one attempt: the whole call, or what a retry policy makes of it. */
function launch(c: ClientCall, req: unknown): void {
  let v: Awaitable<unknown>;
  try {
    const level = c.core.serviceBreaker;
    if (level !== undefined) enterBreaker(c, level);
    if (!armTimeout(c)) return;
    v = c.core.endpoint(req, c.ctx);
  } catch (e) {
    failed(c, e);
    return;
  }
  if (isThenable(v)) {
    v.then(
      (x) => {
        answered(c, x);
      },
      (e: unknown) => {
        failed(c, e);
      },
    );
  } else {
    answered(c, v);
  }
}

function answered(c: ClientCall, v: unknown): void {
  if (v instanceof DeclaredException) finish(c, false, v.error);
  else finish(c, true, v);
}

function failed(c: ClientCall, e: unknown): void {
  if (panicChannel.hasSubscribers && c.phase !== CallPhase.Settled && isPanic(e) && !c.method.isDeclared(e)) panicChannel.publish({ side: 'client', rpcInfo: c.info(), error: e } satisfies PanicMessage);
  finish(c, false, kitexError(e));
}
