// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** What a {@link ZooKeeperError} may be about. */
export type ZooKeeperCode =
  /** No server answers, or the connection broke while a request was under way: whether it was carried out is not known. */
  | 'ZOOKEEPER_SERVER_UNAVAILABLE'
  /** An answer did not come within `requestTimeoutMs`. */
  | 'ZOOKEEPER_REQUEST_TIMEOUT'
  /** The server answered with an error; `status` is its number. */
  | 'ZOOKEEPER_REQUEST_REFUSED'
  /** There is no such node, or no parent of it. */
  | 'ZOOKEEPER_NODE_MISSING'
  /** There is such a node already. */
  | 'ZOOKEEPER_NODE_EXISTS'
  /** The session that the request was meant for is over. */
  | 'ZOOKEEPER_SESSION_EXPIRED'
  /** The server sent what makes no sense. */
  | 'ZOOKEEPER_RESPONSE_INVALID'
  /** The client was closed. */
  | 'ZOOKEEPER_CLIENT_CLOSED';

/** What went wrong between this client and ZooKeeper. */
export class ZooKeeperError extends CloudWeGoError {
  static override readonly type: string = 'shared-zookeeper/ZooKeeperError';
  readonly code: ZooKeeperCode;
  /** Number of ZooKeeper's own error, all of them negative; undefined where the server sent none. */
  readonly status: number | undefined;

  constructor(code: ZooKeeperCode, message: string, o: { readonly status?: number; readonly cause?: unknown } = {}) {
    super(message, 'cause' in o ? { cause: o.cause } : undefined);
    this.code = code;
    this.status = o.status;
  }
}

/** Numbers of the server's errors. Source: apache/zookeeper KeeperException.Code. */
export const ServerError = { ConnectionLoss: -4, NoNode: -101, NoAuth: -102, BadVersion: -103, NodeExists: -110, NotEmpty: -111, SessionExpired: -112, InvalidACL: -114, AuthFailed: -115, SessionMoved: -118 } as const;

const CODES: Readonly<Record<number, ZooKeeperCode>> = {
  [ServerError.ConnectionLoss]: 'ZOOKEEPER_SERVER_UNAVAILABLE',
  [ServerError.NoNode]: 'ZOOKEEPER_NODE_MISSING',
  [ServerError.NodeExists]: 'ZOOKEEPER_NODE_EXISTS',
  [ServerError.SessionExpired]: 'ZOOKEEPER_SESSION_EXPIRED',
  [ServerError.SessionMoved]: 'ZOOKEEPER_SERVER_UNAVAILABLE',
};

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(ServerError).map(([name, status]) => [status, name]));

/** The error for a number that the server answered with. */
export function errorOf(status: number, what: string): ZooKeeperError {
  return new ZooKeeperError(CODES[status] ?? 'ZOOKEEPER_REQUEST_REFUSED', `${what}: ${NAMES.get(status) ?? 'error'} (${status})`, { status });
}
