// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** The basic kinds of pkg/kerrors; one class per kind below. */
export type KitexErrorKind =
  | 'internal'
  | 'discovery'
  | 'getConnection'
  | 'loadbalance'
  | 'noMoreInstance'
  | 'rpcTimeout'
  | 'canceledByBusiness'
  | 'timeoutByBusiness'
  | 'acl'
  | 'circuitBreak'
  | 'remoteOrNetwork'
  | 'overlimit'
  | 'panic'
  | 'biz'
  | 'retry'
  | 'route'
  | 'payloadValidation';

interface KitexErrorOptions {
  readonly cause?: unknown;
  /** Shown in brackets after the basic text, as Go's WithExtraMsg. */
  readonly extra?: string | undefined;
}

/**
 * An RPC that failed for a reason of the framework's: a basic kind, an optional extra text and the cause, rendered `basic[extra]: cause`.
 * Source: cloudwego/kitex pkg/kerrors/kerrors.go DetailedError.
 */
export abstract class KitexError extends CloudWeGoError {
  static override readonly type: string = 'kitex/KitexError';
  abstract readonly kind: KitexErrorKind;
  /** The text in brackets, such as `remote`. */
  readonly extra: string | undefined;

  constructor(basic: string, detail: string | undefined, o: KitexErrorOptions = {}) {
    const head = o.extra === undefined ? basic : `${basic}[${o.extra}]`;
    const text = detail ?? (o.cause === undefined ? undefined : textOf(o.cause));
    super(text === undefined || text === '' ? head : `${head}: ${text}`, o.cause === undefined ? undefined : { cause: o.cause });
    this.extra = o.extra;
  }
}

/** Puts a further text into the brackets of an error's message. Source: DetailedError.WithExtraMsg. */
export function addExtra(e: unknown, text: string): void {
  if (!(e instanceof KitexError)) return;
  const before = e.extra;
  e.message = before === undefined ? e.message.replace(/^([^:]*)/, `$1[${text}]`) : e.message.replace(`[${before}]`, `[${before}, ${text}]`);
  (e as { extra: string | undefined }).extra = before === undefined ? text : `${before}, ${text}`;
}

/** The text that Go's `err.Error()` would give. */
export function textOf(e: unknown): string {
  if (e instanceof Error) return e.message;
  try {
    return String(e);
  } catch {
    return Object.prototype.toString.call(e);
  }
}

/** Misuse or a state that should not be: no such method, no resolver, client closed. */
export class InternalError extends KitexError {
  static override readonly type: string = 'kitex/InternalError';
  readonly code = 'KITEX_INTERNAL_EXCEPTION';
  readonly kind = 'internal';
  override readonly originalName: string | undefined = 'ErrInternalException';
  constructor(detail: string, o?: KitexErrorOptions) {
    super('internal exception', detail, o);
  }
}

/** A call on a closed client, or a registration on a running server. */
export class ClosedError extends KitexError {
  static override readonly type: string = 'kitex/ClosedError';
  readonly code = 'KITEX_CLIENT_CLOSED';
  readonly kind = 'internal';
  override readonly originalName: string | undefined = 'ErrInternalException';
  constructor(detail: string, o?: KitexErrorOptions) {
    super('internal exception', detail, o);
  }
}

/** A message for a stream that is over, was closed for sending, or is fed by something else. */
export class StreamClosedError extends KitexError {
  static override readonly type: string = 'kitex/StreamClosedError';
  readonly code = 'KITEX_STREAM_CLOSED';
  readonly kind = 'internal';
  override readonly originalName: string | undefined = 'ErrInternalException';
  constructor(detail: string, o?: KitexErrorOptions) {
    super('stream closed', detail, o);
  }
}

/**
 * A stream over TTHeader streaming ended otherwise than well: the peer's handler failed, the peer gave it up, or what it sent makes no sense.
 * Source: cloudwego/kitex pkg/remote/trans/ttstream/exception.go.
 */
export class TTStreamError extends KitexError {
  static override readonly type: string = 'kitex/TTStreamError';
  readonly code = 'KITEX_STREAM_FAILED';
  readonly kind = 'remoteOrNetwork';
  /** A number of TTStreamCode, or what the peer gave. */
  readonly typeId: number;
  /** Who gave the stream up, the first hop first. */
  readonly cancelPath: readonly string[];
  /** Without what stands before it. */
  readonly streamMessage: string;
  constructor(typeId: number, side: 'client' | 'server', message: string, o: { readonly cancelPath?: readonly string[]; readonly cause?: unknown } = {}) {
    const path = o.cancelPath ?? [];
    const canceled = path.length === 0 ? '' : ` [canceled path: ${path.join(' -> ')}]`;
    super(`[ttstream error, code=${typeId}] [${side}-side stream]${canceled} ${message}`, '', o.cause === undefined ? {} : { cause: o.cause });
    this.typeId = typeId;
    this.cancelPath = path;
    this.streamMessage = message;
  }
}

