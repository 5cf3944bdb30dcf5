// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
/*
 * What code generated from .proto files imports, and nothing else does it import: version 1 of this surface keeps working when the generator moves on.
 */
export type { CallOptions, HandlerContext, ResponseStream } from '../codegen/v1/index.js';
export type { Awaitable } from '@cloudwego/gopkg/async';
export type { ByteReader, ByteWriter } from '@cloudwego/gopkg/io';
export type { MethodDefinition, ServiceDefinition, StructCodec } from '../codegen/v1/definition.js';
export { unknownFields } from '../codegen/v1/unknown.js';
export type { UnknownFields } from '../codegen/v1/unknown.js';
export { entries, items } from './collections.js';
export { malformed, missingField, oneofError, tooDeep } from './errors.js';
export { extension } from './extension.js';
export type { Extension } from './extension.js';
export { protoFile } from './file.js';
export type { ProtoFileDescriptor } from './file.js';
export { readBool, readBytes, readDouble, readEnd, readFixed32, readFixed64, readFloat, readInt32, readInt64, readSfixed32, readSfixed64, readSint32, readSint64, readString, readTag, readText, readUint32, readUint64, toNumber } from './read.js';
export { enumShape, fieldShape as field, i64Shape, messageCodec, MessageShape, scalars } from './shape.js';
export type { MessageCodec } from './shape.js';
export { keep, keepUnknown, keepVarint, MAX_DEPTH, skip, writeUnknown } from './unknown.js';
export type { Widths } from './write.js';
export { close, closePacked, open, openPacked, widths, writeBool, writeBytes, writeDouble, writeFixed32, writeFixed64, writeFloat, writeInt32, writeInt64, writeSfixed32, writeSfixed64, writeSint32, writeSint64, writeString, writeUint32, writeUint64, writeVarint } from './write.js';
