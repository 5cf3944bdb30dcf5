// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
import { ProtobufError } from './errors.js';
import type { AnyMessageCodec, MessageTypes } from './json-options.js';
import type { MessageCodec } from './shape.js';

/** A google.protobuf.Any as generated code has it. */
export interface AnyValue {
  readonly typeUrl?: string | undefined;
  readonly value?: Uint8Array | undefined;
}

/** Puts a message into an Any. */
export function packAny<In>(codec: MessageCodec<In, unknown>, v: In, prefix = 'type.googleapis.com/'): { typeUrl: string; value: Uint8Array } {
  const w = new ByteWriter(256);
  codec.encode(w, v);
  return { typeUrl: `${prefix}${codec.message.name}`, value: w.toBytes() };
}

/** Whether an Any holds a message of that type. */
export function anyIs(any: AnyValue, codec: AnyMessageCodec): boolean {
  return nameIn(any.typeUrl ?? '') === codec.message.name;
}

/** The message in an Any; undefined where it holds one of another type. Errors: ProtobufError. */
export function unpackAny<Out>(any: AnyValue, codec: MessageCodec<never, Out>): Out | undefined {
  return anyIs(any, codec) ? codec.decode(ByteReader.from(any.value ?? new Uint8Array(0))) : undefined;
}

/** The full name behind the last slash of a type's URL. */
export function nameIn(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

/** The type that an URL names. Errors: PILOTA_PROTOBUF_TYPE_UNKNOWN. */
export function typeOf(url: string, types: MessageTypes | undefined): AnyMessageCodec {
  const name = nameIn(url);
  const found = !url.includes('/') ? undefined : typeof types === 'function' ? types(name) : types?.find((t) => t.message.name === name);
  if (found === undefined) throw new ProtobufError('PILOTA_PROTOBUF_TYPE_UNKNOWN', `google.protobuf.Any: "${url}" is none of the types that were given`);
  return found;
}
