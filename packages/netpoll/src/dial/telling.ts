// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isIP } from 'node:net';
import { OptionError } from '@cloudwego/gopkg/errors';
import type { Address, DialOptions } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { DialCanceledError, DialError, DialTimeoutError } from '../errors.js';

const CONNECT_TIMEOUT_MS = 1000;

/** The limit of a dial. Unit ms, 0 = none. Errors: {@link OptionError}. */
export function connectLimit(o: DialOptions): number {
  const ms = o.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  if (typeof ms !== 'number' || !(ms >= 0)) throw new OptionError('dial.connectTimeoutMs', `dial.connectTimeoutMs: got ${String(ms)}, wanted a number >= 0 (ms)`);
  return ms === Infinity ? 0 : ms;
}

export function refused(to: Address, e: Error): DialError {
  return new DialError(`dial ${formatAddress(to)}: ${e.message === '' ? ((e as NodeJS.ErrnoException).code ?? 'refused') : e.message}`, { cause: e });
}

export function canceled(to: Address, signal: AbortSignal | undefined): DialCanceledError {
  return new DialCanceledError(`dial ${formatAddress(to)}: cancelled`, { cause: signal?.reason });
}

export function timedOut(to: Address, ms: number): DialTimeoutError {
  return new DialTimeoutError(`dial ${formatAddress(to)}: no connection within ${ms} ms (connectTimeoutMs)`);
}

/** The name that a TLS client sends and checks: the host, unless that is a number. */
export function serverNameOf(a: Address): string | undefined {
  return a.kind === 'tcp' && isIP(a.host) === 0 && a.host !== '' ? a.host : undefined;
}
