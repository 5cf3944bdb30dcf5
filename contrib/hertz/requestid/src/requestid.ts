// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import type { OptionTable } from '@cloudwego/gopkg/options';
import { func, optionTable, text } from '@cloudwego/gopkg/options';
import type { Handler, RequestContext } from '@cloudwego/hertz';

/** Options of {@link requestId}. */
export interface RequestIdOptions {
  /** The field that carries it, in and out. @defaultValue 'X-Request-ID' */
  readonly header?: string | undefined;
  /** Makes one where none came. @defaultValue a UUID, version 4 */
  readonly generator?: ((c: RequestContext) => string) | undefined;
  /** Told of every id. */
  readonly handler?: ((c: RequestContext, id: string) => void) | undefined;
}

const table: OptionTable<RequestIdOptions> = optionTable<RequestIdOptions>({
  header: text({ default: 'X-Request-ID', pattern: /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/ }),
  generator: func<NonNullable<RequestIdOptions['generator']>>({ default: () => randomUUID() }),
  handler: func<NonNullable<RequestIdOptions['handler']>>(),
});

const KEY = 'hertz-contrib.requestid';

/**
 * Gives each request an id, the one that came with it where there is one, and sends it back.
 * Differs: what came is taken only where it is fit for logs and fields (1 to 200 of letters, digits and `_ . : + / = -`), else it is made anew; Go echoes
 * anything. Source: hertz-contrib/requestid.
 * Errors: OptionError at construction.
 */
export function requestId(options: RequestIdOptions = {}): Handler {
  const o = table.resolve(options, 'requestId');
  return function requestId(c) {
    const sent = c.header(o.header!);
    const id = sent !== undefined && /^[\w.:+/=-]{1,200}$/.test(sent) ? sent : o.generator!(c);
    c.set(KEY, id);
    o.handler?.(c, id);
    c.setHeader(o.header!, id);
  };
}

/** The id of a request; '' where the middleware did not run. */
export function getRequestId(c: RequestContext): string {
  return c.get<string>(KEY) ?? '';
}
