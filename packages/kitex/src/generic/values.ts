// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import type { LinkedStruct, LinkedType } from '@cloudwego/pilota/descriptor';
import { DynamicError, JsonTranscoder, ValueCodec } from '@cloudwego/pilota/dynamic';
import type { JsonOptions, ValueOptions } from '@cloudwego/pilota/dynamic';

/** What requests and responses of one kind of generic call look like. */
export interface ValueForm {
  write(w: ByteWriter, type: LinkedType | LinkedStruct, value: unknown): void;
  read(r: ByteReader, type: LinkedType | LinkedStruct): unknown;
}

/** Plain values: objects, Maps, numbers. */
export function plainForm(options: ValueOptions): ValueForm {
  const codec = new ValueCodec(options);
  return {
    write: (w, type, value) => {
      codec.write(w, type, value);
    },
    read: (r, type) => codec.read(r, type),
  };
}

/** As Go's JSON generic call, which takes numbers in quotes and writes what is absent. Source: cloudwego/kitex pkg/generic/option.go DefaultJSONDynamicGoConvOpts. */
const JSON_DEFAULTS: JsonOptions = { quotedNumbers: true, absentRequired: 'zero', absentDefault: 'zero' };

/** Errors: DynamicError for what is no text, which generic calls of both families take. */
export function checkJson(value: unknown): asserts value is string | Uint8Array {
  if (typeof value !== 'string' && !(value instanceof Uint8Array)) throw new DynamicError('PILOTA_DYNAMIC_TYPE_MISMATCH', `got ${typeof value}, wanted JSON, as a string or bytes`);
}

/** JSON as text; bytes are taken too. */
export function jsonForm(options: JsonOptions): ValueForm {
  const json = new JsonTranscoder({ ...JSON_DEFAULTS, ...options });
  return {
    write(w, type, value) {
      checkJson(value);
      if (isText(type)) writeText(json, w, type, value);
      else json.writeThrift(w, type, value);
    },
    read(r, type) {
      // Text is given as it is, without quotes.
      if (isText(type) && type.kind === 'string') return r.string32();
      const text = json.readJson(r, type).toString();
      return isText(type) ? text.slice(1, -1) : text;
    },
  };
}

function isText(type: LinkedType | LinkedStruct): type is LinkedType {
  return 'kind' in type && (type.kind === 'string' || type.kind === 'binary');
}

/** A text that is no JSON string is the value itself. */
function writeText(json: JsonTranscoder, w: ByteWriter, type: LinkedType, value: string | Uint8Array): void {
  const before = w.mark();
  try {
    json.writeThrift(w, type, value);
  } catch (e) {
    if (!(e instanceof DynamicError)) throw e;
    w.rewind(before);
    if (typeof value === 'string') w.string32(value);
    else w.bytes32(value);
  }
}
