// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { Context } from '@cloudwego/gopkg/context';
import { formatAddress } from '@cloudwego/gopkg/io';
import type { Wire } from '@cloudwego/protocol';
import { describeOptions } from '../suites.js';
import type { AppliedOption, EndpointInfo, RemoteInfo, RPCInfo } from '../types.js';

/*
 * Short ways to what RPCInfo knows. Each takes any context, gives undefined where there is no call, and never throws.
 * Source: cloudwego/kitex pkg/utils/kitexutil.
 */

/** RPCInfo of the call that the context belongs to. */
export function getRPCInfo(ctx: Context | undefined): RPCInfo | undefined {
  return (ctx as { readonly rpcInfo?: RPCInfo } | undefined)?.rpcInfo;
}

/** Service name of the caller. */
export function getCaller(ctx: Context | undefined): string | undefined {
  return named(getRPCInfo(ctx)?.from.serviceName);
}

/** Service name of the called side. */
export function getCallee(ctx: Context | undefined): string | undefined {
  return named(getRPCInfo(ctx)?.to.serviceName);
}

/** Method that is called, as in the IDL. */
export function getMethod(ctx: Context | undefined): string | undefined {
  return getRPCInfo(ctx)?.invocation.methodName;
}

/** Method that the caller was serving when it made the call. */
export function getCallerHandlerMethod(ctx: Context | undefined): string | undefined {
  return named(getRPCInfo(ctx)?.from.method);
}

/** Service name in the IDL. */
export function getIDLServiceName(ctx: Context | undefined): string | undefined {
  return getRPCInfo(ctx)?.invocation.serviceName;
}

/** Address of the caller, `host:port` or `unix:/path`. */
export function getCallerAddr(ctx: Context | undefined): string | undefined {
  const a = getRPCInfo(ctx)?.from.address;
  return a === undefined ? undefined : formatAddress(a);
}

/** IP of the caller; undefined for one on a unix socket. */
export function getCallerIP(ctx: Context | undefined): string | undefined {
  const a = getRPCInfo(ctx)?.from.address;
  return a?.kind === 'tcp' ? a.host : undefined;
}

/** Wire of the call. */
export function getTransportProtocol(ctx: Context | undefined): Wire | undefined {
  return getRPCInfo(ctx)?.config.transport;
}

/** One end of the call. */
export function getEndpoint(ctx: Context | undefined, side: 'from'): EndpointInfo | undefined;
export function getEndpoint(ctx: Context | undefined, side: 'to'): RemoteInfo | undefined;
export function getEndpoint(ctx: Context | undefined, side: 'from' | 'to'): EndpointInfo | undefined {
  return getRPCInfo(ctx)?.[side];
}

/** The options that the call was made with, as readable text; nothing on a server. Source: cloudwego/kitex client/callopt CallOptionInfo. */
export function getCallOptions(ctx: Context | undefined): readonly AppliedOption[] {
  const options = (ctx as { readonly call?: { readonly options?: object } } | undefined)?.call?.options;
  return options === undefined ? [] : describeOptions(options, new Map(Object.keys(options).map((k) => [k, 'call'])), new Set());
}

function named(v: string | undefined): string | undefined {
  return v === '' ? undefined : v;
}
