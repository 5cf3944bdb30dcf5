// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Address } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';

/** The path of a unix address. Errors: {@link OptionError} for what is no address of a socket. */
export function pathOf(a: Address): string {
  if (a.kind === 'unix') return a.path;
  throw new OptionError('address', `address: got ${formatAddress(a)}, wanted a TCP or unix address for the engine "stream"`);
}

/** What a socket says of itself, else `other`. */
export function addressOf(host: string | undefined, port: number | undefined, other: Address): Address {
  return host !== undefined && port !== undefined ? { kind: 'tcp', host, port } : other;
}
