// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError, OptionError } from '@cloudwego/gopkg/errors';
import type { MethodDefinition, StructCodec } from '@cloudwego/pilota/codegen/v1';
import type { DescriptorProvider, LinkedFunction, LinkedStruct, LinkedType, ThriftDescriptor } from '@cloudwego/pilota/descriptor';
import { createHttpRequest, HttpRoutes, HttpTranscoder, withParams } from '@cloudwego/pilota/dynamic';
import type { HttpOptions, HttpReply, HttpRequestInit, HttpRequestView } from '@cloudwego/pilota/dynamic';
import type { CallOptions } from '../types.js';
import type { GenericClient } from './client.js';
import { GenericException } from './exception.js';
import { ThriftGeneric } from './generic.js';
import type { Generic, ServiceChoice } from './generic.js';
import { methodOf } from './method.js';
import type { ValueForm } from './values.js';

/** Options of {@link httpGeneric}. */
export interface HttpGenericOptions extends ServiceChoice {
  readonly http?: HttpOptions | undefined;
}

/** An answer, for whatever carries HTTP. */
export interface HttpGenericReply extends HttpReply {
  /** The declared exception that it was made of, by its name in `throws`; undefined = it is the result. */
  readonly exception?: string | undefined;
}

/** No route of the service leads where a request wants to go: what a gateway answers with 404. */
export class HttpRouteError extends CloudWeGoError {
  static override readonly type: string = 'kitex/HttpRouteError';
  readonly code = 'KITEX_GENERIC_ROUTE_MISSING';
  readonly method: string;
  readonly path: string;

  constructor(service: string, method: string, path: string) {
    super(`the service ${service} has no route for ${method} ${path.length > 200 ? `${path.slice(0, 200)}…` : path}`);
    this.method = method;
    this.path = path;
  }
}

/**
 * Requests are HTTP requests, responses are answers, by the `api.*` annotations of the IDL; verb and path name the method. For clients: {@link httpCall}.
 * Errors: OptionError where the IDL has no such service; DescriptorError for routes that cannot be; of calls DynamicError for what does not fit.
 * Source: cloudwego/kitex pkg/generic HTTPThriftGeneric. `Differs:` every declared exception is an answer; arguments may be any number, with annotations of their own.
 */
export function httpGeneric(idl: DescriptorProvider<ThriftDescriptor>, options: HttpGenericOptions = {}): Generic {
  const http = new HttpTranscoder(options.http);
  return new HttpThriftGeneric('http', idl, options, (f) => httpMethod(f, http));
}

/**
 * Sends an HTTP request on as a call of the method that its verb and path name.
 * Errors: {@link HttpRouteError}; those of every call.
 */
export async function httpCall(client: GenericClient, request: HttpRequestView | HttpRequestInit, options?: CallOptions): Promise<HttpGenericReply> {
  return ((await client.genericCall('', request, options)) as HttpGenericReply | undefined) ?? NOTHING;
}

const NOTHING: HttpGenericReply = Object.freeze({ status: 200, headers: [], body: Buffer.alloc(0) });

class HttpThriftGeneric extends ThriftGeneric {
  private table: HttpRoutes | undefined = undefined;
  private of: ReadonlyMap<string, LinkedFunction> | undefined = undefined;

  route(name: string, given: unknown): { readonly name: string; readonly request: HttpRequestView } {
    if (typeof given !== 'object' || given === null) throw new OptionError('request', `genericCall: got ${typeof given}, wanted an HTTP request`);
    const request = isView(given) ? given : createHttpRequest(given as HttpRequestInit);
    const match = this.routes().lookup(request.method, request.path);
    if (name !== '') return { name, request: match?.function.name === name ? withParams(request, match.params) : request };
    if (match === undefined) throw new HttpRouteError(this.serviceName, request.method, request.path);
    return { name: match.function.name, request: withParams(request, match.params) };
  }

  private routes(): HttpRoutes {
    const functions = this.linked();
    if (this.of !== functions || this.table === undefined) {
      this.table = new HttpRoutes(functions.values());
      this.of = functions;
    }
    return this.table;
  }
}

function isView(request: object): request is HttpRequestView {
  return typeof (request as Partial<HttpRequestView>).header === 'function';
}

function structOf(type: LinkedType | LinkedStruct): LinkedStruct | undefined {
  return 'kind' in type ? type.struct : type;
}

function httpMethod(f: LinkedFunction, http: HttpTranscoder): MethodDefinition {
  const form: ValueForm = {
    write: (w, type, value) => {
      const struct = structOf(type);
      if (struct === undefined) throw new OptionError('request', `${f.name}: wanted arguments that are structs`);
      http.writeRequest(w, struct, value as HttpRequestView);
    },
    read: (r, type): HttpReply => {
      const struct = structOf(type);
      return struct === undefined ? { status: 200, headers: [JSON_TYPE], body: http.json.readJson(r, type) } : http.readReply(r, struct);
    },
  };
  const m = methodOf(f, form);
  const single = f.args.fields.length === 1 ? f.args.fields[0] : undefined;
  // One argument that is no struct has its place by itself, like several.
  const args: StructCodec<unknown> = single !== undefined && single.type.struct === undefined ? { ...m.args, encode: (w, v) => { http.writeRequest(w, f.args, v as HttpRequestView); } } : m.args;
  return {
    ...m,
    args,
    result: {
      ...m.result,
      decode(r): HttpGenericReply {
        try {
          return (m.result.decode(r) as HttpReply | undefined) ?? NOTHING;
        } catch (e) {
          if (e instanceof GenericException) return { ...(e.value as HttpReply), exception: e.field };
          throw e;
        }
      },
    },
  };
}

const JSON_TYPE = ['content-type', 'application/json; charset=utf-8'] as const;
