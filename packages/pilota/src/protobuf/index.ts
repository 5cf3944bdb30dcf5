// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// What programs meet of generated Protobuf code beside the code itself.
export { ProtobufError } from './errors.js';
export type { ProtobufCode } from './errors.js';
export { clearExtension, getExtension, hasExtension, setExtension } from './extension.js';
export type { Extension } from './extension.js';
export type { ProtoFileDescriptor } from './file.js';
export type { MessageCodec } from './shape.js';
export { anyIs, packAny, unpackAny } from './any.js';
export type { AnyValue } from './any.js';
export { toJson } from './json-write.js';
export { fromJson } from './json-read.js';
export type { AnyExtension, AnyMessageCodec, FromJsonOptions, MessageTypes, ToJsonOptions } from './json-options.js';
