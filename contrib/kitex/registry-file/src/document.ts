// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { OptionError } from '@cloudwego/gopkg/errors';
import { formatAddress, parseAddress } from '@cloudwego/gopkg/io';
import type { Instance } from '@cloudwego/governance';

/** Files longer than this are not ours. Unit bytes. */
export const MAX_FILE: number = 64 * 1024;
/** Files that are looked at per service. */
export const MAX_INSTANCES = 10_000;

/**
 * Folder of a service. A name is one path segment whatever it holds, so that no service reaches another's folder or one outside.
 * Errors: {@link OptionError} for an empty name.
 */
export function serviceFolder(dir: string, service: string): string {
  if (service === '') throw new OptionError('service', 'service: got an empty name');
  return join(dir, encodeURIComponent(service).replaceAll('.', '%2E'));
}

/** Text of a lease: the document of kitex-contrib's etcd registry. */
export function writeDocument(i: Instance): string {
  const { address } = i;
  const unix = address.kind === 'unix';
  return JSON.stringify({ network: unix ? 'unix' : 'tcp', address: unix ? address.path : formatAddress(address), weight: i.weight, tags: i.tags });
}

/** The instance that a lease stands for; undefined for a text that is none. */
export function readDocument(text: string): Instance | undefined {
  let d: unknown;
  try {
    d = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof d !== 'object' || d === null) return undefined;
  const { network, address, weight, tags } = d as Record<string, unknown>;
  if (typeof address !== 'string') return undefined;
  const labels: Record<string, string> = {};
  if (typeof tags === 'object' && tags !== null) {
    for (const [k, v] of Object.entries(tags)) if (typeof v === 'string' && k !== '__proto__') labels[k] = v;
  }
  try {
    return {
      address: parseAddress(network === 'unix' ? `unix:${address}` : address, 'address'),
      weight: typeof weight === 'number' && Number.isFinite(weight) && weight > 0 ? weight : 10,
      tags: labels,
    };
  } catch {
    return undefined;
  }
}
