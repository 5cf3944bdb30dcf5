// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isThenable } from '@cloudwego/gopkg/async';
import type { Awaitable } from '@cloudwego/gopkg/async';
import { OptionError } from '@cloudwego/gopkg/errors';
import { parseAddress } from '@cloudwego/gopkg/io';
import { DispatchClosedError, NoInstanceError, ResolveError } from '@cloudwego/governance';
import type { DispatchPlan, Instance } from '@cloudwego/governance';
import { ClosedError, DiscoveryError, GetConnectionError, InstanceCircuitBreakError, InternalError, NoMoreInstanceError, textOf } from '../../errors.js';
import type { Stage } from '../../stages.js';
import type { RpcEndpoint } from '../../types.js';
import type { ClientCall } from '../call.js';
import { CallPhase } from '../phase.js';
import type { ClientConn } from '../conn.js';
import type { ClientContext } from '../context.js';
import { attemptGuarded } from './breaker.js';
import { getConnection } from './connect.js';
import { ioError } from './error-handler.js';
import { finish } from './finish.js';
import { DeclaredException, settleAttempt } from './read.js';
import { writeStream } from './open-stream.js';
import { writeRequest } from './write.js';

export const dispatch: Stage = {
  name: 'dispatch',
  file: 'client/stages/dispatch.ts',
  side: 'client',
  when: 'always: the address given per call, else that of the proxy, else resolve, pick and attempt, up to maxPicks instances while nothing was sent',
};

/** What kitex gives the generic Dispatch. */
export const dispatchPlan: DispatchPlan<unknown, unknown, ClientContext> = {
  target: (ctx) => ctx.call.target,
  attempt: (i, req, ctx) => {
    const { call } = ctx;
    call.instance = i;
    const level = call.core.instanceBreaker;
    return level === undefined ? call.core.attemptEndpoint(req, ctx) : attemptGuarded(level, i, req, ctx);
  },
  classify: (e) => (notSent(e) ? 'not-sent' : 'final'),
  load: (ctx) => ctx.call.load,
};

/** No connection was had. An errorHandler may have wrapped that: its causes are looked through. */
function notSent(e: unknown): boolean {
  for (let p = e, i = 0; p instanceof Error && i < 8; p = p.cause, i++) if (p instanceof GetConnectionError || p instanceof InstanceCircuitBreakError) return true;
  return false;
}

/** Finds an instance and tries it. What comes out is that of the generic pipeline: {@link DeclaredException} and {@link kitexError} say what it means here. */
export const dispatchCall: RpcEndpoint = (req, ctx) => {
  const call = (ctx as ClientContext).call;
  if (call.phase === CallPhase.Settled) throw overAlready(call);
  call.mark(dispatch);
  const direct = call.options?.hostPort ?? call.options?.url;
  if (direct !== undefined) return goDirect(call, req, ctx as ClientContext);
  if (call.core.proxied !== undefined) return call.core.proxied(req, ctx);
  const { gov } = call;
  if (gov?.pinned !== undefined) {
    call.instance = gov.pinned;
    return call.core.attemptEndpoint(req, ctx);
  }
  const d = call.core.dispatch;
  if (d === undefined) throw new InternalError('no resolver available: give the client hostPorts or a resolver, or the call a hostPort');
  return d.run(req, ctx as ClientContext, gov?.tried);
};

/** Innermost endpoint of the onion: middlewares see values, declared exceptions thrown, and errors under the names of this framework. */
export const dispatchEndpoint: RpcEndpoint = (req, ctx) => {
  let v: Awaitable<unknown>;
  try {
    v = dispatchCall(req, ctx);
  } catch (e) {
    throw kitexError(e);
  }
  return isThenable(v) ? v.then(outcomeOf, rethrow) : outcomeOf(v);
};

/** A value, or a declared exception, which the generic pipeline counts as success and is thrown behind it. */
function outcomeOf(v: unknown): unknown {
  if (v instanceof DeclaredException) throw v.error;
  return v;
}

function rethrow(e: unknown): never {
  throw kitexError(e);
}

/** Errors of the generic pipeline under the names of this framework; others as they are. */
export function kitexError(e: unknown): unknown {
  if (e instanceof NoInstanceError) return new NoMoreInstanceError(e.message, { cause: e });
  if (e instanceof ResolveError) return new DiscoveryError(undefined, { cause: e.cause ?? e });
  if (e instanceof DispatchClosedError) return new ClosedError('the client was closed while the call was under way', { cause: e });
  return e;
}

