// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { BaseContext } from '@cloudwego/gopkg/context';
import type { Address } from '@cloudwego/gopkg/io';
import type { MetaInfo } from '@cloudwego/gopkg/metainfo';
import { emptyMetaInfo, metaInfoFromHttp, metaInfoFromStrings } from '@cloudwego/gopkg/metainfo';
import type { MethodDefinition } from '@cloudwego/pilota/codegen/v1';
import type { RpcHead } from '@cloudwego/protocol';
import { ServerCallMetaInfo } from '../meta/server-metainfo.js';
import type { RPCInfo, RpcContext, ServerMetaInfo } from '../types.js';
import { InternalError, StreamClosedError } from '../errors.js';
import { addMetadata, metadataOfHead } from '../stream/metadata.js';
import type { Metadata, MetadataInput } from '../stream/metadata.js';
import type { ServerCall } from './call.js';

/** What a request carries: gRPC has its own names for it. */
function metaInfoOf(head: RpcHead): MetaInfo {
  return head.wire === 'grpc' ? metaInfoFromHttp(head.strings()) : metaInfoFromStrings(head.strings());
}

function carried(call: ServerCall, what: string): void {
  if (call.wire !== 'grpc' && call.wire !== 'ttheader-streaming') throw new InternalError(`${what}: the wire "${call.wire}" has no place for metadata, wanted grpc or ttheader-streaming; ctx.metainfo.sendBackward() goes by TTHeader too`);
}

/** The context that a handler receives. */
export class ServerContext extends BaseContext implements RpcContext {
  readonly call: ServerCall;
  private sent: Metadata | undefined = undefined;

  constructor(call: ServerCall, deadline: number) {
    super(undefined, deadline);
    this.call = call;
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
    return (this.sent ??= metadataOfHead(this.call.head));
  }

  setHeader(metadata: MetadataInput): void {
    const { call } = this;
    carried(call, 'setHeader');
    if (call.headSent || call.done) throw new StreamClosedError('setHeader: the header has left');
    call.header = addMetadata(call.header, metadata, 'ctx.setHeader');
  }

  sendHeader(metadata?: MetadataInput): void {
    const { call } = this;
    if (call.stream === undefined) throw new InternalError(`sendHeader: method ${call.method.name} does not stream; the header goes with its answer`);
    if (metadata !== undefined) this.setHeader(metadata);
    if (!call.headSent && !call.done) call.stream.flushHead();
  }

  setTrailer(metadata: MetadataInput): void {
    const { call } = this;
    carried(call, 'setTrailer');
    if (call.done) throw new StreamClosedError('setTrailer: the answer has left');
    call.trailer = addMetadata(call.trailer, metadata, 'ctx.setTrailer');
  }

  /** Parses the request's head; what arrived as transient is stale here: readable, not sent on. */
  protected override makeMetainfo(): MetaInfo {
    const call = this.call;
    const m = call.core.metainfo ? metaInfoOf(call.head).forward() : emptyMetaInfo;
    return new ServerCallMetaInfo(m.transient, m.persistent, m.stale, call);
  }

  /** The call ended well: no timer is left for it. */
  rest(): void {
    this.restScope();
  }

  /** Ends the context: deadline, disconnect, forced stop. */
  cancel(reason: unknown): void {
    this.cancelScope(reason);
  }
}
