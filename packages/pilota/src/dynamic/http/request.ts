// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { DynamicError } from '../errors.js';

/**
 * A request as the transcoder reads it: whatever carries HTTP can show one. Names of headers are in lower case; what is not there is undefined.
 * Source: cloudwego/dynamicgo http/http.go RequestGetter.
 */
export interface HttpRequestView {
  /** In capitals. */
  readonly method: string;
  /** Decoded, without the query: what routes match. */
  readonly path: string;
  /** The target as it came. */
  readonly uri: string;
  readonly body: Uint8Array;
  header(name: string): string | undefined;
  cookie(name: string): string | undefined;
  query(name: string): string | undefined;
  /** A field of a form in the body. */
  form(name: string): string | undefined;
  /** A parameter of the route. */
  param(name: string): string | undefined;
}

/** What {@link createHttpRequest} makes a view of. */
export interface HttpRequestInit {
  readonly method: string;
  /** Path and query; a whole URL is taken too. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | Iterable<readonly [string, string]> | undefined;
  readonly body?: Uint8Array | string | undefined;
  readonly params?: Readonly<Record<string, string>> | undefined;
}

/**
 * A view of plain data; query, cookies and form are taken apart when they are first asked for.
 * Errors: DynamicError PILOTA_DYNAMIC_HTTP_INVALID for a path that cannot be decoded.
 */
export function createHttpRequest(init: HttpRequestInit): HttpRequestView {
  return new PlainRequest(init);
}

/** The same request with the parameters of a route. */
export function withParams(request: HttpRequestView, params: ReadonlyMap<string, string>): HttpRequestView {
  return {
    method: request.method,
    path: request.path,
    uri: request.uri,
    body: request.body,
    header: (name) => request.header(name),
    cookie: (name) => request.cookie(name),
    query: (name) => request.query(name),
    form: (name) => request.form(name),
    param: (name) => params.get(name) ?? request.param(name),
  };
}

const NONE = new Uint8Array(0);

class PlainRequest implements HttpRequestView {
  readonly method: string;
  readonly path: string;
  readonly uri: string;
  readonly body: Uint8Array;
  private readonly search: string;
  private readonly params: Readonly<Record<string, string>>;
  private readonly headers = new Map<string, string>();
  private queries: URLSearchParams | undefined = undefined;
  private forms: URLSearchParams | undefined = undefined;
  private cookies: ReadonlyMap<string, string> | undefined = undefined;

  constructor(init: HttpRequestInit) {
    this.method = init.method.toUpperCase();
    const target = init.url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/#.*$/s, '');
    const mark = target.indexOf('?');
    const path = mark < 0 ? target : target.slice(0, mark);
    this.search = mark < 0 ? '' : target.slice(mark + 1);
    this.uri = init.url;
    this.path = decoded(path === '' ? '/' : path);
    this.body = typeof init.body === 'string' ? Buffer.from(init.body) : (init.body ?? NONE);
    this.params = init.params ?? {};
    const given = init.headers ?? {};
    for (const [name, value] of isIterable(given) ? given : Object.entries(given)) if (value !== undefined) this.addHeader(name.toLowerCase(), value);
  }

  private addHeader(name: string, value: string | readonly string[]): void {
    const text = typeof value === 'string' ? value : value.join(name === 'cookie' ? '; ' : ', ');
    const before = this.headers.get(name);
    this.headers.set(name, before === undefined ? text : `${before}${name === 'cookie' ? '; ' : ', '}${text}`);
  }

  header(name: string): string | undefined {
    return this.headers.get(name);
  }

  cookie(name: string): string | undefined {
    return (this.cookies ??= cookiesOf(this.headers.get('cookie') ?? '')).get(name);
  }

  query(name: string): string | undefined {
    return (this.queries ??= new URLSearchParams(this.search)).get(name) ?? undefined;
  }

  form(name: string): string | undefined {
    if (this.forms === undefined) {
      const isForm = /^application\/x-www-form-urlencoded\b/i.test(this.headers.get('content-type') ?? '');
      this.forms = new URLSearchParams(isForm ? Buffer.from(this.body.buffer, this.body.byteOffset, this.body.length).toString() : '');
    }
    return this.forms.get(name) ?? undefined;
  }

  param(name: string): string | undefined {
    return Object.hasOwn(this.params, name) ? this.params[name] : undefined;
  }
}

function isIterable(h: NonNullable<HttpRequestInit['headers']>): h is Iterable<readonly [string, string]> {
  return Symbol.iterator in h;
}

function decoded(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch (e) {
    throw new DynamicError('PILOTA_DYNAMIC_HTTP_INVALID', `got the path "${path.slice(0, 80)}", which cannot be decoded`, [], { cause: e });
  }
}

/** The first of several cookies of one name counts, as in Go. */
function cookiesOf(header: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const part of header.split(';')) {
    const eq = part.indexOf('=');
    if (eq < 0) continue;
    const name = part.slice(0, eq).trim();
    const value = part.slice(eq + 1).trim();
    if (name !== '' && !found.has(name)) found.set(name, value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value);
  }
  return found;
}
