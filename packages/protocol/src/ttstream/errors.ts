// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Numbers that an EXCEPTION of a stream carries in a trailer or an RST frame. Smaller ones are those of TApplicationException.
 * Source: cloudwego/kitex pkg/remote/trans/ttstream/exception.go.
 */
export const TTStreamCode = {
  /** The peer's handler failed. */
  Application: 12001,
  UnexpectedHeader: 12002,
  IllegalBizStatus: 12003,
  IllegalFrame: 12004,
  IllegalOperation: 12005,
  TransportClosing: 12006,
  /** The caller gave up. */
  CallerCancelled: 12007,
  /** The same, with a reason of its own. */
  CallerCancelledWithCause: 12008,
  CancelledByDownstream: 12009,
  CancelledByUpstream: 12010,
  InternalCancel: 12011,
  /** The handler returned while the peer still sent. */
  HandlerReturned: 12012,
  ConnectionClosed: 12013,
  ReceiveTimeout: 12014,
  StreamTimeout: 12015,
} as const;

/** Code of an RST frame whose payload says nothing that could be read. Source: cloudwego/kitex pkg/remote/trans/ttstream/stream.go. */
export const RST_WITHOUT_CODE = 13;
