// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { MethodDefinition, StructCodec } from '@cloudwego/pilota/codegen/v1';
import type { PayloadCodec, PayloadKind } from '../types.js';

function part(method: MethodDefinition, kind: PayloadKind): StructCodec<unknown> {
  switch (kind) {
    case 'args':
      return method.args;
    case 'result':
      return method.result;
    case 'request':
      return method.request;
    case 'response':
      return method.response;
  }
}

function isRequest(kind: PayloadKind): boolean {
  return kind === 'args' || kind === 'request';
}

/** The generated code's own codec: what every client and server uses unless told otherwise. */
export const generatedPayloadCodec: PayloadCodec = {
  name: 'generated',
  encode(w, method, kind, value) {
    part(method, kind).encode(w, value);
  },
  decode(r, method, kind) {
    return part(method, kind).decode(r);
  },
  encodeError(w, method, error) {
    return method.encodeError(w, error);
  },
};

/** Bare messages of the generated code: what gRPC carries for Protobuf, whose methods have no args and result structs and declare no exceptions. */
export const generatedMessageCodec: PayloadCodec = {
  name: 'generated-message',
  encode(w, method, kind, value) {
    (isRequest(kind) ? method.request : method.response).encode(w, value);
  },
  decode(r, method, kind) {
    return (isRequest(kind) ? method.request : method.response).decode(r);
  },
  encodeError() {
    return false;
  },
};
