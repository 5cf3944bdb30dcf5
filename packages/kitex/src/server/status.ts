// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { RpcTail } from '@cloudwego/protocol';
import { GrpcStatus } from '@cloudwego/protocol';
import { BizError, GrpcStatusError, KitexError, TransError, textOf } from '../errors.js';
import type { KitexErrorKind } from '../errors.js';
import { addMetadata, Metadata } from '../stream/metadata.js';
import type { ServerCall } from './call.js';

const statusOfKind: { readonly [K in KitexErrorKind]?: number } = {
  overlimit: GrpcStatus.ResourceExhausted,
  remoteOrNetwork: GrpcStatus.Unavailable,
  acl: GrpcStatus.PermissionDenied,
};

/**
 * The status that tells of an error.
 * `Differs:` a TransError whose number is 0 or negative becomes UNKNOWN; Go sends 0, which is success.
 * Source: cloudwego/kitex pkg/remote/trans/nphttp2/status, convertFromKitexToGrpc.
 */
export function statusOf(e: unknown): RpcTail {
  const biz = e instanceof BizError;
  const direct = biz ? e.cause : e;
  const text = (message: string): string => (biz ? `${message} [biz error]` : message);
  let code: number = GrpcStatus.Internal;
  let message: string;
  let details: Uint8Array | undefined = undefined;
  if (direct instanceof GrpcStatusError) {
    code = direct.status;
    message = direct.grpcMessage;
    details = direct.details;
  } else {
    message = textOf(direct);
    if (direct instanceof TransError) code = direct.typeId > 0 ? direct.typeId : GrpcStatus.Unknown;
    else if (!biz && direct instanceof KitexError) code = statusOfKind[direct.kind] ?? GrpcStatus.Internal;
  }
  return { code, message: text(message), details, strings: undefined };
}

/** What the handler set, and what the status itself brings. */
export function withTrailer(tail: RpcTail, call: ServerCall): RpcTail {
  if (call.trailer === undefined) return tail;
  const strings = new Map(call.trailer);
  if (tail.strings !== undefined) addMetadata(strings, new Metadata(tail.strings), 'trailer');
  return { ...tail, strings };
}
