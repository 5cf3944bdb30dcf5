// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0
export { IdlError, SourceFile, formatDiagnostic } from './source.js';
export type { Diagnostic, Position, Span } from './source.js';
export { loadThrift, loadThriftText } from './thrift/loader.js';
export type { LoadThriftOptions } from './thrift/loader.js';
export { parseThrift } from './thrift/parser.js';
export { allFunctions, describeType, underlyingType } from './thrift/types.js';
export type * from './thrift/ast.js';
export { generateThrift } from './generate/generate.js';
export type { GeneratedFile } from './generate/generate.js';
export type { GenerateOptions, I64Mode } from './generate/options.js';
export type { EmitContext, GeneratorPlugin } from './generate/plugin.js';
export { trimThrift } from './thrift/trim.js';
export type { TrimOptions, TrimResult } from './thrift/trim.js';
export { methodKey, namespacePath } from './generate/names.js';
export { describeThrift } from './descriptor/describe.js';
export type { DescribeThriftOptions } from './descriptor/describe.js';
export { thriftFromFile, thriftFromFolder, thriftFromText } from './descriptor/providers.js';
export type { ThriftSourceOptions, ThriftTextOptions } from './descriptor/providers.js';
export { protoFromFile, protoFromFolder, protoFromText } from './descriptor/proto-providers.js';
export type { ProtoSourceOptions, ProtoTextOptions } from './descriptor/proto-providers.js';
export { loadProto, loadProtoText } from './protobuf/loader.js';
export type { LoadProtoOptions } from './protobuf/loader.js';
export type * from './protobuf/model.js';
export { fileDescriptor, fileDescriptorSet } from './protobuf/descriptor.js';
export { generateProto } from './protobuf/generate/generate.js';
export { protoNamespace } from './protobuf/generate/module.js';
