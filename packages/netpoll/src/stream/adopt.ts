// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';
import { loopClock } from '@cloudwego/gopkg/clock';
import type { Address, Connection } from '@cloudwego/gopkg/io';
import { StreamConnection } from './connection.js';
import type { StreamShared } from './connection.js';
import { ConnectionIds } from './ids.js';
import { addressOf } from './node-address.js';
import { OutputSlab } from './output.js';

const NOWHERE: Address = Object.freeze({ kind: 'unix', path: '' });
let shared: StreamShared | undefined;

/**
 * A socket that somebody else accepted, say node:http for an upgrade, as a connection; `head`: bytes of it that were read already.
 * Owns: the socket, from now on. Nobody else may listen to its data.
 */
export function adoptSocket(socket: Socket, head?: Uint8Array): Connection {
  shared ??= { clock: loopClock(), ids: new ConnectionIds(), output: new OutputSlab(true), maxUnreadBytes: 256 * 1024, highWaterBytes: 1024 * 1024 };
  const c = new StreamConnection(shared, socket, NOWHERE, addressOf(socket.remoteAddress, socket.remotePort, NOWHERE));
  if (head !== undefined && head.length > 0) socket.unshift(head);
  return c;
}
