// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * What generated code imports, and nothing else does the generated code import: version 1 of this surface keeps working when the generator moves on.
 */

/** Options of one call. Frameworks add theirs: `declare module '@cloudwego/pilota/codegen/v1' { interface CallOptions … }`. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface CallOptions {}

/** What a handler receives behind its arguments. Frameworks add to it in the same way. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface HandlerContext {}

/** What a streaming call gives. Frameworks add to it in the same way. */
export interface ResponseStream<T> extends AsyncIterable<T> {}

export type { Awaitable } from '@cloudwego/gopkg/async';
export type { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
export type { MethodDefinition, ServiceDefinition, StructCodec } from './definition.js';
export { ApplicationException, ApplicationExceptionType, missingResult } from './application-exception.js';
export { missingField, ThriftProtocolError, tooDeep, unionError, unionUnknown } from './errors.js';
export type { ThriftProtocolCode } from './errors.js';
export { readI64AsNumber, readList, readMap } from './read.js';
export { readString } from './read-string.js';
export { leastBytes, MAX_DEPTH, readCount, skip } from './skip.js';
export { exceptionText, ThriftException } from './thrift-exception.js';
export { TType } from './ttype.js';
export { keepUnknown, unknownFields, writeUnknown } from './unknown.js';
export type { UnknownFields } from './unknown.js';
export { entries, items, writeBinary, writeBool, writeDouble, writeI16, writeI32, writeI64, writeI8, writeString } from './write.js';

// The shapes of types. Generated code says `$.field(1, 'name', 'required', $.scalars.string)`.
export { StructShape } from '../../thrift/shape.js';
export { enumShape, i64Shape, listShape, mapShape, scalars, setShape } from '../../thrift/shape.js';
export { fieldShape as field } from '../../thrift/zero.js';
