// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { MethodDefinition } from '@cloudwego/pilota/codegen/v1';
import type { RpcHead } from '@cloudwego/protocol';
import { TransErrorType } from '../../errors.js';
import type { Stage } from '../../stages.js';
import type { ServerCall } from '../call.js';
import type { ServerConn } from '../conn.js';
import type { ServiceEntry } from '../core.js';

export const route: Stage = {
  name: 'route',
  file: 'server/stages/route.ts',
  side: 'server',
  when: 'the head of a request is there, before any payload is decoded: service and method by name, message type',
};

/**
 * The service and method of a request, or undefined when the request was refused: an EXCEPTION where the wire allows it, then the connection closes.
 * Source: cloudwego/kitex server/service.go, pkg/remote/codec/util.go SetOrCheckMethodName.
 */
export function routeRequest(conn: ServerConn, id: number, head: RpcHead): ServiceEntry | undefined {
  if (head.type !== 1 && head.type !== 4) {
    conn.channel.engine.reset(id, TransErrorType.InvalidMessageType, `invalid message type ${head.type} in a request`);
    return undefined;
  }
  const { core } = conn;
  const entry = core.takesAll ?? (head.serviceIndex >= 0 ? core.services[head.serviceIndex] : head.service === '' ? (core.nameless ?? core.takesRest) : core.takesRest);
  if (entry === undefined) {
    conn.refuse(id, TransErrorType.UnknownService, `unknown service ${head.service}, method ${head.methodName}`);
    return undefined;
  }
  if (head.methodIndex < 0 && entry.dynamic === undefined) {
    if (core.takesRest !== undefined) return core.takesRest;
    conn.refuse(id, TransErrorType.UnknownMethod, `unknown method ${head.methodName} (service ${entry.definition.name})`);
    return undefined;
  }
  return entry;
}

/** The method of a service that finds its methods as they are called; undefined when the request was refused. */
export function dynamicMethod(conn: ServerConn, id: number, head: RpcHead, entry: ServiceEntry, streaming: boolean): MethodDefinition | undefined {
  const m = entry.dynamic!.method(head.methodName, streaming ? 'bidi' : head.type === 4 ? 'oneway' : 'unary');
  if (m === undefined) conn.refuse(id, TransErrorType.UnknownMethod, `unknown method ${head.methodName} (service ${entry.definition.name})`);
  return m;
}

/** Marks the stage on the call that routing made. */
export function routed(call: ServerCall): void {
  call.mark(route);
}
