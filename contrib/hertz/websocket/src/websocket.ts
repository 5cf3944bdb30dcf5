// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import { any, func, list, optionTable, text } from '@cloudwego/gopkg/options';
import type { Handler, RequestContext } from '@cloudwego/hertz';
import type { WsDeflateOptions } from '@cloudwego/protocol';
import { CloseCode } from '@cloudwego/protocol';
import type { WebSocketConnection, WebSocketOptions } from '@cloudwego/transport';
import { upgradeToWebSocket } from '@cloudwego/transport';

/** Serves one WebSocket, which lives until this is over. */
export type WebSocketHandler = (ws: WebSocketConnection, c: RequestContext) => Awaitable<void>;

/** Options of {@link websocket}. */
export interface WebSocketUpgraderOptions extends Omit<WebSocketOptions, 'deflate'> {
  /** Those that the server speaks: the first of the client's that is in here is chosen. @defaultValue none */
  readonly protocols?: readonly string[] | undefined;
  /** Whether pages of this origin may connect. @defaultValue those of the same host */
  readonly checkOrigin?: ((origin: string, host: string) => boolean) | undefined;
  /** Agrees on permessage-deflate, by default without memory between messages. @defaultValue none */
  readonly compression?: WsDeflateOptions | undefined;
  /** Answers a handshake that is refused. @defaultValue status and a text */
  readonly onRefused?: ((c: RequestContext, status: number, message: string) => void) | undefined;
}

type Own = Pick<WebSocketUpgraderOptions, 'protocols' | 'checkOrigin' | 'compression' | 'onRefused'>;

const table = optionTable<Own>({
  protocols: list(text({}) as never, { default: [] }),
  checkOrigin: func<NonNullable<Own['checkOrigin']>>(),
  compression: any<WsDeflateOptions>({ what: 'an object', test: (v) => typeof v === 'object' && v !== null }),
  onRefused: func<NonNullable<Own['onRefused']>>(),
});

/**
 * A handler for a route of GET that upgrades requests to WebSockets. When the handler is over the socket is closed with 1000, where it fails with 1011, where the
 * server stops with 1001. What the socket still takes then is lost.
 * Errors: OptionError. Source: hertz-contrib/websocket upgrader.go. Differs: the connection need not be kept out of pools.
 */
export function websocket(handler: WebSocketHandler, options: WebSocketUpgraderOptions = {}): Handler {
  const { protocols, checkOrigin, compression, onRefused, ...socket } = options;
  const o = table.resolve({ protocols, checkOrigin, compression, onRefused }, 'websocket');
  return async function websocket(c) {
    const ws = upgradeToWebSocket(c.exchange, { protocols: o.protocols, checkOrigin: o.checkOrigin, deflate: o.compression, socket }, (headers) => c.upgrade(headers));
    if ('message' in ws) {
      if (o.onRefused === undefined) c.abortWithMessage(ws.status, ws.message);
      else o.onRefused(c, ws.status, ws.message);
      c.setHeader('Sec-WebSocket-Version', '13');
      return;
    }
    const forget = c.onStop(() => {
      void ws.close(CloseCode.GoingAway);
    });
    try {
      await handler(ws, c);
      await ws.close();
    } catch (e) {
      await ws.close(CloseCode.InternalError);
      throw e;
    } finally {
      forget();
    }
  };
}
