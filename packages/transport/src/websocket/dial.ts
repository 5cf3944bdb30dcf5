// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Address, Connection, Network, TlsOptions } from '@cloudwego/gopkg/io';
import { formatAddress } from '@cloudwego/gopkg/io';
import { defaultNetwork } from '@cloudwego/netpoll';
import type { HttpHead, HttpHeadInit, HttpTail, WsDeflateOptions } from '@cloudwego/protocol';
import { createHttp1Engine, requestWebSocket, WsError } from '@cloudwego/protocol';
import { Channel } from '../channel.js';
import type { WebSocketOptions } from './web-socket.js';
import { WebSocketConnection } from './web-socket.js';

/** How a client connects. */
export interface WebSocketDialOptions extends Omit<WebSocketOptions, 'deflate'> {
  /** Asked for, in the order of preference. */
  readonly protocols?: readonly string[] | undefined;
  /** Offers compression. @defaultValue none */
  readonly compression?: WsDeflateOptions | undefined;
  /** Fields of the request beside those of the handshake, name and value in turn. */
  readonly headers?: readonly string[] | undefined;
  /** Where to connect, in place of the URL's host and port. */
  readonly address?: Address | undefined;
  readonly tls?: TlsOptions | undefined;
  /** @defaultValue the network of `@cloudwego/netpoll` */
  readonly network?: Network | undefined;
  /** Of connecting and of the handshake, each. Unit ms. @defaultValue 5000 */
  readonly connectTimeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connects to `ws:` or `wss:`.
 * Errors: WsError (WS_HANDSHAKE_INVALID) where the server answers something else, with its status in the message; those of dialing.
 */
export async function dialWebSocket(url: string | URL, o: WebSocketDialOptions = {}): Promise<WebSocketConnection> {
  const u = typeof url === 'string' ? new URL(url) : url;
  if (u.protocol !== 'ws:' && u.protocol !== 'wss:') throw new WsError('WS_HANDSHAKE_INVALID', 0, `the URL begins with ${u.protocol}, wanted ws: or wss:`);
  const secure = u.protocol === 'wss:';
  const host = u.hostname.replace(/^\[(.*)\]$/, '$1');
  const address: Address = o.address ?? { kind: 'tcp', host, port: u.port === '' ? (secure ? 443 : 80) : Number(u.port) };
  const { protocols, compression, headers, network = defaultNetwork(), connectTimeoutMs = 5000, signal, tls, address: _, ...socket } = o;
  const asked = requestWebSocket({ protocols, deflate: compression });
  const c = await network.dial(address, { connectTimeoutMs, signal, ...(secure ? { tls: { servername: host, ...tls } } : {}) });
  try {
    const head = await shakeHands(c, { method: 'GET', target: u.pathname + u.search, headers: ['Host', u.host, ...asked.headers, ...(headers ?? [])], length: 0 }, connectTimeoutMs, signal, formatAddress(address));
    const agreed = asked.agreed(head);
    const ws = new WebSocketConnection(c, 'client', agreed.protocol, { ...socket, deflate: agreed.deflate });
    c.resume();
    return ws;
  } catch (e) {
    c.destroy();
    throw e;
  }
}

/** Sends the request and waits for the head of its answer; what comes behind a 101 stays with the connection. */
function shakeHands(c: Connection, request: HttpHeadInit, timeoutMs: number, signal: AbortSignal | undefined, to: string): Promise<HttpHead> {
  return new Promise((resolve, reject) => {
    const settle = (f: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
      channel.onClosed = undefined;
      c.clock.wheel.remove(channel);
      f();
    };
    const fail = (what: string, cause?: unknown): void => {
      settle(() => {
        reject(new WsError('WS_HANDSHAKE_INVALID', 0, `handshake with ${to}: ${what}`, { cause }));
      });
    };
    const ignore = (): void => undefined;
    const channel = Channel.create<HttpHead, HttpHeadInit, HttpTail, object>(c, createHttp1Engine, 'client', {
      onHead: (_id, head) => {
        if (head.status < 200 && head.status !== 101) return;
        // Paused until the WebSocket is there: its first messages may have come with the answer.
        if (head.status === 101) c.pause();
        const kept = head.retain();
        settle(() => {
          resolve(kept);
        });
      },
      onMessage: ignore,
      onTail: ignore,
      onReset: ignore,
      onWritable: ignore,
      onGoAway: ignore,
    }, {});
    const aborted = (): void => {
      fail('it was given up', signal?.reason);
    };
    const timer = setTimeout(() => {
      fail(`no answer within ${timeoutMs} ms`);
    }, timeoutMs);
    channel.onClosed = (cause) => {
      fail('the connection was lost', cause);
    };
    signal?.addEventListener('abort', aborted, { once: true });
    c.attach(channel);
    channel.engine.open(request, true);
  });
}
