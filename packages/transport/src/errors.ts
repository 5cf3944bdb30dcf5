// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** A pool was used after it was closed. */
export class PoolClosedError extends CloudWeGoError {
  static override readonly type: string = 'transport/PoolClosedError';
  readonly code = 'TRANSPORT_POOL_CLOSED';
}

/** A caller gave up while its connection was made; `cause` is the signal's reason. */
export class PoolGetCanceledError extends CloudWeGoError {
  static override readonly type: string = 'transport/PoolGetCanceledError';
  readonly code = 'TRANSPORT_POOL_GET_CANCELED';
}

/** A Port was asked for something that its state does not allow, such as a second `listen()`. */
export class PortStateError extends CloudWeGoError {
  static override readonly type: string = 'transport/PortStateError';
  readonly code = 'TRANSPORT_PORT_STATE';
}

/** No app of the port speaks what a connection sent first; the connection was closed. */
export class ProtocolUnknownError extends CloudWeGoError {
  static override readonly type: string = 'transport/ProtocolUnknownError';
  readonly code = 'TRANSPORT_PROTOCOL_UNKNOWN';
}

/** A connection sent a few bytes and then nothing that tells its protocol, within `headerTimeoutMs`. */
export class ProtocolTimeoutError extends CloudWeGoError {
  static override readonly type: string = 'transport/ProtocolTimeoutError';
  readonly code = 'TRANSPORT_PROTOCOL_TIMEOUT';
}

/** A connection spoke without TLS to a port that requires it. */
export class PlaintextRefusedError extends CloudWeGoError {
  static override readonly type: string = 'transport/PlaintextRefusedError';
  readonly code = 'TRANSPORT_PLAINTEXT_REFUSED';
}

/** A drain ran out of time; what was left was destroyed. */
export class DrainTimeoutError extends CloudWeGoError {
  static override readonly type: string = 'transport/DrainTimeoutError';
  readonly code = 'TRANSPORT_DRAIN_TIMEOUT';
}
