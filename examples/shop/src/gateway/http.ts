// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from '../shared/json.js';
import type { Json } from '../shared/json.js';

// What the gateway needs of HTTP, on node:http until @cloudwego/hertz is there: routes with parameters, JSON bodies, problem documents, an orderly stop.

/** An answer that is an error: RFC 9457 problem document. */
export class Problem extends Error {
  readonly status: number;
  readonly more: Readonly<Record<string, Json>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, more: Readonly<Record<string, Json>> = {}, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.more = more;
    this.headers = headers;
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  402: 'Payment required',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  411: 'Length required',
  413: 'Content too large',
  415: 'Unsupported media type',
  422: 'Unprocessable content',
  500: 'Internal server error',
  503: 'Service unavailable',
  504: 'Gateway timeout',
};

/** One request while it is answered. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
  header(name: string): string | undefined;
  /** The body as JSON. Errors: {@link Problem} 413, 415, 400. */
  json(): Promise<unknown>;
  send(status: number, body: Json, headers?: Readonly<Record<string, string>>): void;
}

export type Handler = (x: Exchange) => void | Promise<void>;

interface Route {
  readonly method: string;
  readonly parts: readonly string[];
  readonly handler: Handler;
}

const MAX_BODY = 64 * 1024;

/** Options of {@link Http}. */
export interface HttpOptions {
  /** Requests that are answered at a time; more are refused with 503. @defaultValue 1024 */
  readonly maxInFlight?: number;
  /** Turns what a handler threw into a problem. */
  readonly problemOf: (e: unknown) => Problem;
}

/** Routes and a server. */
export class Http {
  private readonly routes: Route[] = [];
  private readonly maxInFlight: number;
  private readonly problemOf: (e: unknown) => Problem;
  private inFlight: number = 0;
  private readonly server = createServer({ requestTimeout: 10_000, headersTimeout: 5000, keepAliveTimeout: 5000 }, (request, response) => {
    void this.answer(request, response);
  });

  constructor(o: HttpOptions) {
    this.maxInFlight = o.maxInFlight ?? 1024;
    this.problemOf = o.problemOf;
  }

  /** Adds a route; `:name` matches one segment. */
  on(method: string, path: string, handler: Handler): this {
    this.routes.push({ method, parts: path.split('/'), handler });
    return this;
  }

  async listen(port: number): Promise<{ readonly url: string }> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
    return { url: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}` };
  }

  /** Takes no new connections, lets requests under way finish, then closes what is idle. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
    this.server.closeIdleConnections();
    const timer = setTimeout(() => {
      this.server.closeAllConnections();
    }, 4000);
    await closed;
    clearTimeout(timer);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => {
      this.inFlight--;
      if (!response.writableFinished) gone.abort(new Error('the client went away'));
    });
    this.inFlight++;
    try {
      // Names that point here from elsewhere are refused: a page of another origin could use them to reach a program on this machine.
      if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(request.headers.host ?? '')) throw new Problem(403, 'this server answers to 127.0.0.1 and localhost alone');
      if (this.inFlight > this.maxInFlight) throw new Problem(503, 'too many requests at a time', {}, { 'retry-after': '1' });
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const { handler, params } = this.find(request.method ?? 'GET', url.pathname);
      await handler({
        request,
        response,
        params,
        query: url.searchParams,
        signal: gone.signal,
        header: (name) => {
          const v = request.headers[name];
          return Array.isArray(v) ? v.join(', ') : v;
        },
        json: () => readJson(request),
        send: (status, body, headers) => {
          send(response, status, 'application/json', json.stringify(body ?? null), headers);
        },
      });
    } catch (e) {
      const p = this.problemOf(e);
      if (response.headersSent) {
        response.destroy();
        return;
      }
      // The rest of a body that nobody reads would be taken for the next request.
      const close: Readonly<Record<string, string>> = request.complete ? {} : { connection: 'close' };
      send(response, p.status, 'application/problem+json', json.stringify({ type: 'about:blank', title: TITLES[p.status] ?? 'Error', status: p.status, detail: p.message, ...p.more }), { ...p.headers, ...close });
    }
  }

  private find(method: string, path: string): { readonly handler: Handler; readonly params: Readonly<Record<string, string>> } {
    const parts = path.split('/');
    const allowed: string[] = [];
    for (const r of this.routes) {
      if (r.parts.length !== parts.length) continue;
      const params: Record<string, string> = {};
      const fits = r.parts.every((p, i) => {
        if (!p.startsWith(':')) return p === parts[i];
        params[p.slice(1)] = decode(parts[i]!);
        return true;
      });
      if (!fits) continue;
      if (r.method === method || (method === 'HEAD' && r.method === 'GET')) return { handler: r.handler, params };
      allowed.push(r.method);
    }
    if (allowed.length === 0) throw new Problem(404, `nothing is at ${path.slice(0, 100)}`);
    throw new Problem(405, `${method} is not possible here`, {}, { allow: allowed.join(', ') });
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Problem(400, 'the path is not well-formed');
  }
}

function send(response: ServerResponse, status: number, type: string, body: string, headers: Readonly<Record<string, string>> = {}): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.length, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(?:;|$)/i.test(type)) throw new Problem(415, `got content type "${type.slice(0, 60)}", wanted application/json`);
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY) throw new Problem(413, `the body is longer than ${MAX_BODY} bytes`);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const c of request as AsyncIterable<Buffer>) {
    size += c.length;
    if (size > MAX_BODY) throw new Problem(413, `the body is longer than ${MAX_BODY} bytes`);
    chunks.push(c);
  }
  try {
    return json.parse(Buffer.concat(chunks));
  } catch {
    throw new Problem(400, 'the body is no JSON');
  }
}
