// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { BaseContext, CancelListener } from '@cloudwego/gopkg/context';
import type { TimerEntry } from '@cloudwego/gopkg/clock';
import type { Address } from '@cloudwego/gopkg/io';
import type { Instance, Target } from '@cloudwego/governance';
import type { MethodDefinition } from '@cloudwego/pilota/codegen/v1';
import type { BizStatusError } from '../errors.js';
import { isPanic } from '../panic.js';
import { ClientRpcInfo } from '../rpcinfo/client-info.js';
import { getLogId } from '../log-id.js';
import type { Stage, StageTrace } from '../stages.js';
import type { PublishedCall } from '../tracing.js';
import type { ConnPool } from '@cloudwego/transport';
import type { Wire } from '@cloudwego/protocol';
import type { WireMetadata } from '../stream/metadata.js';
import type { CallOptions, MetaHandler, PayloadCodec, RPCInfo } from '../types.js';
import type { ClientConn } from './conn.js';
import type { ClientContext } from './context.js';
import type { ClientCore } from './core.js';
import { cancelCall, dropCall, expire } from './give-up.js';
import type { Governed } from './governed.js';
import { EventLog } from '../rpcinfo/events.js';
import { CallPhase } from './phase.js';
import type { ClientStream } from './stream.js';

let resolveSlot: (v: unknown) => void;
let rejectSlot: (e: unknown) => void;
const capture = (resolve: (v: unknown) => void, reject: (e: unknown) => void): void => {
  resolveSlot = resolve;
  rejectSlot = reject;
};

/**
 * One call of a client: the object that all stages work on, its own timer entry, and the receiver of its reply.
 * All fields are set in the constructor in one order, so that every call has one shape.
 */
export class ClientCall implements TimerEntry, CancelListener {
  at: number = Infinity;
  readonly core: ClientCore;
  readonly method: MethodDefinition;
  readonly methodIndex: number;
  req: unknown;
  readonly options: CallOptions | undefined;
  /** What carries it. */
  readonly wire: Wire;
  readonly grpc: boolean;
  readonly pool: ConnPool<ClientConn>;
  readonly codec: PayloadCodec;
  readonly metaWriters: readonly MetaHandler[];
  /** Of a method that streams: who holds the call, in place of `promise`. */
  stream: ClientStream | undefined = undefined;
  recvTimeoutMs: number = 0;
  /** What is sent in the header. */
  header: WireMetadata | undefined = undefined;
  phase: number = CallPhase.Running;
  readonly promise: Promise<unknown>;
  private readonly resolve: (v: unknown) => void;
  private readonly reject: (e: unknown) => void;
  ctx!: ClientContext;
  readonly seqId: number;
  startedAt: number = 0;
  /** Of the call itself; 0 = none. */
  rpcTimeoutMs: number = 0;
  connectTimeoutMs: number = 0;
  /** The caller's own deadline is the one that expires first. */
  callerDeadline: boolean = false;
  signal: AbortSignal | undefined = undefined;
  parent: BaseContext | undefined = undefined;
  /** A context that a middleware derived, while the call listens to it. */
  derived: BaseContext | undefined = undefined;
  onAbort: (() => void) | undefined = undefined;
  tags: Record<string, string> | undefined = undefined;
  tagsShared: boolean = true;
  target!: Target;
  instance: Instance | undefined = undefined;
  conn: ClientConn | undefined = undefined;
  streamId: number = 0;
  /** Settles the attempt that is under way; undefined between attempts. */
  attemptResolve: ((v: unknown) => void) | undefined = undefined;
  attemptReject: ((e: unknown) => void) | undefined = undefined;
  replyType: number = 0;
  /** What the answer of the attempt said of its server, as pickers take it. */
  load: number = 0;
  /** gRPC: the message of the answer was there, and its value, until the status tells what it is worth. */
  answered: boolean = false;
  answer: unknown = undefined;
  /** gRPC: how often this attempt was sent again, because a peer had not processed it. */
  resends: number = 0;
  headError: Error | undefined = undefined;
  peerClosing: boolean = false;
  biz: BizStatusError | undefined = undefined;
  sentBytes: number = 0;
  receivedBytes: number = 0;
  lastSentBytes: number = 0;
  lastReceivedBytes: number = 0;
  error: unknown = undefined;
  /** Tracers started, and have to finish. */
  traced: boolean = false;
  /** On the tracing channel, if somebody listened when it began. */
  published: PublishedCall | undefined = undefined;
  /** Retry, breaker; undefined where they are off. */
  gov: Governed | undefined = undefined;
  private ownLogId: string | undefined = undefined;
  private infoMade: RPCInfo | undefined = undefined;
  readonly events: EventLog | undefined;
  readonly trace: StageTrace | undefined;

