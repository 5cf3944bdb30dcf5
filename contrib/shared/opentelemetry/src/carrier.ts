// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { propagation } from '@opentelemetry/api';
import type { Attributes, Context as OtelContext, TextMapPropagator } from '@opentelemetry/api';
import { Attr } from './attributes.js';

const setter = {
  set(carrier: Map<string, string>, key: string, value: string): void {
    carrier.set(key, value);
  },
};

const getter = {
  keys: (carrier: ReadonlyMap<string, string>): string[] => [...carrier.keys()],
  get: (carrier: ReadonlyMap<string, string>, key: string): string | undefined => carrier.get(key.toLowerCase()),
};

/**
 * What goes out with a call: the span, by the propagator's own keys, and who calls, by those of the process.
 * Source: kitex-contrib/obs-opentelemetry tracing/middleware.go ClientMiddleware.
 */
export function injectInto(context: OtelContext, resource: Attributes, propagator: TextMapPropagator | undefined): Map<string, string> {
  const carrier = new Map<string, string>();
  (propagator ?? propagation).inject(context, carrier, setter);
  for (const k of [Attr.ServiceName, Attr.ServiceNamespace, Attr.DeploymentEnvironment]) {
    const v = resource[k];
    if (typeof v === 'string' && v !== '') carrier.set(k, v);
  }
  return carrier;
}

/** Keys as propagators know them: HTTP/2 brings `TRACEPARENT` of what TTHeader brings as it was written. Source: metainfo CGIVariableToHTTPHeader. */
function normalized(maps: readonly ReadonlyMap<string, string>[]): Map<string, string> {
  const out = new Map<string, string>();
  for (const m of maps) for (const [k, v] of m) out.set(k.replaceAll('_', '-').toLowerCase(), v);
  return out;
}


/** What came in, as a context to begin a span in. Later maps win. */
export function extractFrom(context: OtelContext, maps: readonly ReadonlyMap<string, string>[], propagator: TextMapPropagator | undefined): OtelContext {
  return (propagator ?? propagation).extract(context, normalized(maps), getter);
}

const PEER = { [Attr.ServiceName]: Attr.PeerService, [Attr.ServiceNamespace]: Attr.PeerNamespace, [Attr.DeploymentEnvironment]: Attr.PeerEnvironment } as const;

/** Attributes that say who calls. Source: tracing/peer.go. `Differs:` also over gRPC, where Go loses them to the case of their keys. */
export function peerOf(maps: readonly ReadonlyMap<string, string>[]): Attributes {
  const all = normalized(maps);
  const out: Attributes = {};
  for (const [k, attribute] of Object.entries(PEER)) {
    const v = all.get(k);
    if (v !== undefined) out[attribute] = v;
  }
  return out;
}