/** The resolver failed or found nothing. */
export class DiscoveryError extends KitexError {
  static override readonly type: string = 'kitex/DiscoveryError';
  readonly code = 'KITEX_DISCOVERY_FAILED';
  readonly kind = 'discovery';
  override readonly originalName: string | undefined = 'ErrServiceDiscovery';
  constructor(detail: string | undefined, o?: KitexErrorOptions) {
    super('service discovery error', detail, o);
  }
}

/** No connection could be had: refused, unreachable, or not within `connectTimeoutMs`. */
export class GetConnectionError extends KitexError {
  static override readonly type: string = 'kitex/GetConnectionError';
  readonly code = 'KITEX_CONNECTION_UNAVAILABLE';
  readonly kind = 'getConnection';
  override readonly originalName: string | undefined = 'ErrGetConnection';
  constructor(detail: string | undefined, o?: KitexErrorOptions) {
    super('get connection error', detail, o);
  }
}

/** The balancer could not choose. */
export class LoadBalanceError extends KitexError {
  static override readonly type: string = 'kitex/LoadBalanceError';
  readonly code = 'KITEX_LOADBALANCE_FAILED';
  readonly kind = 'loadbalance';
  override readonly originalName: string | undefined = 'ErrLoadbalance';
  constructor(detail: string | undefined, o?: KitexErrorOptions) {
    super('loadbalance error', detail, o);
  }
}

/** Every instance was tried, or there is none. */
export class NoMoreInstanceError extends KitexError {
  static override readonly type: string = 'kitex/NoMoreInstanceError';
  readonly code = 'KITEX_INSTANCE_EXHAUSTED';
  readonly kind = 'noMoreInstance';
  override readonly originalName: string | undefined = 'ErrNoMoreInstance';
  constructor(detail: string | undefined, o?: KitexErrorOptions) {
    super('no more instances to retry', detail, o);
  }
}

/** The call did not end within its deadline. */
export class RpcTimeoutError extends KitexError {
  static override readonly type: string = 'kitex/RpcTimeoutError';
  readonly code = 'KITEX_RPC_TIMEOUT';
  readonly kind = 'rpcTimeout';
  override readonly originalName: string | undefined = 'ErrRPCTimeout';
  /** The limit that expired. Unit ms. */
  readonly timeoutMs: number;
  constructor(detail: string, timeoutMs: number, o?: KitexErrorOptions) {
    super('rpc timeout', detail, o);
    this.timeoutMs = timeoutMs;
  }
}

/** The caller's signal aborted; `cause` is its reason. */
export class CanceledByBusinessError extends KitexError {
  static override readonly type: string = 'kitex/CanceledByBusinessError';
  readonly code = 'KITEX_CALL_CANCELED';
  readonly kind = 'canceledByBusiness';
  override readonly originalName: string | undefined = 'ErrCanceledByBusiness';
  constructor(detail: string | undefined, o?: KitexErrorOptions) {
    super('canceled by business', detail, o);
  }
}

/** The deadline of the caller's own context was earlier than the call's. */
export class TimeoutByBusinessError extends KitexError {
  static override readonly type: string = 'kitex/TimeoutByBusinessError';
  readonly code = 'KITEX_CALL_TIMEOUT';
  readonly kind = 'timeoutByBusiness';
  override readonly originalName: string | undefined = 'ErrTimeoutByBusiness';
  constructor(detail: string | undefined, o?: KitexErrorOptions) {
    super('timeout by business', detail, o);
  }
}

/** An ACL rule refused the call. */
export class AclError extends KitexError {
  static override readonly type: string = 'kitex/AclError';
  readonly code = 'KITEX_ACL_REJECTED';
  readonly kind = 'acl';
  override readonly originalName: string | undefined = 'ErrACL';
  constructor(detail: string | undefined, o?: KitexErrorOptions) {
    super('request forbidden', detail, o);
  }
}

