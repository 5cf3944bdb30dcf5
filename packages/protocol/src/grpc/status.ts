// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ErrorCode } from '../h2/frame.js';

/** Status codes of gRPC, and Kitex's own. Source: grpc doc/statuscodes.md; cloudwego/kitex pkg/remote/trans/nphttp2/codes. */
export const GrpcStatus = {
  OK: 0,
  Canceled: 1,
  Unknown: 2,
  InvalidArgument: 3,
  DeadlineExceeded: 4,
  NotFound: 5,
  AlreadyExists: 6,
  PermissionDenied: 7,
  ResourceExhausted: 8,
  FailedPrecondition: 9,
  Aborted: 10,
  OutOfRange: 11,
  Unimplemented: 12,
  Internal: 13,
  Unavailable: 14,
  DataLoss: 15,
  Unauthenticated: 16,
  RecvDeadlineExceeded: 17,
} as const;

/** What a graceful shutdown resets streams with after its grace time. Source: nphttp2/grpc gracefulShutdownCode. */
export const GRACEFUL_SHUTDOWN = 1000;

/** Status of a stream that its peer reset. Source: nphttp2/grpc http2_client.go http2ErrConvTab. */
export function statusOfReset(code: number, deadlinePassed: boolean): number {
  switch (code) {
    case ErrorCode.NO_ERROR:
    case ErrorCode.PROTOCOL_ERROR:
    case ErrorCode.INTERNAL_ERROR:
    case ErrorCode.SETTINGS_TIMEOUT:
    case ErrorCode.STREAM_CLOSED:
    case ErrorCode.FRAME_SIZE_ERROR:
    case ErrorCode.COMPRESSION_ERROR:
    case ErrorCode.CONNECT_ERROR:
    case ErrorCode.HTTP_1_1_REQUIRED:
      return GrpcStatus.Internal;
    case ErrorCode.FLOW_CONTROL_ERROR:
    case ErrorCode.ENHANCE_YOUR_CALM:
      return GrpcStatus.ResourceExhausted;
    case ErrorCode.REFUSED_STREAM:
    case GRACEFUL_SHUTDOWN:
      return GrpcStatus.Unavailable;
    case ErrorCode.CANCEL:
      return deadlinePassed ? GrpcStatus.DeadlineExceeded : GrpcStatus.Canceled;
    case ErrorCode.INADEQUATE_SECURITY:
      return GrpcStatus.PermissionDenied;
    default:
      return GrpcStatus.Unknown;
  }
}

/** Status of an answer that is no gRPC. Source: nphttp2/grpc http_util.go httpStatusConvTab. */
export function statusOfHttp(status: number): number {
  switch (status) {
    case 0:
      return GrpcStatus.Internal;
    case 400:
      return GrpcStatus.Internal;
    case 401:
      return GrpcStatus.Unauthenticated;
    case 403:
      return GrpcStatus.PermissionDenied;
    case 404:
      return GrpcStatus.Unimplemented;
    case 429:
    case 502:
    case 503:
    case 504:
      return GrpcStatus.Unavailable;
    default:
      return GrpcStatus.Unknown;
  }
}

/** A message as grpc-message carries it: UTF-8, everything but visible ASCII and the percent sign's own escape percent-encoded. */
export function encodeMessage(text: string): string {
  if (/^[\x20-\x24\x26-\x7e]*$/.test(text)) return text;
  let out = '';
  for (const b of Buffer.from(text, 'utf8')) out += b >= 0x20 && b <= 0x7e && b !== 0x25 ? String.fromCharCode(b) : '%' + b.toString(16).toUpperCase().padStart(2, '0');
  return out;
}

/** The way back; what is no escape stays as it is, what is no UTF-8 becomes U+FFFD. */
export function decodeMessage(text: string): string {
  if (!text.includes('%')) return text;
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const hex = text[i] === '%' ? text.slice(i + 1, i + 3) : '';
    if (/^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes.push(Number.parseInt(hex, 16));
      i += 2;
    } else {
      bytes.push(text.charCodeAt(i) & 0xff);
    }
  }
  return Buffer.from(bytes).toString('utf8');
}

const UNITS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 0.001, n: 0.000_001 };
const MAX_DIGITS = 99_999_999;

/** Time left as grpc-timeout: at most 8 digits and a unit, the smallest that fits, rounded up. Unit ms. */
export function encodeTimeout(ms: number): string {
  if (ms <= 0) return '0n';
  // Time is known to the millisecond or so; finer units would be noise.
  for (const [unit, size] of [['m', 1], ['S', 1000], ['M', 60_000], ['H', 3_600_000]] as const) {
    const n = Math.ceil(ms / size);
    if (n <= MAX_DIGITS) return `${n}${unit}`;
  }
  return `${MAX_DIGITS}H`;
}

/** Unit ms; undefined for a text that is no timeout. */
export function decodeTimeout(text: string): number | undefined {
  const m = /^(\d{1,8})([HMSmun])$/.exec(text);
  return m === null ? undefined : Number(m[1]) * UNITS[m[2]!]!;
}
