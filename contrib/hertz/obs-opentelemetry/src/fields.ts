// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Attributes } from '@opentelemetry/api';
import { Attr } from '@cloudwego/shared-opentelemetry';

/** Who calls, as fields of a request. Source: hertz-contrib/obs-opentelemetry tracing/peer.go: dots become dashes. */
export const PEER_FIELDS: readonly (readonly [attribute: string, field: string])[] = [Attr.ServiceName, Attr.ServiceNamespace, Attr.DeploymentEnvironment].map((a) => [a, a.replaceAll('.', '-')] as const);

const PEER = new Map<string, string>([
  [Attr.ServiceName, Attr.PeerService],
  [Attr.ServiceNamespace, Attr.PeerNamespace],
  [Attr.DeploymentEnvironment, Attr.PeerEnvironment],
]);

export function peerOfFields(header: (name: string) => string | undefined): Attributes {
  const out: Attributes = {};
  for (const [attribute, field] of PEER_FIELDS) {
    const v = header(field);
    if (v !== undefined && v !== '') out[PEER.get(attribute)!] = v;
  }
  return out;
}

/** Name and value in turn, as a map; the first of a name counts. */
export function mapOf(raw: readonly string[]): Map<string, string> {
  const out = new Map<string, string>();
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase();
    if (!out.has(name)) out.set(name, raw[i + 1]!);
  }
  return out;
}
