// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { parse, SonicSyntaxError } from '@cloudwego/sonic';
import { readCookies } from '@cloudwego/protocol';
import type { RequestContext } from '../context.js';
import type { FormFile } from '../form/form-file.js';
import type { Source } from './errors.js';
import { BindingError } from './errors.js';

const NONE: readonly string[] = Object.freeze([]);

/** The parts of one request as binders read them; each is made on first use. */
export class RequestValues {
  private readonly c: RequestContext;
  private jsonMade: { readonly value: unknown } | undefined = undefined;
  private cookies: readonly (readonly [string, string])[] | undefined = undefined;

  constructor(c: RequestContext) {
    this.c = c;
  }

  /** All texts that a source has under a name. */
  texts(source: Source, name: string): readonly string[] {
    const { c } = this;
    switch (source) {
      case 'path': {
        const v = c.param(name);
        return v === undefined ? NONE : [v];
      }
      case 'form':
        return c.postFormArray(name);
      case 'query':
        return c.queryArgs.getAll(name);
      case 'cookie':
        return (this.cookies ??= readCookies(c.exchange.rawHeaders)).filter(([n]) => n === name).map(([, v]) => v);
      case 'header':
        return this.headers(name.toLowerCase());
      default:
        return NONE;
    }
  }

  private headers(lower: string): readonly string[] {
    const raw = this.c.exchange.rawHeaders;
    const out: string[] = [];
    for (let i = 0; i < raw.length; i += 2) if (raw[i]!.length === lower.length && raw[i]!.toLowerCase() === lower) out.push(raw[i + 1]!);
    return out;
  }

  /** Names and texts of `name[key]=text`. */
  bracketed(source: 'form' | 'query', name: string): ReadonlyMap<string, string> | undefined {
    let out: Map<string, string> | undefined;
    for (const [k, v] of source === 'form' ? this.formTexts() : this.c.queryArgs) {
      if (k.startsWith(name) && k[name.length] === '[' && k.endsWith(']') && k.indexOf(']') === k.length - 1) (out ??= new Map()).set(k.slice(name.length + 1, -1), v);
    }
    return out;
  }

  private formTexts(): Iterable<readonly [string, string]> {
    const form = this.c.formNow;
    return form === undefined ? this.c.postArgs : Array.from(form.values, ([k, all]) => [k, all[0]!] as const);
  }

  get isJSON(): boolean {
    return /^application\/(?:[\w.+-]+\+)?json\b/i.test(this.c.contentType);
  }

  get isProtobuf(): boolean {
    return /^application\/(?:x-)?protobuf\b/i.test(this.c.contentType);
  }

  get hasBody(): boolean {
    return this.c.hasBody;
  }

  get bytes(): Uint8Array {
    return this.c.bodyBytes;
  }

  /** The body, parsed, where it says that it is JSON; undefined for other bodies and none. Errors: {@link BindingError} (syntax). */
  json(): unknown {
    if (this.jsonMade === undefined) this.jsonMade = { value: this.isJSON && this.hasBody ? this.parse() : undefined };
    return this.jsonMade.value;
  }

  private formEntries(): Iterable<readonly [string, string | FormFile]> {
    const form = this.c.formNow;
    if (form === undefined) return this.c.postArgs;
    const all: (readonly [string, readonly (string | FormFile)[]])[] = [...form.values, ...form.files];
    return all.flatMap(([k, list]) => list.map((v) => [k, v] as const));
  }

  private parse(): unknown {
    try {
      return parse(this.bytes);
    } catch (e) {
      if (!(e instanceof SonicSyntaxError)) throw e;
      throw new BindingError([{ path: '', source: 'json', code: 'syntax', message: `the body is no JSON: ${e.message}` }], { cause: e });
    }
  }

  /** Names and texts of a source that lists them; of a form its files, too. */
  entries(source: Source): Iterable<readonly [string, string | FormFile]> {
    const { c } = this;
    switch (source) {
      case 'path':
        return Object.entries(c.params);
      case 'form':
        return this.formEntries();
      case 'query':
        return c.queryArgs;
      case 'cookie':
        return (this.cookies ??= readCookies(c.exchange.rawHeaders));
      case 'header': {
        const raw = c.exchange.rawHeaders;
        const out: [string, string][] = [];
        for (let i = 0; i < raw.length; i += 2) out.push([raw[i]!.toLowerCase(), raw[i + 1]!]);
        return out;
      }
      default:
        return [];
    }
  }
}
