// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Address } from '@cloudwego/gopkg/io';
import type { Instance } from '@cloudwego/governance';
import type { MethodDefinition } from '@cloudwego/pilota/codegen/v1';
import type { ClientCall } from '../client/call.js';
import type { BizStatusError } from '../errors.js';
import type { EndpointInfo, Invocation, RemoteInfo, RPCInfo, RpcConfig, RpcStats } from '../types.js';
import { StatsView } from './stats-view.js';

const noTags: Readonly<Record<string, string>> = Object.freeze({});

/** RPCInfo of a call that a client makes: live getters over the call. */
export class ClientRpcInfo implements RPCInfo {
  readonly from: EndpointInfo;
  readonly to: RemoteInfo;
  readonly invocation: Invocation;
  readonly config: RpcConfig;
  readonly stats: RpcStats;

  constructor(call: ClientCall) {
    const info = call.core.o.clientInfo;
    const caller = call.ctx.callerMethod;
    this.from = {
      serviceName: info?.serviceName ?? '',
      method: caller ?? info?.method ?? '',
      address: undefined,
      tags: info?.tags ?? noTags,
      tag: (key) => info?.tags?.[key],
    };
    this.to = new RemoteInfoView(call);
    this.invocation = new InvocationView(call);
    this.config = {
      rpcTimeoutMs: call.rpcTimeoutMs,
      connectTimeoutMs: call.connectTimeoutMs,
      transport: call.wire,
      interaction: call.stream !== undefined ? 'streaming' : call.method.kind === 'oneway' ? 'oneway' : 'pingpong',
      payload: call.core.payload,
    };
    this.stats = new StatsView(call);
  }
}

class RemoteInfoView implements RemoteInfo {
  private readonly call: ClientCall;
  constructor(call: ClientCall) {
    this.call = call;
  }
  get serviceName(): string {
    return this.call.core.o.destService!;
  }
  get method(): string {
    return this.call.method.name;
  }
  get address(): Address | undefined {
    return this.call.conn?.address ?? this.call.instance?.address;
  }
  get instance(): Instance | undefined {
    return this.call.instance;
  }
  get tags(): Readonly<Record<string, string>> {
    return { ...this.call.tags, ...this.call.instance?.tags };
  }
  tag(key: string): string | undefined {
    return this.call.tag(key);
  }
  setTag(key: string, value: string): boolean {
    return this.call.setTag(key, value, false);
  }
  forceSetTag(key: string, value: string): void {
    this.call.setTag(key, value, true);
  }
}

class InvocationView implements Invocation {
  private readonly call: ClientCall;
  constructor(call: ClientCall) {
    this.call = call;
  }
  get packageName(): string {
    return this.call.core.service.package;
  }
  get serviceName(): string {
    return this.call.core.service.name;
  }
  get methodName(): string {
    return this.call.method.name;
  }
  get method(): MethodDefinition {
    return this.call.method;
  }
  get seqId(): number {
    return this.call.seqId;
  }
  get bizStatusError(): BizStatusError | undefined {
    return this.call.biz;
  }
  setBizStatusError(e: BizStatusError | undefined): void {
    this.call.biz = e;
  }
}
