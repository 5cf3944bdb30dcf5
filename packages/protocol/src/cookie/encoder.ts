// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { isToken } from '../token.js';
import { CookieError } from './errors.js';

/** Attributes of a cookie that a server sets. */
export interface CookieOptions {
  /** Unit seconds; 0 and less: at once. Absent: until the browser closes. */
  readonly maxAgeSeconds?: number | undefined;
  /** Wall clock, ms. */
  readonly expiresAtMs?: number | undefined;
  /** @defaultValue '/' */
  readonly path?: string | undefined;
  readonly domain?: string | undefined;
  /** 'none' makes it secure. 'default' is the attribute without a value, as Hertz writes it. */
  readonly sameSite?: 'default' | 'lax' | 'strict' | 'none' | undefined;
  readonly secure?: boolean | undefined;
  readonly httpOnly?: boolean | undefined;
  /** Makes it secure. */
  readonly partitioned?: boolean | undefined;
}

const SAME_SITE = { default: 'SameSite', lax: 'SameSite=Lax', strict: 'SameSite=Strict', none: 'SameSite=None' } as const;
// eslint-disable-next-line no-control-regex
const ATTRIBUTE = /[\u0000-\u001f;\u007f]/;

/**
 * The value of a Set-Cookie field; the cookie's own is escaped as in a query.
 * Shape:  name=value; max-age; expires; domain; path; HttpOnly; secure; SameSite; Partitioned, with the letter cases of Hertz.
 * Errors: {@link CookieError} for a name that is no token, a path or domain with characters that would end it.
 * Source: cloudwego/hertz pkg/protocol/cookie.go AppendBytes.
 */
export function writeCookie(name: string, value: string, o: CookieOptions = {}): string {
  if (!isToken(name)) throw new CookieError(`cookie: the name "${name.slice(0, 40)}" is no token`);
  let out = `${name}=${encodeURIComponent(value).replaceAll('%20', '+').replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`;
  if (o.maxAgeSeconds !== undefined) out += `; max-age=${Math.max(0, Math.trunc(o.maxAgeSeconds))}`;
  else if (o.expiresAtMs !== undefined) out += `; expires=${new Date(o.expiresAtMs).toUTCString()}`;
  if (o.domain !== undefined) out += `; domain=${checked('domain', o.domain)}`;
  out += `; path=${checked('path', o.path ?? '/')}`;
  if (o.httpOnly === true) out += '; HttpOnly';
  if (o.secure === true || o.sameSite === 'none' || o.partitioned === true) out += '; secure';
  if (o.sameSite !== undefined) out += `; ${SAME_SITE[o.sameSite]}`;
  if (o.partitioned === true) out += '; Partitioned';
  return out;
}

function checked(what: string, text: string): string {
  if (ATTRIBUTE.test(text)) throw new CookieError(`cookie: the ${what} "${text.slice(0, 40)}" has a character that would end it`);
  return text;
}