/** The connection broke, the peer answered with an exception (`extra` is then `remote`), or its answer made no sense. */
export class RemoteOrNetworkError extends KitexError {
  static override readonly type: string = 'kitex/RemoteOrNetworkError';
  readonly code = 'KITEX_REMOTE_OR_NETWORK';
  readonly kind = 'remoteOrNetwork';
  override readonly originalName: string | undefined = 'ErrRemoteOrNetwork';
  constructor(detail: string | undefined, o?: KitexErrorOptions) {
    super('remote or network error', detail, o);
  }
  /**
   * Number of the {@link TransError} behind it, sent by the peer (`extra` starts with `remote` then) or found here, or of the {@link GrpcStatusError}, which is
   * how a TransError comes over gRPC; undefined for other failures.
   */
  get typeId(): number | undefined {
    const { cause } = this;
    return cause instanceof TransError ? cause.typeId : cause instanceof GrpcStatusError ? cause.status : undefined;
  }
}

/** A breaker is open: the method failed too often, so it is not called for a while. */
export class ServiceCircuitBreakError extends KitexError {
  static override readonly type: string = 'kitex/ServiceCircuitBreakError';
  readonly code = 'KITEX_SERVICE_BROKEN';
  readonly kind = 'circuitBreak';
  override readonly originalName: string | undefined = 'ErrServiceCircuitBreak';
  constructor(detail: string | undefined, o?: KitexErrorOptions) {
    super('forbidden by circuitbreaker', detail, o);
  }
}

/** A breaker is open: the instance could not be reached too often. Dispatch goes on with another one. */
export class InstanceCircuitBreakError extends KitexError {
  static override readonly type: string = 'kitex/InstanceCircuitBreakError';
  readonly code = 'KITEX_INSTANCE_BROKEN';
  readonly kind = 'circuitBreak';
  override readonly originalName: string | undefined = 'ErrInstanceCircuitBreak';
  constructor(detail: string | undefined, o?: KitexErrorOptions) {
    super('forbidden by circuitbreaker', detail, o);
  }
}

/** More came than the server's limits allow, or work queued up. `extra` says which limit it was; a client sees the text as a failure of the peer. */
export class OverlimitError extends KitexError {
  static override readonly type: string = 'kitex/OverlimitError';
  readonly code = 'KITEX_REQUEST_OVERLIMIT';
  readonly kind = 'overlimit';
  override readonly originalName: string | undefined = 'ErrOverlimit';
  constructor(detail: string | undefined, o?: KitexErrorOptions) {
    super('request over limit', detail, o);
  }
}

/** A retry would have started too late. */
export class RetryError extends KitexError {
  static override readonly type: string = 'kitex/RetryError';
  readonly code = 'KITEX_RETRY_EXPIRED';
  readonly kind = 'retry';
  override readonly originalName: string | undefined = 'ErrRetry';
  constructor(detail: string | undefined, o?: KitexErrorOptions) {
    super('retry error', detail, o);
  }
}

/** A programming error in a handler: it threw something that is not an error of its own making. */
export class PanicError extends KitexError {
  static override readonly type: string = 'kitex/PanicError';
  readonly code = 'KITEX_HANDLER_PANIC';
  readonly kind = 'panic';
  override readonly originalName: string | undefined = 'ErrPanic';
  constructor(detail: string, o?: KitexErrorOptions) {
    super('panic', detail, o);
  }
}

/** What an error of a user handler looks like to server middlewares and tracers. */
export class BizError extends KitexError {
  static override readonly type: string = 'kitex/BizError';
  readonly code = 'KITEX_HANDLER_FAILED';
  readonly kind = 'biz';
  override readonly originalName: string | undefined = 'ErrBiz';
  constructor(o: KitexErrorOptions) {
    super('biz error', undefined, o);
  }
}

/** A payload checksum did not match. */
export class PayloadValidationError extends KitexError {
  static override readonly type: string = 'kitex/PayloadValidationError';
  readonly code = 'KITEX_PAYLOAD_INVALID';
  readonly kind = 'payloadValidation';
  override readonly originalName: string | undefined = 'ErrPayloadValidation';
  constructor(detail: string | undefined, o?: KitexErrorOptions) {
    super('payload validation error', detail, o);
  }
}

/** Type ids of {@link TransError}: TApplicationException's, then Kitex's own. Source: cloudwego/kitex pkg/remote/trans_errors.go. */
export const TransErrorType = {
  UnknownApplicationException: 0,
  UnknownMethod: 1,
  InvalidMessageType: 2,
  WrongMethodName: 3,
  BadSequenceID: 4,
  MissingResult: 5,
  InternalError: 6,
  ProtocolError: 7,
  InvalidTransform: 8,
  InvalidProtocol: 9,
  UnsupportedClientType: 10,
  UnknownService: 20,
  NoServiceName: 21,
} as const;

