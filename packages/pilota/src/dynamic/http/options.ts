// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { bool, oneOf, optionTable } from '@cloudwego/gopkg/options';
import type { OptionTable } from '@cloudwego/gopkg/options';
import { resolveJsonOptions } from '../json/options.js';
import type { JsonOptions, ResolvedJsonOptions } from '../json/options.js';

/** How HTTP and Thrift meet. Defaults are those of Kitex's HTTP generic call. Source: cloudwego/dynamicgo conv/api.go Options, each of which is named. */
export interface HttpOptions {
  /** Of bodies. Beside their own defaults: `binary` 'text', `absentRequired` and `absentDefault` 'zero'. Source: cloudwego/kitex pkg/generic/option.go DefaultHTTPDynamicGoConvOpts. */
  readonly json?: JsonOptions | undefined;
  /** A field whose annotated place has nothing is looked for in the body. Go: ReadHttpValueFallback. @defaultValue true */
  readonly readFallback?: boolean | undefined;
  /** A field that no annotated place takes stands in the body of the answer. Go: WriteHttpValueFallback. @defaultValue true */
  readonly writeFallback?: boolean | undefined;
  /** Fields of the root that are nowhere yet are looked for by their key: path, query, headers, cookies, form. Without a body this is always done where `readFallback` is. Go: TracebackRequredOrRootFields. @defaultValue false */
  readonly searchAbsent?: boolean | undefined;
  /** A place of an answer that cannot take the value (a status out of range, a header of two lines, a query): the next place is tried, or the call fails. Go: OmitHttpMappingErrors. @defaultValue 'next' */
  readonly replyErrors?: 'next' | 'fail' | undefined;
  /** What a list is in a header or cookie of an answer: its elements between commas, or JSON. Go: UseKitexHttpEncoding. @defaultValue 'commas' */
  readonly lists?: 'commas' | 'json' | undefined;
}

const table: OptionTable<Omit<HttpOptions, 'json'>> = optionTable<Omit<HttpOptions, 'json'>>({
  readFallback: bool({ default: true }),
  writeFallback: bool({ default: true }),
  searchAbsent: bool({ default: false }),
  replyErrors: oneOf(['next', 'fail'] as const, { default: 'next' }),
  lists: oneOf(['commas', 'json'] as const, { default: 'commas' }),
});

export type ResolvedHttpOptions = { readonly [K in Exclude<keyof HttpOptions, 'json'>]-?: NonNullable<HttpOptions[K]> } & { readonly json: ResolvedJsonOptions };

const JSON_DEFAULTS: JsonOptions = { binary: 'text', absentRequired: 'zero', absentDefault: 'zero' };

/** Checks options and fills defaults. Errors: OptionError. */
export function resolveHttpOptions(o: HttpOptions): ResolvedHttpOptions {
  const { json, ...rest } = o;
  return { ...(table.resolve(rest, 'http') as Omit<ResolvedHttpOptions, 'json'>), json: resolveJsonOptions({ ...JSON_DEFAULTS, ...json }) };
}
