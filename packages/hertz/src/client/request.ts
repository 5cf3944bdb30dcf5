// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Context } from '@cloudwego/gopkg/context';
import type { AddressLike } from '@cloudwego/gopkg/io';
import { isToken } from '@cloudwego/protocol';
import type { BodyInput, SentBody } from './body.js';
import { bodyOf, jsonBody } from './body.js';
import { HttpClientError } from './errors.js';
import { pushBasic } from './url.js';

/** Names and values of fields. */
export type HeadersInput = Readonly<Record<string, string | readonly string[]>> | Headers | readonly (readonly [string, string])[];

/** What is asked for beside the URL. */
export interface RequestInput {
  /** @defaultValue 'GET', with a body 'POST' */
  readonly method?: string | undefined;
  readonly headers?: HeadersInput | undefined;
  readonly body?: BodyInput | undefined;
  /** A value that is sent as JSON, in place of `body`. */
  readonly json?: unknown;
  /** Added to those of the URL. */
  readonly query?: Readonly<Record<string, string | number | bigint | boolean | readonly (string | number | bigint | boolean)[] | undefined>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Deadline, cancellation and metainfo of a caller: `{ ctx }` of a handler goes on. */
  readonly ctx?: Context | undefined;
  /** In place of the client's. Unit ms, 0 = none. */
  readonly requestTimeoutMs?: number | undefined;
  readonly readTimeoutMs?: number | undefined;
  readonly writeTimeoutMs?: number | undefined;
  readonly dialTimeoutMs?: number | undefined;
  /** How many redirects are followed. @defaultValue 0, of `get` and `post` 16 */
  readonly maxRedirects?: number | undefined;
  /** The host of the URL is the name of a service, which the client's resolver knows. @defaultValue false */
  readonly sd?: boolean | undefined;
  /** For resolver and balancer. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Where to connect, whatever the URL says: a unix socket, say. */
  readonly address?: AddressLike | undefined;
}

/** A request on its way: what middlewares see, and may change. */
export class ClientRequest {
  method: string;
  url: URL;
  /** Name and value in turn. */
  readonly headers: string[];
  body: SentBody | undefined;
  /** The service that the host named; it stays when an instance is chosen. */
  readonly service: string | undefined;
  readonly input: RequestInput;

  /** Errors: HERTZ_CLIENT_REQUEST_INVALID. */
  constructor(url: string | URL, input: RequestInput = {}) {
    this.input = input;
    this.url = urlOf(url, input.query);
    if (input.body !== undefined && input.json !== undefined) throw new HttpClientError('HERTZ_CLIENT_REQUEST_INVALID', 'got body and json, wanted one of them');
    this.body = input.json !== undefined ? jsonBody(input.json) : input.body === undefined ? undefined : bodyOf(input.body);
    this.method = input.method ?? (this.body === undefined ? 'GET' : 'POST');
    this.headers = headersOf(input.headers);
    if (this.body?.type !== undefined && this.header('content-type') === undefined) this.headers.push('Content-Type', this.body.type);
    if (this.header('authorization') === undefined) pushBasic(this.headers, 'Authorization', this.url);
    this.service = input.sd === true ? this.url.hostname : undefined;
  }

  header(lowerName: string): string | undefined {
    for (let i = 0; i < this.headers.length; i += 2) if (this.headers[i]!.toLowerCase() === lowerName) return this.headers[i + 1];
    return undefined;
  }

  removeHeader(lowerName: string): void {
    for (let i = this.headers.length - 2; i >= 0; i -= 2) if (this.headers[i]!.toLowerCase() === lowerName) this.headers.splice(i, 2);
  }

  setHeader(name: string, value: string): void {
    this.removeHeader(name.toLowerCase());
    this.headers.push(name, value);
  }

  /** Sending it twice is the same as once. Source: RFC 9110 section 9.2.2. */
  get isIdempotent(): boolean {
    return IDEMPOTENT.has(this.method);
  }

  /** It can be sent a second time. */
  get isRepeatable(): boolean {
    return this.body?.again !== false;
  }
}

const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']);

function urlOf(url: string | URL, query: RequestInput['query']): URL {
  let u: URL;
  try {
    u = new URL(url);
  } catch (e) {
    throw new HttpClientError('HERTZ_CLIENT_REQUEST_INVALID', `url: got "${String(url).slice(0, 100)}", wanted an absolute URL`, { cause: e });
  }
  if (u.protocol !== 'http:' && u.protocol !== 'https:') throw new HttpClientError('HERTZ_CLIENT_REQUEST_INVALID', `url: got the scheme "${u.protocol}", wanted http: or https:`);
  for (const [k, v] of Object.entries(query ?? {})) {
    if (v === undefined) continue;
    for (const one of [v].flat() as readonly unknown[]) u.searchParams.append(k, String(one));
  }
  return u;
}

function headersOf(h: HeadersInput | undefined): string[] {
  const out: string[] = [];
  if (h === undefined) return out;
  const entries: Iterable<readonly [string, string | readonly string[]]> = h instanceof Headers || Array.isArray(h) ? (h as Iterable<readonly [string, string]>) : Object.entries(h as Record<string, string | readonly string[]>);
  for (const [name, v] of entries) {
    for (const value of typeof v === 'string' ? [v] : v) {
      if (!isToken(name)) throw new HttpClientError('HERTZ_CLIENT_REQUEST_INVALID', `headers: "${name.slice(0, 60)}" is no name of a field`);
      // eslint-disable-next-line no-control-regex -- what would end the field, or the head
      if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) throw new HttpClientError('HERTZ_CLIENT_REQUEST_INVALID', `headers: the value of ${name} has control characters`);
      out.push(name, value);
    }
  }
  return out;
}
