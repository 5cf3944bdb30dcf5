// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { HttpHead } from '../engine.js';
import type { HeaderBlock } from './hpack/decoder.js';

/** What the pseudo fields of a list say, and what is wrong with it; found out once per list. */
export interface HeadFacts {
  readonly method: string;
  readonly scheme: string;
  readonly authority: string;
  readonly target: string;
  readonly status: number;
  readonly length: number | undefined;
  /** Regular fields, name and value in turn. */
  readonly rawHeaders: readonly string[];
  /** Why the list is malformed; undefined = it is not. */
  readonly malformed: string | undefined;
}

const CONNECTION_FIELDS: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);
// eslint-disable-next-line no-control-regex
const BAD_NAME = /[^\u0021\u0023-\u0027\u002a\u002b\u002d\u002e\u0030-\u0039\u005e-\u007a\u007c\u007e]/;
// eslint-disable-next-line no-control-regex
const BAD_VALUE = /[\u0000\n\r]|^[ \t]|[ \t]$/;

/** Facts of a request's or response's header list. Source: RFC 9113 section 8.2, 8.3. */
export function headFacts(block: HeaderBlock, request: boolean): HeadFacts {
  const known = block.known as { readonly request: boolean; readonly facts: HeadFacts } | undefined;
  if (known?.request === request) return known.facts;
  const facts = examine(block.fields, request, false);
  block.known = { request, facts };
  return facts;
}

/** Facts of trailers: no pseudo fields. */
export function tailFacts(block: HeaderBlock): HeadFacts {
  return examine(block.fields, false, true);
}

function examine(fields: readonly string[], request: boolean, trailers: boolean): HeadFacts {
  let method = '';
  let scheme = '';
  let authority = '';
  let target = '';
  let status = 0;
  let length: number | undefined;
  let malformed: string | undefined;
  let seen = 0;
  const raw: string[] = [];
  const wrong = (why: string): void => {
    malformed ??= why;
  };
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!;
    const value = fields[i + 1]!;
    if (name.charCodeAt(0) === 0x3a) {
      const bit = name === ':method' ? 1 : name === ':scheme' ? 2 : name === ':authority' ? 4 : name === ':path' ? 8 : name === ':status' ? 16 : 0;
      if (trailers) wrong(`the pseudo field ${name} in trailers`);
      else if (bit === 0 || (bit === 16) === request) wrong(`the pseudo field ${name.slice(0, 40)} in a ${request ? 'request' : 'response'}`);
      else if (raw.length > 0) wrong(`the pseudo field ${name} behind a regular one`);
      else if ((seen & bit) !== 0) wrong(`the pseudo field ${name} twice`);
      seen |= bit;
      if (bit === 1) method = value;
      else if (bit === 2) scheme = value;
      else if (bit === 4) authority = value;
      else if (bit === 8) target = value;
      else if (bit === 16) status = /^[1-9]\d\d$/.test(value) ? Number(value) : (wrong(`the status "${value.slice(0, 20)}"`), 0);
      continue;
    }
    if (name === '' || BAD_NAME.test(name)) wrong(`the field name "${name.slice(0, 40)}"`);
    else if (CONNECTION_FIELDS.has(name)) wrong(`the field ${name}, which belongs to one connection of HTTP/1`);
    else if (name === 'te' && value !== 'trailers') wrong(`te: ${value.slice(0, 40)}, wanted trailers`);
    if (BAD_VALUE.test(value)) wrong(`the value of ${name.slice(0, 40)}`);
    if (name === 'content-length') {
      if (!/^\d{1,15}$/.test(value) || (length !== undefined && length !== Number(value))) wrong(`content-length: ${value.slice(0, 40)}`);
      else length = Number(value);
    }
    raw.push(name, value);
  }
  if (!trailers) {
    if (request) {
      if (method === '') wrong('no :method');
      else if (method === 'CONNECT' ? authority === '' || (seen & 10) !== 0 : (seen & 11) !== 11 || scheme === '') wrong('no :scheme or :path');
      else if (method !== 'CONNECT' && !target.startsWith('/') && !(target === '*' && method === 'OPTIONS')) wrong(`the :path "${target.slice(0, 40)}"`);
    } else if ((seen & 16) === 0) {
      wrong('no :status');
    }
  }
  return { method, scheme, authority, target, status, length, rawHeaders: raw, malformed };
}

/** Shows one head after another; valid until `onHead` returns, then `retain()` it. */
export class H2HeadView implements HttpHead {
  readonly version = '2';
  private facts: HeadFacts = NONE;

  set(facts: HeadFacts): this {
    this.facts = facts;
    return this;
  }

  get scheme(): string {
    return this.facts.scheme;
  }

  get authority(): string {
    return this.facts.authority;
  }

  get method(): string {
    return this.facts.method;
  }

  get target(): string {
    return this.facts.target;
  }

  get status(): number {
    return this.facts.status;
  }

  get length(): number | undefined {
    return this.facts.length;
  }

  get rawHeaders(): readonly string[] {
    return this.facts.rawHeaders;
  }

  /** Equal lists give the same object: a place to keep what was found out about one. */
  get identity(): object {
    return this.facts;
  }

  header(lowerName: string): string | undefined {
    const raw = this.facts.rawHeaders;
    for (let i = 0; i < raw.length; i += 2) if (raw[i] === lowerName) return raw[i + 1];
    return undefined;
  }

  retain(): H2HeadView {
    return new H2HeadView().set(this.facts);
  }
}

const NONE: HeadFacts = { method: '', scheme: '', authority: '', target: '', status: 0, length: undefined, rawHeaders: [], malformed: undefined };
