// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { CloudWeGoError } from '@cloudwego/gopkg/errors';

/** Bytes that are no message of any protocol this engine speaks, or a message that contradicts itself. The connection cannot be used any further. */
export class RpcFrameError extends CloudWeGoError {
  static override readonly type: string = 'protocol/RpcFrameError';
  readonly code = 'PROTOCOL_FRAME_INVALID';
}

/** A message announces, or turns out, to be larger than `maxMessageBytes` or `maxHeaderBytes`. */
export class RpcFrameTooLargeError extends CloudWeGoError {
  static override readonly type: string = 'protocol/RpcFrameTooLargeError';
  readonly code = 'PROTOCOL_FRAME_OVERSIZED';
}

/** The checksum of a payload does not match, or could not be made. Source: cloudwego/kitex kerrors.ErrPayloadValidation. */
export class RpcPayloadCorruptError extends CloudWeGoError {
  static override readonly type: string = 'protocol/RpcPayloadCorruptError';
  readonly code = 'PROTOCOL_PAYLOAD_CORRUPT';
  override readonly originalName: string | undefined = 'ErrPayloadValidation';
}

/** A header that cannot be written: a string above 65,535 bytes, a block above 262,140, an int key that is no u16. */
export class RpcHeaderTooLargeError extends CloudWeGoError {
  static override readonly type: string = 'protocol/RpcHeaderTooLargeError';
  readonly code = 'PROTOCOL_HEADER_OVERSIZED';
}

/** The peer closed while an answer was awaited. */
export class PeerClosedError extends CloudWeGoError {
  static override readonly type: string = 'protocol/PeerClosedError';
  readonly code = 'PROTOCOL_PEER_CLOSED';
  override readonly originalName: string | undefined = 'io.EOF';
}

/** A command for a stream that is not open, or not at that point of its life. A defect of the caller. */
export class RpcStateError extends CloudWeGoError {
  static override readonly type: string = 'protocol/RpcStateError';
  readonly code = 'PROTOCOL_STREAM_MISUSED';
}
