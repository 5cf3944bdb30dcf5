// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { OptionError } from '@cloudwego/gopkg/errors';
import type { OptionTable } from '@cloudwego/gopkg/options';
import { any, bool, int, list, optionTable, text } from '@cloudwego/gopkg/options';
import type { Handler, RequestContext } from '@cloudwego/hertz';

/** Options of {@link cors}. Source of the defaults: hertz-contrib/cors DefaultConfig. */
export interface CorsOptions {
  /**
   * Who may read responses: '*' everybody; origins, `https://*.example.com` (the star stands for one label or more), regular expressions; or a function.
   * @defaultValue '*'
   */
  readonly origins?: '*' | readonly (string | RegExp)[] | ((origin: string, c: RequestContext) => boolean) | undefined;
  /** @defaultValue ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] */
  readonly methods?: readonly string[] | undefined;
  /** Fields that requests may have. @defaultValue ['Origin', 'Content-Length', 'Content-Type'] */
  readonly headers?: readonly string[] | undefined;
  /** Fields that scripts may read. @defaultValue [] */
  readonly expose?: readonly string[] | undefined;
  /** Cookies and the like are taken; not with '*'. @defaultValue false */
  readonly credentials?: boolean | undefined;
  /** How long a browser may remember a preflight. Unit ms. @defaultValue 43200000 */
  readonly maxAgeMs?: number | undefined;
  /** Pages of public networks may reach this server of a private one. @defaultValue false */
  readonly privateNetwork?: boolean | undefined;
}

const table: OptionTable<CorsOptions> = optionTable<CorsOptions>({
  origins: any<NonNullable<CorsOptions['origins']>>({ what: "'*', a list, or a function", default: '*', test: (v) => v === '*' || Array.isArray(v) || typeof v === 'function' }),
  methods: list(text(), { default: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] }),
  headers: list(text(), { default: ['Origin', 'Content-Length', 'Content-Type'] }),
  expose: list(text(), { default: [] }),
  credentials: bool({ default: false }),
  maxAgeMs: int({ unit: 'ms', min: 0, default: 12 * 3_600_000 }),
  privateNetwork: bool({ default: false }),
});

/**
 * Cross-origin resource sharing: tells browsers which pages may read responses. Requests of other origins are answered 403, preflights 204; requests without an
 * origin, and of this host's own, are left alone. Responses that depend on the origin say so by `Vary`.
 * Order:   before what answers, so that errors have the fields too; the engine's own `use`, so that preflights reach it.
 * Errors:  OptionError at construction, for `credentials` with '*' too, which browsers refuse.
 * Differs: a star in an origin does not reach over `/`, `:` or the start of a name, as it does in hertz-contrib; a preflight is an OPTIONS with
 *          `Access-Control-Request-Method`, any other OPTIONS goes on.
 * Source:  hertz-contrib/cors; fetch.spec.whatwg.org, CORS protocol.
 */
export function cors(options: CorsOptions = {}): Handler {
  const o = table.resolve(options, 'cors');
  const all = o.origins === '*';
  if (all && o.credentials === true) throw new OptionError('cors.credentials', "cors.credentials: got true with origins '*', wanted origins by name: browsers refuse the pair");
  const allows = matcher(o.origins!);
  const maxAge = String(Math.floor(o.maxAgeMs! / 1000));
  return function cors(c) {
    if (!all) c.addHeader('Vary', 'Origin');
    const origin = c.header('origin');
    if (origin === undefined || origin === `http://${c.host}` || origin === `https://${c.host}`) return;
    if (!allows(origin, c)) {
      c.abortWithStatus(403);
      return;
    }
    c.setHeader('Access-Control-Allow-Origin', all ? '*' : origin);
    if (o.credentials === true) c.setHeader('Access-Control-Allow-Credentials', 'true');
    if (c.method !== 'OPTIONS' || c.header('access-control-request-method') === undefined) {
      if (o.expose!.length > 0) c.setHeader('Access-Control-Expose-Headers', o.expose!.join(','));
      return;
    }
    c.addHeader('Vary', 'Access-Control-Request-Method, Access-Control-Request-Headers');
    c.setHeader('Access-Control-Allow-Methods', o.methods!.join(','));
    c.setHeader('Access-Control-Allow-Headers', o.headers!.join(','));
    c.setHeader('Access-Control-Max-Age', maxAge);
    if (o.privateNetwork === true && c.header('access-control-request-private-network') === 'true') c.setHeader('Access-Control-Allow-Private-Network', 'true');
    c.abortWithStatus(204);
  };
}

type Allows = (origin: string, c: RequestContext) => boolean;

function matcher(origins: NonNullable<CorsOptions['origins']>): Allows {
  if (origins === '*') return () => true;
  if (typeof origins === 'function') return origins;
  const names = new Set<string>();
  const patterns: RegExp[] = [];
  for (const x of origins) {
    if (x instanceof RegExp) {
      // A global one would remember where it stopped.
      patterns.push(new RegExp(x.source, x.flags.replaceAll(/[gy]/g, '')));
      continue;
    }
    if (x !== 'null' && !/^[a-z][a-z0-9+.-]*:\/\/[^/]+$/i.test(x)) throw new OptionError('cors.origins', `cors.origins: got "${x}", wanted a scheme and a host such as https://example.com`);
    if (!x.includes('*')) {
      names.add(x.toLowerCase());
      continue;
    }
    const m = /^([a-z][a-z0-9+.-]*:\/\/)\*(\.[^*]+)$/i.exec(x);
    if (m === null) throw new OptionError('cors.origins', `cors.origins: got "${x}", wanted its star as the first label: https://*.example.com`);
    patterns.push(new RegExp(`^${escaped(m[1]!)}[a-z0-9-]+(?:\\.[a-z0-9-]+)*${escaped(m[2]!)}$`, 'i'));
  }
  return (origin) => names.has(origin.toLowerCase()) || patterns.some((p) => p.test(origin));
}

function escaped(s: string): string {
  return s.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
