// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { OptionTable } from '@cloudwego/gopkg/options';
import { any, int, instance, list, oneOf, optionTable, text } from '@cloudwego/gopkg/options';
import type { H2Options } from '../h2/limits.js';
import type { RouteTable } from '../rpc/routes.js';

/** A way to make messages smaller, by the name that grpc-encoding has for it. */
export interface GrpcCompressor {
  readonly name: string;
  compress(message: Uint8Array): Uint8Array;
  /** Errors: whatever it throws, also for more than `maxBytes`, refuses the message. */
  decompress(message: Uint8Array, maxBytes: number): Uint8Array;
}

/** Settings of the gRPC engine. */
export interface GrpcOptions {
  /** Client: what messages carry. A server takes what content-type says. @defaultValue 'protobuf' */
  readonly payload?: 'thrift' | 'protobuf' | undefined;
  /** Server: the names it serves; without it every index is -1. */
  readonly routes?: RouteTable | undefined;
  /** Unit bytes, of one message, unpacked. @defaultValue 67108864 */
  readonly maxMessageBytes?: number | undefined;
  /** Client: :authority. @defaultValue 'localhost' */
  readonly authority?: string | undefined;
  /** Client: :scheme. @defaultValue 'http' */
  readonly scheme?: 'http' | 'https' | undefined;
  /** Client. @defaultValue 'kitex-typescript' */
  readonly userAgent?: string | undefined;
  /** Known compressions. A server answers with the first that the client accepts. @defaultValue [] */
  readonly compressors?: readonly GrpcCompressor[] | undefined;
  /** Client: the one to send with, by name; '' = none. @defaultValue '' */
  readonly compression?: string | undefined;
  /** Settings of the connection below. */
  readonly h2?: H2Options | undefined;
}

export type GrpcLimits = { readonly [K in keyof Omit<GrpcOptions, 'routes'>]-?: NonNullable<GrpcOptions[K]> } & { readonly routes: RouteTable | undefined };

const table: OptionTable<GrpcOptions> = optionTable<GrpcOptions>({
  payload: oneOf(['protobuf', 'thrift'], { default: 'protobuf' }),
  routes: instance<RouteTable>('what createRouteTable() gives', ['find']),
  maxMessageBytes: int({ unit: 'bytes', min: 1, max: 0x7fffffff, default: 64 * 1024 * 1024 }),
  authority: text({ default: 'localhost' }),
  scheme: oneOf(['http', 'https'], { default: 'http' }),
  userAgent: text({ default: 'kitex-typescript' }),
  compressors: list(instance<GrpcCompressor>('a GrpcCompressor', ['compress', 'decompress']), { default: [] }),
  compression: text({ empty: true, default: '' }),
  h2: any<H2Options>({ what: 'an object of HTTP/2 options', default: {} }),
});

const checked: WeakMap<GrpcOptions, GrpcLimits> = new WeakMap();

/** Checks options and fills defaults, once per options object. Errors: OptionError. */
export function grpcLimitsOf(o: GrpcOptions): GrpcLimits {
  let l = checked.get(o);
  if (l === undefined) checked.set(o, (l = table.resolve(o, 'grpc') as unknown as GrpcLimits));
  return l;
}
