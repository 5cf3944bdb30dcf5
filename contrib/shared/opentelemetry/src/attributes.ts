// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Attributes, Span } from '@opentelemetry/api';

/** Name of tracers and meters: the original's, so that what is filtered by it is found. Source: kitex-contrib/obs-opentelemetry tracing/options.go. */
export const INSTRUMENTATION = 'github.com/kitex-contrib/obs-opentelemetry';

/** Keys of attributes. Source: semantic conventions 1.12, which the original uses; kitex-contrib/obs-opentelemetry tracing/semconv.go. */
export const Attr = {
  RpcSystem: 'rpc.system',
  RpcService: 'rpc.service',
  RpcMethod: 'rpc.method',
  RecvSize: 'kitex.recv_size',
  SendSize: 'kitex.send_size',
  RequestProtocol: 'request.protocol',
  SourceOperation: 'source_operation',
  PeerService: 'peer.service',
  PeerNamespace: 'peer.service.namespace',
  PeerEnvironment: 'peer.deployment.environment',
  ServiceName: 'service.name',
  ServiceNamespace: 'service.namespace',
  DeploymentEnvironment: 'deployment.environment',
  EventStatus: 'event.status',
  EventInfo: 'event.info',
  StatusCode: 'status.code',
} as const;

/** Of the process, on every point of a metric. Source: tracing/metrics.go MetricResourceAttributes. */
const RESOURCE: readonly string[] = [
  Attr.ServiceName, Attr.ServiceNamespace, Attr.DeploymentEnvironment, 'service.instance.id', 'service.version', 'telemetry.sdk.language', 'telemetry.sdk.version', 'process.pid', 'host.name', 'host.id',
];

/** What the SDK knows of the process, which its spans carry; nothing for spans of other makes. */
export function resourceOf(span: Span): Attributes {
  return (span as { readonly resource?: { readonly attributes?: Attributes } }).resource?.attributes ?? {};
}

/** Those of `attributes` that `keys` names, and those of the process that metrics carry. Source: tracing/metrics.go extractMetricsAttributesFromSpan. */
export function metricAttributes(attributes: Attributes, keys: readonly string[], resource: Attributes): Attributes {
  const out: Attributes = {};
  for (const k of keys) if (attributes[k] !== undefined) out[k] = attributes[k];
  for (const k of RESOURCE) if (resource[k] !== undefined) out[k] = resource[k];
  return out;
}
