// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes } from 'node:crypto';
import { isToken } from '../token.js';
import type { DeflateParameters } from './deflate.js';
import { WsError } from './errors.js';
import type { WsDeflateOptions } from './extension.js';
import { acceptDeflate, agreedDeflate, offerDeflate } from './extension.js';

/** What a handshake reads of a message. */
export interface WsHead {
  readonly method: string;
  readonly status: number;
  /** All fields, name and value in turn. */
  readonly rawHeaders: readonly string[];
}

/** How a server answers handshakes. */
export interface WsAcceptOptions {
  /** In the order of preference of the client the first that is in here is chosen. @defaultValue none */
  readonly protocols?: readonly string[] | undefined;
  /** Whether this Origin may connect; `host` is what the client asked for. @defaultValue none sent, or the same host */
  readonly checkOrigin?: ((origin: string, host: string) => boolean) | undefined;
  /** @defaultValue none */
  readonly deflate?: WsDeflateOptions | undefined;
}

/** A handshake that is refused: status and text of its answer, which has `Sec-WebSocket-Version: 13`. */
export interface WsRefusal {
  readonly status: number;
  readonly message: string;
}

export interface WsAccepted {
  /** Fields of the 101. */
  readonly headers: readonly string[];
  /** '' = none. */
  readonly protocol: string;
  readonly deflate: DeflateParameters | undefined;
}

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

function acceptOf(key: string): string {
  return createHash('sha1').update(key + GUID).digest('base64');
}

/** All values of a list field, in one. */
function listOf(head: WsHead, name: string): string {
  const out: string[] = [];
  const { rawHeaders } = head;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]!.length === name.length && rawHeaders[i]!.toLowerCase() === name) out.push(rawHeaders[i + 1]!);
  return out.join(', ');
}

function has(list: string, token: string): boolean {
  return list.split(',').some((t) => t.trim().toLowerCase() === token);
}

/**
 * What a server answers to a request for a WebSocket.
 * Source:  RFC 6455 section 4.2; order and statuses of hertz-contrib/websocket, which is gorilla's.
 * Differs: a key that is not 16 bytes in base64 is 400, where the original takes any that is not empty.
 */
export function acceptWebSocket(head: WsHead, o: WsAcceptOptions = {}): WsAccepted | WsRefusal {
  if (head.method !== 'GET') return { status: 405, message: 'websocket: the request method is not GET' };
  if (!has(listOf(head, 'connection'), 'upgrade')) return { status: 400, message: "websocket: the 'upgrade' token is not in the 'Connection' header" };
  if (!has(listOf(head, 'upgrade'), 'websocket')) return { status: 400, message: "websocket: the 'websocket' token is not in the 'Upgrade' header" };
  if (!has(listOf(head, 'sec-websocket-version'), '13')) return { status: 400, message: "websocket: '13' is not in the 'Sec-WebSocket-Version' header" };
  const origin = listOf(head, 'origin');
  const host = listOf(head, 'host');
  if (origin !== '' && !(o.checkOrigin ?? sameHost)(origin, host)) return { status: 403, message: 'websocket: the request origin is not allowed' };
  const key = listOf(head, 'sec-websocket-key');
  if (!/^[A-Za-z0-9+/]{22}==$/.test(key)) return { status: 400, message: "websocket: 'Sec-WebSocket-Key' is missing, or is not 16 bytes" };
  const headers = ['Upgrade', 'websocket', 'Connection', 'Upgrade', 'Sec-WebSocket-Accept', acceptOf(key)];
  const protocol = listOf(head, 'sec-websocket-protocol')
    .split(',')
    .map((p) => p.trim())
    .find((p) => o.protocols?.includes(p) === true);
  if (protocol !== undefined) headers.push('Sec-WebSocket-Protocol', protocol);
  const agreed = o.deflate === undefined ? undefined : acceptDeflate(listOf(head, 'sec-websocket-extensions'), o.deflate);
  if (agreed !== undefined) headers.push('Sec-WebSocket-Extensions', agreed.answer);
  return { headers, protocol: protocol ?? '', deflate: agreed?.deflate };
}

function sameHost(origin: string, host: string): boolean {
  const m = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)$/i.exec(origin);
  return m?.[1]?.toLowerCase() === host.toLowerCase();
}

/** How a client asks. */
export interface WsRequestOptions {
  readonly protocols?: readonly string[] | undefined;
  /** @defaultValue none */
  readonly deflate?: WsDeflateOptions | undefined;
}

export interface WsRequest {
  /** Fields of the request. */
  readonly headers: readonly string[];
  /** Reads the answer. Errors: {@link WsError} (WS_HANDSHAKE_INVALID) where it is no, or not what was asked for. */
  agreed(head: WsHead): { readonly protocol: string; readonly deflate: DeflateParameters | undefined };
}

/** A client's side of the handshake. Source: RFC 6455 section 4.1. Errors: {@link WsError} for a protocol that is no token. */
export function requestWebSocket(o: WsRequestOptions = {}): WsRequest {
  const key = randomBytes(16).toString('base64');
  const headers = ['Upgrade', 'websocket', 'Connection', 'Upgrade', 'Sec-WebSocket-Version', '13', 'Sec-WebSocket-Key', key];
  const protocols = o.protocols ?? [];
  if (protocols.some((p) => !isToken(p)) || new Set(protocols).size !== protocols.length) throw bad(`the protocols ${protocols.join(', ').slice(0, 80)} to ask for`);
  if (protocols.length > 0) headers.push('Sec-WebSocket-Protocol', protocols.join(', '));
  if (o.deflate !== undefined) headers.push('Sec-WebSocket-Extensions', offerDeflate(o.deflate));
  return {
    headers,
    agreed: (head) => {
      if (head.status !== 101) throw bad(`the status ${head.status}, wanted 101`);
      if (!has(listOf(head, 'upgrade'), 'websocket') || !has(listOf(head, 'connection'), 'upgrade')) throw bad('an answer that switches to something else');
      if (listOf(head, 'sec-websocket-accept') !== acceptOf(key)) throw bad('a Sec-WebSocket-Accept that does not fit the key');
      const protocol = listOf(head, 'sec-websocket-protocol');
      if (protocol !== '' && !protocols.includes(protocol)) throw bad(`the protocol "${protocol.slice(0, 40)}", which was not asked for`);
      return { protocol, deflate: agreedDeflate(listOf(head, 'sec-websocket-extensions'), o.deflate) };
    },
  };
}

function bad(what: string): WsError {
  return new WsError('WS_HANDSHAKE_INVALID', 0, `handshake: ${what}`);
}
