// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import { formatAddress } from '@cloudwego/gopkg/io';
import type { Address } from '@cloudwego/gopkg/io';

/**
 * What the keys of a service begin with: `<prefix>/<service>/`.
 * A name is one segment: one with a "/" is escaped like a URL, and so is one that looks escaped. `Differs:` Go refuses a "/".
 * Errors: OptionError for an empty name.
 */
export function servicePrefix(prefix: string, service: string): string {
  if (service === '') throw new OptionError('service', 'service: got an empty name');
  return `${prefix}/${segment(service)}/`;
}

/** The key of an instance. Source: kitex-contrib/registry-etcd common.go serviceKey. */
export function instanceKey(prefix: string, service: string, address: Address): string {
  return servicePrefix(prefix, service) + segment(formatAddress(address));
}

/** Whether a key that begins with {@link servicePrefix} is one of that service's instances. */
export function isInstanceKey(key: string, start: string): boolean {
  return key.length > start.length && !key.includes('/', start.length);
}

function segment(name: string): string {
  return /\/|%2F|%25/i.test(name) ? name.replaceAll('%', '%25').replaceAll('/', '%2F') : name;
}