const defaultText: Readonly<Record<number, string>> = {
  0: 'unknown application exception',
  1: 'unknown method',
  2: 'invalid message type',
  3: 'wrong method name',
  4: 'bad sequence ID',
  5: 'missing result',
  6: 'unknown internal error',
  7: 'unknown protocol error',
  8: 'Invalid transform',
  9: 'Invalid protocol',
  10: 'Unsupported client type',
  20: 'unknown service',
  21: 'no service name',
};

/**
 * An error with a number that travels as a TApplicationException. A handler that throws one chooses the number its caller sees;
 * 0 to 10, 20 and 21 are the protocol's own.
 * Source: cloudwego/kitex pkg/remote/trans_errors.go TransError.
 */
export class TransError extends CloudWeGoError {
  static override readonly type: string = 'kitex/TransError';
  readonly code = 'KITEX_TRANS_FAILED';
  override readonly originalName: string | undefined = 'TransError';
  readonly typeId: number;
  /** True when the peer sent it, false when this side found the fault. */
  readonly remote: boolean;
  constructor(typeId: number, message: string, o?: { readonly cause?: unknown; readonly remote?: boolean }) {
    super(message === '' ? (defaultText[typeId] ?? 'unknown exception type [' + String(typeId) + ']') : message, o?.cause === undefined ? undefined : { cause: o.cause });
    this.typeId = typeId;
    this.remote = o?.remote === true;
  }
}

/**
 * A gRPC status other than OK: what a peer answered, or what a handler throws to choose the status that its caller sees.
 * Units: `status` is a number of {@link GrpcStatus}, or a {@link TransError}'s from a Kitex server; 0 would be success and is refused.
 * Source: cloudwego/kitex pkg/remote/trans/nphttp2/status.
 */
export class GrpcStatusError extends CloudWeGoError {
  static override readonly type: string = 'kitex/GrpcStatusError';
  readonly code = 'KITEX_GRPC_STATUS';
  override readonly originalName: string | undefined = 'status.Error';
  readonly status: number;
  /** The message as given, without the prefix that `message` has. */
  readonly grpcMessage: string;
  /** A google.rpc.Status in its wire form, as `grpc-status-details-bin` carries it. */
  readonly details: Uint8Array | undefined;
  constructor(status: number, message: string, o?: { readonly details?: Uint8Array | undefined; readonly cause?: unknown }) {
    super(`rpc error: code = ${status} desc = ${message}`, o?.cause === undefined ? undefined : { cause: o.cause });
    if (!Number.isInteger(status) || status <= 0 || status > 0x7fffffff) throw new RangeError(`GrpcStatusError: got status ${status}, wanted an integer from 1 to 2147483647`);
    this.status = status;
    this.grpcMessage = message;
    this.details = o?.details;
  }
}

/**
 * A failure of the business, not of the RPC: breakers, retries and tracers see success. Travels in TTHeader's `biz-status`, `biz-message` and `biz-extra`.
 * Units: `statusCode` is an i32; 0 would vanish on the wire and is refused.
 * Source: cloudwego/kitex pkg/kerrors/bizerrors.go.
 */
export class BizStatusError extends CloudWeGoError {
  static override readonly type: string = 'kitex/BizStatusError';
  readonly code = 'KITEX_BIZ_STATUS';
  override readonly originalName: string | undefined = 'BizStatusError';
  readonly statusCode: number;
  /** The message as given, without the prefix that `message` has. */
  readonly bizMessage: string;
  readonly extra: Readonly<Record<string, string>> | undefined;
  constructor(statusCode: number, message: string, extra?: Readonly<Record<string, string>>) {
    super(`biz error: code=${statusCode}, msg=${message}`);
    if (!Number.isInteger(statusCode) || statusCode === 0 || statusCode !== (statusCode | 0)) {
      throw new RangeError(`BizStatusError: got statusCode ${statusCode}, wanted a non-zero 32-bit integer`);
    }
    this.statusCode = statusCode;
    this.bizMessage = message;
    this.extra = extra;
  }
}

/** True for the timeouts of this framework: what retries and breakers count as a timeout. Source: kerrors.IsTimeoutError. */
export function isTimeoutError(e: unknown): boolean {
  return e instanceof RpcTimeoutError;
}

/** True for any {@link KitexError}, also one of another installed copy. Source: kerrors.IsKitexError. */
export function isKitexError(e: unknown): e is KitexError {
  return e instanceof KitexError;
}

/** The first {@link BizStatusError} in the chain of causes. Source: kerrors.FromBizStatusError. */
export function fromBizStatusError(e: unknown): BizStatusError | undefined {
  for (let p = e, i = 0; p instanceof Error && i < 32; p = p.cause, i++) if (p instanceof BizStatusError) return p;
  return undefined;
}
