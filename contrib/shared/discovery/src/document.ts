// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { formatAddress, parseAddress } from '@cloudwego/gopkg/io';
import type { Address } from '@cloudwego/gopkg/io';
import type { Instance } from '@cloudwego/governance';
import { parse, stringify } from '@cloudwego/sonic';

/** What a weight that means nothing becomes. Source: kitex-contrib/registry-etcd defaultWeight. */
const DEFAULT_WEIGHT = 10;

/**
 * The document of an instance that kitex-contrib's etcd registry writes.
 * Shape: `{"network":"tcp","address":"10.0.0.7:8888","weight":10,"tags":{"idc":"hl"}}`; without tags `"tags":null`, as Go writes a nil map.
 */
export function writeInstance(i: Instance): string {
  const { address } = i;
  const unix = address.kind === 'unix';
  return stringify({
    network: unix ? 'unix' : 'tcp',
    address: unix ? formatAddress(address).slice('unix:'.length) : formatAddress(address),
    weight: i.weight,
    tags: Object.keys(i.tags).length === 0 ? null : i.tags,
  });
}

/** The instance that a document stands for; undefined for a text that is none. A weight of 0 or less, or none, is `defaultWeight` (10). */
export function readInstance(text: string | Uint8Array, defaultWeight: number = DEFAULT_WEIGHT): Instance | undefined {
  let d: unknown;
  try {
    d = parse(text);
  } catch {
    return undefined;
  }
  if (typeof d !== 'object' || d === null) return undefined;
  const { network, address, weight, tags } = d as Record<string, unknown>;
  if (typeof address !== 'string') return undefined;
  const labels: Record<string, string> = {};
  if (typeof tags === 'object' && tags !== null) {
    for (const [k, v] of Object.entries(tags)) if (typeof v === 'string') labels[k] = v;
  }
  try {
    return {
      address: network === 'unix' ? parseAddress(`unix:${address}`, 'address') : parseWrittenAddress(address),
      weight: typeof weight === 'number' && Number.isFinite(weight) && weight > 0 ? weight : defaultWeight,
      tags: labels,
    };
  } catch {
    return undefined;
  }
}

/** The address that a registry of Go wrote: one with an IPv6 host has no brackets. Errors: OptionError. */
export function parseWrittenAddress(text: string): Address {
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, colon);
  return parseAddress(host.includes(':') && !host.startsWith('[') ? `[${host}]${text.slice(colon)}` : text, 'address');
}
