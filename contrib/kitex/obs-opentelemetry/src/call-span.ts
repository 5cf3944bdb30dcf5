// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { SpanKind } from '@opentelemetry/api';
import type { Attributes, Context as OtelContext, Span } from '@opentelemetry/api';
import { contextKey } from '@cloudwego/gopkg/context';
import type { ContextKey } from '@cloudwego/gopkg/context';
import type { RPCInfo, RpcContext, StreamEvent } from '@cloudwego/kitex';
import { Attr, endWithError, metricAttributes, resourceOf, statusText } from '@cloudwego/shared-opentelemetry';
import type { Instruments } from './options.js';

/** The span of one call, and what is told of it at its end. */
export class CallSpan {
  readonly span: Span;
  readonly side: SpanKind;
  messages: { sent: number; received: number } | undefined = undefined;

  constructor(span: Span, side: SpanKind) {
    this.span = span;
    this.side = side;
  }
}

/** Where the tracer of a side finds its span again. */
export const clientSpan: ContextKey<CallSpan> = contextKey('otel client span');
export const serverSpan: ContextKey<CallSpan> = contextKey('otel server span');

const METRIC_KEYS: readonly string[] = [Attr.RpcService, Attr.RpcSystem, Attr.RpcMethod, Attr.PeerService, Attr.PeerNamespace, Attr.PeerEnvironment, Attr.RequestProtocol, Attr.SourceOperation];

/** Names of wires in Go. Source: cloudwego/kitex transport/keys.go Protocol.String. */
const PROTOCOLS: Readonly<Record<string, string>> = { buffered: 'PurePayload', framed: 'Framed', ttheader: 'TTHeader', 'ttheader-framed': 'TTHeaderFramed', 'ttheader-streaming': 'TTHeaderStreaming', grpc: 'GRPC' };

/** Events as Go names them. Source: tracing/events.go. */
const EVENTS = {
  server_handle_start: 'ServerHandleStart',
  server_handle_finish: 'ServerHandleFinish',
  client_conn_start: 'ClientConnStart',
  client_conn_finish: 'ClientConnFinish',
  read_start: 'ReadStart',
  read_finish: 'ReadFinish',
  wait_read_start: 'WaitReadStart',
  wait_read_finish: 'WaitReadFinish',
  write_start: 'WriteStart',
  write_finish: 'WriteFinish',
} as const;

const STATUS = { info: 1, warn: 2, error: 3 } as const;

/** `package.Service/Method` of the IDL. Source: tracing/utils.go spanNaming. */
function spanName(info: RPCInfo): string {
  const { packageName, serviceName, methodName } = info.invocation;
  return `${packageName === '' ? '' : `${packageName}.`}${serviceName}/${methodName}`;
}

/** Begins the span of a call under `parent`, at the time of the call's own begin. */
export function beginSpan(i: Instruments, info: RPCInfo, kind: SpanKind, parent: OtelContext, attributes: Attributes): CallSpan {
  const at = info.stats.event('RPCStart');
  return new CallSpan(i.tracer.startSpan(spanName(info), { kind, attributes, ...(at === 0 ? {} : { startTime: at }) }, parent), kind);
}

/** Ends the span, with all that is known of the call by now, and measures it. Source: tracing/tracer_client.go, tracer_server.go Finish. */
export function endSpan(i: Instruments, call: CallSpan, ctx: RpcContext, peer: Attributes): void {
  const info = ctx.rpcInfo;
  const { stats } = info;
  const { span } = call;
  const attributes: Attributes = {
    [Attr.RpcSystem]: 'kitex',
    [Attr.RpcMethod]: info.to.method,
    [Attr.RpcService]: info.to.serviceName,
    [Attr.RecvSize]: stats.receivedBytes,
    [Attr.SendSize]: stats.sentBytes,
    [Attr.RequestProtocol]: PROTOCOLS[info.config.transport] ?? info.config.transport,
    ...(i.recordSourceOperation && info.from.method !== '' ? { [Attr.SourceOperation]: info.from.method } : {}),
  };
  const start = stats.event('RPCStart');
  const end = stats.event('RPCFinish');
  const failed = stats.error !== undefined;
  if (span.isRecording()) {
    span.setAttributes(attributes);
    for (const [name, event] of Object.entries(EVENTS)) {
      const e = stats.eventRecord(event);
      if (e !== undefined) span.addEvent(name, { [Attr.EventStatus]: STATUS[e.status], ...(e.info === '' ? {} : { [Attr.EventInfo]: e.info }) }, e.at);
    }
    if (failed) endWithError(span, stats.error, end === 0 ? undefined : end);
  }
  span.end(end === 0 ? undefined : end);
  if (start === 0 || end === 0) return;
  i.duration.record(end - start, { ...metricAttributes({ ...attributes, ...peer }, METRIC_KEYS, resourceOf(span)), [Attr.StatusCode]: statusText(failed) });
}

/** An event for each message of a stream. Source: semantic conventions for RPC, event `rpc.message`. */
export function messageEvent(call: CallSpan, e: StreamEvent): void {
  if (e.type !== 'send' && e.type !== 'recv') return;
  const counts = (call.messages ??= { sent: 0, received: 0 });
  if (e.error !== undefined || !call.span.isRecording()) return;
  const id = e.type === 'send' ? ++counts.sent : ++counts.received;
  call.span.addEvent('rpc.message', { 'rpc.message.type': e.type === 'send' ? 'SENT' : 'RECEIVED', 'rpc.message.id': id }, e.at);
}

