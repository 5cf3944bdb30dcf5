// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import type { RequestContext } from '../context.js';
import type { Handler } from '../handler.js';

/** Makes a Response of a Request. */
export type FetchHandler = (request: Request, c: RequestContext) => Awaitable<Response>;

/**
 * A handler that answers by a fetch handler: an app of Hono or h3, say, mounted at `/x/*`. The body of the request is streamed on routes with `streamBody()`; that of
 * the response always is. `request.signal` aborts when the client leaves.
 */
export function fromFetch(handler: FetchHandler): Handler {
  return async function fromFetch(c) {
    await answer(c, await handler(requestOf(c), c));
  };
}

function requestOf(c: RequestContext): Request {
  const scheme = c.exchange.tls === undefined ? 'http' : 'https';
  const { rawHeaders: raw } = c.exchange;
  const headers = new Headers();
  for (let i = 0; i < raw.length; i += 2) headers.append(raw[i]!, raw[i + 1]!);
  const body = c.method === 'GET' || c.method === 'HEAD' ? undefined : c.wholeBody === undefined ? streamOf(c.bodyStream()) : c.wholeBody.length === 0 ? undefined : c.wholeBody;
  const query = c.queryString;
  return new Request(`${scheme}://${c.host || 'localhost'}${c.rawPath}${query === '' ? '' : `?${query}`}`, {
    method: c.method,
    headers,
    signal: c.signal,
    ...(body === undefined ? {} : { body: body as ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>, duplex: 'half' as const }),
  });
}

function streamOf(pieces: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(to) {
      const r = await iterator.next();
      if (r.done === true) to.close();
      else to.enqueue(r.value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

async function answer(c: RequestContext, r: Response): Promise<void> {
  c.status = r.status;
  let length: number | undefined;
  for (const [name, value] of r.headers) {
    if (name === 'content-type') c.setContentType(value);
    else if (name === 'content-length') length = Number(value);
    else if (name !== 'set-cookie' && name !== 'connection' && name !== 'transfer-encoding') c.addHeader(name, value);
  }
  for (const cookie of r.headers.getSetCookie()) c.addHeader('Set-Cookie', cookie);
  if (r.body === null) return;
  await c.stream(r.body as unknown as AsyncIterable<Uint8Array>, length);
}
