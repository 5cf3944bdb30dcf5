// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { fromJson, toJson } from '@cloudwego/pilota/protobuf';
import type { AnyExtension, AnyMessageCodec } from '@cloudwego/pilota/protobuf';

/** What a conformance request asks for, and what is answered: messages of conformance.proto, generated. */
export interface Conformance {
  readonly ConformanceRequest: AnyMessageCodec;
  readonly ConformanceResponse: AnyMessageCodec;
}

const PROTOBUF = 1;
const JSON_FORMAT = 2;
const IGNORE_UNKNOWN = 3;

/** Answers one request of the runner. */
export function answer(c: Conformance, types: readonly AnyMessageCodec[], extensions: readonly AnyExtension[], request: Uint8Array): Uint8Array {
  const req = c.ConformanceRequest.decode(ByteReader.from(request)) as {
    payload?: { protobufPayload?: Uint8Array; jsonPayload?: string };
    requestedOutputFormat: number;
    messageType: string;
    testCategory: number;
  };
  const w = new ByteWriter();
  c.ConformanceResponse.encode(w, { result: result() });
  return w.toBytes();

  function result(): object {
    const codec = types.find((t) => t.message.name === req.messageType);
    if (codec === undefined) return req.messageType === 'conformance.FailureSet' ? { protobufPayload: new Uint8Array(0) } : { skipped: `no ${req.messageType}` };
    let value: unknown;
    try {
      if (req.payload?.protobufPayload !== undefined) value = codec.decode(ByteReader.from(req.payload.protobufPayload));
      else if (req.payload?.jsonPayload !== undefined) value = fromJson(codec, req.payload.jsonPayload, { types, extensions, discardUnknown: req.testCategory === IGNORE_UNKNOWN });
      else return { skipped: 'text format' };
    } catch (e) {
      return { parseError: Buffer.from((e as Error).message).toString() };
    }
    try {
      if (req.requestedOutputFormat === JSON_FORMAT) return { jsonPayload: toJson(codec, value, { types, extensions }) };
      if (req.requestedOutputFormat !== PROTOBUF) return { skipped: 'text format' };
      const out = new ByteWriter();
      codec.encode(out, value);
      return { protobufPayload: out.toBytes() };
    } catch (e) {
      return { serializeError: Buffer.from((e as Error).message).toString() };
    }
  }
}
