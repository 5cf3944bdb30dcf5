// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { skip } from '../../codegen/v1/skip.js';
import { TType } from '../../codegen/v1/ttype.js';
import type { LinkedField, LinkedStruct } from '../../descriptor/index.js';
import { DynamicError } from '../errors.js';
import { RootTranscoder } from '../json/root.js';
import { JsonTranscoder } from '../json/transcoder.js';
import { resolveHttpOptions } from './options.js';
import type { HttpOptions, ResolvedHttpOptions } from './options.js';
import { planHttp, sourcesOf } from './plan.js';
import type { HttpPlan, HttpSource } from './plan.js';
import type { HttpRequestView } from './request.js';
import { checkHeader, readText, writeText } from './text.js';

/** An answer as plain data, for whatever carries HTTP. */
export interface HttpReply {
  /** 200 where no field says it. */
  readonly status: number;
  /** In the order of the fields; `content-type` and one `set-cookie` for each cookie among them. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/**
 * Makes Thrift structs of HTTP requests, and HTTP answers of Thrift structs, by the `api.*` annotations of their fields; what is not annotated is JSON in the body.
 * Annotations of the root's own fields count, and of structs below `api.no_body_struct`.
 * Errors: {@link DynamicError} with the path of the field; OptionError at construction.
 * `Differs:` `api.none` is never read nor written (dynamicgo reads it); a value that does not fit its type is an error; only a body that says it is no JSON is left alone.
 * Source: cloudwego/dynamicgo conv/j2t/http_conv.go, conv/t2j/http_conv.go; cloudwego/kitex pkg/generic/descriptor/http_mapping.go.
 */
export class HttpTranscoder {
  readonly options: ResolvedHttpOptions;
  /** For values; the bodies around them have one of their own, because they are begun and not done when a value comes. */
  readonly json: JsonTranscoder;
  private readonly bodies: RootTranscoder;
  private readonly plans = new WeakMap<LinkedStruct, HttpPlan>();

  constructor(options: HttpOptions = {}) {
    this.options = resolveHttpOptions(options);
    this.json = new JsonTranscoder(this.options.json);
    this.bodies = new RootTranscoder(this.options.json);
  }

  /** Writes the struct of a request. What was written before an error stays in the writer. */
  writeRequest(w: ByteWriter, struct: LinkedStruct, request: HttpRequestView): void {
    const plan = this.plan(struct);
    const body = jsonBody(request, plan);
    const taken = new Set<LinkedField>();
    for (const { field, sources } of plan.mapped) if (this.writeMapped(w, field, sources, request, body)) taken.add(field);
    const search = this.options.searchAbsent || (body.length === 0 && this.options.readFallback) ? (f: LinkedField): boolean => this.searched(w, f, request) : undefined;
    this.bodies.writeRoot(w, plan.root, body, taken, search);
  }

  /** Reads the struct of an answer from where the reader stands. */
  readReply(r: ByteReader, struct: LinkedStruct): HttpReply {
    const plan = this.plan(struct);
    const headers: [string, string][] = [];
    let status = 200;
    let raw: Buffer | undefined;
    const take = (f: LinkedField, from: ByteReader): boolean => {
      const sources = plan.byField.get(f);
      if (sources === undefined) return false;
      const at = from.pos;
      for (const { place, name } of sources) {
        if (place === 'body') return false;
        from.pos = at;
        try {
          if (place === 'none') skip(from, f.type.ttype);
          else if (place === 'http_code') status = statusOf(readText(from, f.type, this.json, 'json')) ?? status;
          else if (place === 'header') headers.push([name, checkHeader(name, readText(from, f.type, this.json, this.options.lists))]);
          else if (place === 'cookie') headers.push(['set-cookie', `${name}=${checkHeader(name, readText(from, f.type, this.json, this.options.lists))}`]);
          else if (place === 'raw_body' && f.type.ttype === TType.STRING) raw = Buffer.from(from.bytes32());
          else throw new DynamicError('PILOTA_DYNAMIC_HTTP_INVALID', `api.${place} is no place of an answer`);
          return true;
        } catch (e) {
          if (this.options.replyErrors === 'fail' || (e as Partial<DynamicError>).code !== 'PILOTA_DYNAMIC_HTTP_INVALID') throw DynamicError.at(e, f.name);
        }
      }
      from.pos = at;
      if (this.options.writeFallback) return false;
      skip(from, f.type.ttype);
      return true;
    };
    const json = this.bodies.readRoot(r, plan.root, take);
    if (raw === undefined && !headers.some(([name]) => name === 'content-type')) headers.unshift(['content-type', 'application/json; charset=utf-8']);
    return { status, headers, body: raw ?? json };
  }

