// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { BaseContext } from '@cloudwego/gopkg/context';
import { currentContext } from '@cloudwego/gopkg/context';
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Stage } from '../../stages.js';
import { addMetadata } from '../../stream/metadata.js';
import type { ClientCall } from '../call.js';
import { checkCallOptions } from '../call-options.js';
import { ClientContext } from '../context.js';

export const prepare: Stage = {
  name: 'prepare',
  file: 'client/stages/prepare.ts',
  side: 'client',
  when: 'always, first: call options over client options over timeoutProvider over defaults; context, deadline, tags',
};

const noTags: Readonly<Record<string, string>> = Object.freeze({});

/** Fills the call. Precedence of timeouts: call option, client option, timeoutProvider, default. */
export function prepareCall(call: ClientCall): void {
  call.mark(prepare);
  const { core, options } = call;
  if (options !== undefined) checkCallOptions(options, core.carrierOf(call.method).carries);
  const o = core.o;
  const now = core.clock.now();
  call.startedAt = now;
  const parent = options?.ctx ?? (o.ambientContext === true ? currentContext() : undefined);
  // A stream lasts as long as it lasts: only what its own call says limits it.
  let timeout = call.stream === undefined ? o.rpcTimeoutMs! : 0;
  call.recvTimeoutMs = o.recvTimeoutMs!;
  let connect = o.connectTimeoutMs!;
  if (options !== undefined) {
    if (options.rpcTimeoutMs !== undefined) timeout = options.rpcTimeoutMs;
    if (options.connectTimeoutMs !== undefined) connect = options.connectTimeoutMs;
    call.signal = options.signal;
    if (options.recvTimeoutMs !== undefined) call.recvTimeoutMs = options.recvTimeoutMs;
    if (options.metadata !== undefined) call.header = addMetadata(undefined, options.metadata, 'call.metadata');
  }
  call.tags = o.tags === undefined ? options?.tags : options?.tags === undefined ? o.tags : { ...o.tags, ...options.tags };
  call.rpcTimeoutMs = timeout;
  call.connectTimeoutMs = connect;
  const provider = o.timeoutProvider;
  if (provider !== undefined) {
    call.ctx = new ClientContext(call, parent, Infinity);
    const p = provider.timeouts(call.info());
    if (call.stream === undefined && options?.rpcTimeoutMs === undefined && !core.explicitRpcTimeout && p.rpcTimeoutMs !== undefined) timeout = milliseconds(p.rpcTimeoutMs, 'timeoutProvider.rpcTimeoutMs');
    if (options?.connectTimeoutMs === undefined && !core.explicitConnectTimeout && p.connectTimeoutMs !== undefined) {
      connect = milliseconds(p.connectTimeoutMs, 'timeoutProvider.connectTimeoutMs');
    }
    call.rpcTimeoutMs = timeout;
    call.connectTimeoutMs = connect;
    call.forgetInfo();
  }
  const own = timeout > 0 ? now + timeout : Infinity;
  call.ctx = new ClientContext(call, parent, own);
  call.callerDeadline = call.ctx.deadline < own;
  call.parent = parent as BaseContext | undefined;
  call.target = { service: o.destService!, method: call.method.name, tags: call.tags ?? noTags };
}

function milliseconds(v: number, name: string): number {
  if (Number.isFinite(v) && v >= 0) return v;
  throw new OptionError(name, `${name}: got ${String(v)}, wanted a number >= 0 (ms, 0 = none)`);
}
