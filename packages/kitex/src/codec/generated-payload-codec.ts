// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { PayloadCodec } from '../types.js';

/** The generated code's own codec: what every client and server uses unless told otherwise. */
export const generatedPayloadCodec: PayloadCodec = {
  name: 'generated',
  encode(w, method, kind, value) {
    (kind === 'args' ? method.args : method.result).encode(w, value);
  },
  decode(r, method, kind) {
    return (kind === 'args' ? method.args : method.result).decode(r);
  },
  encodeError(w, method, error) {
    return method.encodeError(w, error);
  },
};

/** Bare messages of the generated code: what gRPC carries for Protobuf, whose methods have no args and result structs and declare no exceptions. */
export const generatedMessageCodec: PayloadCodec = {
  name: 'generated-message',
  encode(w, method, kind, value) {
    (kind === 'args' ? method.request : method.response).encode(w, value);
  },
  decode(r, method, kind) {
    return (kind === 'args' ? method.request : method.response).decode(r);
  },
  encodeError() {
    return false;
  },
};
