// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Address } from '@cloudwego/gopkg/io';
import type { MethodDefinition } from '@cloudwego/pilota/codegen/v1';
import { IntKey } from '@cloudwego/protocol';
import type { RpcHead, Wire } from '@cloudwego/protocol';
import type { BizStatusError } from '../errors.js';
import { EventLog } from '../rpcinfo/events.js';
import { LOG_ID_HEADER } from '../log-id.js';
import { ServerRpcInfo } from '../rpcinfo/server-info.js';
import type { Stage, StageTrace } from '../stages.js';
import type { WireMetadata } from '../stream/metadata.js';
import type { PublishedCall } from '../tracing.js';
import type { PayloadCodec, RPCInfo } from '../types.js';
import type { ServerConn } from './conn.js';
import { handlerError } from './stages/error-handler.js';
import { writeError, writeResult } from './stages/write.js';
import type { ServerContext } from './context.js';
import type { ServerCore, ServiceEntry } from './core.js';
import type { ServerStream } from './stream.js';

/**
 * One request that is being served: the object that all stages work on. All fields are set in the constructor in one order, so that every call has
 * one shape.
 */
export class ServerCall {
  readonly core: ServerCore;
  readonly conn: ServerConn;
  readonly id: number;
  readonly entry: ServiceEntry;
  readonly method: MethodDefinition;
  readonly head: RpcHead;
  readonly wire: Wire;
  readonly codec: PayloadCodec;
  readonly seqId: number;
  readonly type: number;
  req: unknown = undefined;
  ctx!: ServerContext;
  startedAt: number;
  biz: BizStatusError | undefined = undefined;
  backward: Map<string, string> | undefined = undefined;
  /** What the handler set to be sent before and behind the answer. */
  header: WireMetadata | undefined = undefined;
  trailer: WireMetadata | undefined = undefined;
  headSent: boolean = false;
  /** Of a method that streams. */
  stream: ServerStream | undefined = undefined;
  error: unknown = undefined;
  panicked: boolean = false;
  /** Writing the answer failed once: user meta handlers are left out. */
  metaFailed: boolean = false;
  done: boolean = false;
  /** Places that it holds in the limits of the server. */
  held: number = 0;
  /** gRPC: the request was there, another message would be one too many. */
  taken: boolean = false;
  sentBytes: number = 0;
  receivedBytes: number = 0;
  lastSentBytes: number = 0;
  lastReceivedBytes: number = 0;
  /** Tracers started, and have to finish. */
  traced: boolean = false;
  /** On the tracing channel, if somebody listened when it began. */
  published: PublishedCall | undefined = undefined;
  /** What the endpoint gave, while somebody is told. */
  value: unknown = undefined;
  private infoMade: RPCInfo | undefined = undefined;
  readonly events: EventLog | undefined;
  readonly trace: StageTrace | undefined;

  constructor(core: ServerCore, conn: ServerConn, id: number, entry: ServiceEntry, method: MethodDefinition, head: RpcHead, now: number, trace: StageTrace | undefined) {
    this.core = core;
    this.conn = conn;
    this.id = id;
    this.entry = entry;
    this.method = method;
    this.head = head;
    this.wire = head.wire;
    this.codec = core.codecOf(entry);
    this.seqId = head.seqId;
    this.type = head.type;
    this.startedAt = now;
    this.events = core.statsLevel === 'disabled' ? undefined : new EventLog(core.clock, core.statsLevel);
    this.trace = trace;
  }

  mark(stage: Stage): void {
    if (this.trace !== undefined) this.trace.push(stage);
  }

  event(name: string): void {
    this.events?.note(name);
  }

  /** The end of something, which may have failed. */
  eventEnd(name: string, error: unknown): void {
    this.events?.ended(name, error);
  }

  /** Keeps a value for the reply; empty ones are dropped. */
  sendBackward(k: string, v: string): void {
    if (k === '' || v === '') return;
    (this.backward ??= new Map()).set(k, v);
  }

  /** What the endpoint gave. */
  answered(value: unknown): void {
    if (this.published !== undefined) this.value = value;
    if (this.core.direct) this.event('ServerHandleFinish');
    writeResult(this, value);
  }

  /** What the endpoint threw; without anything around the handler it still has to be sorted. */
  failed(e: unknown): void {
    writeError(this, this.core.direct ? handlerError(this, e) : e);
  }

  /** The log id that the request carries. */
  logId(): string | undefined {
    const id = this.wire === 'ttheader' || this.wire === 'ttheader-framed' ? this.head.int(IntKey.LogID) : this.head.str(LOG_ID_HEADER);
    return id === '' ? undefined : id;
  }

  remoteAddress(): Address {
    return this.conn.remote;
  }

  info(): RPCInfo {
    return (this.infoMade ??= new ServerRpcInfo(this));
  }
}
