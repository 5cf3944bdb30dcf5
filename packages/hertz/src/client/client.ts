// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Awaitable } from '@cloudwego/gopkg/async';
import { background, contextKey, withSignal } from '@cloudwego/gopkg/context';
import type { Context, ContextKey } from '@cloudwego/gopkg/context';
import type { Endpoint } from '@cloudwego/gopkg/endpoint';
import type { Clock } from '@cloudwego/gopkg/clock';
import type { Dispatch } from '@cloudwego/governance';
import { createDispatch, weightedRoundRobin } from '@cloudwego/governance';
import { defaultNetwork } from '@cloudwego/transport';
import type { BodyInput } from './body.js';
import { HttpClientError } from './errors.js';
import type { ClientMiddleware, ClientOptions, ResolvedClientOptions } from './options.js';
import { clientTable } from './options.js';
import { followRedirects } from './redirects.js';
import type { RequestInput } from './request.js';
import { ClientRequest } from './request.js';
import type { ClientResponse } from './response.js';
import type { RetryOptions } from './retry.js';
import { retryTable, withRetries } from './retry.js';
import { Sender } from './sender.js';
import type { SseClientOptions } from './sse.js';
import { EventSource } from './sse.js';

const REQUEST: ContextKey<ClientRequest> = contextKey<ClientRequest>('hertz.client.request');

/**
 * An HTTP client on our own engine: middlewares → redirects → retries → discovery → pool → connection.
 * Differs from Go Hertz: a response comes with its head, its body is read when it is wanted; a cancelled context ends a request wherever it is; redirects
 * keep no secrets. Source: cloudwego/hertz pkg/app/client.
 */
export class Client implements AsyncDisposable {
  private readonly o: ResolvedClientOptions;
  private readonly clock: Clock;
  private readonly sender: Sender;
  private readonly retry: Required<RetryOptions>;
  private readonly dispatch: Dispatch<ClientRequest, ClientResponse, Context> | undefined;
  private middlewares: readonly ClientMiddleware[];
  private endpoint: Endpoint<ClientRequest, ClientResponse>;

  /** Errors: OptionError. */
  constructor(options: ClientOptions = {}) {
    const o = clientTable.resolve(options, 'client') as ResolvedClientOptions;
    this.o = o;
    this.retry = retryTable.resolve(o.retry, 'client.retry') as Required<RetryOptions>;
    const network = o.network ?? defaultNetwork();
    this.clock = network.clock;
    this.sender = new Sender(o, network);
    this.middlewares = o.middlewares as readonly ClientMiddleware[];
    this.dispatch = o.resolver === undefined ? undefined : createDispatch<ClientRequest, ClientResponse, Context>({
      resolver: o.resolver,
      loadBalancer: o.loadBalancer ?? weightedRoundRobin(),
      clock: this.clock,
      plan: {
        target: (ctx) => {
          const req = ctx.value(REQUEST)!;
          return { service: req.service!, method: `${req.method} ${req.url.pathname}`, tags: req.input.tags ?? {} };
        },
        attempt: (i, req, ctx) => this.sender.send(req, ctx, i.address),
        classify: (e) => (e instanceof HttpClientError && e.code === 'HERTZ_CLIENT_DIAL_FAILED' ? 'not-sent' : 'final'),
      },
    });
    this.endpoint = this.compose();
  }

  private compose(): Endpoint<ClientRequest, ClientResponse> {
    const last: Endpoint<ClientRequest, ClientResponse> = (req, ctx) => {
      const once = (): Awaitable<ClientResponse> => this.attempt(req, ctx);
      const retried = this.retry.maxAttempts! > 1 ? (): Awaitable<ClientResponse> => withRetries(req, ctx, this.retry, this.clock, once) : once;
      const most = req.input.maxRedirects ?? 0;
      return most > 0 ? followRedirects(req, most, retried) : retried();
    };
    return this.middlewares.reduceRight((next, mw) => mw(next), last);
  }

  private async attempt(req: ClientRequest, ctx: Context): Promise<ClientResponse> {
    const r = await this.sendOnce(req, ctx);
    const { cookies } = this.o;
    // What a server says of cookies that is wrong is no fault of the request.
    if (cookies !== undefined) for (const cookie of r.headers('set-cookie')) cookies.setCookieSync(cookie, req.url.href, { ignoreError: true });
    return r;
  }

  private sendOnce(req: ClientRequest, ctx: Context): Awaitable<ClientResponse> {
    if (req.input.sd !== true || req.url.hostname !== req.service) return this.sender.send(req, ctx, undefined);
    if (this.dispatch === undefined) throw new HttpClientError('HERTZ_CLIENT_REQUEST_INVALID', 'sd: the client has no resolver');
    return this.dispatch.run(req, ctx.with(REQUEST, req));
  }

  /** Adds middlewares inside of those that are there. */
  use(...middlewares: readonly ClientMiddleware[]): this {
    this.middlewares = [...this.middlewares, ...middlewares];
    this.endpoint = this.compose();
    return this;
  }

  /** Sends a request; redirects are given as they are. Errors: {@link HttpClientError}, and the reason of a signal. */
  async do(url: string | URL, input: RequestInput = {}): Promise<ClientResponse> {
    const req = new ClientRequest(url, input);
    const timeoutMs = input.requestTimeoutMs ?? this.o.requestTimeoutMs!;
    let ctx: Context = input.ctx ?? background;
    if (timeoutMs > 0) ctx = ctx.withDeadline(this.clock.now() + timeoutMs);
    const scoped = input.signal === undefined ? undefined : withSignal(ctx, input.signal);
    try {
      const r = await this.endpoint(req, scoped?.ctx ?? ctx);
      if (scoped !== undefined) {
        r.onDone(() => {
          scoped[Symbol.dispose]();
        });
      }
      return r;
    } catch (e) {
      scoped?.[Symbol.dispose]();
      throw e;
    }
  }

  /** GET, with up to 16 redirects. */
  get(url: string | URL, input: RequestInput = {}): Promise<ClientResponse> {
    return this.do(url, { maxRedirects: 16, ...input, method: 'GET' });
  }

  /** POST, with up to 16 redirects. */
  post(url: string | URL, body?: BodyInput, input: RequestInput = {}): Promise<ClientResponse> {
    return this.do(url, { maxRedirects: 16, ...(body === undefined ? {} : { body }), ...input, method: 'POST' });
  }

  /** The events of a server; it comes back by itself where the connection is lost. */
  sse(url: string | URL, input: RequestInput = {}, o: SseClientOptions = {}): EventSource {
    return new EventSource((more) => this.do(url, { maxRedirects: 16, ...input, ...more }), this.clock, input, o);
  }

  /** Open and idle connections, and requests that wait for one, by origin. */
  state(): ReturnType<Sender['state']> {
    return this.sender.state();
  }

  closeIdleConnections(): void {
    this.sender.closeIdle();
  }

  /** Ends every connection; requests in work fail. */
  async close(): Promise<void> {
    this.sender.close();
    await this.dispatch?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
