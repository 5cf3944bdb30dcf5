// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { BaseContext } from '@cloudwego/gopkg/context';
import type { Context } from '@cloudwego/gopkg/context';
import type { Address } from '@cloudwego/gopkg/io';
import type { MetaInfo } from '@cloudwego/gopkg/metainfo';
import { emptyMetaInfo } from '@cloudwego/gopkg/metainfo';
import type { MethodDefinition } from '@cloudwego/pilota/codegen/v1';
import { ServerCallMetaInfo } from '../meta/server-metainfo.js';
import type { CallOptions, RPCInfo, RpcContext, ServerMetaInfo } from '../types.js';
import { InternalError, StreamClosedError } from '../errors.js';
import { addMetadata, noMetadata } from '../stream/metadata.js';
import type { Metadata, MetadataInput } from '../stream/metadata.js';
import type { ClientCall } from './call.js';

/** The context of a call that a client makes: what middlewares, rules and tracers see. */
export class ClientContext extends BaseContext implements RpcContext {
  readonly call: ClientCall;
  /** The method that is being served where this call is made; becomes `from method` on the wire. */
  readonly callerMethod: string | undefined;
  private readonly parent: Context | undefined;
  private readonly given: CallOptions['metainfo'];

  constructor(call: ClientCall, parent: Context | undefined, deadline: number) {
    super(parent, deadline);
    this.call = call;
    this.parent = parent;
    this.given = call.options?.metainfo;
    // Inside a client's middleware the outer call's own caller goes on.
    this.callerMethod = parent instanceof ClientContext ? parent.callerMethod : (parent as Partial<RpcContext> | undefined)?.method?.name;
  }

  get method(): MethodDefinition {
    return this.call.method;
  }

  get remote(): Address {
    return this.call.remoteAddress();
  }

  get rpcInfo(): RPCInfo {
    return this.call.info();
  }

  override get metainfo(): ServerMetaInfo {
    return super.metainfo as ServerMetaInfo;
  }

  get metadata(): Metadata {
    return this.call.stream?.metadata ?? noMetadata;
  }

  setHeader(metadata: MetadataInput): void {
    const { call } = this;
    if (!call.core.carrierOf(call.method).carries.streams) throw new InternalError(`setHeader: the transport "${call.wire}" has no place for metadata, wanted "grpc"`);
    if (call.conn !== undefined) throw new StreamClosedError('setHeader: the request has left');
    call.header = addMetadata(call.header, metadata, 'ctx.setHeader');
  }

  sendHeader(): void {
    throw new InternalError('sendHeader: the header of a request leaves when it is opened');
  }

  setTrailer(): void {
    throw new InternalError('setTrailer: requests have no trailer');
  }

  /** What the caller's context carries, with what the call adds. */
  protected override makeMetainfo(): MetaInfo {
    let m: MetaInfo = this.parent?.metainfo ?? emptyMetaInfo;
    const given = this.given;
    if (given !== undefined) {
      for (const [k, v] of pairs(given.transient)) m = m.with(k, v);
      for (const [k, v] of pairs(given.persistent)) m = m.withPersistent(k, v);
    }
    return new ServerCallMetaInfo(m.transient, m.persistent, m.stale, undefined);
  }

  /** The call ended: no timer is left for it. */
  rest(): void {
    this.restScope();
  }

  /** True when there may be metainfo to send. */
  get carriesMetainfo(): boolean {
    if (this.parent === undefined && this.given === undefined && !this.hasOwnMetainfo) return false;
    const m = this.metainfo;
    return m.transient.size > 0 || m.persistent.size > 0;
  }
}

function pairs(v: ReadonlyMap<string, string> | Readonly<Record<string, string>> | undefined): Iterable<readonly [string, string]> {
  if (v === undefined) return [];
  return v instanceof Map ? v : Object.entries(v as Record<string, string>);
}
