// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { ClientResponse } from './response.js';
import type { ClientRequest } from './request.js';
import { HttpClientError } from './errors.js';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const SECRETS = ['authorization', 'cookie', 'proxy-authorization'];

/**
 * Follows redirects. 303, and 301 and 302 to POST, become GET without a body; what names the caller (Authorization, Cookie) stays at its origin.
 * Errors: HERTZ_CLIENT_REDIRECT_INVALID for one too many, a Location that leads nowhere, and a body that cannot be sent again.
 * Differs: Go Hertz keeps method, body and secrets. Source: fetch's HTTP-redirect fetch.
 */
export async function followRedirects(req: ClientRequest, most: number, send: () => Awaitable<ClientResponse>): Promise<ClientResponse> {
  for (let n = 0; ; n++) {
    const r = await send();
    const location = REDIRECTS.has(r.status) ? r.header('location') : undefined;
    if (location === undefined) return r;
    r.cancel();
    if (n === most) throw new HttpClientError('HERTZ_CLIENT_REDIRECT_INVALID', `${req.url.origin}: more than ${most} redirects (maxRedirects)`, { sent: true });
    let next: URL;
    try {
      next = new URL(location, req.url);
    } catch (e) {
      throw new HttpClientError('HERTZ_CLIENT_REDIRECT_INVALID', `${req.url.origin}: redirected to "${location.slice(0, 100)}", which is no URL`, { cause: e, sent: true });
    }
    if (next.protocol !== 'http:' && next.protocol !== 'https:') throw new HttpClientError('HERTZ_CLIENT_REDIRECT_INVALID', `${req.url.origin}: redirected to the scheme "${next.protocol}"`, { sent: true });
    if (r.status === 303 ? req.method !== 'HEAD' : r.status < 303 && req.method === 'POST') {
      if (req.method !== 'GET') req.method = 'GET';
      req.body = undefined;
      for (const name of ['content-type', 'content-length', 'content-encoding', 'content-language', 'content-location']) req.removeHeader(name);
    } else if (!req.isRepeatable) {
      throw new HttpClientError('HERTZ_CLIENT_REDIRECT_INVALID', `${req.url.origin}: ${r.status} to a request whose body cannot be sent again`, { sent: true });
    }
    if (next.origin !== req.url.origin) for (const name of SECRETS) req.removeHeader(name);
    if (next.hash === '') next.hash = req.url.hash;
    req.url = next;
  }
}
