// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// What an IDL says, as data
export type {
  Annotations,
  DefaultValue,
  EnumDescriptor,
  FieldDescriptor,
  FunctionDescriptor,
  Requiredness,
  ServiceDescriptor,
  StructDescriptor,
  ThriftDescriptor,
  TypeDescriptor,
} from './thrift.js';

// Where it comes from
export { fixedProvider } from './provider.js';
export type { DescriptorProvider } from './provider.js';

// What codecs work on
export { linkThrift, LinkedStruct } from './linked.js';
export type { LinkedField, LinkedFunction, LinkedKind, LinkedService, LinkedThrift, LinkedType, LinkOptions } from './linked.js';
export { DescriptorError } from './errors.js';

// Protobuf
export { linkProto, protoFromGenerated, protoFromSet } from './proto/link.js';
export type { LinkedProto, LinkedProtoMethod, LinkedProtoService, ProtoDescriptor, ProtoSetOptions } from './proto/link.js';
export { protoFileSymbols } from './proto/symbols.js';
export type { ProtoFileSymbols } from './proto/symbols.js';
export { LinkedMessage } from './proto/linked.js';
export type { LinkedEnum, LinkedOneof, LinkedProtoField, ProtoKind } from './proto/linked.js';
