// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Address } from '@cloudwego/gopkg/io';
import { parseAddress } from '@cloudwego/gopkg/io';
import type { MethodDefinition } from '@cloudwego/pilota/codegen/v1';
import { IntKey, StrKey } from '@cloudwego/protocol';
import { SOURCE_METHOD, SOURCE_SERVICE } from '../meta/grpc-keys.js';
import type { BizStatusError } from '../errors.js';
import { streams } from '../stream/kind.js';
import type { ServerCall } from '../server/call.js';
import type { EndpointInfo, Invocation, RemoteInfo, RPCInfo, RpcConfig, RpcStats } from '../types.js';
import { StatsView } from './stats-view.js';

const noTags: Readonly<Record<string, string>> = Object.freeze({});

/** RPCInfo of a call that a server serves: the caller comes from the request's head. */
export class ServerRpcInfo implements RPCInfo {
  readonly from: EndpointInfo;
  readonly to: RemoteInfo;
  readonly invocation: Invocation;
  readonly config: RpcConfig;
  readonly stats: RpcStats;

  constructor(call: ServerCall) {
    const o = call.core.o;
    this.from = new CallerView(call);
    const tags: Record<string, string> = { ...o.tags };
    this.to = {
      serviceName: o.serviceName ?? call.entry.definition.name,
      method: call.method.name,
      address: call.conn.local,
      tags,
      instance: undefined,
      tag: (key) => tags[key],
      setTag: (key, value) => {
        if (o.tags !== undefined && Object.hasOwn(o.tags, key)) return false;
        tags[key] = value;
        return true;
      },
      forceSetTag: (key, value) => {
        tags[key] = value;
      },
    };
    this.invocation = new InvocationView(call);
    const timeout = call.wire === 'grpc' ? Math.round(call.head.deadline - call.startedAt) : Number(call.head.int(IntKey.RPCTimeout) ?? 0);
    this.config = {
      rpcTimeoutMs: Number.isFinite(timeout) && timeout > 0 ? timeout : 0,
      connectTimeoutMs: Number(call.head.int(IntKey.ConnectTimeout) ?? 0) || 0,
      transport: call.wire,
      interaction: streams(call.method) ? 'streaming' : call.method.kind === 'oneway' ? 'oneway' : 'pingpong',
      payload: call.head.payload,
    };
    this.stats = new StatsView(call);
  }
}

class CallerView implements EndpointInfo {
  private readonly call: ServerCall;
  readonly tags = noTags;
  constructor(call: ServerCall) {
    this.call = call;
  }
  get serviceName(): string {
    return (this.call.wire === 'grpc' ? this.call.head.str(SOURCE_SERVICE) : this.call.head.int(IntKey.FromService)) ?? '';
  }
  get method(): string {
    return (this.call.wire === 'grpc' ? this.call.head.str(SOURCE_METHOD) : this.call.head.int(IntKey.FromMethod)) ?? '';
  }
  get address(): Address | undefined {
    const rip = this.call.head.str(StrKey.RemoteIP);
    if (rip !== undefined && rip !== '') {
      try {
        return parseAddress(rip);
      } catch {
        // A proxy may write a bare host; the connection's own address is still true.
      }
    }
    return this.call.conn.remote;
  }
  tag(): string | undefined {
    return undefined;
  }
}

class InvocationView implements Invocation {
  private readonly call: ServerCall;
  constructor(call: ServerCall) {
    this.call = call;
  }
  get packageName(): string {
    return this.call.entry.definition.package;
  }
  get serviceName(): string {
    return this.call.entry.definition.name;
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
