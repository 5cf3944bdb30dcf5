// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What a frame is; int key 27 says it in one decimal digit.
 * Source: cloudwego/kitex pkg/remote/codec/ttheader/frametype.go.
 */
export const FrameType = { Meta: 1, Header: 2, Data: 3, Trailer: 4, Rst: 5 } as const;

/** Bytes before the info blocks are counted: LENGTH, magic and flags, stream id, header size. */
export const FRAME_HEAD = 14;

/** PROTO of streaming frames: a bare Thrift struct, and a bare Protobuf message, which nobody sends. */
export const PROTO_THRIFT_STRUCT = 0x10;
export const PROTO_PROTOBUF_STRUCT = 0x11;

/** String key of an RST frame: who cancelled, the first hop first. */
export const CANCEL_PATH = 'ttscp';

/** Type and reason of an EXCEPTION. */
export interface FrameException {
  readonly code: number;
  readonly message: string;
}
