// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
// Whole values
export { encode, parse, Sonic, stringify, valid } from './sonic.js';
export type { ParseOptions, SonicConfig, StringifyOptions } from './options.js';
export { Raw, RawNumber } from './raw.js';
export type { Json, JsonType, Path, Source } from './types.js';

// Parts of a text
export { arrayIter, bySchema, get, getMany, objectIter, PointerTree } from './lazy/get.js';
export type { SearchOptions } from './lazy/document.js';
export { LazyValue } from './lazy/lazy-value.js';
export { Node } from './node/node.js';
export { visit } from './visit.js';
export type { Visitor } from './visit.js';

// Schemas
export { compile, MismatchError } from './schema/compile.js';
export type { Codec, CompileOptions } from './schema/compile.js';
export { fromJsonSchema } from './schema/json-schema.js';
export type { JsonSchema } from './schema/json-schema.js';
export type { FieldSchema, Infer, IntegerSchema, MapSchema, ObjectSchema, Schema, SchemaNode } from './schema/schema.js';

// Streams
export { decodeStream } from './stream/decoder.js';
export type { StreamDecoder, StreamOptions } from './stream/decoder.js';
export { encodeStream } from './stream/encoder.js';
export type { StreamEncoder, StreamEncoderOptions } from './stream/encoder.js';

export { SonicOptionError, SonicSyntaxError, SonicTypeError } from './errors.js';
export type { SyntaxCode, TypeCode } from './errors.js';