function goDirect(call: ClientCall, req: unknown, ctx: ClientContext): Awaitable<unknown> {
  const to = (hostPort: string): Awaitable<unknown> => {
    call.instance = { address: parseAddress(hostPort, 'call.hostPort'), weight: 10, tags: {} } satisfies Instance;
    return call.core.attemptEndpoint(req, ctx);
  };
  const hostPort = call.options?.hostPort;
  if (hostPort !== undefined) return to(hostPort);
  const url = call.options!.url!;
  call.setTag('http_url', url, true);
  return resolveUrl(call, url).then(to);
}

async function resolveUrl(call: ClientCall, url: string): Promise<string> {
  try {
    return await call.core.httpResolver.resolve(url, call.signal);
  } catch (e) {
    if (e instanceof OptionError) throw e;
    throw new DiscoveryError(`url ${url}: ${textOf(e)}`, { cause: e });
  }
}

/** What a middleware gets that goes on with a call which timed out, was cancelled, or has answered. */
function overAlready(call: ClientCall): unknown {
  return call.error ?? new InternalError(`the call of method ${call.method.name} is over, wanted no further attempt`);
}

let resolveSlot: (v: unknown) => void;
let rejectSlot: (e: unknown) => void;
const capture = (resolve: (v: unknown) => void, reject: (e: unknown) => void): void => {
  resolveSlot = resolve;
  rejectSlot = reject;
};

/** One attempt: a connection, the request, the reply. A call has one at a time. */
export const attempt: RpcEndpoint = (req, ctx) => {
  const call = (ctx as ClientContext).call;
  if (call.attemptReject !== undefined) {
    throw new InternalError(`method ${call.method.name}: a middleware called next again before its first call of it settled, wanted one attempt at a time`);
  }
  call.begin(req, ctx as ClientContext);
  if (call.phase === CallPhase.Settled) throw overAlready(call);
  let c: Awaitable<ClientConn>;
  try {
    c = getConnection(call);
  } catch (e) {
    throw ioError(call, e);
  }
  const promise = new Promise(capture);
  call.attemptResolve = resolveSlot;
  call.attemptReject = rejectSlot;
  sendOn(call, c);
  return promise;
};

function sendOn(call: ClientCall, c: Awaitable<ClientConn>): void {
  if (isThenable(c)) {
    c.then(
      (conn) => {
        send(call, conn);
      },
      (e: unknown) => {
        if (call.attemptReject !== undefined) settleAttempt(call, false, ioError(call, e));
      },
    );
  } else {
    send(call, c);
  }
}

/** A peer may refuse streams for as long as it likes; then another instance is tried. */
const MAX_RESENDS = 3;

/** The peer said that it did not process the request: the attempt goes on with another connection. */
export function resend(call: ClientCall, cause: Error): void {
  if (call.phase === CallPhase.Settled || call.attemptReject === undefined) return;
  call.answered = false;
  call.answer = undefined;
  call.headError = undefined;
  try {
    if (++call.resends > MAX_RESENDS) throw new GetConnectionError(undefined, { cause });
    sendOn(call, getConnection(call));
  } catch (e) {
    settleAttempt(call, false, ioError(call, e));
  }
}

/** A peer did not touch a stream that was open: it goes on with another connection, as if nothing had happened. */
export function reopen(call: ClientCall, cause: Error): void {
  call.attemptResolve = () => undefined;
  call.attemptReject = (e) => {
    finish(call, false, kitexError(e));
  };
  resend(call, cause);
}

/** Sends a call that its connection kept. */
export function sendKept(call: ClientCall, conn: ClientConn): void {
  call.conn = undefined;
  send(call, conn);
}

function send(call: ClientCall, conn: ClientConn): void {
  if (call.phase === CallPhase.Settled || call.attemptReject === undefined) {
    // The deadline passed while this connection was made: the next call can have it.
    if (conn.usable()) call.pool.put(conn);
    else call.pool.discard(conn);
    return;
  }
  try {
    if (call.stream === undefined) writeRequest(call, conn);
    else writeStream(call, conn);
  } catch (e) {
    settleAttempt(call, false, ioError(call, e));
    return;
  }
  // One that its connection keeps has not been sent.
  if (call.method.kind === 'oneway' && call.conn === undefined) settleAttempt(call, true, undefined);
}
