// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, createSecureContext, TLSSocket } from 'node:tls';
import type { TlsOptions, TlsState } from '@cloudwego/gopkg/io';

/** Wraps a connected socket, or any stream. Bytes that were put back into it are read as the first of the handshake. */
export function secure(socket: Duplex, o: TlsOptions): TLSSocket {
  const { isServer, servername, alpnProtocols, requestCert, rejectUnauthorized, ...context } = o;
  const alpn = alpnProtocols === undefined ? {} : { ALPNProtocols: [...alpnProtocols] };
  if (isServer === true) {
    const reject = rejectUnauthorized ?? requestCert ?? false;
    const s = new TLSSocket(socket as Socket, { isServer: true, secureContext: createSecureContext(context), requestCert: requestCert ?? false, rejectUnauthorized: reject, ...alpn });
    if (requestCert === true) s.prependOnceListener('secure', () => verifyClient(s, reject));
    return s;
  }
  return connect({ socket, ...context, ...(servername === undefined ? {} : { servername }), rejectUnauthorized: rejectUnauthorized ?? true, ...alpn });
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
