// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** The connection is closed; nothing can be written or resumed. */
export class ConnClosedError extends CloudWeGoError {
  static override readonly type: string = 'netpoll/ConnClosedError';
  readonly code: string = 'NETPOLL_CONN_CLOSED';
  override readonly originalName: string | undefined = 'ErrConnClosed';
}

/** The peer or the network ended the connection; `cause` is the system's error. */
export class ConnResetError extends CloudWeGoError {
  static override readonly type: string = 'netpoll/ConnResetError';
  readonly code = 'NETPOLL_CONN_RESET';
  override readonly originalName: string | undefined = 'ErrEOF';
}

/** Nothing came or went for `idleMs`. */
export class ConnIdleTimeoutError extends CloudWeGoError {
  static override readonly type: string = 'netpoll/ConnIdleTimeoutError';
  readonly code = 'NETPOLL_CONN_IDLE_TIMEOUT';
  override readonly originalName: string | undefined = 'ErrReadTimeout';
}

/** A write section was opened or closed out of order. */
export class WriteStateError extends CloudWeGoError {
  static override readonly type: string = 'netpoll/WriteStateError';
  readonly code = 'NETPOLL_WRITE_STATE';
}

/** A consumer answered a byte count that it was not given. */
export class ConsumerError extends CloudWeGoError {
  static override readonly type: string = 'netpoll/ConsumerError';
  readonly code = 'NETPOLL_CONSUMER_INVALID';
}

/** No connection within `connectTimeoutMs`. */
export class DialTimeoutError extends CloudWeGoError {
  static override readonly type: string = 'netpoll/DialTimeoutError';
  readonly code = 'NETPOLL_DIAL_TIMEOUT';
  override readonly originalName: string | undefined = 'ErrDialTimeout';
}

/** The address refused or cannot be reached; `cause` is the system's error. */
export class DialError extends CloudWeGoError {
  static override readonly type: string = 'netpoll/DialError';
  readonly code = 'NETPOLL_DIAL_REFUSED';
}

/** A dial was cancelled by its signal; `cause` is the signal's reason. */
export class DialCanceledError extends CloudWeGoError {
  static override readonly type: string = 'netpoll/DialCanceledError';
  readonly code = 'NETPOLL_DIAL_CANCELED';
}

/** The address cannot be listened on; `cause` is the system's error. */
export class ListenError extends CloudWeGoError {
  static override readonly type: string = 'netpoll/ListenError';
  readonly code = 'NETPOLL_LISTEN_FAILED';
}

/** The peer sent its end, and fewer bytes are left than a read wants. It is a {@link ConnClosedError} too, as in the original. */
export class ConnEndError extends ConnClosedError {
  static override readonly type: string = 'netpoll/ConnEndError';
  override readonly code: string = 'NETPOLL_CONN_EOF';
  override readonly originalName: string | undefined = 'ErrEOF';
}

/** A read waited longer than `readTimeoutMs`. Nothing was consumed, and what came meanwhile can be read. */
export class ReadTimeoutError extends CloudWeGoError {
  static override readonly type: string = 'netpoll/ReadTimeoutError';
  readonly code = 'NETPOLL_READ_TIMEOUT';
  override readonly originalName: string | undefined = 'ErrReadTimeout';
}

/** A flush waited longer than `writeTimeoutMs`. How much the peer has is not known: the connection was closed. */
export class WriteTimeoutError extends CloudWeGoError {
  static override readonly type: string = 'netpoll/WriteTimeoutError';
  readonly code = 'NETPOLL_WRITE_TIMEOUT';
  override readonly originalName: string | undefined = 'ErrWriteTimeout';
}

/** A read or a flush was begun while another one waits. */
export class ConcurrentAccessError extends CloudWeGoError {
  static override readonly type: string = 'netpoll/ConcurrentAccessError';
  readonly code = 'NETPOLL_ACCESS_CONCURRENT';
  override readonly originalName: string | undefined = 'ErrConcurrentAccess';
}

/** A length that cannot be: negative, broken, or more than may be. */
export class LengthError extends CloudWeGoError {
  static override readonly type: string = 'netpoll/LengthError';
  readonly code = 'NETPOLL_LENGTH_INVALID';
}

/** A connection that a proxy should have passed on does not begin with a PROXY header, or with one that is broken or too long. */
export class ProxyHeaderError extends CloudWeGoError {
  static override readonly type: string = 'netpoll/ProxyHeaderError';
  readonly code = 'NETPOLL_PROXY_INVALID';
}

/** The PROXY header of a connection was not whole in time. */
export class ProxyTimeoutError extends CloudWeGoError {
  static override readonly type: string = 'netpoll/ProxyTimeoutError';
  readonly code = 'NETPOLL_PROXY_TIMEOUT';
}

/** The engine that was asked for is not there: no addon for this platform, or it does not load. */
export class EngineUnavailableError extends CloudWeGoError {
  static override readonly type: string = 'netpoll/EngineUnavailableError';
  readonly code = 'NETPOLL_ENGINE_UNAVAILABLE';
}
