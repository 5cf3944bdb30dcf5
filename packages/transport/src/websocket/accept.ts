// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Connection } from '@cloudwego/gopkg/io';
import type { WsAcceptOptions, WsRefusal } from '@cloudwego/protocol';
import { acceptWebSocket } from '@cloudwego/protocol';
import type { Exchange } from '../contracts.js';
import type { WebSocketOptions } from './web-socket.js';
import { WebSocketConnection } from './web-socket.js';

/** How a server takes WebSockets. */
export interface UpgradeOptions extends WsAcceptOptions {
  readonly socket?: Omit<WebSocketOptions, 'deflate'> | undefined;
  /** Fields of the 101 beside those of the handshake, name and value in turn. */
  readonly headers?: readonly string[] | undefined;
}

/**
 * Makes a WebSocket of a request for one; where it is none, or may not connect, nothing was answered, and the caller answers what is returned.
 * `upgrade`: how the connection is got, where not of the exchange itself.
 * Errors: ExchangeStateError where the request was answered, OptionError.
 */
export function upgradeToWebSocket(x: Exchange, o: UpgradeOptions = {}, upgrade?: (headers: readonly string[]) => Connection): WebSocketConnection | WsRefusal {
  const a = acceptWebSocket({ method: x.method, status: 0, rawHeaders: x.rawHeaders }, o);
  if ('status' in a) return a;
  if (upgrade === undefined && x.upgrade === undefined) return { status: 505, message: 'websocket: this protocol cannot be upgraded' };
  const headers = o.headers === undefined ? a.headers : [...a.headers, ...o.headers];
  const c = upgrade === undefined ? x.upgrade!(headers) : upgrade(headers);
  return new WebSocketConnection(c, 'server', a.protocol, { ...o.socket, deflate: a.deflate });
}
