// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isThenable } from '@cloudwego/gopkg/async';
import type { Awaitable } from '@cloudwego/gopkg/async';
import { OptionError } from '@cloudwego/gopkg/errors';
import { parseAddress } from '@cloudwego/gopkg/io';
import { DispatchClosedError, NoInstanceError, ResolveError } from '@cloudwego/governance';
import type { DispatchPlan, Instance } from '@cloudwego/governance';
import { ClosedError, DiscoveryError, GetConnectionError, InternalError, NoMoreInstanceError, textOf } from '../../errors.js';
import type { Stage } from '../../stages.js';
import type { RpcEndpoint } from '../../types.js';
import type { ClientCall } from '../call.js';
import { CallPhase } from '../phase.js';
import type { ClientConn } from '../conn.js';
import type { ClientContext } from '../context.js';
import { getConnection } from './connect.js';
import { ioError } from './error-handler.js';
import { DeclaredException, settleAttempt } from './read.js';
import { writeRequest } from './write.js';

export const dispatch: Stage = {
  name: 'dispatch',
  file: 'client/stages/dispatch.ts',
  side: 'client',
  when: 'always: the address given per call, else resolve, pick and attempt, up to maxPicks instances while nothing was sent',
};

/** What kitex gives the generic Dispatch. */
export const dispatchPlan: DispatchPlan<unknown, unknown, ClientContext> = {
  target: (ctx) => ctx.call.target,
  attempt: (i, req, ctx) => {
    ctx.call.instance = i;
    return ctx.call.core.attemptEndpoint(req, ctx);
  },
  classify: (e) => (notSent(e) ? 'not-sent' : 'final'),
};

/** No connection was had. An errorHandler may have wrapped that: its causes are looked through. */
function notSent(e: unknown): boolean {
  for (let p = e, i = 0; p instanceof Error && i < 8; p = p.cause, i++) if (p instanceof GetConnectionError) return true;
  return false;
}

/** Innermost endpoint of the onion: finds an instance and tries it. A declared exception, which Dispatch counts as success, is thrown behind it. */
export const dispatchEndpoint: RpcEndpoint = (req, ctx) => {
  const call = (ctx as ClientContext).call;
  if (call.phase === CallPhase.Settled) throw overAlready(call);
  call.mark(dispatch);
  const direct = call.options?.hostPort ?? call.options?.url;
  let v: Awaitable<unknown>;
  if (direct !== undefined) {
    v = goDirect(call, req, ctx as ClientContext);
  } else {
    const d = call.core.dispatch;
    if (d === undefined) throw new InternalError('no resolver available: give the client hostPorts or a resolver, or the call a hostPort');
    try {
      v = d.run(req, ctx as ClientContext);
    } catch (e) {
      kitexOnly(e);
    }
  }
  return isThenable(v) ? v.then(unwrap, kitexOnly) : unwrap(v);
};

/** Errors of the generic pipeline under the names of this framework. */
function kitexOnly(e: unknown): never {
  if (e instanceof NoInstanceError) throw new NoMoreInstanceError(e.message, { cause: e });
  if (e instanceof ResolveError) throw new DiscoveryError(undefined, { cause: e.cause ?? e });
  if (e instanceof DispatchClosedError) throw new ClosedError('the client was closed while the call was under way', { cause: e });
  throw e;
}

function unwrap(v: unknown): unknown {
  if (v instanceof DeclaredException) throw v.error;
  return v;
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
  return promise;
};

function send(call: ClientCall, conn: ClientConn): void {
  if (call.phase === CallPhase.Settled) {
    // The deadline passed while this connection was made: the next call can have it.
    if (conn.usable()) call.core.pool.put(conn);
    else call.core.pool.discard(conn);
    return;
  }
  try {
    writeRequest(call, conn);
  } catch (e) {
    settleAttempt(call, false, ioError(call, e));
    return;
  }
  if (call.method.kind === 'oneway') settleAttempt(call, true, undefined);
}
