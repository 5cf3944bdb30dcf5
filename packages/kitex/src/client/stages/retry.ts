// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { retryRefused, resolvePolicy, RetryDurationError, RetryRun } from '@cloudwego/governance';
import type { ResolvedPolicy, RetryContainer } from '@cloudwego/governance';
import { formatAddress } from '@cloudwego/gopkg/io';
import type { Context } from '@cloudwego/gopkg/context';
import { addExtra, isTimeoutError, RetryError } from '../../errors.js';
import type { Stage } from '../../stages.js';
import type { ClientRetryPolicy, RpcContext } from '../../types.js';
import { ClientCall } from '../call.js';
import { ClientContext } from '../context.js';
import { Governed } from '../governed.js';
import { nextSeqId } from '../sequence.js';
import { finish } from './finish.js';

export const retry: Stage = {
  name: 'retry',
  file: 'client/stages/retry.ts',
  side: 'client',
  when: 'the method has a retry policy: the stages from breaker to error-handler run once per attempt',
};

/** Persistent metainfo that marks a request as a retry, down the whole chain. Source: pkg/retry TransitKey. */
export const RETRY_KEY = 'RetryReq';

/** Tags of the target. Source: pkg/rpcinfo RetryTag, RetryLastCostTag, RetryPrevInstTag. */
const RetryTag = { Retry: 'retry', LastCost: 'last_cost', PrevInst: 'prev_inst' } as const;

/** Whether the request that is being served is a retry of its caller. Source: retry.IsRemoteRetryRequest. */
export function isRemoteRetryRequest(ctx: Context): boolean {
  return ctx.metainfo.getPersistent(RETRY_KEY) !== undefined;
}

/** Whether the attempt that is under way is a retry; for client middlewares. Source: retry.IsLocalRetryRequest. */
export function isLocalRetryRequest(ctx: RpcContext): boolean {
  const n = ctx.rpcInfo.to.tag(RetryTag.Retry);
  return n !== undefined && n !== '0';
}

const perCall = new WeakMap<ClientRetryPolicy, ResolvedPolicy>();

/** The policy of a call: its own, else the client's for the method. */
function policyOf(call: ClientCall, container: RetryContainer): ResolvedPolicy | undefined {
  const own = call.options?.retry;
  if (own === undefined) return container.find(call.method.name, call.ctx);
  let p = perCall.get(own);
  if (p === undefined) {
    p = resolvePolicy(own, 'call.retry');
    perCall.set(own, p);
  }
  return p;
}

/** Decides before the call starts whether it may be retried. Its own deadline is then that of each attempt. */
export function prepareRetry(call: ClientCall): ResolvedPolicy | undefined {
  if (call.method.kind !== 'unary') return undefined;
  const { core } = call;
  const policy = policyOf(call, core.retry);
  if (policy === undefined || policy.maxRetries === 0) return undefined;
  const parent = call.parent as Context | undefined;
  const reason = retryRefused(policy, parent !== undefined && isRemoteRetryRequest(parent), core.clock.now(), parent?.deadline ?? Infinity);
  if (reason !== undefined) {
    (call.gov ??= new Governed(undefined, 0)).refused = { reason, policy };
    return undefined;
  }
  call.ctx = new ClientContext(call, call.parent, Infinity);
  call.callerDeadline = call.ctx.deadline < Infinity;
  return policy;
}

/** Runs the attempts of a call. `launch` runs the stages of one. */
export function startRetry(call: ClientCall, policy: ResolvedPolicy, req: unknown, launch: (attempt: ClientCall, req: unknown) => void): void {
  call.mark(retry);
  const { core } = call;
  const gov = (call.gov ??= new Governed(undefined, 0));
  gov.run = new RetryRun<ClientCall>(policy, core.retry, {
    key: `${core.o.clientInfo?.serviceName ?? ''}/${core.o.destService!}/${call.method.name}`,
    ctx: call.ctx,
    deadline: call.ctx.deadline,
    isTimeout: isTimeoutError,
    start(n) {
      const a = attemptOf(call, gov, n, policy.sameNode);
      launch(a, req);
      return a;
    },
    done(ok, v, a, stop) {
      adopt(call, a, gov.run!);
      if (v instanceof RetryDurationError) {
        finish(call, false, new RetryError(`${v.message}, toService=${core.o.destService!}, method=${call.method.name}`, { cause: v }));
        return;
      }
      if (stop !== undefined) addExtra(v, stop);
      finish(call, ok && a.gov!.ok, v);
    },
  });
  gov.run.start();
}

/** A call of its own for one attempt: own sequence, context and deadline. */
function attemptOf(root: ClientCall, gov: Governed, n: number, sameNode: boolean): ClientCall {
  const { core } = root;
  const a = new ClientCall(core, root.method, root.methodIndex, root.req, root.options, nextSeqId(), n === 0 ? root.trace : undefined);
  const own = new Governed(root, n);
  const now = core.clock.now();
  a.gov = own;
  a.startedAt = now;
  a.rpcTimeoutMs = root.rpcTimeoutMs;
  a.connectTimeoutMs = root.connectTimeoutMs;
  a.tags = root.tags;
  a.target = root.target;
  a.header = root.header;
  const until = root.rpcTimeoutMs > 0 ? now + root.rpcTimeoutMs : Infinity;
  a.ctx = new ClientContext(a, root.ctx, until);
  a.callerDeadline = a.ctx.deadline < until;
  if (root.events !== undefined) a.events?.take(root.events, 'RPCStart');
  if (n > 0) {
    if (core.carrierOf(root.method).carries.metainfo) a.ctx = a.ctx.withMetainfo(a.ctx.metainfo.withPersistent(RETRY_KEY, String(n)));
    a.setTag(RetryTag.Retry, String(n), true);
    const before = gov.attempts.at(-1)?.instance;
    if (before !== undefined) {
      if (sameNode) own.pinned = before;
      else a.setTag(RetryTag.PrevInst, formatAddress(before.address), true);
    }
    own.tried = gov.attempts.flatMap((x) => (x.instance === undefined ? [] : [x.instance]));
  }
  gov.attempts.push(a);
  return a;
}

/** What the call knows at its end is what the attempt that counts knew. */
function adopt(root: ClientCall, a: ClientCall, run: RetryRun<ClientCall>): void {
  root.instance = a.instance;
  root.biz = a.biz;
  root.sentBytes = a.sentBytes;
  root.receivedBytes = a.receivedBytes;
  root.lastSentBytes = a.lastSentBytes;
  root.lastReceivedBytes = a.lastReceivedBytes;
  root.tags = a.tags;
  root.tagsShared = true;
  if (a.events !== undefined) root.events?.take(a.events);
  if (run.retries > 0) {
    root.setTag(RetryTag.Retry, String(run.retries), true);
    root.setTag(RetryTag.LastCost, run.lastCosts, true);
  }
}
