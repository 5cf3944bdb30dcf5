// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, createSecureContext, TLSSocket } from 'node:tls';
import type { SecureContext } from 'node:tls';
import { toError } from '@cloudwego/gopkg/errors';
import type { TlsOptions, TlsState } from '@cloudwego/gopkg/io';

/** One for each object of options: reading a key costs a good part of a handshake, and sessions can be taken up again only in the context that they began in. */
const contexts = new WeakMap<TlsOptions, SecureContext>();
/** OpenSSL wants a name for the sessions of a server that asks for client certificates. */
const SESSION_ID_CONTEXT = 'cloudwego';

/** The context that a connection begins with. Made before anything is given away: keys and certificates that are none throw Node's error here. */
export function contextOf(o: TlsOptions): SecureContext {
  const chosen = o.isServer === true ? o.contextFor?.(undefined) : undefined;
  if (chosen !== undefined) return chosen;
  let c = contexts.get(o);
  if (c === undefined) contexts.set(o, (c = createSecureContext({ sessionIdContext: SESSION_ID_CONTEXT, ...o })));
  return c;
}

/** Wraps a connected socket, or any stream, with `context` of {@link contextOf}. Bytes that were put back into it are read as the first of the handshake. */
export function secure(socket: Duplex, o: TlsOptions, context: SecureContext): TLSSocket {
  const { isServer, servername, alpnProtocols, requestCert, rejectUnauthorized, contextFor } = o;
  const alpn = alpnProtocols === undefined ? {} : { ALPNProtocols: [...alpnProtocols] };
  if (isServer === true) {
    const reject = rejectUnauthorized ?? requestCert ?? false;
    const sni = contextFor === undefined ? {} : { SNICallback: byName(contextFor) };
    const s = new TLSSocket(socket as Socket, { isServer: true, secureContext: context, requestCert: requestCert ?? false, rejectUnauthorized: reject, ...alpn, ...sni });
    if (requestCert === true) s.prependOnceListener('secure', () => verifyClient(s, reject));
    return s;
  }
  return connect({ socket, secureContext: context, ...(servername === undefined ? {} : { servername }), rejectUnauthorized: rejectUnauthorized ?? true, ...alpn });
}

/** As Node asks for a server's name. */
function byName(contextFor: NonNullable<TlsOptions['contextFor']>): (servername: string, done: (e: Error | null, c?: SecureContext) => void) => void {
  return (servername, done) => {
    let c: SecureContext | undefined;
    try {
      c = contextFor(servername);
    } catch (e) {
      done(toError(e));
      return;
    }
    done(null, c);
  };
}

/**
 * Looks at the client's certificate. OpenSSL itself refuses a client without any; what it says of one that was shown only `tls.Server` looks at, which a socket
 * that is wrapped by hand does not pass through. Source: node lib/_tls_wrap.js onServerSocketSecure.
 */
function verifyClient(s: TLSSocket, reject: boolean): void {
  const { ssl } = s as unknown as { readonly ssl: { verifyError(): (Error & { readonly code?: string }) | null } };
  const wrong = ssl.verifyError();
  if (wrong === null) s.authorized = true;
  else if (reject) s.destroy(wrong);
}

/** What the handshake of `s` agreed on so far. */
export function tlsStateOf(s: TLSSocket): TlsState {
  const servername = (s as { servername?: unknown }).servername;
  return {
    alpnProtocol: typeof s.alpnProtocol === 'string' ? s.alpnProtocol : undefined,
    servername: typeof servername === 'string' ? servername : undefined,
    // The SSL is gone with the socket, and Node asks it all the same: the process would die.
    version: s.destroyed ? undefined : (s.getProtocol() ?? undefined),
    authorized: s.authorized,
    peerCertificate: () => {
      if (s.destroyed) return undefined;
      const c = s.getPeerCertificate();
      return Object.keys(c).length === 0 ? undefined : c;
    },
    socket: s,
  };
}
