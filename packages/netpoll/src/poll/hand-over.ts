// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Address, Connection } from '@cloudwego/gopkg/io';
import { StreamConnection } from '../stream/connection.js';
import type { StreamShared } from '../stream/connection.js';
import { ConnectionIds } from '../stream/ids.js';
import { OutputSlab } from '../stream/output.js';
import type { PollLoop } from './loop.js';
import { NATIVE_SLOTS } from './native.js';

/** Ids of the slots that native code leaves free. */
class UpperIds extends ConnectionIds {
  override take(): number {
    return super.take() + NATIVE_SLOTS;
  }

  override release(id: number): void {
    super.release(id - NATIVE_SLOTS);
  }
}

/** Connections of this thread that Node serves because they speak TLS. */
export class TlsConnections {
  private readonly shared: StreamShared;

  constructor(loop: PollLoop, limits: { readonly maxUnreadBytes: number; readonly highWaterBytes: number }) {
    ids ??= new UpperIds();
    this.shared = { clock: loop.clock, ids, output: new OutputSlab(true), ...limits };
  }

  wrap(socket: TLSSocket, local: Address, remote: Address, idleMs: number): Connection {
    const c = new StreamConnection(this.shared, socket, local, remote);
    c.readdress(local, remote);
    if (idleMs > 0) c.idleMs = idleMs;
    return c;
  }
}

let ids: UpperIds | undefined;

/** Gives a descriptor to Node. `unread` is read first, `left` is sent first. */
export function handOver(fd: number, unread: Uint8Array, left: Uint8Array): Socket {
  const socket = new Socket({ fd, readable: true, writable: true, allowHalfOpen: true });
  if (unread.length > 0) socket.unshift(unread);
  if (left.length > 0) socket.write(left);
  return socket;
}
