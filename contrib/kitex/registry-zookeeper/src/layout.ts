// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import { formatAddress } from '@cloudwego/gopkg/io';
import type { Address } from '@cloudwego/gopkg/io';
import type { Instance } from '@cloudwego/governance';
import { parseWrittenAddress } from '@cloudwego/shared-discovery';
import { parse, stringify } from '@cloudwego/sonic';

/**
 * The path that the nodes of a service are below: `/<service>`; a "/" within the name makes nested paths, one at its head changes nothing. What no path may hold (control
 * characters, "." and ".." as a segment) is escaped like a URL, and so is what looks escaped.
 * Errors: OptionError for a name without letters.
 * Source: kitex-contrib/registry-zookeeper entity/entity.go buildPath; apache/zookeeper PathUtils.validatePath.
 */
export function servicePath(service: string): string {
  const segments = service.split('/').filter((s) => s !== '');
  if (segments.length === 0) throw new OptionError('service', `service: got "${service}", wanted a name`);
  return segments.map((s) => `/${segment(s)}`).join('');
}

/** The node of an instance. Errors: OptionError for an address that is no `host:port`. */
export function instancePath(service: string, address: Address): string {
  if (address.kind !== 'tcp') throw new OptionError('address', `address: got "${formatAddress(address)}", wanted "host:port", which is all that a node of ZooKeeper can be named after`);
  return `${servicePath(service)}/${formatAddress(address)}`;
}

function segment(s: string): string {
  if (s === '.' || s === '..') return s.replaceAll('.', '%2E');
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  return s.replaceAll(/%(?=[\da-f]{2})|[\0-\x1f\x7f-\x9f\ud800-\uf8ff\ufff0-\uffff]/gi, (c) => (/[\ud800-\udfff]/.test(c) ? '%EF%BF%BD' : encodeURIComponent(c)));
}

/** What a node holds. Shape: `{"Weight":10,"Tags":{"idc":"hl"}}`; without tags `"Tags":null`, as Go writes a nil map. */
export function writeDocument(i: Instance): string {
  return stringify({ Weight: i.weight, Tags: Object.keys(i.tags).length === 0 ? null : i.tags });
}

/** The instance that a node stands for; undefined for one that is none. Keys of the document match whatever their case, as Go's decoder has it. */
export function readNode(name: string, data: Uint8Array, defaultWeight: number): Instance | undefined {
  let d: unknown;
  let address: Address;
  try {
    address = parseWrittenAddress(name);
    d = parse(data);
  } catch {
    return undefined;
  }
  if (address.kind !== 'tcp' || address.host === '' || typeof d !== 'object' || d === null || Array.isArray(d)) return undefined;
  let weight: unknown;
  const tags: Record<string, string> = {};
  for (const [key, v] of Object.entries(d as Readonly<Record<string, unknown>>)) {
    if (/^weight$/i.test(key)) weight = v;
    else if (/^tags$/i.test(key) && typeof v === 'object' && v !== null) for (const [k, x] of Object.entries(v)) if (typeof x === 'string') tags[k] = x;
  }
  return { address, weight: typeof weight === 'number' && Number.isFinite(weight) && weight > 0 ? weight : defaultWeight, tags };
}
