// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import type { RequestContext } from '../context.js';

/** What middlewares look at of a socket, which is not theirs. */
class ConnectSocket extends EventEmitter {
  readonly readable: boolean = true;
  readonly writable: boolean = true;
  readonly remoteAddress: string;
  readonly encrypted: boolean;

  constructor(remoteAddress: string, encrypted: boolean) {
    super();
    this.remoteAddress = remoteAddress;
    this.encrypted = encrypted;
  }
}

/** A request as Connect's middlewares read it: what they use of node's IncomingMessage and Express's Request. */
export class ConnectRequest extends Readable {
  readonly method: string;
  url: string;
  readonly originalUrl: string;
  readonly httpVersion: string;
  readonly httpVersionMajor: number = 1;
  readonly httpVersionMinor: number;
  readonly rawHeaders: readonly string[];
  readonly headers: Record<string, string | string[] | undefined> = {};
  readonly socket: ConnectSocket;
  readonly connection: ConnectSocket;
  readonly ip: string;
  readonly protocol: string;
  readonly secure: boolean;
  readonly hostname: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, string>>;
  readonly complete: boolean = true;
  /** Left by middlewares: body-parser, cookie-parser. */
  body: unknown = undefined;
  cookies: unknown = undefined;
  signedCookies: unknown = undefined;
  private bytes: Uint8Array | undefined;

  constructor(c: RequestContext) {
    super();
    this.method = c.method;
    this.url = c.exchange.target;
    this.originalUrl = c.exchange.target;
    this.httpVersion = (c.exchange as { readonly version?: string }).version ?? '1.1';
    this.httpVersionMinor = this.httpVersion === '1.0' ? 0 : 1;
    const raw = c.exchange.rawHeaders;
    this.rawHeaders = raw;
    for (let i = 0; i < raw.length; i += 2) {
      const name = raw[i]!.toLowerCase();
      const before = this.headers[name];
      // As node:http joins them.
      if (name === 'set-cookie') this.headers[name] = [...((before as string[] | undefined) ?? []), raw[i + 1]!];
      else this.headers[name] = before === undefined ? raw[i + 1]! : `${before as string}${name === 'cookie' ? '; ' : ', '}${raw[i + 1]!}`;
    }
    const encrypted = c.exchange.tls !== undefined;
    this.socket = new ConnectSocket(c.remote.kind === 'tcp' ? c.remote.host : '', encrypted);
    this.connection = this.socket;
    this.ip = c.clientIP();
    this.protocol = encrypted ? 'https' : 'http';
    this.secure = encrypted;
    this.hostname = c.host.replace(/:\d+$/, '');
    this.path = c.path;
    this.query = Object.fromEntries([...c.queryArgs].reverse());
    this.params = c.params;
    this.bytes = c.wholeBody;
  }

  get(name: string): string | undefined {
    const v = this.headers[name.toLowerCase()];
    return Array.isArray(v) ? v.join(', ') : v;
  }

  header(name: string): string | undefined {
    return this.get(name);
  }

  override _read(): void {
    const { bytes } = this;
    this.bytes = undefined;
    if (bytes !== undefined && bytes.length > 0) this.push(bytes);
    this.push(null);
  }
}
