// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** Stable codes of {@link WsError}. */
export type WsCode = 'WS_FRAME_INVALID' | 'WS_TEXT_INVALID' | 'WS_MESSAGE_OVERSIZED' | 'WS_PEER_CLOSED' | 'WS_PEER_SLOW' | 'WS_HANDSHAKE_INVALID' | 'WS_MISUSED';

/** A WebSocket that is at its end, a handshake that failed, or a command at the wrong time. */
export class WsError extends CloudWeGoError {
  static override readonly type: string = 'protocol/WsError';
  readonly code: WsCode;
  /** What the peer is told in a close frame; 0 = nothing. */
  readonly closeCode: number;

  constructor(code: WsCode, closeCode: number, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.closeCode = closeCode;
  }
}

export function badFrame(what: string): WsError {
  return new WsError('WS_FRAME_INVALID', CloseCode.ProtocolError, what);
}

export function badText(what: string): WsError {
  return new WsError('WS_TEXT_INVALID', CloseCode.InvalidPayload, what);
}

export function tooBig(size: number | string, max: number): WsError {
  return new WsError('WS_MESSAGE_OVERSIZED', CloseCode.TooBig, `a message of ${size} bytes, wanted at most ${max} (maxMessageBytes)`);
}

/** Why a WebSocket ended. Source: RFC 6455 section 7.4.1; names of gorilla/websocket. */
export const CloseCode = {
  Normal: 1000,
  GoingAway: 1001,
  ProtocolError: 1002,
  UnsupportedData: 1003,
  /** Never sent: the close frame had none. */
  NoStatus: 1005,
  /** Never sent: the connection ended without a close frame. */
  Abnormal: 1006,
  InvalidPayload: 1007,
  PolicyViolation: 1008,
  TooBig: 1009,
  MandatoryExtension: 1010,
  InternalError: 1011,
  ServiceRestart: 1012,
  TryAgainLater: 1013,
  BadGateway: 1014,
} as const;

/** Whether a close frame may carry it. */
export function maySend(code: number): boolean {
  return (code >= 1000 && code <= 1014 && code !== 1004 && code !== CloseCode.NoStatus && code !== CloseCode.Abnormal) || (code >= 3000 && code <= 4999);
}