  /** Whether the field is done with: its places had something, which is written then, or nobody is to look further. */
  private writeMapped(w: ByteWriter, f: LinkedField, sources: readonly HttpSource[], request: HttpRequestView, body: Uint8Array): boolean {
    for (const s of sources) {
      if (s.place === 'none') return true;
      if (s.place === 'body' && body.length > 0) {
        // What stands in JSON is written by whoever walks over it, and what stands nowhere too: only a place that follows needs to know which.
        if (s === sources.at(-1) || this.bodies.hasKey(body, f.alias)) return false;
      } else if (s.place === 'no_body_struct') {
        if (f.type.struct === undefined) throw new DynamicError('PILOTA_DYNAMIC_HTTP_INVALID', 'api.no_body_struct is for structs', [f.name]);
        header(w, f);
        this.writeWithoutBody(w, f.type.struct, request);
        return true;
      } else if (s.place === 'raw_body') {
        if (f.type.ttype !== TType.STRING) throw new DynamicError('PILOTA_DYNAMIC_HTTP_INVALID', 'api.raw_body is for string and binary', [f.name]);
        header(w, f);
        w.bytes32(request.body);
        return true;
      } else if (this.writeFound(w, f, valueOf(request, s))) return true;
    }
    if (this.options.readFallback || sources.some((s) => s.place === 'body')) return false;
    this.bodies.writeAbsent(w, f);
    return true;
  }

  private writeFound(w: ByteWriter, f: LinkedField, text: string | undefined): boolean {
    if (text === undefined || text === '') return false;
    try {
      header(w, f);
      writeText(w, f.type, text, this.json);
    } catch (e) {
      throw DynamicError.at(e, f.name);
    }
    return true;
  }

  /** By its key: path, query, headers, cookies, form. */
  private searched(w: ByteWriter, f: LinkedField, request: HttpRequestView): boolean {
    const key = f.alias;
    const text = [request.param(key), request.query(key), request.header(key.toLowerCase()), request.cookie(key), request.form(key)].find((x) => x !== undefined && x !== '');
    return this.writeFound(w, f, text);
  }

  /** All fields that have places; those without a value have their default, or zero. Source: cloudwego/dynamicgo thrift/annotation/http_mapping.go apiNoBodyStruct. */
  private writeWithoutBody(w: ByteWriter, s: LinkedStruct, request: HttpRequestView): void {
    for (const f of s.fields) {
      const sources = sourcesOf(f);
      if (sources.length === 0) continue;
      if (sources.some((x) => this.writeFound(w, f, valueOf(request, x)))) continue;
      header(w, f);
      this.bodies.writeDefault(w, f);
    }
    w.u8(0);
  }

  private plan(s: LinkedStruct): HttpPlan {
    let plan = this.plans.get(s);
    if (plan === undefined) this.plans.set(s, (plan = planHttp(s)));
    return plan;
  }
}

function header(w: ByteWriter, f: LinkedField): void {
  w.u8(f.type.ttype);
  w.i16(f.id);
}

function valueOf(request: HttpRequestView, s: HttpSource): string | undefined {
  switch (s.place) {
    case 'query':
      return request.query(s.name);
    case 'path':
      return request.param(s.name);
    case 'header':
      return request.header(s.name);
    case 'cookie':
      return request.cookie(s.name);
    case 'form':
    case 'body':
      return request.form(s.name);
    case 'raw_uri':
      return request.uri;
    default:
      return undefined;
  }
}

const NONE = new Uint8Array(0);

/** The body, if it is JSON: what says that it is something else is not; what says nothing is, unless all of it goes to one field and it does not look so. */
function jsonBody(request: HttpRequestView, plan: HttpPlan): Uint8Array {
  const { body } = request;
  if (body.length === 0) return NONE;
  const type = request.header('content-type');
  if (type !== undefined && !/^\s*(?:application|text)\/(?:[\w.+-]+\+)?json\b/i.test(type)) return NONE;
  if (type === undefined && body[0] !== 0x7b && plan.mapped.some(({ sources }) => sources.some((s) => s.place === 'raw_body'))) return NONE;
  return body;
}

/** Undefined = 0, which nobody answers with: the field was not set. */
function statusOf(text: string): number | undefined {
  const n = Number(text);
  if (n === 0) return undefined;
  if (!Number.isInteger(n) || n < 100 || n > 999) throw new DynamicError('PILOTA_DYNAMIC_HTTP_INVALID', `got the status ${text.slice(0, 40)}, wanted an integer from 100 to 999`);
  return n;
}