  constructor(core: ClientCore, method: MethodDefinition, methodIndex: number, req: unknown, options: CallOptions | undefined, seqId: number, trace: StageTrace | undefined) {
    this.core = core;
    this.method = method;
    this.methodIndex = methodIndex;
    this.req = req;
    this.options = options;
    const carrier = core.carrierOf(method);
    this.wire = carrier.wire;
    this.grpc = carrier.wire === 'grpc';
    this.pool = carrier.pool;
    this.codec = carrier.codec;
    this.metaWriters = carrier.metaWriters;
    this.seqId = seqId;
    this.trace = trace;
    this.events = core.statsLevel === 'disabled' ? undefined : new EventLog(core.clock, core.statsLevel);
    this.promise = new Promise(capture);
    this.resolve = resolveSlot;
    this.reject = rejectSlot;
  }

  /** An attempt starts: what the one before it left is forgotten; the context is the one that the innermost middleware passed on. */
  begin(req: unknown, ctx: ClientContext): void {
    this.req = req;
    this.replyType = 0;
    this.load = 0;
    this.answered = false;
    this.answer = undefined;
    this.resends = 0;
    this.headError = undefined;
    this.peerClosing = false;
    this.biz = undefined;
    if (ctx !== this.ctx) this.adopt(ctx);
  }

  /** A middleware derived the context: its metainfo travels, its deadline and its cancellation count. */
  private adopt(ctx: ClientContext): void {
    this.derived?.unlisten(this);
    if (ctx.deadline < this.ctx.deadline) this.callerDeadline = true;
    this.ctx = ctx;
    this.derived = ctx;
    ctx.listen(this);
  }

  /** The wheel's callback: the deadline passed. */
  fire(now: number): void {
    expire(this, now);
  }

  /** The caller's context ended. */
  canceled(reason: unknown): void {
    cancelCall(this, reason);
  }

  /** Nobody needs the outcome any more: another attempt of the same call was quicker, or the call is over. */
  cancel(reason: Error): void {
    dropCall(this, reason);
  }

  /** The last step; further outcomes of the call are ignored by whoever asks `phase` first. */
  settle(ok: boolean, v: unknown): void {
    if (this.phase === CallPhase.Settled) return;
    this.conclude(ok, v);
  }

  /** Settles the promise of a call that is over. */
  conclude(ok: boolean, v: unknown): void {
    this.phase = CallPhase.Settled;
    // Whoever holds a stream is told by the stream.
    if (this.stream !== undefined) return;
    if (ok) this.resolve(v);
    else this.reject(v);
  }

  /** Its stream on the connection is over; the connection may serve others on. */
  giveBack(): void {
    const { conn } = this;
    this.conn = undefined;
    if (conn !== undefined) this.pool.put(conn);
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

  tag(key: string): string | undefined {
    return this.instance?.tags[key] ?? this.tags?.[key];
  }

  setTag(key: string, value: string, force: boolean): boolean {
    if (!force && this.locked(key)) return false;
    if (this.tagsShared) {
      this.tags = { ...this.tags };
      this.tagsShared = false;
    }
    this.tags![key] = value;
    return true;
  }

  private locked(key: string): boolean {
    return (this.core.o.tags !== undefined && Object.hasOwn(this.core.o.tags, key)) || (this.options?.tags !== undefined && Object.hasOwn(this.options.tags, key));
  }

  remoteAddress(): Address {
    return this.conn?.address ?? this.instance?.address ?? { kind: 'memory', name: 'unresolved' };
  }

  /** The log id that goes on: the caller's, else one of its own where the client makes them. */
  logId(): string | undefined {
    const root = this.gov?.root;
    if (root !== undefined) return getLogId(root.ctx);
    const make = this.core.makeLogId;
    return getLogId(this.parent) ?? (make === undefined ? undefined : (this.ownLogId ??= make()));
  }

  get panicked(): boolean {
    return this.error !== undefined && isPanic(this.error);
  }

  /** Values that an earlier RPCInfo copied have changed. */
  forgetInfo(): void {
    this.infoMade = undefined;
  }

  info(): RPCInfo {
    return (this.infoMade ??= new ClientRpcInfo(this));
  }
}
