// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** Stable codes of {@link H2Error}. */
export type H2Code =
  | 'H2_PROTOCOL_INVALID'
  | 'H2_COMPRESSION_INVALID'
  | 'H2_FLOW_INVALID'
  | 'H2_FRAME_SIZE_INVALID'
  | 'H2_STREAM_CLOSED'
  | 'H2_PEER_ABUSIVE'
  | 'H2_PEER_SILENT'
  | 'H2_PEER_GOAWAY'
  | 'H2_PEER_CLOSED'
  | 'H2_CONN_EXPIRED'
  | 'H2_STATE_INVALID';

/** An HTTP/2 connection is at its end, or was used wrongly. `wireCode` is what GOAWAY said. */
export class H2Error extends CloudWeGoError {
  static override readonly type: string = 'protocol/H2Error';
  readonly code: H2Code;
  /** An {@link ErrorCode} of the wire. */
  readonly wireCode: number;

  constructor(code: H2Code, wireCode: number, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.wireCode = wireCode;
  }
}
