// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
import type { StructCodec } from '../codegen/v1/definition.js';
import { ThriftProtocolError } from '../codegen/v1/errors.js';
import { MAX_DEPTH } from '../codegen/v1/skip.js';
import { binary } from './binary.js';
import { compact } from './compact.js';
import type { StructShape } from './shape.js';
import { readerOf } from './struct-reader.js';
import { writerOf } from './struct-writer.js';
import type { Wire } from './wire.js';

/** The shape of a codec. Errors: PILOTA_THRIFT_SHAPE_MISSING for code that was generated before there were shapes. */
export function shapeOf(c: { readonly shape?: StructShape | undefined }): StructShape {
  if (c.shape === undefined) throw new ThriftProtocolError('PILOTA_THRIFT_SHAPE_MISSING', 'this code was generated without shapes; generate it anew');
  return c.shape;
}

function codecOn<In, Out>(shape: StructShape, wire: Wire): StructCodec<In, Out> {
  return {
    encode: (w, v) => {
      writerOf(shape, wire)(w, v, MAX_DEPTH, undefined);
    },
    decode: (r) => readerOf(shape, wire)(r, MAX_DEPTH, false) as Out,
    shape,
  };
}

/** The same struct in the compact protocol. Fields that the IDL does not know are kept where its code keeps them, and may go on in either protocol. Errors: as those of binary codecs. */
export function compactCodec<In, Out>(c: StructCodec<In, Out>): StructCodec<In, Out> {
  return codecOn(shapeOf(c), compact);
}

/** A codec of the binary protocol for a shape. */
export function binaryCodec<In, Out>(shape: StructShape): StructCodec<In, Out> {
  return codecOn(shape, binary);
}
