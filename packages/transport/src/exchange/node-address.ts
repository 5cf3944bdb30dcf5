// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';
import type { Address } from '@cloudwego/gopkg/io';

/** The peer of a socket of Node; those of unix sockets have no name. */
export function addressOf(socket: Socket): Address {
  const { remoteAddress, remotePort } = socket;
  return remoteAddress === undefined || remotePort === undefined ? { kind: 'unix', path: '' } : { kind: 'tcp', host: remoteAddress, port: remotePort };
}
