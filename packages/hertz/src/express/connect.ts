// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { toError } from '@cloudwego/gopkg/errors';
import type { RequestContext } from '../context.js';
import type { Handler } from '../handler.js';
import { ConnectRequest } from './connect-request.js';
import { ConnectResponse } from './connect-response.js';

/** What Connect and Express call a middleware; parameters are wide, since their types differ between libraries. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- req and res are what each library thinks they are
export type ConnectMiddleware = (req: any, res: any, next: (e?: unknown) => void) => unknown;

const REQUEST = 'hertz.connect.request';

/**
 * Runs a middleware of Connect or Express as one of Hertz. Fields that it sets go into the response; where it answers itself the chain ends; where it put itself
 * before `write` and `end` it sees what handlers behind it answered, unless they streamed it.
 * Tested with helmet, cors, compression, morgan, cookie-parser, body-parser and response-time.
 * Costs: two objects and a copy of the fields for each request and middleware list; where Hertz has a middleware of its own, that is quicker.
 */
export function connect(...middlewares: readonly ConnectMiddleware[]): Handler {
  return async function connect(c) {
    const req = c.get<ConnectRequest>(REQUEST) ?? new ConnectRequest(c);
    c.set(REQUEST, req);
    const res = new ConnectResponse(req);
    c.onFinish(() => {
      res.sent();
    });
    for (const mw of middlewares) {
      if (!(await run(mw, req, res))) {
        take(c, res);
        c.abort();
        return;
      }
    }
    const passed = new Set(res.getHeaderNames());
    for (const name of passed) put(c, res, name);
    await c.next();
    if (!c.isSent) await replay(c, res);
    else res.headersSent = true;
  };
}

/** What middlewares left on the request: `body`, `cookies` and whatever they call theirs. */
export function connectRequest(c: RequestContext): ConnectRequest | undefined {
  return c.get<ConnectRequest>(REQUEST);
}

/** True: it called `next`; false: it answered. */
function run(mw: ConnectMiddleware, req: ConnectRequest, res: ConnectResponse): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const ended = (): void => {
      resolve(false);
    };
    res.once('ended', ended);
    const next = (e?: unknown): void => {
      res.off('ended', ended);
      if (e === undefined || e === null) resolve(true);
      else reject(toError(e));
    };
    try {
      const r = mw(req, res, next);
      // An asynchronous one may fail behind its call.
      if (r instanceof Promise) r.catch(next);
    } catch (e) {
      next(e);
    }
  });
}

function put(c: RequestContext, res: ConnectResponse, name: string): void {
  const values = [res.getHeader(name)!].flat().map(String);
  c.setHeader(name, values[0]!);
  for (const v of values.slice(1)) c.addHeader(name, v);
}

/** The response of a middleware is the response. */
function take(c: RequestContext, res: ConnectResponse): void {
  c.resetBody();
  c.status = res.statusCode;
  for (const name of res.getHeaderNames()) if (name !== 'content-length' && name !== 'transfer-encoding') put(c, res, name);
  for (const piece of res.pieces) c.write(piece);
}

/** Writes what handlers answered by way of the middlewares, and takes what they made of it. */
async function replay(c: RequestContext, res: ConnectResponse): Promise<void> {
  const before = c.responseFields();
  for (const name of res.getHeaderNames()) res.removeHeader(name);
  for (let i = 0; i < before.length; i += 2) res.appendHeader(before[i]!, before[i + 1]!);
  res.statusCode = c.status;
  const body = c.responseBody;
  const ended = new Promise<void>((resolve) => {
    res.once('ended', resolve);
  });
  if (body !== undefined && !res.hasHeader('content-length')) res.setHeader('Content-Length', body.length);
  res.end(body);
  await ended;
  c.resetResponse();
  take(c, res);
}
