// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { SpanStatusCode } from '@opentelemetry/api';
import type { Attributes, Meter, Span } from '@opentelemetry/api';
import { Attr, endWithError, metricAttributes, resourceOf, statusText } from '@cloudwego/shared-opentelemetry';

/** Which names are used. */
export type Semconv = 'stable' | 'legacy' | 'dup';

/** One exchange, from either side. */
export interface Exchanged {
  readonly method: string;
  readonly url: URL;
  /** The route's pattern; '' = none. */
  readonly route: string;
  /** 0 = there was no answer. */
  readonly status: number;
  readonly userAgent: string | undefined;
  /** The other end. */
  readonly peerAddress: string | undefined;
  readonly peer: Attributes;
}

/** Methods that are told as they are; others would make a series each. Source: semantic conventions for HTTP 1.23, http.request.method. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE']);

export function methodName(method: string): string {
  return METHODS.has(method) ? method : '_OTHER';
}

/** `METHOD route`, or the method alone. */
export function spanName(method: string, route: string): string {
  const m = METHODS.has(method) ? method : 'HTTP';
  return route === '' ? m : `${m} ${route}`;
}

function stableAttributes(x: Exchanged, side: 'client' | 'server'): Attributes {
  const m = methodName(x.method);
  return {
    'http.request.method': m,
    ...(m === x.method ? {} : { 'http.request.method_original': x.method }),
    ...(side === 'server' ? { 'url.path': x.url.pathname, ...(x.url.search === '' ? {} : { 'url.query': x.url.search.slice(1) }) } : { 'url.full': withoutPassword(x.url) }),
    'url.scheme': x.url.protocol.slice(0, -1),
    'server.address': x.url.hostname,
    ...(x.url.port === '' ? {} : { 'server.port': Number(x.url.port) }),
    ...(x.route === '' ? {} : { 'http.route': x.route }),
    ...(x.userAgent === undefined ? {} : { 'user_agent.original': x.userAgent }),
    ...(x.peerAddress === undefined || side === 'client' ? {} : { 'client.address': x.peerAddress }),
    ...(x.status === 0 ? {} : { 'http.response.status_code': x.status }),
  };
}

/** Source: hertz-contrib/obs-opentelemetry tracing/tracer_server.go, with semconv 1.10. */
function legacyAttributes(x: Exchanged): Attributes {
  return {
    'http.method': x.method,
    'http.scheme': x.url.protocol.slice(0, -1),
    'http.host': x.url.host,
    'http.target': x.url.pathname + x.url.search,
    'http.url': withoutPassword(x.url),
    'net.transport': 'ip_tcp',
    ...(x.route === '' ? {} : { 'http.route': x.route }),
    ...(x.userAgent === undefined ? {} : { 'http.user_agent': x.userAgent }),
    ...(x.peerAddress === undefined ? {} : { 'net.peer.ip': x.peerAddress }),
    ...(x.status === 0 ? {} : { 'http.status_code': x.status }),
  };
}

function withoutPassword(u: URL): string {
  if (u.username === '' && u.password === '') return u.href;
  const copy = new URL(u);
  copy.username = copy.password = '';
  return copy.href;
}

const STABLE_KEYS: readonly string[] = ['http.request.method', 'http.response.status_code', 'http.route', 'url.scheme', 'server.address', 'server.port', 'error.type'];
/** A server's own name and port come from its caller there, and could be anything. */
const STABLE_SERVER_KEYS: readonly string[] = STABLE_KEYS.filter((k) => !k.startsWith('server.'));
/** Source: tracing/metrics.go. */
const LEGACY_KEYS: readonly string[] = ['http.host', 'http.route', 'http.method', 'http.status_code', Attr.PeerService, Attr.PeerNamespace, Attr.PeerEnvironment];
/** Source: semantic conventions for HTTP metrics, ExplicitBucketBoundaries. Unit s. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Ends the span of an exchange and measures it. */
export interface Measures {
  end(span: Span, x: Exchanged, ms: number, error: unknown): void;
}

export function measures(meter: Meter, side: 'client' | 'server', semconv: Semconv): Measures {
  const what = side === 'server' ? 'incoming' : 'outgoing';
  const stable = semconv === 'legacy' ? undefined : meter.createHistogram(`http.${side}.request.duration`, { unit: 's', description: `Duration of HTTP ${side} requests.`, advice: { explicitBucketBoundaries: SECONDS } });
  const count = semconv === 'stable' ? undefined : meter.createCounter(`http.${side}.request_count`, { unit: 'count', description: `measures the ${what} request count total` });
  const duration = semconv === 'stable' ? undefined : meter.createHistogram(`http.${side}.duration`, { unit: 'ms', description: `measures the ${what} end to end duration` });
  return {
    end(span, x, ms, error) {
      const failed = error !== undefined || x.status >= (side === 'client' ? 400 : 500);
      const errorType = error instanceof Error ? { 'error.type': error.name } : failed ? { 'error.type': String(x.status) } : {};
      const now: Attributes = { ...(stable === undefined ? {} : { ...stableAttributes(x, side), ...errorType }), ...(count === undefined ? {} : legacyAttributes(x)) };
      if (span.isRecording()) {
        span.setAttributes(now);
        if (error !== undefined) endWithError(span, error, undefined);
        else if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
      }
      const resource = resourceOf(span);
      span.end();
      stable?.record(ms / 1000, pick(now, side === 'client' ? STABLE_KEYS : STABLE_SERVER_KEYS));
      if (count === undefined) return;
      const attributes = { ...metricAttributes({ ...now, ...x.peer }, LEGACY_KEYS, resource), [Attr.StatusCode]: statusText(failed) };
      count.add(1, attributes);
      duration?.record(ms, attributes);
    },
  };
}

function pick(all: Attributes, keys: readonly string[]): Attributes {
  const out: Attributes = {};
  for (const k of keys) if (all[k] !== undefined) out[k] = all[k];
  return out;
}
